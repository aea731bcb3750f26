"""What one writes in the discussion, and why the authority closes it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.unseen import without_unseen
from consultations.models import DiscussionNames, DiscussionPost
from consultations.permissions import is_official
from consultations.personal_data import find_personal_data

LONGEST = 5000  # characters: a post, not a response


class PostForm(forms.Form):
    """A post. `is_sure` is asked for where personal data is found in it."""

    title = forms.CharField(
        label=_("Topic"),
        max_length=DiscussionPost._meta.get_field("title").max_length,
        help_text=_("In a few words, what do you want to discuss?"),
    )
    text = forms.CharField(
        label=_("Your post"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8})
    )
    nickname = forms.CharField(
        label=_("Nickname"),
        required=False,
        max_length=DiscussionPost._meta.get_field("nickname").max_length,
        help_text=_(
            "Everyone sees it instead of your name. The authority can still see which account "
            "has written the post. Leave it empty to write by your name."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    is_sure = forms.BooleanField(label=_("Send it as it is"), required=False)

    def __init__(self, *args, user, consultation, is_thread, **kwargs):
        super().__init__(*args, **kwargs)
        self.findings = []
        if not is_thread:
            del self.fields["title"]
        by_name = consultation.discussion_names == DiscussionNames.NAME
        if by_name or is_official(user, consultation):
            del self.fields["nickname"]

    def clean_title(self):
        return _seen(_on_one_line(self.cleaned_data["title"]))

    def clean_nickname(self):
        nickname = _on_one_line(self.cleaned_data["nickname"])
        if find_personal_data(nickname):
            raise forms.ValidationError(
                _("A nickname can not be an e-mail address or a number. Choose another.")
            )
        return nickname

    def clean_text(self):
        return _seen(without_unseen(self.cleaned_data["text"].replace("\r\n", "\n")))

    def clean(self):
        """Point out what looks like personal data; one may go on."""
        cleaned = super().clean()
        written = "\n\n".join(cleaned.get(name, "") for name in ("title", "text"))
        self.findings = find_personal_data(written)
        if self.findings and not cleaned.get("is_sure"):
            self.add_error("is_sure", _("Take away what is not for everybody, or tick here."))
        cleaned.pop("is_sure", None)
        return cleaned


class CloseDiscussionForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you close the discussion?"),
        help_text=_("Everyone can read it, on every page of the discussion."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _on_one_line(text):
    return " ".join(without_unseen(text).split())


def _seen(text):
    if not text.strip():
        raise forms.ValidationError(_("There is nothing to read here."), code="required")
    return text
