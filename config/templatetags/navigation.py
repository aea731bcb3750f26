"""Where a signed-in person may go, by role. Never on a public page: those are the same for all."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.paging import count_some
from accounts.roles import Role
from archive.models import AccessRequest, Erasure
from casework.models import Assignment
from consultations.models import Response
from moderation.queue import to_be_looked_at

register = template.Library()


def _to_moderate(user):
    return Response.objects.moderated_by(user).awaiting_moderation()


def _to_handle(user):
    return Assignment.objects.visible_to(user).to_be_handled().filter(handler=user)


def _to_erase(user):
    return Erasure.objects.visible_to(user).requested()


def _to_answer(user):
    return AccessRequest.objects.visible_to(user).unanswered()


ARCHIVE_PAGES = (  # of one authority: address, what it is called
    ("archive:desk-show", _("What waits")),
    ("archive:running-journal", _("Running journal")),
    ("archive:case-file-list", _("Case files")),
    ("archive:class-list", _("Filing plan")),
    ("archive:access-request-list", _("Requests for access")),
    ("archive:conversion-list", _("Conversions")),
    ("archive:extraction-list", _("Extractions")),
    ("archive:erasure-list", _("Erasures")),
)
ROLE_PAGES = (  # role, address, what it is called, what waits there
    (Role.EDITOR, "consultations:consultation-edit-list", _("Edit consultations"), None),
    (Role.MODERATOR, "moderation:queue-show", _("Moderation"), _to_moderate),
    (Role.MODERATOR, "moderation:discussion-queue", _("Posts and reports"), to_be_looked_at),
    (Role.CASE_HANDLER, "casework:inbox-show", _("Inbox"), _to_handle),
    (Role.ARCHIVIST, "archive:desk-show", _("The archive"), None),
)
OWN_PAGES = (  # on one's own page, what waits in the archive has a line each
    *ROLE_PAGES,
    (Role.ARCHIVIST, "archive:access-request-list", _("Requests for access"), _to_answer),
    (Role.ARCHIVIST, "archive:erasure-list", _("Erasures"), _to_erase),
)


@register.simple_tag
def role_pages(user):
    """The pages of the user's roles, for the bar: (address, name)."""
    return [(name, label) for name, label, _waiting in _pages_of(user, ROLE_PAGES)]


@register.simple_tag
def role_pages_counted(user):
    """Those of one's own page, with what waits: (address, name, count or None, whether more)."""
    return [
        (name, label, *(count_some(waiting(user)) if waiting else (None, False)))
        for name, label, waiting in _pages_of(user, OWN_PAGES)
    ]


@register.simple_tag
def archive_pages(authority):
    """The archive's pages of one authority: (URL name, address, name)."""
    return [(name, reverse(name, args=[authority.slug]), label) for name, label in ARCHIVE_PAGES]


def _pages_of(user, pages):
    if not user.is_authenticated:
        return []
    return [
        (name, label, waiting) for role, name, label, waiting in pages if user.authorities_as(role)
    ]
