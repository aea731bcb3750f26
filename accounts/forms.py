"""What a person types about themselves."""

from allauth.core import context
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.abuse import stop
from accounts.unseen import without_unseen


class SignupForm(forms.Form):
    """What allauth's sign-up asks for besides address and password."""

    name = forms.CharField(
        label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def clean(self):
        """Whoever comes from another provider has been let in there already."""
        if not hasattr(self, "sociallogin") and (stopped := stop(context.request, "sign-up")):
            raise forms.ValidationError(stopped, code="stopped")
        return super().clean()

    def clean_name(self):
        """The name on one line, all of it seen."""
        name = " ".join(without_unseen(self.cleaned_data["name"]).split())
        if not name:
            message = self.fields["name"].error_messages["required"]
            raise forms.ValidationError(message, code="required")
        return name

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.language = get_language()  # that of the page where the account is made
        user.save(update_fields=["name", "language"])


class LanguageForm(forms.Form):
    """In which language a person wants mails."""

    language = forms.ChoiceField(label=_("Language of mails to you"), choices=settings.LANGUAGES)
