"""What an authority sends out: journaled as outgoing, and owed to the invited bodies by mail.

The letter is the first entry of the case file. What is added afterwards, bodies or documents,
is an entry of its own: the journal shows who was asked what, and when.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices import owe_notice
from accounts.rules import ActionRefused
from archive.actions import NewEntry, PartOfDocument, Party, journal, prepare
from archive.pdf import DocumentNotRendered
from archive.vocabulary import EntryKind, PartyKind
from consultations.letters import consultee_list_page, letter_page

GROUP = "Høringsinstanser etter liste"
GENERAL_PUBLIC = "Allmennheten"


def send_letter(consultation, *, by):
    """Journal the letter, the list of recipients and the documents as entry 1, and mail it."""
    consultees = list(consultation.consultees.all())
    parts = [*_letter_to(consultation, consultees), *map(_laid_out, consultation.documents.all())]
    _journal_outgoing(
        consultation,
        "letter",
        f"Høringsbrev – {consultation.title}",
        parts,
        recipient=GROUP if consultees else GENERAL_PUBLIC,
        by=by,
    )
    _mail(consultation, consultees)


def send_further_letter(consultation, consultees, *, by):
    """The same letter, to bodies that are invited after publication."""
    _journal_outgoing(
        consultation,
        f"letter-{consultees[0].pk}",
        f"Høringsbrev til flere høringsinstanser – {consultation.title}",
        _letter_to(consultation, consultees),
        recipient=GROUP,
        by=by,
    )
    _mail(consultation, consultees)


def lay_out_further_document(consultation, document, *, by):
    """A document that is laid out after publication."""
    _journal_outgoing(
        consultation,
        f"document-{document.pk}",
        f"Nytt høringsdokument – {document.title}",
        [_laid_out(document)],
        recipient=GENERAL_PUBLIC,
        by=by,
    )


def _letter_to(consultation, consultees):
    parts = [PartOfDocument("Høringsbrev", "Brev", page=letter_page(consultation))]
    if consultees:
        page = consultee_list_page(consultation, consultees)
        parts.append(PartOfDocument("Liste over høringsinstanser", "Liste", page=page))
    return parts


def _laid_out(document):
    extension = document.name.rsplit(".", 1)[-1].lower()
    return PartOfDocument(document.title, "Høringsnotat", stored=document, format=extension)


def _journal_outgoing(consultation, name, title, parts, *, recipient, by):
    """Raises ActionRefused where the documents can not be stored now."""
    source = f"{consultation.source}-{name}"
    try:
        prepare(source, parts, by=by)
    except (DocumentNotRendered, OSError) as error:
        raise ActionRefused(
            _("What is sent out can not be stored now. Nothing was changed; try later.")
        ) from error
    entry = NewEntry(
        case_file=consultation.case_file,
        source=source,
        kind=EntryKind.OUTGOING,
        title=title,
        parties=(
            Party(PartyKind.GROUP_RECIPIENT, recipient),
            Party(PartyKind.INTERNAL_SENDER, consultation.unit),
        ),
        document_date=timezone.localdate(),
        sent_at=timezone.now(),
        unit=consultation.unit,
        case_handler=str(consultation.responsible),
    )
    journal(entry, by=by)


def _mail(consultation, consultees):
    """Owe the letter to those that have an address."""
    for consultee in consultees:
        if consultee.email:
            owe_notice(
                key=f"invitation-{consultee.pk}",
                email=consultee.email,
                subject=f"Høring: {consultation.title}",
                body=consultation.letter,
            )
            consultee.invited_at = timezone.now()
            consultee.save(update_fields=["invited_at"])
