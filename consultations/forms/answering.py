"""What a sender types: the form of a submission, what is kept of it, and what is wrong with it.

A draft may be wrong and incomplete. So `kept` and `texts` give all that can be stored as it
stands, and the errors are what stands in the way of sending it.
"""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from consultations.file_types import FILE_TYPES
from consultations.forms.fields import SeveralFilesInput, TypedField
from consultations.forms.sender import COLUMN_WIDTHS, TYPED, SenderForm

MAX_TEXT_LENGTH = 200_000  # characters; the longest of 1671 real responses had some 60 000
SEE_ATTACHMENT = {"nb": "Se vedlegg.", "nn": "Sjå vedlegg.", "en": "See the attachment."}
ENDINGS = ",".join(f".{ending}" for ending in FILE_TYPES)
ANSWER = "text-"  # before the number of its theme: the name of an answer's field
CHOSEN = ("sender_kind", "organisation", "organisation_kind", "language")


class SubmissionForm(SenderForm):
    """Who answers, what they say of each theme, and what they attach.

    With `is_final` it says what is missing before the submission can be sent.
    """

    use_required_attribute = False  # a draft is saved as it stands

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

    def __init__(self, *given, is_final=False, **named):
        super().__init__(*given, **named)
        self.is_final = is_final
        for theme in self.themes:
            self.fields[_text(theme)] = TypedField(
                label=answer_label(theme),
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
        """The submission's own fields, right or wrong, as far as they can be stored."""
        language = self.cleaned_data.get("language") or self.consultation.language
        return super().kept() | {"language": language}

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

    def _known(self):
        return super()._known() | {"language": self.consultation.language}

    def _saved(self):
        saved = super()._saved() | {"language": self.submission.language}
        for response in self.submission.responses.all():
            saved[_text(response)] = response.text
            if response.theme_id == self.whole.pk:
                saved["no_remarks"] = response.has_no_remarks
        return saved


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


def _text(thing):
    """The name of the text field of a theme, or of a response's theme."""
    return f"{ANSWER}{getattr(thing, 'theme_id', thing.pk)}"


def answer_label(theme):
    return _("Your answer on “%(theme)s”") % {"theme": theme.title}
