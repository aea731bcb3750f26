"""What the reverse proxy may keep, and until when; what no other cache in between is told."""

import time_machine

from config.proxy import static_file_may_be_kept
from tests import factories

HEADER = "X-Accel-Expires"


def kept_for(client, address, *, asked_at):
    """Seconds from then until the proxy asks again: when the second that it is told is over."""
    with time_machine.travel(asked_at, tick=False):
        told = client.get(address).headers[HEADER]
    return int(told.removeprefix("@")) + 1 - asked_at


def test_a_public_page_is_kept_for_less_than_two_seconds(client, consultation):
    at = 1_900_000_000

    kept = [kept_for(client, "/nb/", asked_at=at + part / 10) for part in range(10)]

    assert 0.4 < min(kept) < max(kept) < 1.6


def test_what_is_not_changed_is_kept_on(client, consultation):
    etag = client.get("/nb/").headers["ETag"]

    page = client.get("/nb/", headers={"if-none-match": etag})

    assert page.status_code == 304
    assert HEADER in page.headers


def test_nothing_but_a_public_page_is_kept(client, consultation):
    kept = {"/nb/": True, "/helse/": False, "/nb/finnes-ikke/": False, "/nb/min-side/": False}
    kept[f"/nb/horinger/{consultation.slug}/svar-pa-horingen/"] = False

    of_a_stranger = {address: HEADER in client.get(address).headers for address in kept}
    client.force_login(factories.person())
    of_a_citizen = {address: HEADER in client.get(address).headers for address in kept}

    assert of_a_stranger == of_a_citizen == kept


def test_a_static_file_is_kept_for_a_minute():
    headers = {}

    static_file_may_be_kept(headers, "site.css", "/static/site.css")

    assert headers == {HEADER: "60"}
