"""Who may do what with consultations and with what is sent. `None` is the system, and
for a submission whoever holds its token."""

from accounts.roles import Role
from consultations.models import TopicStarters, WhoMayAnswer


def can_edit(user, authority):
    """Write consultations and lead them from publication to conclusion."""
    return user is None or user.holds(authority, Role.EDITOR)


def can_answer(user, consultation):
    """Begin an answer: everybody, unless the consultation asks for an account."""
    signed_in = bool(user and user.is_authenticated)
    return signed_in or consultation.who_may_answer != WhoMayAnswer.ACCOUNT


def can_change_submission(user, submission):
    """Write, send or withdraw: the account that began it, or, where there is none,
    whoever holds the token that led to it."""
    return submission.sender_id in {None, getattr(user, "pk", None)}


def can_register(user, authority):
    """Type in what came by e-mail, letter or word of mouth."""
    return user is not None and user.holds(authority, Role.EDITOR, Role.MODERATOR)


def can_speak_for(user, organisation):
    """Answer for an organisation: the accounts that are affiliated with it."""
    return user is not None and user.affiliations.filter(organisation=organisation).exists()


def is_official(user, consultation):
    """Somebody at the authority, who speaks for it whatever the role."""
    return user.holds(consultation.authority_id, *Role.values)


def can_start_topic(user, consultation):
    """Begin a thread under a theme. Under a response everybody may who may write."""
    is_for_all = consultation.topic_starters == TopicStarters.PARTICIPANTS
    return is_for_all or is_official(user, consultation)


def can_lead_discussion(user, authority):
    """Close the discussion to new posts, and open it again."""
    return user is None or user.holds(authority, Role.EDITOR, Role.MODERATOR)
