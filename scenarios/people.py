"""Makes the invented people of a plan: officials with their roles, and those who have accounts."""

from functools import cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.functional import cached_property

from accounts.actions import grant_role
from accounts.models import Affiliation, Authority, Organisation, User
from accounts.roles import Role
from scenarios.plan import Role as PlannedRole
from scenarios.plan import SenderKind

PASSWORD = "netthoring-demo"  # noqa: S105 — of the demo's log-ins; production gets none
SENDERS = {"borger@demo.example": "Borger", "organisasjon@demo.example": "Organisasjon"}
ORGANISATION_NUMBER = "983887406"  # the Ministry's own
ROLES = {PlannedRole.CASE_RESPONSIBLE: Role.CASE_HANDLER}
LABELS = {
    PlannedRole.EDITOR: "Redaktør",
    PlannedRole.MODERATOR: "Moderator",
    PlannedRole.CASE_HANDLER: "Saksbehandler",
    PlannedRole.CASE_RESPONSIBLE: "Saksansvarlig",
    PlannedRole.ARCHIVIST: "Arkivar",
    PlannedRole.ADMINISTRATOR: "Administrator",
}


class Cast:
    """Everybody in a plan, made when they are first needed."""

    def __init__(self, plan):
        self.plan = plan
        self._senders = {}
        self._organisations = {}

    @cached_property
    def authority(self):
        authority, _is_new = Authority.objects.get_or_create(
            slug=self.plan.authority_slug,
            defaults={
                "name": self.plan.authority_name,
                "organisation_number": ORGANISATION_NUMBER,
                "email": "postmottak@hod.demo.example",
                "rules_of_debate": self.plan.consultation.rules_of_debate,
            },
        )
        return authority

    @cached_property
    def officials(self):
        """Key → user, with their roles."""
        with_password = {official.key for official in one_for_each_role(self.plan)}
        made = {}
        for official in self.plan.officials:
            user = account(official.email, official.name, official.key in with_password)
            role = ROLES.get(official.role) or Role(official.role.value)
            grant_role(user, self.authority, role, by=None)
            made[official.key] = user
        return made

    def user(self, sender):
        """The account of a sender who has one, else None."""
        if not sender.has_account:
            return None
        if sender.key not in self._senders:
            name = sender.contact_name or sender.name
            user = account(sender.email, name, sender.email in SENDERS)
            organisation = self.organisation(sender)
            if organisation:
                Affiliation.objects.get_or_create(user=user, organisation=organisation)
            self._senders[sender.key] = user
        return self._senders[sender.key]

    def organisation(self, sender):
        """The organisation that a sender speaks for, else None."""
        if sender.kind != SenderKind.ORGANISATION:
            return None
        if sender.key not in self._organisations:
            self._organisations[sender.key], _is_new = Organisation.objects.get_or_create(
                name=sender.name,
                defaults={
                    "kind": sender.organisation_kind.value,
                    "organisation_number": sender.organisation_number or None,
                },
            )
        return self._organisations[sender.key]


def account(email, name, has_password):
    """A user whose address is confirmed; with the demo's password, but never in production."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name)
        if has_password and settings.IS_DEMO:
            user.password = demo_password()
            user.save(update_fields=["password"])
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@cache
def demo_password():
    """The same hash for all: making one is slow on purpose."""
    return make_password(PASSWORD)


def one_for_each_role(plan):
    """The first official of each role: those whose log-ins the demo prints."""
    first = {}
    for official in plan.officials:
        first.setdefault(official.role, official)
    return [first[role] for role in LABELS if role in first]


def logins(plan):
    """(role, e-mail address, password) of one person for each role, and of two who answer."""
    officials = [
        (LABELS[official.role], official.email, PASSWORD) for official in one_for_each_role(plan)
    ]
    return officials + [(label, email, PASSWORD) for email, label in SENDERS.items()]
