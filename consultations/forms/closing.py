"""What one is asked before an account is closed."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

RECENTLY = timedelta(minutes=10)


class CloseAccountForm(forms.Form):
    """The password once more; or, for an account without one, a log-in that is fresh."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Write your password.")},
    )
    is_sure = forms.BooleanField(
        label=_("I understand that the account can not be opened again"),
        error_messages={"required": _("Tick that you understand what it means.")},
    )

    def __init__(self, *given, user, **named):
        super().__init__(*given, **named)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("That is not your password."), code="wrong")
        return password

    def clean(self):
        asked = "password" in self.fields
        if not asked and self.user.last_login < timezone.now() - RECENTLY:
            raise forms.ValidationError(
                _("It is a while since you logged in. Log out, log in again, and come back here."),
                code="stale",
            )
        return super().clean()
