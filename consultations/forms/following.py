"""What one follows, and where the mails go."""

from django import forms
from django.utils.translation import gettext_lazy as _

CONSULTATION, AUTHORITY, EVERYTHING = "consultation", "authority", "everything"


class FollowForm(forms.Form):
    """The address, and a choice from one consultation to everything.

    `consultation` and `authority` are where the reader comes from, if anywhere.
    """

    what = forms.ChoiceField(label=_("What do you want to follow?"), widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Write your e-mail address, so that we can write to you.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, consultation=None, authority=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.things = {
            CONSULTATION: {"consultation": consultation},
            AUTHORITY: {"authority": authority},
            EVERYTHING: {},
        }
        choices = [(EVERYTHING, _("All consultations"))]
        if authority:
            label = _("All consultations from %(authority)s") % {"authority": authority.name}
            choices.insert(0, (AUTHORITY, label))
        if consultation:
            choices.insert(0, (CONSULTATION, _("This consultation")))
        self.fields["what"].choices = choices
        self.fields["what"].initial = choices[0][0]

    @property
    def followed(self):
        """The consultation or the authority that is chosen; neither for everything."""
        return self.things[self.cleaned_data["what"]]
