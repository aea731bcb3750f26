"""What an archivist writes."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.actions import StoredCopy
from archive.files import store_file
from archive.formats import is_archive_format, recognise
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


class SettleForm(forms.Form):
    """What was done about a file that was not converted, and the copy that somebody made."""

    copy = forms.FileField(
        label=_("Copy in an archive format"),
        required=False,
        help_text=_(
            "PDF/A, plain text, PNG, JPEG or TIFF, at most 10 MB. Without one the original is "
            "delivered as it is: agree on that with the receiver first."
        ),
    )
    note = forms.CharField(
        label=_("What was done"),
        help_text=_("How the copy was made, or why there is none. It goes along with the file."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_copy(self):
        upload = self.cleaned_data["copy"]
        if not upload:
            return None
        if getattr(upload, "is_cut", False):
            raise forms.ValidationError(_("The file is too large: at most 10 MB can be sent."))
        self.extension = upload.name.rpartition(".")[2].lower()
        self.found = recognise(upload, self.extension)
        if not is_archive_format(self.found.details):
            raise forms.ValidationError(_not_an_archive_format(self.found))
        return upload

    def stored_copy(self):
        """The uploaded copy, stored; None where there is none."""
        upload = self.cleaned_data["copy"]
        if not upload:
            return None
        return StoredCopy(store_file(upload, self.extension), self.extension, self.found.details)


def _not_an_archive_format(found):
    if not found.faults:
        return _("The file is in no archive format. Save it as PDF/A, and choose that file.")
    faults = [str(fault) for fault in found.faults[:3]]
    return _("The PDF is not PDF/A: %(faults)s. Save it as PDF/A, and choose that file.") % {
        "faults": ", ".join(faults)
    }
