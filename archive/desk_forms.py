"""What an archivist fills in at the desk: about entries, classes and deliveries."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from archive.actions.screening import has_redacted_variant
from archive.models import JournalEntry
from archive.models.rules import ANSWERS
from archive.public_title import words_of
from archive.vocabulary import (
    SCREENED_PARTS,
    SCREENED_WHOLE,
    DisposalDecision,
    EntryKind,
    LegalBasis,
    WriteOff,
)

NO_BASIS = ("", _("Nothing is screened"))
LONGEST = 150  # years; nothing is kept from the public longer than a life


class ObsoleteForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the entry is obsolete"),
        help_text=_("Kept with the entry, as its remark. It goes along in an extraction."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AssessForm(forms.Form):
    """What of an entry is kept from the public, by which law and how long."""

    legal_basis = forms.ChoiceField(
        label=_("Legal basis"), required=False, widget=forms.RadioSelect
    )
    sender = forms.BooleanField(label=_("Screen the sender's name"), required=False)
    title_words = forms.MultipleChoiceField(
        label=_("Screen words of the title"),
        required=False,
        help_text=_("The public journal shows ***** for them, and nobody finds them there."),
        widget=forms.CheckboxSelectMultiple,
    )
    document = forms.ChoiceField(
        label=_("Screen the document"), required=False, widget=forms.RadioSelect
    )
    years = forms.IntegerField(
        label=_("For how many years"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=_(
            "From the date of the document. Personal affairs are secret for 60 years as a rule. "
            "Leave it empty to screen until it is assessed anew."
        ),
    )

    def __init__(self, *args, entry, **kwargs):
        super().__init__(*args, **kwargs)
        state = entry.state
        self.fields["legal_basis"].choices = [NO_BASIS, *LegalBasis.named()]
        documents = [("", _("No")), (SCREENED_WHOLE, _("The whole document"))]
        if has_redacted_variant(entry):
            documents.append((SCREENED_PARTS, _("Parts of it: the public gets the redacted one")))
        self.fields["document"].choices = documents
        self.fields["title_words"].choices = [
            (word, format_html('<span lang="nb">{}</span>', label))
            for word, label in words_of(entry.title).items()
        ]
        if entry.kind != EntryKind.INCOMING:
            del self.fields["sender"]
        self.initial = {
            "legal_basis": state.legal_basis,
            "sender": state.is_sender_screened,
            "title_words": sorted(entry.screened_words),
            "document": state.screened_document,
            "years": state.screening_years,
        }

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        screens = cleaned.get("sender") or cleaned["document"] or cleaned["title_words"]
        if screens and not cleaned["legal_basis"]:
            self.add_error("legal_basis", _("Choose the provision that it is screened by."))
        elif cleaned["legal_basis"] and not screens:
            self.add_error(
                "document",
                _("Choose what is screened: the document, the sender or words of the title."),
            )
        return cleaned


class WriteOffForm(forms.Form):
    """How incoming entries of one case file or more were dealt with."""

    manner = forms.ChoiceField(
        label=_("How it is dealt with"),
        choices=[(value, value) for value in WriteOff.values],  # as the standard spells them
        initial=WriteOff.TAKEN_INTO_ACCOUNT.value,
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("The entry that answers"),
        required=False,
        max_length=20,
        help_text=_(
            "Number and year, as in 12/2026. Needed where it was answered by letter or e-mail: "
            "the answer stands in the same case."
        ),
    )

    def __init__(self, *args, authority, **kwargs):
        super().__init__(*args, **kwargs)
        self._authority = authority

    def clean_answer(self):
        typed = self.cleaned_data["answer"].strip()
        if not typed:
            return None
        number, _slash, year = typed.partition("/")
        digits = number.isdecimal() and year.isdecimal() and len(number) < 10 and len(year) == 4
        entries = JournalEntry.objects.filter(authority=self._authority)
        found = digits and entries.filter(number=int(number), year=int(year)).first()
        if not found:
            raise forms.ValidationError(_("There is no entry with that number in this journal."))
        return found

    def clean(self):
        cleaned = super().clean()
        is_answered = cleaned.get("manner") in ANSWERS
        if is_answered and "answer" not in self.errors and not cleaned.get("answer"):
            self.add_error("answer", _("Write the number of the letter or e-mail that answers it."))
        return cleaned


class ClassForm(forms.Form):
    """A new class of the filing plan."""

    code = forms.CharField(label=_("Code"), max_length=20)
    title = forms.CharField(label=_("Title"), max_length=250)
    parent = forms.ModelChoiceField(
        None, label=_("Under"), required=False, empty_label=_("None: it stands at the top")
    )

    def __init__(self, *args, classes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = classes
        self.fields["parent"].label_from_instance = _named


class RetentionForm(forms.Form):
    """How long the case files of a class are kept."""

    disposal = forms.ChoiceField(
        label=_("What becomes of the case files"),
        choices=[(value, value) for value in DisposalDecision.values],
        widget=forms.RadioSelect,
    )
    disposal_basis = forms.CharField(
        label=_("Legal basis of disposal"),
        required=False,
        max_length=200,
        help_text=_("The decision of the National Archives by which they may be disposed of."),
    )
    retention_years = forms.IntegerField(
        label=_("Kept for how many years"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=_("Years after the case file was closed."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("disposal") == DisposalDecision.DISPOSED:
            for name in ("disposal_basis", "retention_years"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("Needed where case files are to be disposed of."))
        return cleaned


class ReclassifyForm(forms.Form):
    """Where in the filing plan a case file stands."""

    klass = forms.ModelChoiceField(None, label=_("Class of the filing plan"), empty_label=None)

    def __init__(self, *args, classes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["klass"].queryset = classes
        self.fields["klass"].label_from_instance = _named


class DeliveryForm(forms.Form):
    """To whom an extraction was handed over."""

    receiver = forms.CharField(
        label=_("Receiver"), max_length=200, help_text=_("The archive institution.")
    )
    reference = forms.CharField(label=_("The receiver's reference"), max_length=100, required=False)
    delivered_on = forms.DateField(
        label=_("Delivered on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, extraction, **kwargs):
        super().__init__(*args, **kwargs)
        self._made_on = timezone.localdate(extraction.finished_at or extraction.requested_at)
        self.fields["delivered_on"].initial = timezone.localdate()

    def clean_delivered_on(self):
        day = self.cleaned_data["delivered_on"]
        if not self._made_on <= day <= timezone.localdate():
            raise forms.ValidationError(
                _("It can not have been delivered before it was made, or in the future.")
            )
        return day

    @property
    def delivered_at(self):
        """Now, if it was today; else the noon of the day."""
        day = self.cleaned_data["delivered_on"]
        if day == timezone.localdate():
            return timezone.now()
        return timezone.make_aware(datetime.combine(day, time(12)))


class ApprovalForm(forms.Form):
    approval = forms.CharField(
        label=_("The receiver's approval"),
        help_text=_(
            "Who approved it, when, and where it stands: the number of the letter, say. "
            "From then on, what was delivered may be disposed of here."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _named(klass):
    return f"{klass.code} {klass.title}"
