"""What one may narrow a journal by: a form that gets a new address, which can be shared."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.filters import Chip, query, without
from accounts.models import User
from accounts.roles import Role
from accounts.search_words import LONGEST
from archive.journal_search import Asked
from archive.vocabulary import UNASSIGNED, EntryKind, EntryStatus

CASES = 50  # case files that one can choose between, the newest; a link may name any other
DAYS = ["%Y-%m-%d", "%d.%m.%Y"]
ON = "ja"


class PublicFilter(forms.Form):
    """What is asked for of the public journal. The names stand in the address."""

    sok = forms.CharField(required=False, max_length=LONGEST, label=gettext_lazy("Search"))
    part = forms.CharField(
        required=False, max_length=LONGEST, label=gettext_lazy("Sender or recipient")
    )
    fra = forms.DateField(required=False, input_formats=DAYS, label=gettext_lazy("Journaled from"))
    til = forms.DateField(required=False, input_formats=DAYS, label=gettext_lazy("Journaled to"))
    sak = forms.CharField(required=False, max_length=20, label=gettext_lazy("Case"))
    tema = forms.CharField(required=False, max_length=200, label=gettext_lazy("Theme"))
    type = forms.ChoiceField(required=False, choices=EntryKind.choices, label=gettext_lazy("Kind"))

    def __init__(self, asked, *, authority):
        super().__init__({name: asked.get(name, "").replace("\0", "") for name in self.base_fields})
        self.authority = authority
        self.full_clean()

    def full_clean(self):
        super().full_clean()
        for name in self.errors:  # what can not be read is told, and the rest is asked for
            self.cleaned_data.setdefault(name, "")

    def clean_sak(self):
        """The case file by its number, "2026/3"."""
        written = self.cleaned_data["sak"].strip()
        if not written:
            return None
        year, _slash, number = written.partition("/")
        if year.isdecimal() and number.isdecimal() and len(year) <= 4 and len(number) <= 9:
            found = self.authority.case_files.filter(year=year, number=number).first()
            if found:
                return found
        raise ValidationError(_("There is no such case here. Write it as 2026/3."))

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("fra"), cleaned.get("til")
        if since and until and since > until:
            self.add_error("til", _("This day is before the first one. Nothing is between them."))
        return cleaned

    @property
    def asked(self):
        """What is asked for, as far as it can be read."""
        return Asked(self.authority, **self._asked())

    def _asked(self):
        cleaned = self.cleaned_data
        return {
            "text": cleaned["sok"],
            "party": cleaned["part"],
            "case_file": cleaned["sak"] or None,
            "theme": cleaned["tema"],
            "kind": cleaned["type"],
            "since": cleaned["fra"] or None,
            "until": cleaned["til"] or None,
        }

    @property
    def chosen(self):
        """What is asked for as it stands in an address: name → value."""
        return {name: written(value) for name, value in self.cleaned_data.items() if value}

    @property
    def case_files(self):
        """Those that one can choose between, the chosen one first."""
        chosen = self.cleaned_data["sak"]
        is_chosen = Case(When(pk=chosen.pk if chosen else None, then=0), default=1)
        rows = self.authority.case_files.order_by(is_chosen, "-year", "-number")
        return list(rows.only("authority", "year", "number", "title", "keywords")[:CASES])

    def themes_of(self, case_files):
        """The themes that one can choose between: of the chosen case, or else of the newest."""
        chosen = self.cleaned_data["sak"]
        themes = dict.fromkeys(
            theme for each in case_files[: 1 if chosen else 5] for theme in each.keywords
        )
        return list(themes | dict.fromkeys(filter(None, [self.cleaned_data["tema"]])))

    @property
    def chips(self):
        """What is chosen, each with the address without it."""
        chosen = self.chosen
        return [
            Chip(words, query(without(chosen, name)))
            for name, words in self._words().items()
            if name in chosen
        ]

    def _words(self):
        cleaned = self.cleaned_data
        return {
            "sok": f"«{cleaned['sok']}»",
            "part": f"«{cleaned['part']}»",
            "fra": _("From %(day)s") % {"day": _day(cleaned["fra"])},
            "til": _("To %(day)s") % {"day": _day(cleaned["til"])},
            "sak": written(cleaned["sak"]),
            "tema": cleaned["tema"],
            "type": cleaned["type"],
        }


class RunningFilter(PublicFilter):
    """What is asked for of the running journal, where nothing is masked."""

    status = forms.ChoiceField(
        required=False, choices=EntryStatus.choices, label=gettext_lazy("Status")
    )
    saksbehandler = forms.CharField(
        required=False, max_length=150, label=gettext_lazy("Case handler")
    )
    uvurdert = forms.BooleanField(required=False, label=gettext_lazy("Public access not assessed"))
    restanse = forms.BooleanField(required=False, label=gettext_lazy("Not written off"))

    def _asked(self):
        cleaned = self.cleaned_data
        states = {
            "status": cleaned["status"],
            "case_handler": cleaned["saksbehandler"],
            "is_unassessed": cleaned["uvurdert"],
            "is_open": cleaned["restanse"],
        }
        states = {name: value for name, value in states.items() if value}
        return super()._asked() | {"is_inside": True, "states": states}

    @property
    def case_handlers(self):
        """Names to choose from; any other can be written."""
        holders = User.objects.holding(Role.CASE_HANDLER, self.authority)
        return [UNASSIGNED, *holders.order_by("name").values_list("name", flat=True)]

    def _words(self):
        return super()._words() | {
            "status": self.cleaned_data["status"],
            "saksbehandler": self.cleaned_data["saksbehandler"],
            "uvurdert": str(self.fields["uvurdert"].label),
            "restanse": str(self.fields["restanse"].label),
        }


def written(value):
    """A value as it stands in an address."""
    if value is True:
        return ON
    if hasattr(value, "identifier"):
        return value.identifier
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "")


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
