"""Writing a consultation, before and after it is published."""

from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.files import store_file
from consultations.actions.tally import raise_public_version
from consultations.models import (
    Acceptance,
    Consultation,
    ConsultationStatus,
    Consultee,
    Document,
    PublicState,
    Tally,
    Theme,
    WhoMayAnswer,
)
from consultations.permissions import can_edit

WHOLE = {"nb": "Høringen som helhet", "nn": "Høyringa som heilskap"}  # the theme's title


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
def edit_consultation(consultation, *, by, **fields):
    """Change what stands in a consultation that is not concluded."""
    consultation = _editable(consultation, by)
    for name, value in fields.items():
        setattr(consultation, name, value)
    consultation.save(update_fields=fields)
    raise_public_version(consultation)
    return consultation


@action
def save_theme(consultation, theme, *, by, **fields):
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
    theme._history_user = by
    for name, value in fields.items():
        setattr(theme, name, value)
    theme.save(update_fields=fields)
    raise_public_version(consultation)
    return theme


@action
def invite_consultee(consultation, *, name, email="", organisation=None, by):
    """Put a body on the list of those who are invited to answer."""
    consultation = _editable(consultation, by)
    raise_public_version(consultation)
    return Consultee.objects.create(
        consultation=consultation, name=name, email=email, organisation=organisation
    )


@action
def invite_consultees(consultation, bodies, *, by):
    """Put several bodies on the list: (name, e-mail). Those that stand there already stay.

    Returns those that are new. The letter goes to them when the consultation is published,
    so raises ActionRefused when it is.
    """
    consultation = _draft(consultation, by)
    listed = set(consultation.consultees.values_list("name", flat=True))
    return [
        invite_consultee(consultation, name=name, email=email, by=by)
        for name, email in dict(bodies).items()
        if name not in listed
    ]


@action
def add_document(consultation, checked, file, *, title, kind=Document.Kind.PAPER, by):
    """Lay out a checked file to be read (see `consultations.uploads`).

    It is journaled with the letter when the consultation is published, so raises
    ActionRefused when it is.
    """
    consultation = _draft(consultation, by)
    stored = store_file(file, checked.name.rsplit(".", 1)[-1].lower())
    return Document.objects.create(
        consultation=consultation,
        title=title,
        kind=kind,
        position=consultation.documents.count() + 1,
        name=checked.name,
        content_type=checked.content_type,
        path=stored.path,
        sha256=stored.sha256,
        size=stored.size,
    )


def _draft(consultation, by):
    consultation = _editable(consultation, by)
    if consultation.status != ConsultationStatus.DRAFT:
        raise ActionRefused(
            _(
                "The consultation is published: its letter, its documents and the list of "
                "invited bodies are journaled and can not be added to."
            )
        )
    return consultation


def _editable(consultation, by):
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    require(can_edit(by, consultation.authority))
    if consultation.status == ConsultationStatus.CONCLUDED:
        raise ActionRefused(_("The consultation is concluded and can not be changed."))
    consultation._history_user = by
    return consultation
