"""What a moderator chooses and writes. A form's fields bear the names of its action's keywords."""

import re

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.unseen import without_unseen
from consultations.models import Consultation, Publication, ScanStatus, SenderKind
from consultations.personal_data import Kind
from moderation.models import Flag, PublicationGround, RejectionGround

KINDS = dict(Kind.choices)


def ground_field(choices):
    return forms.ChoiceField(label=_("Ground"), choices=[("", _("Choose a ground")), *choices])


def reason_field(help_text="", *, required=False):
    return forms.CharField(
        label=_("Reason"),
        help_text=help_text,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class QueueForm(forms.Form):
    """What the queue is narrowed to."""

    consultation = forms.ModelChoiceField(
        Consultation.objects.none(), label=_("Consultation"), required=False, empty_label=_("All")
    )
    flag = forms.ChoiceField(
        label=_("Noticed at screening"), required=False, choices=[("", _("All")), *Flag.choices]
    )

    def __init__(self, data, *, consultations):
        super().__init__(data)
        self.fields["consultation"].queryset = consultations
        self.full_clean()

    @property
    def chosen(self):
        """The consultation and the flag; what is not among the choices narrows nothing."""
        return self.cleaned_data.get("consultation"), self.cleaned_data.get("flag", "")


class DecisionForm(forms.Form):
    """A decision about one response; `found` are the (kind, start, end) to be redacted, maybe.

    By itself it asks nothing: accepting is a press.
    """

    def __init__(self, *args, response, found=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.response = response
        self.prepare(found)
        if self.response.legal_ground and "ground" in self.fields:
            self.fields["ground"].initial = self.response.legal_ground

    def prepare(self, found):
        """Let the fields fit the response."""
        submission = self.response.submission
        if "hide_name" in self.fields:
            field = self.fields["hide_name"]
            is_decided = self.response.publication != Publication.PENDING
            field.initial = self.response.is_name_hidden if is_decided else submission.hide_name
            if submission.hide_name:
                asked = _("The sender asks for this: “%(reason)s” Assess it yourself.")
                field.help_text = format_lazy(
                    "{} {}",
                    field.help_text,
                    asked % {"reason": submission.hide_name_reason or "–"},
                )
            if submission.sender_kind == SenderKind.ANONYMOUS:
                del self.fields["hide_name"]


class PublishForm(DecisionForm):
    hide_name = forms.BooleanField(
        label=_("Keep the sender's name from the public"),
        help_text=_("The name is screened in the journal too, with legal basis offl. § 13."),
        required=False,
    )
    public_attachments = forms.MultipleChoiceField(
        label=_("Attachments to be shown"),
        help_text=_("Read an attachment before you show it."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self, found):
        super().prepare(found)
        self.showable = [
            each for each in self.response.submission.attachments.all() if each.is_handed_out
        ]
        field = self.fields["public_attachments"]
        field.choices = [(str(each.pk), each.name) for each in self.showable]
        field.initial = [str(each.pk) for each in self.showable if each.is_public]
        self.unscanned = [
            each.name
            for each in self.response.submission.attachments.all()
            if each.scan_status == ScanStatus.WAITING
        ]
        if not self.showable:
            del self.fields["public_attachments"]

    def clean_public_attachments(self):
        chosen = self.cleaned_data["public_attachments"]
        return [each for each in self.showable if str(each.pk) in chosen]


class RedactForm(PublishForm):
    """Which passages the public does not see: those that were found, and the moderator's own."""

    passages = forms.MultipleChoiceField(
        label=_("Passages that were found"), required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=_("Other words to redact"),
        help_text=_(
            "Copy them from the text as they stand, one passage on each line. "
            "Every place where they stand is redacted."
        ),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "data-takes-selection": _("Redact what is marked")}
        ),
    )
    ground = ground_field(PublicationGround.choices)
    reason = reason_field(_("For the log. Do not repeat what you redact."))

    field_order = ("passages", "words", "ground", "reason", "hide_name", "public_attachments")

    def prepare(self, found):
        super().prepare(found)
        text = self.response.text
        field, earlier = self.fields["passages"], _("redacted earlier")
        field.choices = [
            (
                f"{start}-{end}",
                f"{without_unseen(text[start:end])} ({KINDS.get(kind) or earlier})",
            )
            for kind, start, end in found
        ]
        field.initial = [value for value, _label in field.choices]
        kinds = {kind for kind, _start, _end in found}
        if Kind.NATIONAL_ID in kinds:
            self.fields["ground"].initial = PublicationGround.NATIONAL_ID
        elif kinds & set(KINDS):
            self.fields["ground"].initial = PublicationGround.PERSONAL_DATA
        if not found:
            del self.fields["passages"]

    def clean_passages(self):
        return [tuple(map(int, each.split("-"))) for each in self.cleaned_data["passages"]]

    def clean_words(self):
        """The places of the words in the original text."""
        places, missing = [], []
        for line in self.cleaned_data["words"].splitlines():
            if line.strip():
                here = places_of(line, self.response.text)
                places += here
                missing += [] if here else [line.strip()]
        if missing:
            raise forms.ValidationError(
                _("This does not stand in the text as whole words: %(words)s"),
                params={"words": "; ".join(missing)},
            )
        return places

    def clean(self):
        cleaned = super().clean()
        if "words" in cleaned:
            cleaned["passages"] = [*cleaned.get("passages", ()), *cleaned.pop("words")]
            if not cleaned["passages"]:
                self.add_error("words", _("Tick a passage, or write the words to redact."))
        return cleaned


class WithholdForm(DecisionForm):
    ground = ground_field(PublicationGround.choices)
    reason = reason_field(_("Whoever asks for access is answered with this."), required=True)
    hide_name = forms.BooleanField(
        label=_("Keep the sender's name from the public journal too"),
        help_text=_("Legal basis offl. § 13."),
        required=False,
    )


class RejectForm(DecisionForm):
    ground = ground_field(RejectionGround.choices)
    reason = reason_field()


class RemovePostForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is the post removed?"),
        help_text=_("Everyone can read it where the post stood. Do not repeat what you remove."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReportForm(forms.Form):
    """What a reader says is wrong with a post or a response."""

    text = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Which rule does it break, or what should not be public?"),
        error_messages={"required": _("Write what is wrong.")},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("If the moderator may ask you something. Only the authority sees it."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def places_of(words, text):
    """Every place where these words stand in a row, whole, whatever space is between them."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    starts, ends = words.strip()[0].isalnum(), words.strip()[-1].isalnum()
    pattern = (r"(?<!\w)" if starts else "") + pattern + (r"(?!\w)" if ends else "")
    return [found.span() for found in re.finditer(pattern, text)]
