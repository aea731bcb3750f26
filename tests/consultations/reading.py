"""What the tests of the public pages publish and read."""

from django.urls import reverse

from moderation.actions import publish_response, redact_response, withhold_response
from moderation.models import PublicationGround
from tests import factories


def address(consultation, rest=""):
    return f"/en/horinger/{consultation.slug}/{rest}"


def address_of(thing):
    """Of a consultation, a theme, a response, or a (response, attachment)."""
    match thing:
        case (response, attachment):
            arguments = [response.consultation.slug, response.reference, attachment.pk]
            return reverse("consultations:attachment-download", args=arguments)
        case _ if hasattr(thing, "reference"):
            arguments = [thing.consultation.slug, thing.reference]
            return reverse("consultations:response-show", args=arguments)
        case _ if hasattr(thing, "is_whole"):
            arguments = [thing.consultation.slug, thing.slug]
            return reverse("consultations:theme-show", args=arguments)
    return reverse("consultations:consultation-show", args=[thing.slug])


def published(consultation, *, with_files=False, hide_name=False, **fields):
    response = factories.accepted_response(consultation, **fields)
    files = list(response.submission.attachments.all()) if with_files else []
    publish_response(response, hide_name=hide_name, public_attachments=files, by=None)
    response.refresh_from_db()
    return response


def withheld(consultation, **fields):
    response = factories.accepted_response(consultation, **fields)
    withhold_response(response, ground=PublicationGround.HATEFUL, by=None)
    response.refresh_from_db()
    return response


def redacted(consultation, passage, **fields):
    response = factories.accepted_response(consultation, **fields)
    start = response.text.index(passage)
    redact_response(
        response,
        passages=[(start, start + len(passage))],
        ground=PublicationGround.PERSONAL_DATA,
        by=None,
    )
    response.refresh_from_db()
    return response


def read(client, address, **how):
    """The page, and what its bytes say. A file that is sent is closed when it is read."""
    page = client.get(address, **how)
    return page, b"".join(page).decode(errors="replace")


def text_of(client, where):
    page = client.get(where)
    assert page.status_code == 200
    return page.content.decode()
