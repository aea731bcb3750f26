"""What a sender types: the form of a submission, what is kept of it, and what is wrong with it.

A draft may be wrong and incomplete. So `kept` and `texts` give all that can be stored as it
stands, and the errors are what stands in the way of sending it.
"""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind
from consultations.file_types import FILE_TYPES
from consultations.forms.fields import (
    AddressField,
    KindField,
    LineField,
    OrganisationNumberField,
    SeveralFilesInput,
    TypedField,
)
from consultations.models import SenderKind, Submission, WhoMayAnswer

MAX_TEXT_LENGTH = 200_000  # characters; the longest of 1671 real responses had some 60 000
SEE_ATTACHMENT = {"nb": "Se vedlegg.", "nn": "Sjå vedlegg.", "en": "See the attachment."}
ENDINGS = ",".join(f".{ending}" for ending in FILE_TYPES)
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
CHOSEN = ("sender_kind", "organisation", "organisation_kind", "language")
OF_ORGANISATION = ("organisation_name", "organisation_number", "organisation_kind")


class SubmissionForm(forms.Form):
    """Who answers, what they say of each theme, and what they attach.

    With `is_final` it says what is missing before the submission can be sent.
    """

    use_required_attribute = False  # a draft is saved as it stands

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
    no_remarks = forms.BooleanField(
        label=_("No remarks"),
        help_text=_("Tick this instead of writing, if you have nothing to add."),
        required=False,
    )
    attachments = forms.Field(  # each file is judged by itself, in `consultations.uploads`
        label=_("Choose one or more files"),
        required=False,
        widget=SeveralFilesInput(attrs={"multiple": True, "accept": ENDINGS}),
    )
    language = forms.ChoiceField(label=_("The response is written in"), choices=settings.LANGUAGES)

    def __init__(self, *given, consultation, user, submission=None, is_final=False, **named):
        self.consultation, self.submission, self.is_final = consultation, submission, is_final
        self.sender = submission.sender if submission else _account(user)
        named.setdefault("initial", self._saved() if submission else self._known())
        super().__init__(*given, **named)
        self.fields["sender_kind"].choices = [
            (kind.value, kind.label)
            for kind in SenderKind
            if kind != SenderKind.ANONYMOUS or consultation.who_may_answer == WhoMayAnswer.ANONYMOUS
        ]
        self._offer_what_is_known()
        for theme in self.themes:
            self.fields[_text(theme)] = TypedField(
                label=_("Your answer on “%(theme)s”") % {"theme": theme.title},
                max_length=MAX_TEXT_LENGTH,
                strip=False,
                widget=forms.Textarea(attrs={"rows": 7, "data-limit": MAX_TEXT_LENGTH}),
                error_messages={"max_length": TOO_LONG},
            )

    @cached_property
    def themes(self):
        """In the order of the page, the consultation as a whole last."""
        return list(self.consultation.themes.all())

    @cached_property
    def whole(self):
        return next(theme for theme in self.themes if theme.is_whole)

    def theme_fields(self):
        return [(theme, self[_text(theme)]) for theme in self.themes]

    @property
    def kept_attachments(self):
        """What is attached already: (attachment, whether it is to be removed)."""
        if not self.submission:
            return []
        removed = set(self.data.getlist("remove")) if hasattr(self.data, "getlist") else set()
        return [
            (attachment, str(attachment.pk) in removed)
            for attachment in self.submission.attachments.all()
        ]

    def kept(self):
        """The submission's own fields, right or wrong, as far as they can be stored.

        Of the anonymous nothing is stored, whatever they typed: the database refuses it.
        """
        kind = self.cleaned_data.get("sender_kind") or SenderKind.PERSON
        language = self.cleaned_data.get("language") or self.consultation.language
        if kind == SenderKind.ANONYMOUS:
            return NOBODY | {"sender_kind": kind, "language": language}
        fields = {"sender_kind": kind, "language": language, "sender": self.sender}
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

    def texts(self):
        """Theme pk → text, whatever its length."""
        return {theme.pk: self._typed(_text(theme)) for theme in self.themes}

    def no_remarks_on(self):
        return {self.whole.pk} if self["no_remarks"].data else set()  # though it is an error

    @property
    def says_nothing(self):
        return not (any(map(str.strip, self.texts().values())) or self.no_remarks_on())

    @property
    def is_empty(self):
        """Nothing is written, ticked or attached but what was known beforehand."""
        lines = [name for name in TYPED if name in self.changed_data and self.data.get(name)]
        is_ticked = self.cleaned_data.get("hide_name")
        return self.says_nothing and not (lines or is_ticked or self.files.getlist("attachments"))

    def wrong_as_typed(self):
        """The wrong ones of the fields that are stored only when they are right, or short
        enough, as they were typed."""
        return {
            name: self.data[name]
            for name in (
                "sender_kind",
                "organisation",
                "organisation_kind",
                "language",
                *COLUMN_WIDTHS,
            )
            if name in self.errors and name in self.data
        }

    def clean(self):
        for name in self._not_asked_for():
            self.errors.pop(name, None)
        if self.is_final:
            self._ask_who()
            self._ask_what()
        return self.cleaned_data

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

    def _ask_what(self):
        says_something = any(map(str.strip, self.texts().values()))
        if self.no_remarks_on() and says_something:
            self.add_error(
                "no_remarks",
                ValidationError(
                    _("You have written an answer too. Take away the tick, or the answer."),
                    code="contradiction",
                ),
            )
        is_attached = any(not is_removed for _each, is_removed in self.kept_attachments)
        is_attached = is_attached or bool(self.files and self.files.getlist("attachments"))
        if self.says_nothing and not is_attached:
            self.ask_for_an_answer()

    def ask_for_an_answer(self):
        """Say at the first theme that nothing is answered."""
        first = _text(self.themes[0])
        if first not in self.errors:
            self.add_error(
                first,
                ValidationError(
                    _(
                        "Write an answer to at least one theme, attach a file, or tick that you "
                        "have no remarks."
                    ),
                    code="required",
                ),
            )

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
        return {
            "sender_kind": SenderKind.PERSON,
            "name": self.sender.name if self.sender else "",
            "language": self.consultation.language,
        }

    def _saved(self):
        saved = {name: getattr(self.submission, name) for name in (*TYPED, "hide_name")}
        saved |= {
            "sender_kind": self.submission.sender_kind,
            "language": self.submission.language,
            "organisation": self.submission.organisation_id,
            "organisation_kind": self.submission.organisation_kind,
        }
        for response in self.submission.responses.all():
            saved[_text(response)] = response.text
            if response.theme_id == self.whole.pk:
                saved["no_remarks"] = response.has_no_remarks
        return saved

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


def saved_form(submission, *, is_final=True, typed=()):
    """The form filled with the draft as it stands, but for what is `typed` (name → value).

    Its errors are what is wrong and, with `is_final`, what keeps it from being sent.
    """
    form = SubmissionForm(
        consultation=submission.consultation,
        user=submission.sender,
        submission=submission,
        is_final=is_final,
    )
    form.data, form.is_bound = form.initial | dict(typed), True
    return form


TOO_LONG = _(
    "The answer is %(show_value)d characters long; there is room for %(limit_value)d. "
    "Shorten it, or attach it as a file."
)
COLUMN_WIDTHS = {
    name: width for name in TYPED if (width := Submission._meta.get_field(name).max_length)
}


def _text(thing):
    """The name of the text field of a theme, or of a response's theme."""
    return f"text-{getattr(thing, 'theme_id', thing.pk)}"


def _account(user):
    return user if user and user.is_authenticated else None
