"""The discussion: who writes what in it, and when it is closed.

A post is no response and is never journaled by itself: when the discussion is over, it is
archived as one document (`archive_discussion`). What a moderator does with posts is in
`moderation.actions`.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import ActionRefused, action, require
from archive.actions import NewEntry, PartOfDocument, Party, journal, prepare
from archive.models import JournalEntry
from archive.pdf import DocumentNotRendered
from archive.vocabulary import EntryKind, PartyKind
from consultations.actions.tally import raise_public_version
from consultations.letters import discussion_page
from consultations.lifecycle import advance
from consultations.models import (
    Access,
    AuthorityPart,
    Consultation,
    ConsultationStatus,
    DiscussionNames,
    DiscussionPost,
    Moderation,
    Response,
)
from consultations.permissions import (
    can_edit,
    can_lead_discussion,
    can_start_topic,
    is_official,
)

TWICE = timedelta(minutes=10)  # the same words from the same person are one post, pressed twice
BEFORE_THE_END = {
    ConsultationStatus.DRAFT,
    ConsultationStatus.PUBLISHED,
    ConsultationStatus.OPEN,
}


@action
def start_thread(theme, *, title, text, response=None, nickname="", by):
    """Begin a thread under a theme, or under a public response to it.

    Where the consultation is moderated before publication, the post waits for a moderator.
    Raises ActionRefused where one may not write now, or not begin a thread here.
    """
    consultation = _locked_for_writing(theme.consultation_id, nickname, by)
    if response:
        public = Response.objects.public().filter(theme=theme, pk=response.pk)
        if not public.exists():
            raise ActionRefused(_("The response is not public any more."))
    elif not can_start_topic(by, consultation):
        raise ActionRefused(
            _(
                "Here the authority starts the topics. You can reply in them, or start a topic "
                "under a response."
            )
        )
    return _write(
        consultation,
        theme=theme,
        response=response,
        title=title,
        text=text,
        nickname=nickname,
        author=by,
    )


@action
def reply(post, *, text, nickname="", by):
    """Reply to a post. Threads are one level deep: a reply to a reply stands beside it.

    Raises ActionRefused where one may not write now, and where the post or the topic of its
    thread is not there to be read any more.
    """
    consultation = _locked_for_writing(post.theme.consultation_id, nickname, by)
    thread = post.parent_id or post.pk
    wanted = {thread, post.pk}
    found = DiscussionPost.objects.visible().in_bulk(wanted)
    if set(found) != wanted:
        raise ActionRefused(_("The post is not there any more, so you can not reply to it."))
    return _write(
        consultation,
        theme=post.theme,
        response=post.response,
        parent=found[thread],
        text=text,
        nickname=nickname,
        author=by,
    )


@action
def close_discussion(consultation, *, reason, by):
    """Take no more posts for now. Everybody reads the reason; what is written stays."""
    consultation = _led(consultation, by)
    if not consultation.has_discussion or consultation.discussion_closed_at:
        raise ActionRefused(_("The discussion is closed already."))
    _set_closed(consultation, timezone.now(), by, reason)
    return consultation


@action
def reopen_discussion(consultation, *, by):
    """Take posts again. Raises ActionRefused where it is not closed, or archived."""
    consultation = _led(consultation, by)
    if not consultation.discussion_closed_at:
        raise ActionRefused(_("The discussion is not closed."))
    if archived_discussion(consultation):
        raise ActionRefused(_("The discussion is archived and can not be opened again."))
    _set_closed(consultation, None, None, "")
    return consultation


@action
def archive_discussion(consultation, *, by):
    """Keep a discussion that is over as one document in the case file. Returns its entry, or
    None where nobody has written anything.

    Done twice, it is archived once. Raises ActionRefused while one may still write, while
    posts wait for a moderator, and where the document can not be made now.
    """
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    require(can_edit(by, consultation.authority))
    entry = archived_discussion(consultation)
    if entry:
        return entry
    if consultation.status in BEFORE_THE_END and not consultation.discussion_closed_at:
        raise ActionRefused(_("The discussion is going on. Close it before you archive it."))
    posts = DiscussionPost.objects.of_consultation(consultation)
    _refuse_undecided(posts.waiting().count())
    shown = list(posts.shown().select_related("theme", "response__submission", "author", "parent"))
    return _journal_discussion(consultation, shown, by) if shown else None


def archived_discussion(consultation):
    """The entry of the discussion in the journal, or None."""
    return JournalEntry.objects.filter(
        authority=consultation.authority_id, source=_source(consultation)
    ).first()


def why_not_discuss(consultation):
    """Why nobody can write now, for everybody to read; empty where one can."""
    if not consultation.has_discussion:
        return _("This consultation has no discussion.")
    if consultation.status in (ConsultationStatus.DRAFT, ConsultationStatus.PUBLISHED):
        return _("You can write here when the consultation opens.")
    if not consultation.is_open or consultation.is_past_deadline:
        return _("The deadline has passed, so the discussion is over. You can still read it.")
    if consultation.discussion_closed_at:
        return _("The authority has closed the discussion. You can still read it.")
    return ""


def why_not_write(user, consultation):
    """Why this signed-in person can not write now; empty where one can."""
    if reason := why_not_discuss(consultation):
        return reason
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        return _("Confirm your e-mail address before you write. You do so on “My page”.")
    if is_official(user, consultation):
        listens = consultation.authority_part == AuthorityPart.LISTENS
        return (
            _("The authority listens here, so you can not write on its behalf.") if listens else ""
        )
    if consultation.access == Access.INVITED and not _is_invited(user, consultation):
        return _("Only those who are invited to the consultation can write here.")
    return ""


def _is_invited(user, consultation):
    return consultation.consultees.filter(
        Q(email__iexact=user.email) | Q(organisation__in=user.affiliations.values("organisation"))
    ).exists()


def _locked_for_writing(pk, nickname, by):
    """The consultation, held until the post is written: it is not closed meanwhile. Answers,
    which only refer to it, need not wait."""
    consultation = Consultation.objects.select_for_update(no_key=True).get(pk=pk)
    require(by is not None and by.is_active)
    if reason := why_not_write(by, consultation):
        raise ActionRefused(reason)
    if nickname:
        _refuse_nickname(nickname, consultation, by)
    return consultation


def _refuse_nickname(nickname, consultation, by):
    if consultation.discussion_names != DiscussionNames.NICKNAME:
        raise ActionRefused(_("Here one writes by name, not by nickname."))
    if is_official(by, consultation):
        raise ActionRefused(_("Who writes for the authority does so by name."))
    posts = DiscussionPost.objects.of_consultation(consultation).exclude(author=by)
    is_taken = posts.filter(
        Q(nickname__iexact=nickname) | Q(nickname="", author__name__iexact=nickname)
    ).exists()
    if is_taken or consultation.authority.name.casefold() in nickname.casefold():
        raise ActionRefused(_("Somebody else writes by that name here. Choose another nickname."))


def _write(consultation, *, author, **fields):
    """Write the post, or find the one that was written when the button was pressed before."""
    same = DiscussionPost.objects.filter(
        author=author, created_at__gte=timezone.now() - TWICE, **{"parent": None} | fields
    ).first()
    if same:
        return same
    post = DiscussionPost.objects.create(
        author=author, is_of_authority=is_official(author, consultation), **fields
    )
    if consultation.moderation != Moderation.BEFORE:
        advance(post, DiscussionPost.Status.VISIBLE, by=None, at=post.created_at)
        raise_public_version(consultation)
    return post


def _led(consultation, by):
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    require(can_lead_discussion(by, consultation.authority_id))
    if consultation.status == ConsultationStatus.CONCLUDED:
        raise ActionRefused(_("The consultation is concluded and can not be changed."))
    consultation._history_user = by
    return consultation


def _set_closed(consultation, at, by, reason):
    consultation.discussion_closed_at = at
    consultation.discussion_closed_by = by
    consultation.discussion_closed_reason = reason
    consultation.save(
        update_fields=[
            "discussion_closed_at",
            "discussion_closed_by",
            "discussion_closed_reason",
        ]
    )
    raise_public_version(consultation)


def _refuse_undecided(waiting):
    if waiting:
        raise ActionRefused(
            ngettext(
                "%(count)s post in the discussion waits for a moderator.",
                "%(count)s posts in the discussion wait for a moderator.",
                waiting,
            )
            % {"count": waiting}
        )


def _source(consultation):
    """What the archive knows the discussion by."""
    return f"{consultation.source}-discussion"


def _journal_discussion(consultation, posts, by):
    page = discussion_page(consultation, posts)
    source = _source(consultation)
    try:
        prepare(source, [PartOfDocument(page.title, "Diskusjon", page=page)], by=by)
    except (DocumentNotRendered, OSError) as error:
        raise ActionRefused(
            _("The document of the discussion can not be made now. Try again later.")
        ) from error
    entry = NewEntry(
        case_file=consultation.case_file,
        source=source,
        kind=EntryKind.INTERNAL,
        title=page.title,
        parties=(Party(PartyKind.INTERNAL_SENDER, consultation.unit),),
        document_date=timezone.localdate(),
        unit=consultation.unit,
        case_handler=str(consultation.responsible),
    )
    return journal(entry, by=by)
