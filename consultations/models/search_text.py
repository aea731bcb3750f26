"""What the public search looks in."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from consultations.models.consultation import Consultation
from consultations.models.response import Response
from consultations.models.theme import Theme


class SearchText(models.Model):
    """Søketekst: the words by which one consultation, theme or response is found.

    The view `consultations_searchable` says what everybody may find; this table is its copy,
    kept by the triggers of migration 0004 in the transaction that changes what it shows. So
    nobody can forget it, and nobody else writes here. `words` holds the stems of the public
    words, and labels in capitals, as no stem is, of where it belongs: see the view.
    """

    PERSONAL_FIELDS = ("words",)

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="search_texts"
    )
    theme = models.ForeignKey(
        Theme, null=True, on_delete=models.CASCADE, related_name="search_texts"
    )
    response = models.OneToOneField(
        Response, null=True, on_delete=models.CASCADE, related_name="search_text"
    )
    words = SearchVectorField()

    class Meta:
        verbose_name = "search text"
        indexes = [GinIndex(fields=["words"], name="consultations_searched_words")]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "theme"],
                condition=Q(response=None),
                nulls_distinct=False,
                name="consultations_search_text_is_one",
            )
        ]

    def __str__(self):
        return f"#{self.pk}"
