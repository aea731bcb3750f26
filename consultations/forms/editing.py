"""What an editor writes: a consultation, its themes, who is invited, what is laid out."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority, User
from accounts.roles import Role
from consultations.actions.editing import BEFORE_CLOSING, RULES, TEXTS
from consultations.models import (
    Acceptance,
    Consultation,
    ConsultationStatus,
    Document,
    Outcome,
    Theme,
)
from consultations.richtext import plain_slug
from consultations.uploads import check_upload

UNWRITTEN = ("summary", "purpose", "outcome", "use_of_responses", "letter")
TOLD = TEXTS | RULES | {"deadline_at"}  # what everybody is told of when it is changed
RESERVED = {"ny"}  # the address of the page that begins a consultation
ALLOWED_HTML = _(
    "Plain text with these HTML tags: p, h2, h3, h4, ul, ol, li, strong, em, blockquote and "
    "a href. Everything else is left out when it is shown."
)


GROUPS = (
    (
        _("What you ask about"),
        (
            "title",
            "slug",
            "language",
            "subject",
            "summary",
            "purpose",
            "outcome",
            "use_of_responses",
            "letter",
        ),
    ),
    (_("When"), ("opens_at", "deadline_at")),
    (
        _("Who may answer, and how it is received"),
        (
            "who_may_answer",
            "access",
            "acceptance",
            "moderation",
            "authority_part",
            "topic_starters",
            "has_discussion",
            "discussion_names",
        ),
    ),
    (_("Who is responsible"), ("contact_name", "contact_email", "responsible", "unit")),
    (_("What you change now"), ("note",)),
)


def note_field(**options):
    return forms.CharField(
        label=_("What is changed, and why"),
        help_text=_("Everyone can read it, with the date, on the page of the consultation."),
        widget=forms.Textarea(attrs={"rows": 3}),
        **options,
    )


def with_plain_lines(cleaned):
    """The texts with the line ends that are stored; a browser sends others."""
    return {
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for name, value in cleaned.items()
    }


def ask_for_note(form, cleaned, told):
    """An error where something of `told` is changed and the note does not say why."""
    changed = any(cleaned[name] != getattr(form.instance, name) for name in told & cleaned.keys())
    if changed and "note" in form.fields and not cleaned.get("note"):
        form.add_error("note", _("Say what you change, and why. Everyone is told."))


class ConsultationForm(forms.ModelForm):
    """All that an editor decides about a consultation; once published, what may still change,
    with a note that says so to everybody."""

    note = note_field(required=False)

    class Meta:
        model = Consultation
        fields = tuple(name for _title, names in GROUPS for name in names)
        widgets = {
            "title": forms.TextInput,
            "summary": forms.Textarea(attrs={"rows": 3}),
            "purpose": forms.Textarea(attrs={"rows": 5}),
            "use_of_responses": forms.Textarea(attrs={"rows": 4}),
            "letter": forms.Textarea(attrs={"rows": 8}),
        } | {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("opens_at", "deadline_at")
        }
        help_texts = {
            "slug": _("The last part of the web address. Left empty, it is made of the title."),
            "acceptance": _("What is accepted is journaled and goes to its case handler at once."),
            "moderation": _("When a moderator looks at a response before everybody may read it."),
        }

    def __init__(self, *args, authority, **kwargs):
        super().__init__(*args, **kwargs)
        self.authority = authority
        responsible = self.fields["responsible"]
        responsible.queryset = User.objects.holding(Role.CASE_HANDLER, authority).order_by("name")
        responsible.help_text = _("A case handler, who also gets what nobody else is to handle.")
        if self.instance.pk is None:
            # Unless the editor says otherwise, it follows who may answer.
            self.fields["acceptance"].required = False
            self.fields["acceptance"].choices = [
                ("", _("As is usual: by a moderator where one may answer anonymously")),
                *Acceptance.choices,
            ]
            self.initial["acceptance"] = ""
        self.fields["slug"].required = False
        status = self.instance.status
        if status == ConsultationStatus.DRAFT:
            self._begin_draft()
        else:
            for name in ("slug", "language", "letter", "who_may_answer", "access"):
                del self.fields[name]
        if status not in BEFORE_CLOSING:
            del self.fields["deadline_at"]
        if status not in (ConsultationStatus.DRAFT, ConsultationStatus.PUBLISHED):
            del self.fields["opens_at"]

    @property
    def groups(self):
        """(title, fields) of those that can be changed now."""
        for title, names in GROUPS:
            yield title, [self[name] for name in names if name in self.fields]

    def clean(self):
        cleaned = with_plain_lines(super().clean())
        if not cleaned.get("acceptance"):
            cleaned.pop("acceptance", None)
        for name in ("opens_at", "deadline_at"):
            stored = getattr(self.instance, name)
            if stored and cleaned.get(name) == stored.replace(second=0, microsecond=0):
                cleaned[name] = stored  # the form shows no seconds; nobody has changed them
        ask_for_note(self, cleaned, TOLD)
        return cleaned

    def _begin_draft(self):
        """A draft may lack what publishing asks for, and nobody is told of its changes."""
        del self.fields["note"]
        for name in UNWRITTEN:
            self.fields[name].required = False
            self.fields[name].needed_when = _("needed before you publish")
        self.fields["outcome"].choices = [("", _("Choose")), *Outcome.choices]
        if self.instance.pk is None:
            self.initial["outcome"] = ""

    def clean_slug(self):
        slug = self.cleaned_data["slug"] or address_of(self.cleaned_data.get("title", ""), 80)
        if slug in RESERVED:
            raise ValidationError(_("This address is taken by the platform. Choose another."))
        return slug


class ThemeForm(forms.ModelForm):
    note = note_field(required=False)

    class Meta:
        model = Theme
        fields = ("title", "slug", "position", "text", "questions")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 12}),
            "questions": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "slug": _("The last part of the web address. Left empty, it is made of the title."),
            "text": ALLOWED_HTML,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        is_draft = self.instance.consultation.status == ConsultationStatus.DRAFT
        if self.instance.is_whole:
            del self.fields["position"]
        if self.instance.is_whole or not is_draft:
            del self.fields["slug"]
        if is_draft or self.instance.pk is None:
            del self.fields["note"]

    def clean(self):
        cleaned = with_plain_lines(super().clean())
        ask_for_note(self, cleaned, {"title", "text", "questions"})
        return cleaned

    def clean_slug(self):
        return self.cleaned_data["slug"] or address_of(self.cleaned_data.get("title", ""), 80)

    def _get_validation_exclusions(self):
        """Let the address be compared with those of the same consultation's other themes."""
        return super()._get_validation_exclusions() - {"consultation"}


