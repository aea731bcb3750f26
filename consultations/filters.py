"""How a public list is narrowed: by what stands in its address, so that it can be shared.

A filter is a form that gets a new address; what is chosen stands as chips that lead back.
A value that is not among the choices is as if it were not asked for.
"""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from accounts.filters import Chip, query, without
from consultations.models import Consultation, Outcome, SenderGroup, Subject

# Name in the address → (what it is called, what of a consultation it is).
CONSULTATION_FILTERS = {
    "virksomhet": (_("Authority"), "authority__slug"),
    "emne": (_("Subject"), "subject"),
    "blir": (_("What it will become"), "outcome"),
    "ar": (_("Year"), "published_at__year"),
}
ORGANISATIONS = {
    "offentlige": [SenderGroup.PUBLIC_BODY],
    "foreninger": [SenderGroup.NGO],
    "naringsliv": [SenderGroup.BUSINESS],
    "andre": [SenderGroup.OTHER],
}
SENDERS = {
    "privatpersoner": [SenderGroup.PERSON],
    "anonyme": [SenderGroup.ANONYMOUS],
    "organisasjoner": [group for groups in ORGANISATIONS.values() for group in groups],
} | ORGANISATIONS
ORDERS = {"": ("-received_at", "-id"), "eldste": ("received_at", "id")}
LONGEST = 200  # characters that one may search for


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    options: list


# --- Consultations ----------------------------------------------------------------------


def facets(consultations):
    """How many of `consultations` there are of each kind, with the versions of their pages:
    all that the list and its filters depend on."""
    columns = [column for _label, column in CONSULTATION_FILTERS.values()]
    overdue = Q(pk__in=Consultation.objects.due_to_close())
    return list(
        consultations.values("status", "authority__name", *columns)
        .annotate(
            number=Count("pk"),
            versions=Sum("public_state__version"),
            overdue=Count("pk", filter=overdue),
        )
        .order_by("authority__name", "-published_at__year", *columns, "status")
    )


def chosen_of(rows, asked):
    """What is `asked` for and there is anything of: name → value."""
    return {
        name: asked[name]
        for name, (_label, column) in CONSULTATION_FILTERS.items()
        if asked.get(name) in {str(row[column]) for row in rows}
    }


def matching_rows(rows, chosen):
    """The rows of `facets` that are of all that is chosen."""
    columns = {CONSULTATION_FILTERS[name][1]: value for name, value in chosen.items()}
    return [
        row for row in rows if all(str(row[column]) == value for column, value in columns.items())
    ]


def narrowed(consultations, chosen):
    columns = {CONSULTATION_FILTERS[name][1]: value for name, value in chosen.items()}
    return consultations.filter(**columns)


def consultation_filters(rows, chosen):
    """The filters with their options, each with how many it would leave. One that has but
    one option narrows nothing."""
    filters = []
    for name, (label, column) in CONSULTATION_FILTERS.items():
        left = matching_rows(rows, without(chosen, name))
        options = [
            Option(
                value,
                words,
                sum(row["number"] for row in left if str(row[column]) == value),
                chosen.get(name) == value,
            )
            for value, words in {str(row[column]): _words(column, row) for row in rows}.items()
        ]
        if column in ("subject", "outcome"):
            options.sort(key=lambda option: option.label)
        if len(options) > 1 or name in chosen:
            filters.append(Filter(name, label, options))
    return filters


def chips(filters, chosen):
    """What is chosen of `filters`, each with the address without it."""
    return [
        Chip(option.label, query(without(chosen, each.name)))
        for each in filters
        for option in each.options
        if option.is_chosen
    ]


def _words(column, row):
    match column:
        case "authority__slug":
            return row["authority__name"]
        case "subject":
            return str(Subject(row["subject"]).label)
        case "outcome":
            return str(Outcome(row["outcome"]).label)
    return str(row[column])


# --- Responses --------------------------------------------------------------------------


def chosen_of_responses(asked):
    """Which order, which senders and which words are asked for: name → value."""
    chosen = {
        "avsender": asked.get("avsender") if asked.get("avsender") in SENDERS else "",
        "rekkefolge": asked.get("rekkefolge") if asked.get("rekkefolge") in ORDERS else "",
        "sok": " ".join(asked.get("sok", "")[:LONGEST].split()),
    }
    return {name: value for name, value in chosen.items() if value}


def from_senders(responses, chosen):
    """Those of `responses` whose sender is of the chosen kind; all where none is chosen."""
    if "avsender" not in chosen:
        return responses
    return responses.filter(sender_group__in=SENDERS[chosen["avsender"]])


def sender_words():
    """What the kinds of sender are called, by their names in the address."""
    return {
        "privatpersoner": SenderGroup.PERSON.label,
        "anonyme": SenderGroup.ANONYMOUS.label,
        "organisasjoner": _("All organisations"),
    } | {name: groups[0].label for name, groups in ORGANISATIONS.items()}


def response_chips(chosen):
    """What is chosen of senders and words, each with the address without it."""
    words = {"avsender": sender_words().get(chosen.get("avsender")), "sok": chosen.get("sok")}
    labels = {name: f"«{label}»" if name == "sok" else label for name, label in words.items()}
    return [
        Chip(labels[name], query(without(chosen, name)))
        for name in ("avsender", "sok")
        if name in chosen
    ]
