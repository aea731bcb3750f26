"""What a case handler chooses and writes."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from archive.models.rules import ANSWERS
from archive.vocabulary import WriteOff
from consultations.models import Response, Theme

WAITING, HANDLED = "waiting", "handled"


class ThemeChoice(forms.ModelChoiceField):
    def label_from_instance(self, theme):
        return f"{theme.consultation.title}: {theme.title}"


class InboxForm(forms.Form):
    """What the inbox is narrowed to."""

    theme = ThemeChoice(
        Theme.objects.none(), label=_("Theme"), required=False, empty_label=_("All")
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(WAITING, _("To be handled")), (HANDLED, _("Handled"))],
    )

    def __init__(self, data, *, themes):
        super().__init__(data)
        self.fields["theme"].queryset = themes
        self.full_clean()

    @property
    def chosen(self):
        """The theme, and whether what is handled is shown."""
        return self.cleaned_data.get("theme"), self.cleaned_data.get("show") == HANDLED


class HandleForm(forms.Form):
    write_off = forms.ChoiceField(
        label=_("How it is dealt with"),
        # Shown as the standard spells them. An answer by letter or e-mail is journaled first, and
        # then the archivist writes off what it answers.
        choices=[(value, value) for value in WriteOff.values if value not in ANSWERS],
        initial=WriteOff.TAKEN_INTO_ACCOUNT.value,
        widget=forms.RadioSelect,
    )


class ReassignForm(forms.Form):
    handler = forms.ModelChoiceField(
        User.objects.none(), label=_("Case handler"), empty_label=_("Choose a colleague")
    )

    def __init__(self, *args, assignment, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = case_handlers(
            assignment.response.consultation.authority_id
        ).exclude(pk=assignment.handler_id)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("New note"),
        help_text=_("Your colleagues read it. It is not shown to the public."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AssessmentForm(forms.Form):
    """What the authority makes of a theme, and the references of the responses it cites."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Assessment"),
        help_text=_("What the responses said, what you make of it, and what it leads to."),
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    cited = forms.CharField(
        label=_("References of the responses it cites"),
        help_text=_(
            "One on each line. It stands on the page of each response. The sender sees that the "
            "response is used; of those that are not public, everybody else sees how many."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, data, *, assessment):
        self.assessment = assessment
        stands = {
            "seen": assessment.digest(),
            "text": assessment.text,
            "cited": "\n".join(assessment.references()),
        }
        super().__init__(data, initial=stands)

    def clean_cited(self):
        """The responses, each once. They must be part of the case."""
        references = {
            each.upper() for each in re.split(r"[\s,;]+", self.cleaned_data["cited"]) if each
        }
        in_case = Response.objects.accepted().filter(
            consultation=self.assessment.theme.consultation_id
        )
        found = list(in_case.filter(reference__in=references))
        unknown = sorted(references - {each.reference for each in found})
        if unknown:
            raise forms.ValidationError(
                _("Not among the accepted responses to this consultation: %(references)s"),
                params={"references": ", ".join(unknown[:20])},
            )
        return found

    def refuse(self, reason, *, standing):
        """Keep what was typed, and say why it is not saved; the next press has seen what stands
        there now."""
        self.add_error(None, reason)
        self.data = self.data.copy()
        self.data["seen"] = standing.digest()


class HandlersForm(forms.Form):
    """Who handles each theme of a consultation: one field for each theme."""

    def __init__(self, *args, consultation, appointed, **kwargs):
        """`appointed` is theme pk → user pk."""
        super().__init__(*args, **kwargs)
        self.themes = list(consultation.themes.all())
        people = list(case_handlers(consultation.authority_id))
        self.people = {str(each.pk): each for each in people}
        nobody = _("Nobody yet: %(name)s, who is in charge, gets them") % {
            "name": consultation.responsible
        }
        for theme in self.themes:
            known = appointed.get(theme.pk)
            choices = [(str(each.pk), each.name) for each in people]
            self.fields[f"theme-{theme.pk}"] = forms.ChoiceField(
                label=theme.title,
                required=known is not None,
                initial=known,
                choices=choices if known else [("", nobody), *choices],
            )

    @property
    def handlers(self):
        """Theme → the person who is to handle it, where somebody is chosen."""
        return {
            theme: self.people[chosen]
            for theme in self.themes
            if (chosen := self.cleaned_data[f"theme-{theme.pk}"])
        }


def case_handlers(authority):
    return User.objects.holding(Role.CASE_HANDLER, authority).order_by("name", "pk")
