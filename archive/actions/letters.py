"""Letters to those who have answered: each is an entry, and writes off what it answers."""

from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action
from archive.actions.entries import write_off_entries
from archive.actions.journaling import journal
from archive.vocabulary import EntryKind, WriteOff


@action
def answer_entries(letter, entries, *, manner=WriteOff.ANSWERED_BY_LETTER, by):
    """Journal an outgoing `letter` (a NewEntry), and write off the entries that it answers.

    All of them refer to it from then on (krav 3.4.7). The caller has asked who may. Raises
    ActionRefused where the letter does not go out, or an entry is not open or of another case
    file, with no number taken.
    """
    if letter.kind != EntryKind.OUTGOING:
        raise ActionRefused(_("An answer is a document that goes out."))
    entry = journal(letter, by=by)
    write_off_entries(entries, manner, answer=entry, by=by)
    return entry
