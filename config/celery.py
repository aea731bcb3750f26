"""The work in the background. A task is a nudge; the row that waits is the queue.

So a nudge that cannot be sent is no reason to fail what the person did: it is noted and
forgotten, and the periodic sweep finds the row. A broker that is gone costs the person's
request less than a second.
"""

import logging
import os

from celery import Celery
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

PUBLISH_PATIENCE = {"socket_connect_timeout": 0.4, "socket_timeout": 0.4, "max_retries": 0}


class NudgingCelery(Celery):
    """A Celery whose senders never fail because of the broker."""

    def connection_for_write(self, url=None, **options):
        """The senders' own connection, which gives up at once; workers wait and try again."""
        patience = options.pop("transport_options", None) or PUBLISH_PATIENCE
        return super().connection_for_write(url, transport_options=patience, **options)

    def send_task(self, name, *args, **options):
        """Send the nudge, or log that it was lost: the task's name, never its arguments."""
        try:
            return super().send_task(name, *args, **options)
        except (OperationalError, OSError) as error:
            logger.warning("%s was not sent (%s); its sweep will", name, type(error).__name__)
            return None


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = NudgingCelery("netthoring")
app.config_from_object("django.conf:settings", namespace="CELERY")
