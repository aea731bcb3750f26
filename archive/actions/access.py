"""Requests for access (innsyn): asked, answered once, reminded of, and who asked forgotten.

Nobody who asks need say who they are, nor why (offl. § 28). What is refused is refused in
writing, with its legal basis and how to complain (offl. §§ 31 and 32).
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Notice, User
from accounts.notices import owe_notice, owe_notices, written_mail
from accounts.roles import Role
from accounts.rules import ActionRefused, action, require
from archive.access import KEPT, due_day, is_working_day, kept_until, materials
from archive.actions.entries import current_entries
from archive.models import AccessRequest, RequestedEntry
from archive.permissions import can_answer_access_request

LONGEST_REQUEST = 100  # entries
Outcome = RequestedEntry.Outcome


@dataclass(frozen=True)
class Answer:
    """What is decided of one requested entry. `attachments` are the system_ids of those that
    go along with the redacted variant."""

    outcome: Outcome
    legal_basis: str = ""
    reason: str = ""
    attachments: tuple[UUID, ...] = ()


@action
def request_access(authority, entries, *, name="", email="", text="", language):
    """Ask for the documents of entries of one authority's journal. Anybody may.

    Owes its archivists word of it, and whoever asks a receipt where there is an address.
    Raises ActionRefused where nothing is asked for, or too much at once.
    """
    wanted = {entry.pk: entry for entry in entries if entry.authority_id == authority.pk}
    if not wanted:
        raise ActionRefused(_("Choose at least one document of the journal to ask for."))
    if len(wanted) > LONGEST_REQUEST:
        raise ActionRefused(
            _("Ask for at most %(most)d documents at a time.") % {"most": LONGEST_REQUEST}
        )
    now = timezone.now()
    asked = AccessRequest.objects.create(
        authority=authority,
        name=name,
        email=email,
        text=text,
        language=language,
        received_at=now,
        due_on=due_day(timezone.localdate(now)),
    )
    RequestedEntry.objects.bulk_create(
        RequestedEntry(request=asked, entry=entry) for entry in wanted.values()
    )
    _owe_asker(asked, "access_received")
    _owe_archivists(
        authority, "access_new", key=_key(asked, "new"), access_request=asked, count=len(wanted)
    )
    return asked


@action
def answer_access_request(access_request, answers, *, text="", by):
    """Answer every entry of a request, once: what is given is fixed here, for good.

    `answers` is pk of the RequestedEntry → Answer. Raises ActionRefused where it is answered
    already, where an entry has no answer, and where an answer would give what may not be
    given, or would refuse without legal basis.
    """
    access_request = AccessRequest.objects.select_for_update().get(pk=access_request.pk)
    require(can_answer_access_request(by, access_request))
    if access_request.answered_at:
        raise ActionRefused(
            _("%(who)s has answered this request already. Your answer was not saved.")
            % {"who": access_request.answered_by}
        )
    requested = list(access_request.entries.select_related("entry").order_by("pk"))
    found = materials(current_entries([each.entry for each in requested]))
    for each, material in zip(requested, found, strict=True):
        _decide(each, material, answers.get(each.pk))
    RequestedEntry.objects.bulk_update(requested, ["outcome", "legal_basis", "reason", "documents"])
    access_request.answered_at, access_request.answered_by = timezone.now(), by
    access_request.answer = text
    access_request.save(update_fields=["answered_at", "answered_by", "answer"])
    _owe_asker(access_request, "access_answered", until=kept_until(access_request))
    return access_request


def _decide(requested, material, answer):
    """Set the answer on the row. Raises ActionRefused for one that can not be."""
    name = {"entry": requested.entry.identifier}
    if answer is None:
        raise ActionRefused(_("Decide on entry %(entry)s too.") % name)
    if answer.outcome not in material.outcomes:
        raise ActionRefused(
            _(
                "Entry %(entry)s can not be answered like that any more: its screening, or what "
                "there is to give of it, was changed. Look at it again."
            )
            % name
        )
    is_refused = answer.outcome in (Outcome.PARTLY, Outcome.REFUSED)
    if is_refused and not answer.legal_basis:
        raise ActionRefused(
            _("Say by which provision entry %(entry)s, or a part of it, is refused.") % name
        )
    given = material.given(answer.outcome, answer.attachments)
    if answer.outcome == Outcome.PARTLY and not given:
        raise ActionRefused(_("Choose what is given of entry %(entry)s.") % name)
    requested.outcome = answer.outcome
    requested.legal_basis = answer.legal_basis if is_refused else ""
    requested.reason = answer.reason
    requested.documents = [each.system_id for each in given]


@action
def remind_of_access_requests(authority):
    """Owe each archivist one mail a working day, while something is due that day or before."""
    today = timezone.localdate()
    if not is_working_day(today):
        return
    due = AccessRequest.objects.filter(authority=authority).due_by(today)
    count = due.count()
    if count:
        _owe_archivists(
            authority,
            "access_due",
            key=f"access-due-{authority.pk}-{today}",
            count=count,
            overdue=due.overdue().count(),
        )


@action
def forget_access_request(access_request):
    """Blank what says who asked, when the time that is promised is over; the mails go too.

    What was asked for and what was decided stay. Nothing happens to one that waits.
    """
    access_request = AccessRequest.objects.select_for_update().get(pk=access_request.pk)
    answered_at = access_request.answered_at
    if access_request.forgotten_at or not answered_at or answered_at + KEPT > timezone.now():
        return
    access_request.name = access_request.email = access_request.text = access_request.answer = ""
    access_request.forgotten_at = timezone.now()
    access_request.save(update_fields=["name", "email", "text", "answer", "forgotten_at"])
    Notice.objects.filter(key__startswith=_key(access_request, "")).delete()


def _owe_asker(access_request, mail, **context):
    """The address is not confirmed, and may be somebody else's: the mail has a link alone."""
    if not access_request.email:
        return
    with override(access_request.language):
        path = reverse("archive:access-request-show", args=[access_request.token])
    subject, body = written_mail(
        mail,
        access_request.language,
        access_request=access_request,
        authority=access_request.authority,
        link=settings.SITE_URL + path,
        **context,
    )
    owe_notice(
        key=_key(access_request, mail), email=access_request.email, subject=subject, body=body
    )


def _owe_archivists(authority, mail, *, key, **context):
    """Each in the language of the account. Nothing is said of who asks."""
    notices = []
    for archivist in User.objects.holding(Role.ARCHIVIST, authority):
        with override(archivist.language):
            path = reverse("archive:access-request-list", args=[authority.slug])
        subject, body = written_mail(
            mail,
            archivist.language,
            authority=authority,
            link=settings.SITE_URL + path,
            **context,
        )
        notices.append(
            Notice(
                key=f"{key}-{archivist.pk}",
                recipient=archivist,
                email=archivist.email,
                subject=subject,
                body=body,
            )
        )
    owe_notices(notices)


def _key(access_request, mail):
    return f"access-{access_request.pk}-{mail}"
