"""What an extraction leaves out, and why: said before it is begun, and kept with it.

Only closed case files go in (krav 6.4.12), and only whole: a case file with a file that has
no archive format yet goes along the next time.
"""

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.models import CaseFile, Conversion
from archive.vocabulary import CaseStatus

LISTED = 500  # one row tells of them; more than that, nobody reads


def whole_case_files():
    """The closed case files all of whose files have an archive format."""
    return CaseFile.objects.closed().exclude(_has_unconverted())


def left_out(authority, limit=LISTED):
    """The case files that an extraction made now would leave out: what and why, as plain data."""
    case_files = list(omitted_case_files(authority)[:limit])
    unconverted = dict(
        _unconverted()
        .filter(document__entry__case_file__in=case_files)
        .values_list("document__entry__case_file")
        .annotate(Count("pk"))
    )
    return [
        {
            "case_file": case_file.identifier,
            "title": case_file.title,
            "is_open": case_file.status == CaseStatus.OPEN,
            "unconverted": unconverted.get(case_file.pk, 0),
        }
        for case_file in case_files
    ]


def omitted_case_files(authority):
    """In their order."""
    is_left_out = Q(status=CaseStatus.OPEN) | _has_unconverted()
    return CaseFile.objects.filter(is_left_out, authority=authority).order_by("year", "number")


def words_for(omission):
    """Why a case file of `left_out` is left out, and what brings it in."""
    sentences = []
    if omission["is_open"]:
        sentences.append(_("It is open. A case file is closed when its consultation is concluded."))
    if omission["unconverted"]:
        sentences.append(
            ngettext(
                "%(count)s file has no archive format yet. Convert it or settle it.",
                "%(count)s files have no archive format yet. Convert them or settle them.",
                omission["unconverted"],
            )
            % {"count": omission["unconverted"]}
        )
    return " ".join(sentences)


def _has_unconverted():
    return Exists(_unconverted().filter(document__entry__case_file=OuterRef("pk")))


def _unconverted():
    return Conversion.objects.unsettled()
