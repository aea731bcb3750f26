"""What everybody reads: the same bytes for all, that any cache may keep, at a fixed cost.

Every address that the permission table calls public is tried, so that none is forgotten.
"""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.access import ACCESS, PUBLIC, SENDER
from tests import factories, pages
from tests.presses import undone

pytestmark = pytest.mark.django_db
PUBLIC_NAMES = [name for name, who in ACCESS.items() if who == PUBLIC]
NOT_KEPT = {"health", "front", "robots"}  # they depend on no row, and nobody asks whether they do
NO_PAGES = {  # what takes what is sent, or is a file
    "consultations:draft-keep-first",
    "consultations:draft-keep",
    "consultations:draft-send",
    "consultations:receipt-download",
    "consultations:proof-download",
    "consultations:sent-text-download",
    "consultations:sent-attachment-download",
    "consultations:submission-add-to",
    "accounts:organisation-look-up",
    "archive:access-document-download",
}


@pytest.fixture(scope="module")
def world(shared):
    return pages.world()


@pytest.fixture
def addresses(db, world):
    def addresses(name):
        return [pages.address_of(path, world) for path in pages.PUBLIC_PAGES[name]]

    return addresses


@pytest.fixture
def citizen():
    """The browser of somebody who is logged in."""
    client = Client()
    client.force_login(factories.participant())
    return client


def read(client, address, **how):
    """The page, and its bytes."""
    page = client.get(address, **how)
    return page, b"".join(page)


def test_the_table_of_pages_has_every_public_and_every_senders_page():
    assert set(PUBLIC_NAMES) == set(pages.PUBLIC_PAGES)
    senders = {name for name, who in ACCESS.items() if who == SENDER}
    listed = {name for name in pages.SENDER_PAGES if not name.startswith("account_")}
    assert senders - NO_PAGES == listed


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_public_page_is_the_same_for_whoever_is_logged_in(client, citizen, addresses, name):
    for address in addresses(name):
        page, bytes_of_a_stranger = read(client, address)
        again, bytes_of_a_citizen = read(citizen, address)

        assert page.status_code == (302 if name == "front" else 200), address
        assert bytes_of_a_citizen == bytes_of_a_stranger
        for each in (page, again):
            each.headers.pop("X-Accel-Expires", None)  # a moment; only the reverse proxy sees it
        assert dict(again.headers) == dict(page.headers)
        assert not page.cookies
        assert not again.cookies
        assert "Cookie" not in page.headers.get("Vary", "")
        assert not client.cookies


@pytest.mark.parametrize("name", sorted(set(PUBLIC_NAMES) - NOT_KEPT))
def test_public_page_may_be_kept_and_is_not_sent_again(client, addresses, name):
    for address in addresses(name):
        page, _bytes = read(client, address)

        again, bytes_sent = read(client, address, headers={"if-none-match": page.headers["ETag"]})

        assert again.status_code == 304, address
        assert bytes_sent == b""
        assert "public" in page.headers["Cache-Control"]
        assert "no-store" not in page.headers["Cache-Control"]


def queries(client, address):
    for cache in caches.all():
        cache.clear()
    with CaptureQueriesContext(connection) as asked:
        read(client, address)
    return len(asked)


@pytest.fixture(scope="module")
def asked(world):
    """Name of a page → what its addresses ask the database: before there is more, after, and
    for somebody who is logged in."""
    stranger, citizen = Client(), Client()

    def by(client):
        return {
            name: [queries(client, pages.address_of(path, world)) for path in paths]
            for name, paths in pages.PUBLIC_PAGES.items()
        }

    with undone():
        citizen.force_login(factories.participant())
        before = by(stranger)
        pages.more(world)
        after, of_a_citizen = by(stranger), by(citizen)
    return {name: (before[name], after[name], of_a_citizen[name]) for name in before}


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_public_page_takes_as_many_queries_whatever_it_lists(asked, name):
    before, after, of_a_citizen = asked[name]

    assert after == before
    assert of_a_citizen == before
