"""Who: people, authorities with their roles, organisations, and what is owed to whom."""

from accounts.models.authority import Authority, Membership
from accounts.models.notice import Notice
from accounts.models.organisation import Affiliation, Organisation, OrganisationKind
from accounts.models.user import User

__all__ = [
    "Affiliation",
    "Authority",
    "Membership",
    "Notice",
    "Organisation",
    "OrganisationKind",
    "User",
]
