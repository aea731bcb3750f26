"""When a fault means that the database is out of reach, and when it is only a fault."""

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from config import environment
from config.database import is_out_of_reach


def fault(sqlstate):
    """The fault as Django raises it."""
    error = OperationalError("Noe er galt")
    error.__cause__ = psycopg.errors.lookup(sqlstate)("Noe er galt")
    return error


@pytest.mark.parametrize("sqlstate", ["57P01", "57P02", "57P03", "08006", "08001", "53300"])
def test_lost_connection_is_out_of_reach(sqlstate):
    assert is_out_of_reach(fault(sqlstate))


@pytest.mark.parametrize("sqlstate", ["40P01", "53100", "57014", "40001", "55P03", "23505"])
def test_answer_from_the_database_is_not(sqlstate):
    assert not is_out_of_reach(fault(sqlstate))


def test_consequence_of_a_lost_connection_is_out_of_reach():
    consequence = DatabaseError("Det kan ikke rulles tilbake")
    consequence.__context__ = fault("57P01")

    assert is_out_of_reach(consequence)


def test_what_has_nothing_to_do_with_the_database_is_not():
    assert not is_out_of_reach(ValueError())
    assert not is_out_of_reach(None)


@pytest.mark.django_db(transaction=True)
def test_connection_that_the_server_ends_is_out_of_reach():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()

    with pytest.raises(OperationalError) as caught, connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    connection.close()
    assert is_out_of_reach(caught.value)


@pytest.mark.django_db
def test_no_trigger_has_to_find_out_by_an_error_that_it_is_not_put_aside():
    with connection.cursor() as cursor:
        cursor.execute("SHOW pgtrigger.ignore")

        assert cursor.fetchone() == ("{}",)


def test_options_of_the_address_are_kept():
    address = "postgresql://netthoring@/netthoring?options=-c%20work_mem%3D8MB"

    options = environment.database(address)["OPTIONS"]["options"]

    assert options == "-c pgtrigger.ignore={} -c work_mem=8MB"


@pytest.mark.django_db(transaction=True)
def test_connection_that_was_lost_between_two_requests_is_made_anew():
    lost = connection.copy()
    lost.settings_dict["CONN_HEALTH_CHECKS"] = True
    with lost.cursor() as cursor, connection.cursor() as other:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    lost.close_if_unusable_or_obsolete()  # as a request begins and ends

    with lost.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (new_pid,) = cursor.fetchone()

    lost.close()
    assert new_pid != pid


@pytest.mark.django_db(transaction=True)
def test_connection_that_is_kept_is_not_asked_whether_it_is_alive():
    kept = connection.copy()
    kept.ensure_connection()
    with CaptureQueriesContext(kept) as asked:
        assert kept.is_usable()

    kept.close()
    assert not asked.captured_queries
