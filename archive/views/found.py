"""What an archivist's pages fetch first: the authority, and its entries and case files."""

from django.shortcuts import get_object_or_404

from accounts.models import Authority
from accounts.roles import Role


def authorities_of(user):
    """Those whose archivist the user is."""
    return Authority.objects.filter(pk__in=user.authorities_as(Role.ARCHIVIST))


def authority_of(user, slug=None):
    """One of them: that of the slug, or the first. Raises Http404."""
    authorities = authorities_of(user)
    if slug is None:
        return get_object_or_404(authorities[:1])
    return get_object_or_404(authorities, slug=slug)
