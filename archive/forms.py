"""What an archivist writes."""

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
