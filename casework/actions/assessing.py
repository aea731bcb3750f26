"""What the authority makes of a theme: written by one, seen by all when it is published.

What is published is a document in the case like any other. So it is journaled with it, and
before the consultation is concluded: then the case file is closed.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions import NewEntry, PartOfDocument, Party, journal, prepare
from archive.models import JournalEntry
from archive.pdf import DocumentNotRendered
from archive.vocabulary import EntryKind, PartyKind
from casework.letters import assessment_page
from casework.models import Assessment
from casework.permissions import can_assess
from consultations.actions import raise_public_version, tell
from consultations.models import (
    Consultation,
    ConsultationStatus,
    NewsKind,
    ResponseStatus,
    Theme,
)


class SavedMeanwhile(ActionRefused):
    """Somebody else has saved the assessment since one read it."""


@action
def write_assessment(theme, *, text, cited=(), seen=None, by):
    """Say what the authority makes of a theme, and which responses that rests on.

    Nobody but the authority sees it until it is published; then it stands. `seen` is the
    digest of what one has read there; None writes over whatever stands. Raises ActionRefused
    for a response that is no part of the case and when the consultation is concluded, and
    SavedMeanwhile where something else than what one has seen stands there now.
    """
    assessment = _assessment(theme, by)
    _refuse_what_stands(assessment)
    if seen is not None and seen != assessment.digest():
        raise SavedMeanwhile(
            _(
                "Somebody has saved another text since you opened this page. Yours is not "
                "saved. What is saved stands below: put the two together, and save again."
            )
        )
    if any(not _is_in_case(response, theme) for response in cited):
        raise ActionRefused(_("Only accepted responses to this consultation can be cited."))
    assessment.text = text
    assessment.save()
    assessment.cited.set(cited)
    return assessment


@action
def publish_assessment(theme, *, by):
    """Journal the assessment, and show everybody what the responses to a theme led to.

    The consultation is held, so that it is not concluded meanwhile. Raises ActionRefused
    before the authority has begun to treat the responses and when it has concluded, where
    nothing is written or it is published already, and where its document can not be made.
    """
    consultation = Consultation.objects.select_for_update(no_key=True).get(pk=theme.consultation_id)
    assessment = _assessment(theme, by)
    _refuse_what_stands(assessment)
    if consultation.status != ConsultationStatus.UNDER_TREATMENT:
        raise ActionRefused(
            _("An assessment is published while the responses are being treated, not before.")
        )
    if not assessment.text.strip():
        raise ActionRefused(_("Write the assessment before you publish it."))
    assessment.published_at, assessment.published_by = timezone.now(), by
    assessment.save()
    _journal(assessment, by)
    tell(consultation, NewsKind.ASSESSED, theme=assessment.theme)
    raise_public_version(consultation)
    return assessment


def _assessment(theme, by):
    """The theme's assessment, begun if need be; its theme is locked meanwhile."""
    theme = (
        Theme.objects.select_for_update(of=("self",))
        .select_related(
            "consultation__authority",
            "consultation__case_file",
            "consultation__responsible",
            "theme_handler",
        )
        .get(pk=theme.pk)
    )
    require(can_assess(by, theme))
    assessment = Assessment.objects.filter(theme=theme).first() or Assessment(theme=theme)
    assessment.theme, assessment._history_user = theme, by
    return assessment


def _refuse_what_stands(assessment):
    if assessment.published_at:
        raise ActionRefused(_("The assessment is published and can not be changed."))
    if assessment.theme.consultation.status == ConsultationStatus.CONCLUDED:
        raise ActionRefused(
            _(
                "The consultation is concluded and its case file is closed, so no assessment can "
                "be written or published any more."
            )
        )


def _is_in_case(response, theme):
    is_accepted = response.status == ResponseStatus.ACCEPTED
    return is_accepted and response.consultation_id == theme.consultation_id


def _journal(assessment, by):
    theme, consultation = assessment.theme, assessment.theme.consultation
    source = assessment.source
    cited = JournalEntry.objects.filter(
        authority=consultation.authority_id,
        source__in=assessment.cited.values_list("reference", flat=True),
    )
    page = assessment_page(assessment, cited.order_by("position"))
    try:
        prepare(source, [PartOfDocument(page.title, "Vurdering", page=page)], by=by)
    except (DocumentNotRendered, OSError) as error:
        raise ActionRefused(
            _("The document of the assessment can not be made now. Try again later.")
        ) from error
    entry = NewEntry(
        case_file=consultation.case_file,
        source=source,
        kind=EntryKind.INTERNAL,
        title=page.title,
        parties=(Party(PartyKind.INTERNAL_SENDER, consultation.unit),),
        document_date=timezone.localdate(assessment.published_at),
        keywords=(theme.title,),
        unit=consultation.unit,
        case_handler=str(by or consultation.responsible),
    )
    return journal(entry, by=by)
