"""What is kept from the public, by which law and how long.

A moderator's decision on what is published is told to the record (`screen_entry`); an archivist
judges every entry, and sets the period (`assess_entry`).
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.entries import change_state, changes_of, open_state, open_states
from archive.models import Change, EntryState
from archive.periods import years_after
from archive.permissions import can_keep_archive
from archive.public_title import masked, screened_words
from archive.vocabulary import SCREENED_PARTS, Variant


@action
def screen_entry(entry, *, legal_basis, sender=False, document="", by):
    """Skjerme: keep the sender, the document or parts of it from the public, with legal basis.

    Without `legal_basis` the entry is assessed and nothing of it is screened, but for the words
    of its title that an archivist has screened (`assess_entry`): those stay, and so does their
    basis. A period that an archivist has set stays as long as the legal basis does.
    """
    state = open_state(entry, may_be_archived=True)
    if state.public_title and not legal_basis:
        legal_basis, sender, document = state.legal_basis, False, ""
    years = state.screening_years if legal_basis == state.legal_basis else None
    return _screen(
        state, legal_basis, sender, document, public_title=state.public_title, years=years, by=by
    )


@action
def assess_entry(entry, *, legal_basis, sender=False, document="", title_words=(), years=None, by):
    """An archivist's judgement of an entry by the rules of public access, for a period.

    `title_words` are masked in the public title, and nobody finds the entry by them there.
    `years` count from the date of the document; None is until it is assessed anew. Call
    `moderation.actions.assess_entry`, which knows what a moderator has hidden. Raises
    ActionRefused where parts are to be screened of a document that has no variant without them,
    and for a word that the title does not have.
    """
    require(can_keep_archive(by, entry.authority_id))
    state = open_state(entry, may_be_archived=True)
    if document == SCREENED_PARTS and not has_redacted_variant(entry):
        raise ActionRefused(
            _(
                "Parts of the document can be screened when there is a variant without them. "
                "A moderator makes it by redacting the response. Until then, screen the whole."
            )
        )
    public_title = masked(entry.title, title_words)
    if len(screened_words(entry.title, public_title)) < len(set(title_words)):
        raise ActionRefused(_("Choose among the words of the title “%(title)s”.") % vars(entry))
    if public_title == entry.title:
        public_title = ""
    return _screen(
        state, legal_basis, sender, document, public_title=public_title, years=years, by=by
    )


@action
def assess_as_public(entries, *, by):
    """Say of many entries at once that they are assessed, and nothing of them is screened.

    All or none: raises ActionRefused where one of them was assessed meanwhile.
    """
    for authority in {entry.authority_id for entry in entries}:
        require(can_keep_archive(by, authority))
    states, today = open_states(entries, may_be_archived=True), timezone.localdate()
    changes = []
    for state in states:
        if state.assessed_on or state.legal_basis:
            raise ActionRefused(
                _("Entry %(entry)s was assessed meanwhile. Look at it, then choose again.")
                % {"entry": state.entry.identifier}
            )
        changes += changes_of(state, by, assessed_on=today)
    Change.objects.bulk_create(changes)
    EntryState.objects.filter(entry__in=entries).update(assessed_on=today)
    return states


def has_redacted_variant(entry):
    return entry.documents.filter(variant=Variant.REDACTED, erasure=None).exists()


def _screen(state, legal_basis, sender, document, *, public_title, years, by):
    years = years if legal_basis else None
    return change_state(
        state,
        by=by,
        legal_basis=legal_basis,
        is_sender_screened=bool(legal_basis) and sender,
        public_title=public_title if legal_basis else "",
        screened_document=document if legal_basis else "",
        screening_years=years,
        screening_ends_on=years_after(state.entry.document_date, years) if years else None,
        assessed_on=timezone.localdate(),
    )
