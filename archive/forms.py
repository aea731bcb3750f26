"""What an archivist writes."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.vocabulary import EntryKind, PartyKind


class CorrectForm(forms.Form):
    """What is wrong in an entry, as it should be, and why it is corrected."""

    title = forms.CharField(label=_("Title"), max_length=250)
    sender_name = forms.CharField(label=_("Sender"), max_length=250)
    reason = forms.CharField(
        label=_("What was wrong"),
        help_text=_("Kept with the old entry, as its remark."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, entry, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = entry.title
        senders = [party for party in entry.parties.all() if party.kind == PartyKind.SENDER]
        if entry.kind == EntryKind.INCOMING and senders:
            self.fields["sender_name"].initial = senders[0].name
        else:
            del self.fields["sender_name"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not {"title", "sender_name"} & set(self.changed_data):
            raise forms.ValidationError(_("Change the title or the sender: nothing is corrected."))
        return cleaned


class ErasureForm(forms.Form):
    """What of an entry must go, by which law or judgment."""

    documents = forms.MultipleChoiceField(
        label=_("Documents"),
        required=False,
        help_text=_("All variants and copies of a document go with it."),
        widget=forms.CheckboxSelectMultiple,
    )
    parties = forms.TypedMultipleChoiceField(
        label=_("Senders and recipients"),
        required=False,
        coerce=int,
        help_text=_("The name stands in the main document too: choose that as well."),
        widget=forms.CheckboxSelectMultiple,
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=200, help_text=_("The judgment or the provision.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Without repeating what is to be erased."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, entry, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["documents"].choices = [
            (str(each.system_id), f"{each.number}. {each.title} ({each.variant.lower()})")
            for each in entry.documents.filter(erasure=None)
        ]
        self.fields["parties"].choices = [
            (each.position, f"{each.kind}: {each.name}")
            for each in entry.parties.filter(erasure=None)
        ]

    def clean_documents(self):
        return [UUID(each) for each in self.cleaned_data["documents"]]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["documents"] and not cleaned["parties"]:
            raise forms.ValidationError(_("Choose at least one document or party."))
        return cleaned
