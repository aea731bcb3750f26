"""What one searches the journals for."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from accounts.models import Authority
from archive.models.entry import JournalEntry


class JournalWords(models.Model):
    """Søkeord: the words by which one entry is found, in the public journal and in the running.

    The view `archive_searchablejournal` says what they are; this table is its copy, kept by
    the triggers of migration 0008 in the transaction that changes what it shows. So nobody
    can forget it, and nobody else writes here.

    `words` holds nothing but what the public journal shows: nothing of a screened sender, and
    of an obsolete entry only where it stands. A word has the weight A where it stands in the
    title, B in the title of the case or among the themes, C in the name of an organisation,
    D in that of a private person. `inside` holds all of it, for the archivist. Labels in
    capitals, as no stem is, say where the entry belongs: see the view.
    """

    PERSONAL_FIELDS = ("words", "inside")

    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, primary_key=True, related_name="search_words"
    )
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    position = models.PositiveBigIntegerField()
    journaled_on = models.DateField()
    words = SearchVectorField()
    inside = SearchVectorField()

    class Meta:
        verbose_name = "words of a journal entry"
        indexes = [
            GinIndex(fields=["words"], name="archive_journal_words"),
            GinIndex(fields=["inside"], name="archive_journal_words_inside"),
            models.Index(
                fields=["authority", "journaled_on", "position"], name="archive_journal_words_days"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "position"], name="archive_journalwords_position_is_one"
            )
        ]

    def __str__(self):
        return f"#{self.pk}"
