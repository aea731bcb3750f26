"""What a person types about themselves."""

from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.abuse import stop


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

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