class ConsulteesForm(forms.Form):
    bodies = forms.CharField(
        label=_("Bodies to invite"),
        help_text=_("One on each line: the name, then a semicolon and the e-mail address."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_bodies(self):
        """(name, e-mail) for each line; the address may be left out."""
        bodies, wrong = [], []
        for line in filter(None, map(str.strip, self.cleaned_data["bodies"].splitlines())):
            name, _semicolon, email = (
                part.strip() for part in line.replace("\t", ";").partition(";")
            )
            try:
                if email:
                    validate_email(email)
                bodies.append((name, email))
            except ValidationError:
                wrong.append(line)
            if not name or len(name) > 200:
                wrong.append(line)
        if wrong:
            raise ValidationError(
                _("Correct these lines: %(lines)s"), params={"lines": " / ".join(wrong)}
            )
        return bodies


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Document.Kind.choices)
    title = forms.CharField(label=_("Title"), max_length=200)
    theme = forms.ModelChoiceField(
        Theme.objects.none(),
        label=_("Theme"),
        required=False,
        empty_label=_("The consultation as a whole"),
        help_text=_("It stands on the page of the theme too."),
    )
    file = forms.FileField(label=_("File"), help_text=_("PDF, DOCX, ODT, TXT, PNG or JPEG."))

    def __init__(self, *args, consultation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = consultation.themes.filter(is_whole=False)

    def clean_file(self):
        self.checked = check_upload(self.cleaned_data["file"])
        return self.cleaned_data["file"]


class RelatedLinksForm(forms.Form):
    """All the related links at once: the list becomes what is written."""

    links = forms.CharField(
        label=_("Links to what is good to know of"),
        help_text=_("One on each line: the title, then a semicolon and the web address."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )

    def __init__(self, *args, consultation, **kwargs):
        super().__init__(*args, **kwargs)
        lines = [f"{link.title}; {link.url}" for link in consultation.related_links.all()]
        self.initial["links"] = "\n".join(lines)

    def clean_links(self):
        """(title, address) for each line. Only the web's own addresses."""
        links, wrong = [], []
        for line in filter(None, map(str.strip, self.cleaned_data["links"].splitlines())):
            title, _semicolon, url = (part.strip() for part in line.rpartition(";"))
            try:
                URLValidator(schemes=["http", "https"])(url)
            except ValidationError:
                wrong.append(line)
                continue
            if not title or len(title) > 200 or len(url) > 500:
                wrong.append(line)
            links.append((title, url))
        if wrong:
            raise ValidationError(
                _("Correct these lines: %(lines)s"), params={"lines": " / ".join(wrong)}
            )
        return links


class AuthorityForm(forms.Form):
    """Whose consultation it is; asked only of those who edit for several."""

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), to_field_name="slug"
    )


def address_of(title, length):
    """An address made of a title: æ, ø and å as people write them without."""
    return plain_slug(title)[:length].strip("-")
