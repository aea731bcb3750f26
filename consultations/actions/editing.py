"""Writing a consultation, before and after it is published.

What is changed after publication is told to everybody: each action writes an Amendment.
"""

from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.files import store_file
from consultations.actions.sending import lay_out_further_document, send_further_letter
from consultations.actions.tally import raise_public_version
from consultations.actions.telling import tell
from consultations.models import (
    Acceptance,
    Amendment,
    Consultation,
    ConsultationStatus,
    Consultee,
    Document,
    NewsKind,
    PublicState,
    RelatedLink,
    Tally,
    Theme,
    WhoMayAnswer,
)
from consultations.permissions import can_edit

WHOLE = {"nb": "Høringen som helhet", "nn": "Høyringa som heilskap"}  # the theme's title
TEXTS = {"title", "summary", "purpose", "outcome", "use_of_responses"}
RULES = {
    "opens_at",
    "moderation",
    "authority_part",
    "topic_starters",
    "has_discussion",
    "discussion_names",
    "contact_name",
    "contact_email",
    "unit",
}
BEFORE_CLOSING = {
    ConsultationStatus.DRAFT,
    ConsultationStatus.PUBLISHED,
    ConsultationStatus.OPEN,
}


@action
def create_consultation(authority, *, by, **fields):
    """Begin a consultation as a draft, with the theme that is the consultation as a whole.

    Acceptance is by a moderator where one may answer anonymously, else automatic, unless
    `fields` says otherwise.
    """
    require(can_edit(by, authority))
    if "acceptance" not in fields:
        anonymous = fields.get("who_may_answer") == WhoMayAnswer.ANONYMOUS
        fields["acceptance"] = Acceptance.BY_MODERATOR if anonymous else Acceptance.AUTOMATIC
    consultation = Consultation.objects.create(authority=authority, created_by=by, **fields)
    PublicState.objects.create(consultation=consultation)
    save_theme(
        consultation,
        None,
        by=by,
        title=WHOLE[consultation.language],
        slug="helheten",
        position=0,
        is_whole=True,
    )
    return consultation


@action
def edit_consultation(consultation, *, note="", by, **fields):
    """Change what stands in a consultation that is not concluded. `note`: what and why.

    Raises ActionRefused where what is published would lack what is mandatory, and where the
    deadline would be moved to a time that has passed, or after it is closed: nobody must
    find that it was yesterday, or that a closed door is open again.
    """
    consultation = _editable(consultation, by)
    before = {name: getattr(consultation, name) for name in fields}
    changed = {name for name, value in fields.items() if value != before[name]}
    for name, value in fields.items():
        setattr(consultation, name, value)
    if consultation.status != ConsultationStatus.DRAFT:
        _refuse_emptied(consultation)
    if changed & TEXTS:
        _amend(consultation, Amendment.Kind.TEXT, note, by)
    if "deadline_at" in changed:
        _move_deadline(consultation, before["deadline_at"], note, by)
    if changed & RULES:
        _amend(consultation, Amendment.Kind.OTHER, note, by)
    consultation.save(update_fields=fields)
    raise_public_version(consultation)
    return consultation


@action
def save_theme(consultation, theme, *, note="", by, **fields):
    """Add a theme, or change one. None may be added once the consultation is published:
    those who answered first could not have answered it."""
    consultation = _editable(consultation, by)
    if theme is None:
        if consultation.status != ConsultationStatus.DRAFT:
            raise ActionRefused(
                _("The consultation is published. Themes can be changed, but not added.")
            )
        theme = Theme.objects.create(consultation=consultation, **fields)
        Tally.objects.create(theme=theme)
        return theme
    require(theme.consultation_id == consultation.pk)
    stored = Theme.objects.get(pk=theme.pk)  # a form has written on `theme` already
    stored._history_user = by
    changed = {name for name, value in fields.items() if value != getattr(stored, name)}
    for name, value in fields.items():
        setattr(stored, name, value)
    stored.save(update_fields=fields)
    if changed & {"title", "text", "questions"}:
        _amend(consultation, Amendment.Kind.THEME, f"{stored.title}\n{note}", by)
    raise_public_version(consultation)
    return stored


