"""What a colleague says of a draft."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.forms.fields import LineField, TypedField

MAX_COMMENT_LENGTH = 20_000  # characters


class CommentForm(forms.Form):
    """A comment, for whoever writes the draft."""

    use_required_attribute = False

    name = LineField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    text = TypedField(
        label=_("Your comment"),
        max_length=MAX_COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "data-limit": MAX_COMMENT_LENGTH}),
    )

    def clean_name(self):
        return self._written("name", _("Write your name."))

    def clean_text(self):
        return self._written("text", _("Write your comment."))

    def _written(self, name, message):
        if not self.cleaned_data[name].strip():
            raise forms.ValidationError(message, code="required")
        return self.cleaned_data[name]
