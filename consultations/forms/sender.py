"""Who answers: a person, or an organisation and who writes for it, or nobody that is named.

A draft may be wrong and incomplete. So `kept` gives all that can be stored as it stands.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind
from consultations.forms.fields import (
    AddressField,
    KindField,
    LineField,
    OrganisationNumberField,
    TypedField,
)
from consultations.models import SenderKind, Submission, WhoMayAnswer

NOBODY = {
    "sender": None,
    "name": "",
    "email": "",
    "organisation": None,
    "organisation_name": "",
    "organisation_number": "",
    "organisation_kind": "",
    "hide_name": False,
    "hide_name_reason": "",
}
TYPED = ("organisation_name", "organisation_number", "name", "email", "hide_name_reason")
OF_ORGANISATION = ("organisation_name", "organisation_number", "organisation_kind")
COLUMN_WIDTHS = {
    name: width for name in TYPED if (width := Submission._meta.get_field(name).max_length)
}


class SenderForm(forms.Form):
    """The part of a submission's form that asks who answers."""

    sender_kind = forms.ChoiceField(label=_("You answer as"), widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        label=_("Organisation that you speak for"),
        queryset=Organisation.objects.none(),
        empty_label=_("Another organisation"),
        required=False,
    )
    organisation_name = LineField(
        label=_("Name of the organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    organisation_number = OrganisationNumberField(
        label=_("Organisation number"),
        help_text=_("Nine digits, as in Enhetsregisteret."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    organisation_kind = KindField(
        label=_("Kind of organisation"),
        help_text=_("You need not choose where you have given the number: we look it up."),
        choices=[("", _("Choose")), *OrganisationKind.choices],
    )
    name = LineField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("For the receipt. It is not published."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    hide_name = forms.BooleanField(label=_("I ask that my name is not published"), required=False)
    hide_name_reason = TypedField(
        label=_("Why should your name not be published?"),
        help_text=_(
            "The authority decides. Your name stands in its archive, and whoever asks for access "
            "may be given it."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *given, consultation, user, submission=None, **named):
        self.consultation, self.submission = consultation, submission
        self.sender = submission.sender if submission else _account(user)
        named.setdefault("initial", self._saved() if submission else self._known())
        super().__init__(*given, **named)
        self.fields["sender_kind"].choices = [
            (kind.value, kind.label)
            for kind in SenderKind
            if kind != SenderKind.ANONYMOUS or consultation.who_may_answer == WhoMayAnswer.ANONYMOUS
        ]
        self._offer_what_is_known()

    def kept(self):
        """Who answers, right or wrong, as far as it can be stored.

        Of the anonymous nothing is stored, whatever they typed: the database refuses it.
        """
        kind = self.cleaned_data.get("sender_kind") or SenderKind.PERSON
        if kind == SenderKind.ANONYMOUS:
            return NOBODY | {"sender_kind": kind}
        fields = {"sender_kind": kind, "sender": self.sender}
        fields |= {name: self._typed(name) for name in TYPED}
        fields["hide_name"] = self.cleaned_data.get("hide_name", False)
        fields["organisation"] = None
        if kind == SenderKind.PERSON:
            return fields | dict.fromkeys(OF_ORGANISATION, "")
        fields["organisation_kind"] = self.cleaned_data.get("organisation_kind", "")
        chosen = self.cleaned_data.get("organisation")
        if chosen:
            fields["organisation"] = chosen
            fields["organisation_name"] = chosen.name
            fields["organisation_number"] = chosen.organisation_number or ""
            fields["organisation_kind"] = ""  # the organisation's own
        return fields

    def _not_asked_for(self):
        """Fields that do not concern this kind of sender, and that the page may hide."""
        kind = self.cleaned_data.get("sender_kind")
        is_chosen = bool(self.cleaned_data.get("organisation"))
        if kind == SenderKind.ANONYMOUS:
            return (*TYPED, "organisation_kind")
        if kind == SenderKind.PERSON or is_chosen:
            return OF_ORGANISATION
        return ()

    def _ask_who(self):
        kind = self.cleaned_data.get("sender_kind")
        if kind in (None, SenderKind.ANONYMOUS):
            return
        self._ask("name", _("Write your name."))
        if kind == SenderKind.ORGANISATION and not self.cleaned_data.get("organisation"):
            self._ask("organisation_name", _("Write the name of the organisation."))
            if not self["organisation_number"].data:
                self._ask("organisation_kind", _("Choose what kind of organisation it is."))
        if "email" in self.fields:
            self._ask("email", _("Write your e-mail address, so that we can send a receipt."))
        if self.cleaned_data.get("hide_name"):
            self._ask("hide_name_reason", _("Say why your name should not be published."))

    def _ask(self, name, message):
        if not self._typed(name).strip() and name not in self.errors:
            self.add_error(name, ValidationError(message, code="required"))

    def _typed(self, name):
        """What was typed in a field that may have an error; nothing where it is longer than its
        column, for what is cut is something else, such as another organisation's number."""
        if name not in self.fields:
            return ""
        if name in self.cleaned_data:
            return self.cleaned_data[name]
        field = self.fields[name]
        typed = field.to_python(self[name].value() or "")
        return "" if len(typed) > COLUMN_WIDTHS.get(name, len(typed)) else typed

    def _known(self):
        name = self.sender.name if self.sender else ""
        return {"sender_kind": SenderKind.PERSON, "name": name}

    def _saved(self):
        saved = {name: getattr(self.submission, name) for name in (*TYPED, "hide_name")}
        return saved | {
            "sender_kind": self.submission.sender_kind,
            "organisation": self.submission.organisation_id,
            "organisation_kind": self.submission.organisation_kind,
        }

    def _offer_what_is_known(self):
        """An account has an address already, and may speak for organisations."""
        spoken_for = Organisation.objects.none()
        if self.sender:
            del self.fields["email"]
            spoken_for = Organisation.objects.filter(affiliations__user=self.sender)
        if spoken_for.exists():
            self.fields["organisation"].queryset = spoken_for
        else:
            del self.fields["organisation"]


def _account(user):
    return user if user and user.is_authenticated else None
