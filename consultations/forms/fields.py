"""The fields in which people write to us, as strict as a draft can bear."""

from django import forms
from django.core.validators import validate_email

from accounts.unseen import without_unseen
from accounts.validators import validate_organisation_number


class TypedField(forms.CharField):
    """Text without NUL, lines ended by one character.

    A required field may be empty in a draft: it is the form that asks for it. And there is no
    `maxlength`, for a browser cuts what is pasted and says nothing.
    """

    def to_python(self, value):
        typed = super().to_python(value)
        return typed.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value):
        pass

    def widget_attrs(self, widget):
        return {}


class LineField(TypedField):
    """One line: what is pasted over several lines is put on one, and all of it is seen."""

    def to_python(self, value):
        return " ".join(without_unseen(super().to_python(value)).split())


class AddressField(LineField):
    widget = forms.EmailInput
    default_validators = [validate_email]


class OrganisationNumberField(LineField):
    """Nine digits, in whatever groups they were typed."""

    default_validators = [validate_organisation_number]

    def to_python(self, value):
        return super().to_python(value).replace(" ", "")


class KindField(forms.ChoiceField):
    """A choice that a draft may lack: it is the form that asks for it."""

    def validate(self, value):
        if value:
            super().validate(value)


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
