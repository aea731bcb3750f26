"""Who has no remarks: an organisation, and somebody there."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.forms.fields import AddressField, LineField, OrganisationNumberField

ASKED = {
    "organisation_name": _("Write the name of the organisation."),
    "name": _("Write your name."),
    "email": _("Write your e-mail address, so that we can send a receipt."),
}


class NoRemarksForm(forms.Form):
    """The least that we must know. An account has a name and an address already."""

    use_required_attribute = False

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
    name = LineField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("We send you a link to confirm with. The address is not published."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *given, user, **named):
        super().__init__(*given, **named)
        if user.is_authenticated:
            del self.fields["name"], self.fields["email"]

    def clean(self):
        for name in self.fields.keys() & ASKED.keys():
            if name not in self.errors and not self.cleaned_data[name]:
                self.add_error(name, forms.ValidationError(ASKED[name], code="required"))
        return self.cleaned_data
