"""Django's backend for PostgreSQL, but for how a connection that is kept is found to be alive.

Django sends a query before the first of each request, which costs a page that is kept about as
much as all else that it asks.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self):
        """A server that has gone has closed the socket, so there is something to read: only then
        is it asked. What vanishes without a word, neither way finds out before it is asked."""
        waiting = select.poll()
        waiting.register(self.connection.pgconn.socket, select.POLLIN)
        return not waiting.poll(0) or super().is_usable()
