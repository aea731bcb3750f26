"""By which rules a consultation is held: the four switches of the Difi report, and the rest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WhoMayAnswer(models.TextChoices):
    """First switch of the Difi report (2012, chapter 5.1): anonymous, or registered?"""

    ACCOUNT = "account", _("Only people who are logged in")
    NAMED = "named", _("Everyone who gives a name and confirms an e-mail address")
    ANONYMOUS = "anonymous", _("Everyone, also anonymously")


class Moderation(models.TextChoices):
    """Second switch: moderation of publication."""

    BEFORE = "before", _("Before publication")
    AFTER = "after", _("After publication")
    NONE = "none", _("None")


class AuthorityPart(models.TextChoices):
    """Third switch: does the authority take part, or listen?"""

    TAKES_PART = "takes_part", _("The authority takes part in the discussion")
    LISTENS = "listens", _("The authority listens")


class TopicStarters(models.TextChoices):
    """Fourth switch: who decides what is discussed?"""

    AUTHORITY = "authority", _("Only the authority starts topics")
    PARTICIPANTS = "participants", _("Everyone may start topics")


class Access(models.TextChoices):
    OPEN = "open", _("Open to everyone")
    INVITED = "invited", _("By invitation")


class Acceptance(models.TextChoices):
    AUTOMATIC = "automatic", _("Automatic: what screening did not flag is accepted")
    BY_MODERATOR = "by_moderator", _("A moderator accepts each response")


class DiscussionNames(models.TextChoices):
    """By which name people discuss."""

    NAME = "name", _("By name")
    NICKNAME = "nickname", _("By name or nickname")
