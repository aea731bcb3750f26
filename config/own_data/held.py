"""What is held about one person, and which of it is handed out.

Every model with personal fields stands here, either with the rows that are one's own or with
the reason why they are not handed out in this way.
"""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Affiliation, Membership, Notice, User
from archive.models import (
    AccessRequest,
    Change,
    Correspondent,
    EntryState,
    Erasure,
    JournalWords,
    Remark,
)
from casework.models import Excerpt, Note
from consultations.models import (
    Attachment,
    Consultee,
    DiscussionPost,
    DraftComment,
    Response,
    SearchText,
    Submission,
    Subscription,
)
from moderation.models import Decision, Report


@dataclass(frozen=True)
class Held:
    """Rows that are one's own: which (a condition, from the user and the user's addresses),
    and what of them (a lookup and its name)."""

    model: type[Model]
    title: str
    own: callable
    columns: dict


def _by_address(name="email"):
    return lambda _user, addresses: Q(**{f"{name}__in": addresses})


def _by_user(name):
    return lambda user, _addresses: Q(**{name: user.pk})


EXPORTED = (
    Held(
        User,
        _("Your account"),
        _by_user("id"),
        {
            "name": _("Name"),
            "email": _("E-mail address"),
            "language": _("Language"),
            "date_joined": _("Made"),
            "last_login": _("Last log-in"),
        },
    ),
    Held(
        EmailAddress,
        _("Your e-mail addresses"),
        _by_user("user"),
        {"email": _("E-mail address"), "verified": _("Confirmed")},
    ),
    Held(
        Affiliation,
        _("Organisations that you speak for"),
        _by_user("user"),
        {"organisation__name": _("Organisation"), "created_at": _("Since")},
    ),
    Held(
        Membership,
        _("Your roles"),
        _by_user("user"),
        {"authority__name": _("Authority"), "role": _("Role"), "granted_at": _("Since")},
    ),
    Held(
        Submission,
        _("What you have written and sent"),
        _by_user("sender"),
        {
            "reference": _("Reference"),
            "consultation__title": _("Consultation"),
            "sender_kind": _("Who answers"),
            "name": _("Name"),
            "email": _("E-mail address"),
            "organisation_name": _("Organisation"),
            "organisation_number": _("Organisation number"),
            "hide_name": _("Asks that the name is not published"),
            "hide_name_reason": _("Why"),
            "adds_to__reference": _("Adds to"),
            "created_at": _("Made"),
            "submitted_at": _("Sent"),
        },
    ),
    Held(
        Response,
        _("Your answers"),
        _by_user("submission__sender"),
        {
            "reference": _("Reference"),
            "theme__title": _("Theme"),
            "text": _("Text"),
            "redacted_text": _("Published text"),
            "status": _("Status"),
            "publication": _("Publication"),
            "legal_ground": _("Why"),
            "received_at": _("Received"),
        },
    ),
    Held(
        Attachment,
        _("Your attachments"),
        _by_user("submission__sender"),
        {
            "submission__reference": _("Reference"),
            "name": _("File"),
            "size": _("Bytes"),
            "sha256": "SHA-256",
            "is_public": _("Published"),
        },
    ),
    Held(
        DraftComment,
        _("What colleagues say of your drafts"),
        _by_user("submission__sender"),
        {
            "submission__reference": _("Reference"),
            "name": _("Name"),
            "text": _("Text"),
            "written_at": _("Written"),
        },
    ),
    Held(
        Decision,
        _("Decisions about your answers"),
        _by_user("response__submission__sender"),
        {
            "response__reference": _("Reference"),
            "outcome": _("Decision"),
            "ground": _("Why"),
            "decided_at": _("Decided"),
        },
    ),
    Held(
        Correspondent,
        _("Your name in the journal"),
        lambda user, _addresses: Q(
            entry__source__in=Response.objects.filter(submission__sender=user)
            .order_by()
            .values("reference")
        ),
        {
            "entry__number": _("Number"),
            "entry__year": _("Year"),
            "name": _("Name"),
            "contact_person": _("Contact person"),
            "email": _("E-mail address"),
        },
    ),
    Held(
        DiscussionPost,
        _("Your posts"),
        _by_user("author"),
        {
            "nickname": _("Nickname"),
            "title": _("Topic"),
            "text": _("Text"),
            "status": _("Status"),
            "created_at": _("Written"),
        },
    ),
    Held(
        Subscription,
        _("What you follow"),
        _by_address(),
        {
            "email": _("E-mail address"),
            "consultation__title": _("Consultation"),
            "authority__name": _("Authority"),
            "created_at": _("Since"),
        },
    ),
    Held(
        Consultee,
        _("Consultations that you are invited to"),
        _by_address(),
        {
            "consultation__title": _("Consultation"),
            "name": _("Name"),
            "email": _("E-mail address"),
        },
    ),
    Held(
        Report,
        _("What you have reported"),
        _by_address(),
        {"text": _("Text"), "email": _("E-mail address"), "reported_at": _("Reported")},
    ),
    Held(
        AccessRequest,
        _("Your requests for access"),
        _by_address(),
        {
            "name": _("Name"),
            "email": _("E-mail address"),
            "text": _("Text"),
            "received_at": _("Received"),
            "answer": _("Answer"),
        },
    ),
    Held(
        Notice,
        _("Mails to you"),
        lambda user, addresses: Q(recipient=user) | Q(email__in=addresses),
        {
            "email": _("E-mail address"),
            "subject": _("Subject"),
            "body": _("Text"),
            "sent_at": _("Sent"),
        },
    ),
)
NOT_EXPORTED = {
    Erasure: "Why something was erased by law; what that was is no longer held.",
    EntryState: "Names the officials who handled an entry, not the sender.",
    JournalWords: "An index of the journal; the name in it is with Correspondent.",
    Change: "What officials changed in the record; the sender's name is with Correspondent.",
    Remark: "Notes of the archive on its entries: whoever wants them asks for access.",
    Note: "Internal preparation of a case (personopplysningsloven § 16 first paragraph e).",
    Excerpt: "Internal preparation of a case (personopplysningsloven § 16 first paragraph e).",
    SearchText: "Words of published texts for the search, all of which stand with Response.",
}


def collect(user):
    """(part, rows), each row a dictionary by column."""
    addresses = {
        user.email,
        *EmailAddress.objects.filter(user=user).values_list("email", flat=True),
    }
    return [
        (
            part,
            list(
                part.model._default_manager.filter(part.own(user, addresses))
                .order_by("pk")
                .values(*part.columns)
            ),
        )
        for part in EXPORTED
    ]
