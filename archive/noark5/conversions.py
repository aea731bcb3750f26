"""Which files of a document are delivered, and what is said of those that were converted.

A production format is never delivered (M700): the copy in an archive format goes in its place,
with its konvertering (krav 6.4.42), and the original stays where it was journaled. Only where
an archivist has settled that there is no copy, the original goes along as it is, and a merknad
says why.
"""

from archive.noark5.markup import branch, leaf
from archive.vocabulary import Variant

COLUMNS = {  # of a document, beside its own
    "pk": "pk",
    "converted_from": "converted_from_id",
    "original_format": "converted_from__format",
    "original_details": "converted_from__format_details",
    "conversion_tool": "conversion_tool",
    "conversion_comment": "conversion_comment",
    "settled_at": "conversion__settled_at",
    "settled_by": "conversion__settled_by__name",
    "settled_note": "conversion__settled_note",
}


def described(variants):
    """What a document was journaled as: that is what its description tells of."""
    return next((each for each in variants if each.converted_from is None), variants[0])


def delivered(variants):
    """All but the originals of copies that are there."""
    converted = {each.converted_from for each in variants}
    return [each for each in variants if each.pk not in converted]


def variant_of(document):
    """What is delivered is an archive format, or has been settled as if it were one."""
    return Variant.ARCHIVE if document.variant == Variant.PRODUCTION else document.variant


def conversion(document):
    """The konvertering of a copy; nothing of what was born as it is."""
    if document.converted_from is None:
        return ""
    return branch(
        "konvertering",
        leaf("konvertertDato", document.created_at),
        leaf("konvertertAv", document.created_by),
        leaf("konvertertFraFormat", document.original_details or document.original_format),
        leaf("konvertertTilFormat", document.format_details or document.format),
        leaf("konverteringsverktoey", document.conversion_tool),
        leaf("konverteringskommentar", document.conversion_comment),
    )


def why_not_converted(variants):
    """The merknad of an original that is delivered as it is."""
    return "".join(
        branch(
            "merknad",
            leaf("merknadstekst", document.settled_note),
            leaf("merknadstype", "Ikke konvertert til arkivformat"),
            leaf("merknadsdato", document.settled_at),
            leaf("merknadRegistrertAv", document.settled_by),
        )
        for document in delivered(variants)
        if document.settled_at and document.converted_from is None
    )