@action
def invite_consultee(consultation, *, name, email="", organisation=None, by):
    """Put a body on the list of those who are invited to answer, as `invite_consultees` does."""
    consultation = _before_closing(consultation, by)
    consultee = Consultee.objects.create(
        consultation=consultation, name=name, email=email, organisation=organisation
    )
    _tell_invited(consultation, [consultee], by)
    return consultee


@action
def invite_consultees(consultation, bodies, *, by):
    """Put several bodies on the list: (name, e-mail). Those that stand there already stay.

    Returns those that are new. The letter goes to them when the consultation is published;
    at once, and as an entry of its own, where it is. Raises ActionRefused when it is closed.
    """
    consultation = _before_closing(consultation, by)
    listed = set(consultation.consultees.values_list("name", flat=True))
    new = [
        Consultee.objects.create(consultation=consultation, name=name, email=email)
        for name, email in dict(bodies).items()
        if name not in listed
    ]
    _tell_invited(consultation, new, by)
    return new


@action
def add_document(
    consultation, checked, file, *, title, kind=Document.Kind.PAPER, theme=None, note="", by
):
    """Lay out a checked file to be read (see `consultations.uploads`), also on `theme`'s page.

    It is journaled with the letter when the consultation is published; at once, and as an
    entry of its own, where it is. Raises ActionRefused when it is closed.
    """
    consultation = _before_closing(consultation, by)
    require(theme is None or theme.consultation_id == consultation.pk)
    stored = store_file(file, checked.name.rsplit(".", 1)[-1].lower())
    document = Document.objects.create(
        consultation=consultation,
        theme=theme,
        title=title,
        kind=kind,
        position=consultation.documents.count() + 1,
        name=checked.name,
        content_type=checked.content_type,
        path=stored.path,
        sha256=stored.sha256,
        size=stored.size,
    )
    if consultation.status != ConsultationStatus.DRAFT:
        lay_out_further_document(consultation, document, by=by)
        _amend(consultation, Amendment.Kind.DOCUMENT, f"{title}\n{note}", by)
    raise_public_version(consultation)
    return document


@action
def set_related_links(consultation, links, *, by):
    """The related links become these: (title, address), in this order."""
    consultation = _editable(consultation, by)
    for link in consultation.related_links.all():
        link._history_user = by
        link.delete()
    for position, (title, url) in enumerate(links, start=1):
        RelatedLink.objects.create(
            consultation=consultation, title=title, url=url, position=position
        )
    raise_public_version(consultation)


def _move_deadline(consultation, before, note, by):
    if consultation.status not in BEFORE_CLOSING:
        raise ActionRefused(
            _(
                "The consultation is closed, so its deadline can not be moved. Late answers are "
                "still received."
            )
        )
    if consultation.status != ConsultationStatus.DRAFT and consultation.is_past_deadline:
        raise ActionRefused(_("The deadline can not be moved to a time that has passed."))
    _amend(
        consultation,
        Amendment.Kind.DEADLINE,
        note,
        by,
        deadline_before=before,
        deadline_after=consultation.deadline_at,
    )


def _tell_invited(consultation, consultees, by):
    if consultees and consultation.status != ConsultationStatus.DRAFT:
        send_further_letter(consultation, consultees, by=by)
        names = ", ".join(each.name for each in consultees)
        _amend(consultation, Amendment.Kind.CONSULTEES, names, by)
    raise_public_version(consultation)


def _amend(consultation, kind, note, by, **deadlines):
    """Tell everybody what was changed. A draft nobody has seen."""
    if consultation.status != ConsultationStatus.DRAFT:
        amendment = Amendment.objects.create(
            consultation=consultation, kind=kind, note=note.strip(), amended_by=by, **deadlines
        )
        tell(consultation, NewsKind.AMENDED, amendment=amendment)


def _refuse_emptied(consultation):
    if consultation.missing:
        raise ActionRefused(
            _("The consultation is published and can not be without this: %(missing)s.")
            % {"missing": ", ".join(consultation.missing)}
        )


def _before_closing(consultation, by):
    consultation = _editable(consultation, by)
    if consultation.status not in BEFORE_CLOSING:
        raise ActionRefused(
            _("The consultation is closed: no more documents or invited bodies can be added.")
        )
    return consultation


def _editable(consultation, by):
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    require(can_edit(by, consultation.authority))
    if consultation.status == ConsultationStatus.CONCLUDED:
        raise ActionRefused(_("The consultation is concluded and can not be changed."))
    consultation._history_user = by
    return consultation
