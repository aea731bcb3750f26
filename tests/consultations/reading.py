"""What the tests of the public pages publish and read."""

from moderation.actions import publish_response
from tests import factories


def address(consultation, rest=""):
    return f"/en/horinger/{consultation.slug}/{rest}"


def published(consultation, **fields):
    response = factories.accepted_response(consultation, **fields)
    publish_response(response, by=None)
    response.refresh_from_db()
    return response


def text_of(client, where):
    page = client.get(where)
    assert page.status_code == 200
    return page.content.decode()
