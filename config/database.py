"""When a fault of the database means that it is out of reach."""

import psycopg

OUT_OF_REACH = (
    "08",  # the connection broke
    "57P",  # it is shutting down, has crashed, or is not ready yet
    "53300",  # it has no connection left for us
)


def is_out_of_reach(fault):
    """True where the connection could not be had or was lost, at `fault` or at what led to it.

    A deadlock, a full disk or a statement that was cancelled are answers from a database
    that is there; they have a SQLSTATE of their own. What never reached a server has none.
    """
    seen = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        if isinstance(fault, psycopg.OperationalError) and (
            fault.sqlstate is None or fault.sqlstate.startswith(OUT_OF_REACH)
        ):
            return True
        fault = fault.__cause__ or fault.__context__
    return False
