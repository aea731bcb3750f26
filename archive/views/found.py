"""What an archivist's pages fetch first: the authority, and its entries and case files."""

from django.shortcuts import get_object_or_404

from accounts.models import Authority
from accounts.roles import Role
from archive.models import CaseFile, JournalEntry


def authorities_of(user):
    """Those whose archivist the user is."""
    return Authority.objects.filter(pk__in=user.authorities_as(Role.ARCHIVIST))


def authority_of(user, slug=None):
    """One of them: that of the slug, or the first. Raises Http404."""
    authorities = authorities_of(user)
    if slug is None:
        return get_object_or_404(authorities[:1])
    return get_object_or_404(authorities, slug=slug)


def entry_of(user, slug, year, number):
    """An entry of theirs, with its state. Raises Http404."""
    return get_object_or_404(
        JournalEntry.objects.visible_to(user).select_related("authority", "case_file", "state"),
        authority__slug=slug,
        year=year,
        number=number,
    )


def case_file_of(user, slug, year, number):
    """A case file of theirs. Raises Http404."""
    return get_object_or_404(
        CaseFile.objects.visible_to(user).select_related(
            "authority", "series", "classification", "disposal"
        ),
        authority__slug=slug,
        year=year,
        number=number,
    )
