"""The full matrices: what may follow what, written out by hand."""

import pytest
from django.db import IntegrityError, transaction

from accounts.rules import ActionRefused
from consultations.lifecycle import advance
from consultations.models import (
    ConsultationStatus,
    DiscussionPost,
    Publication,
    ResponseStatus,
)
from tests import factories

CONSULTATION = {
    "draft": {"published"},
    "published": {"opened"},
    "opened": {"closed"},
    "closed": {"treatment_started"},
    "treatment_started": {"concluded"},
    "concluded": set(),
}
RESPONSE = {
    "draft": {"received"},
    "received": {"accepted", "rejected", "withdrawn"},
    "accepted": set(),
    "rejected": set(),
    "withdrawn": set(),
}
PUBLICATION = {
    "pending": {"published", "redacted", "withheld"},
    "published": {"published", "redacted", "withheld"},
    "redacted": {"published", "redacted", "withheld"},
    "withheld": {"published", "redacted", "withheld"},
}
POST = {
    "waiting": {"visible", "removed"},
    "visible": {"removed"},
    "removed": set(),
}


def may_become(thing, axis, new):
    """Whether the row may move to `new`; it is put back. A refusal names both states."""
    words = {str(getattr(thing, f"get_{axis}_display")()), str(new.label)}
    try:
        with transaction.atomic():
            advance(type(thing).objects.get(pk=thing.pk), new, by=None)
            transaction.set_rollback(True)
    except ActionRefused as refusal:
        return not all(word in str(refusal) for word in words)
    except IntegrityError:
        return True  # the life cycle lets it; the row wants more: a case file, a ground
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("status", ConsultationStatus)
def test_what_a_consultation_may_become(status):
    consultation = factories.consultation_as(status)

    become = {new for new in ConsultationStatus if may_become(consultation, "status", new)}

    assert become == CONSULTATION[status]


@pytest.mark.django_db
@pytest.mark.parametrize("status", ResponseStatus)
def test_what_a_response_may_become(status):
    response = factories.response_as(status)

    become = {new for new in ResponseStatus if may_become(response, "status", new)}

    assert become == RESPONSE[status]


@pytest.mark.django_db
@pytest.mark.parametrize("publication", Publication)
def test_what_the_publication_of_a_response_may_become(publication):
    response = factories.response_shown_as(publication)

    become = {new for new in Publication if may_become(response, "publication", new)}

    assert become == PUBLICATION[publication]


@pytest.mark.django_db
@pytest.mark.parametrize("status", DiscussionPost.Status)
def test_what_a_post_may_become(status):
    post = factories.post_as(status)

    become = {new for new in DiscussionPost.Status if may_become(post, "status", new)}

    assert become == POST[status]


def test_the_matrices_are_full():
    assert set(CONSULTATION) == set(ConsultationStatus)
    assert set(RESPONSE) == set(ResponseStatus)
    assert set(PUBLICATION) == set(Publication)
    assert set(POST) == set(DiscussionPost.Status)
