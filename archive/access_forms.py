"""What somebody who asks for access writes, and what an archivist answers."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.unseen import without_unseen
from archive.actions.access import Answer
from archive.models import RequestedEntry
from archive.vocabulary import LegalBasis

Outcome = RequestedEntry.Outcome
OUTCOMES = dict(Outcome.choices)


class AccessRequestForm(forms.Form):
    """Which documents, and, as one likes, something about oneself."""

    post = forms.MultipleChoiceField(
        label=_("Documents that you ask for"), widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=2000,
        help_text=_("If there is something the archivist should know. You need not say why."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("We then write to you when the request is answered."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        self.entries = {place_of(entry): entry for entry in entries}
        self.fields["post"].choices = [
            (place, f"{entry.identifier} {entry.public_title}")
            for place, entry in self.entries.items()
        ]
        self.fields["post"].initial = list(self.entries)

    def clean_name(self):
        return " ".join(without_unseen(self.cleaned_data["name"]).split())

    def clean_text(self):
        return without_unseen(self.cleaned_data["text"].replace("\r\n", "\n"))

    @property
    def asked(self):
        """The keywords of the action, but for who is asked."""
        cleaned = self.cleaned_data
        return {
            "entries": [self.entries[place] for place in cleaned["post"]],
            **{name: cleaned[name] for name in ("name", "email", "text")},
        }


def place_of(entry):
    """An entry's number as it stands in an address."""
    return f"{entry.year}-{entry.number}"


class EntryAnswerForm(forms.Form):
    """What is decided of one requested entry, within what its screening allows."""

    outcome = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    attachments = forms.MultipleChoiceField(
        label=_("Attachments to give with the public variant"),
        required=False,
        help_text=_("Read them first: nothing that is screened may stand in them."),
        widget=forms.CheckboxSelectMultiple,
    )
    legal_basis = forms.ChoiceField(
        label=_("Legal basis"),
        required=False,
        choices=lambda: [("", _("Choose, where something is refused")), *LegalBasis.named()],
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        help_text=_("Whoever asked reads it. Do not repeat what is screened."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, material, **kwargs):
        super().__init__(*args, **kwargs)
        self.material = material
        self.about = material.entry.identifier
        self.fields["outcome"].choices = [(each, OUTCOMES[each]) for each in material.outcomes]
        self.fields["outcome"].initial = material.suggestion
        self.fields["legal_basis"].initial = material.entry.state.legal_basis
        self.fields["attachments"].choices = [
            (str(each.system_id), f"{each.number}. {each.title}") for each in material.attachments
        ]
        if not material.attachments:
            del self.fields["attachments"]
        if material.outcomes == [Outcome.OBSOLETE]:
            del self.fields["legal_basis"]

    def clean(self):
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        if outcome in (Outcome.PARTLY, Outcome.REFUSED) and not cleaned.get("legal_basis"):
            self.add_error("legal_basis", _("Say by which provision it, or a part, is refused."))
        if outcome == Outcome.PARTLY and not self.material.given(
            outcome, map(UUID, cleaned.get("attachments", []))
        ):
            self.add_error("attachments", _("Choose what is given, or refuse all of it."))
        return cleaned

    @property
    def answer(self):
        cleaned = self.cleaned_data
        return Answer(
            outcome=Outcome(cleaned["outcome"]),
            legal_basis=cleaned.get("legal_basis", ""),
            reason=cleaned["reason"],
            attachments=tuple(map(UUID, cleaned.get("attachments", []))),
        )


class AnswerForm(forms.Form):
    """What is said about the request as a whole."""

    text = forms.CharField(
        label=_("Message to whoever asked"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
