"""Makes the invented people of a plan: officials with their roles, and those who have accounts."""

from functools import cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.functional import cached_property
from simple_history.utils import bulk_create_with_history

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
LOG_INS = {PlannedRole.ARCHIVIST: 2}  # else one for each role


class Cast:
    """Everybody in a plan, made when they are first needed."""

    def __init__(self, plan):
        self.plan = plan

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
        with_password = {official.key for official in with_log_in(self.plan)}
        users = accounts({official.email: official.name for official in self.plan.officials})
        for official in self.plan.officials:
            role = ROLES.get(official.role) or Role(official.role.value)
            grant_role(users[official.email], self.authority, role, by=None)
            if official.key in with_password:
                let_in(users[official.email])
        return {official.key: users[official.email] for official in self.plan.officials}

    def user(self, sender):
        """The account of a sender who has one, else None."""
        return self.users[sender.email] if sender.has_account else None

    def organisation(self, sender):
        """The organisation that a sender speaks for, else None."""
        is_organisation = sender.kind == SenderKind.ORGANISATION
        return self.organisations[sender.name] if is_organisation else None

    @cached_property
    def users(self):
        """E-mail address → user, of all senders who have an account."""
        senders = [each for each in self.plan.senders if each.has_account]
        users = accounts({each.email: each.contact_name or each.name for each in senders})
        for email in SENDERS.keys() & users.keys():
            let_in(users[email])
        Affiliation.objects.bulk_create(
            [
                Affiliation(user=users[each.email], organisation=self.organisation(each))
                for each in senders
                if self.organisation(each)
            ],
            ignore_conflicts=True,
        )
        return users

    @cached_property
    def organisations(self):
        """Name → organisation, of all that answer."""
        senders = {
            each.name: each for each in self.plan.senders if each.kind == SenderKind.ORGANISATION
        }
        known = {each.name: each for each in Organisation.objects.filter(name__in=senders)}
        new = [
            Organisation(
                name=name,
                kind=sender.organisation_kind.value,
                organisation_number=sender.organisation_number or None,
            )
            for name, sender in senders.items()
            if name not in known
        ]
        bulk_create_with_history(new, Organisation)
        return known | {each.name: each for each in new}


def accounts(names):
    """E-mail address → user, of `names`: address → name. Those who are new have an address
    that is confirmed, and no password."""
    known = {each.email: each for each in User.objects.filter(email__in=names)}
    new = [
        User(email=email, name=name, password=make_password(None))
        for email, name in names.items()
        if email not in known
    ]
    User.objects.bulk_create(new)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in new
    )
    return known | {user.email: user for user in new}


def let_in(user):
    """Give somebody the demo's password; but never in production, nor to who has one."""
    if settings.IS_DEMO and not user.has_usable_password():
        user.password = demo_password()
        user.save(update_fields=["password"])


@cache
def demo_password():
    """The same hash for all: making one is slow on purpose."""
    return make_password(PASSWORD)


def with_log_in(plan):
    """Those whose log-ins the demo prints: the first official of each role, and the first two
    archivists, for nothing is erased by one of them alone."""
    by_role = {role: [each for each in plan.officials if each.role == role] for role in LABELS}
    return [
        official
        for role, officials in by_role.items()
        for official in officials[: LOG_INS.get(role, 1)]
    ]


def logins(plan):
    """(role, e-mail address, password) of those `with_log_in`, and of two who answer."""
    officials = [
        (LABELS[official.role], official.email, PASSWORD) for official in with_log_in(plan)
    ]
    return officials + [(label, email, PASSWORD) for email, label in SENDERS.items()]
