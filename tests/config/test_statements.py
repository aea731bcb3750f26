"""What the site says of itself: accessibility and privacy."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("place", ["tilgjengelighet", "personvern"])
def test_statement_names_every_authority_and_its_address(client, place, django_assert_num_queries):
    authority = factories.authority()

    with django_assert_num_queries(1):
        page = client.get(f"/en/{place}/")

    assert page.status_code == 200
    assert authority.email in page.content.decode()
    assert "Set-Cookie" not in page.headers
    again = client.get(f"/en/{place}/", headers={"if-none-match": page.headers["ETag"]})
    assert again.status_code == 304


def test_cookies_live_as_long_as_the_page_on_privacy_says(client):
    page = client.get("/en/personvern/").content.decode()

    opened = client.get("/en/konto/login/")
    client.force_login(factories.person())

    assert "ends when you close the browser" in page
    assert opened.cookies["csrftoken"]["max-age"] == ""
    assert client.session.get_expiry_age() == 12 * 3600
    assert "after 12 hours" in page


def test_accessibility_links_to_the_official_statement_where_there_is_one(client, settings):
    address = "https://uustatus.no/nb/erklaringer/publisert/1"
    assert address not in client.get("/en/tilgjengelighet/").content.decode()
    settings.ACCESSIBILITY_STATEMENT_URL = address

    page = client.get("/en/tilgjengelighet/")

    assert f'href="{address}"' in page.content.decode()


def test_every_public_page_leads_to_the_statements(client):
    page = client.get("/en/").content.decode()

    assert 'href="/en/tilgjengelighet/"' in page
    assert 'href="/en/personvern/"' in page
