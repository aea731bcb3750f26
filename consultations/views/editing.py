"""The editor's pages: to write a consultation, and to lay out what belongs to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Authority
from accounts.paging import read_page
from accounts.roles import Role
from consultations.actions import (
    add_document,
    create_consultation,
    edit_consultation,
    invite_consultees,
    save_theme,
    set_related_links,
)
from consultations.actions.editing import BEFORE_CLOSING
from consultations.forms.editing import (
    AuthorityForm,
    ConsultationForm,
    ConsulteesForm,
    DocumentForm,
    RelatedLinksForm,
    ThemeForm,
)
from consultations.models import Consultation, ConsultationStatus, Theme
from consultations.views.leading import fetch, next_step


@login_required
@require_GET
def consultation_edit_list(request):
    """The consultations of the authorities where one is editor, the newest first."""
    etter = request.GET.get("etter", "")
    mine = Consultation.objects.filter(
        authority__in=request.user.authorities_as(Role.EDITOR)
    ).select_related("authority")
    page = read_page(mine, "-id", after=etter)
    return render(
        request,
        "consultations/consultations_editor.html",
        {
            "consultations": page.rows,
            "first_url": request.path if etter else "",
            "next_url": f"{request.path}?etter={page.next}" if page.next else "",
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def consultation_create(request):
    """Begin a consultation as a draft that only the authority sees."""
    authorities = Authority.objects.filter(pk__in=request.user.authorities_as(Role.EDITOR))
    authority, authority_form = _chosen_authority(request, list(authorities))
    form = ConsultationForm(
        request.POST or None, authority=authority, instance=Consultation(authority=authority)
    )
    if form.is_valid():
        consultation = create_consultation(authority, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _(
                "“%(title)s” is saved as a draft. Nobody outside sees it. "
                "Add its themes, and say who handles them, before you publish."
            )
            % {"title": consultation.title},
        )
        return redirect("consultations:consultation-edit", consultation.slug)
    return render(
        request,
        "consultations/create_editor.html",
        {"form": form, "authority": authority, "authority_form": authority_form},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def consultation_edit(request, slug):
    """A consultation with all that belongs to it, and what its next step is."""
    consultation = fetch(request.user, slug)
    form = _consultation_form(consultation, request.POST or None)
    if form.is_valid():
        edited = edit_consultation(consultation, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your changes are saved."))
        return redirect("consultations:consultation-edit", edited.slug)
    return _show(request, slug, consultation=form)


@login_required
@require_http_methods(["GET", "POST"])
def theme_edit(request, slug, pk=None):
    """Add a theme, or change one."""
    consultation = fetch(request.user, slug)
    if pk is None:
        last = consultation.themes.order_by("position").last()
        theme = Theme(consultation=consultation, position=last.position + 1)
    else:
        theme = get_object_or_404(consultation.themes, pk=pk)
    form = ThemeForm(request.POST or None, instance=theme)
    if form.is_valid():
        saved = save_theme(
            consultation, theme if pk else None, by=request.user, **form.cleaned_data
        )
        messages.success(request, _("The theme “%(title)s” is saved.") % {"title": saved.title})
        return redirect("consultations:consultation-edit", slug)
    return render(
        request,
        "consultations/theme_editor.html",
        {"consultation": consultation, "is_new": pk is None, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["POST"])
def consultees_invite(request, slug):
    """Put bodies on the list; the letter goes to them on publication, or now if it is past."""
    consultation = fetch(request.user, slug)
    form = ConsulteesForm(request.POST)
    if not form.is_valid():
        return _show(request, slug, consultees=form)
    new = invite_consultees(consultation, form.cleaned_data["bodies"], by=request.user)
    if consultation.status == ConsultationStatus.DRAFT:
        said = ngettext(
            "%(count)s body is added to the list. It gets the letter when you publish.",
            "%(count)s bodies are added to the list. They get the letter when you publish.",
            len(new),
        )
    else:
        said = ngettext(
            "%(count)s body is added to the list. The letter is journaled and sent to it now.",
            "%(count)s bodies are added to the list. The letter is journaled and sent to them now.",
            len(new),
        )
    messages.success(request, said % {"count": len(new)})
    return redirect("consultations:consultation-edit", slug)


@login_required
@require_http_methods(["POST"])
def document_add(request, slug):
    """Lay out a document to be read."""
    consultation = fetch(request.user, slug)
    form = DocumentForm(request.POST, request.FILES, consultation=consultation)
    if not form.is_valid():
        return _show(request, slug, document=form)
    document = add_document(
        consultation,
        form.checked,
        form.cleaned_data["file"],
        title=form.cleaned_data["title"],
        kind=form.cleaned_data["kind"],
        theme=form.cleaned_data["theme"],
        by=request.user,
    )
    if consultation.status == ConsultationStatus.DRAFT:
        said = _("“%(title)s” is added. It is journaled and shown when you publish.")
    else:
        said = _("“%(title)s” is added, journaled and shown, and everyone is told of it.")
    messages.success(request, said % {"title": document.title})
    return redirect("consultations:consultation-edit", slug)


@login_required
@require_http_methods(["POST"])
def related_links_edit(request, slug):
    """The related links become what is written."""
    consultation = fetch(request.user, slug)
    form = RelatedLinksForm(request.POST, consultation=consultation)
    if not form.is_valid():
        return _show(request, slug, links=form)
    set_related_links(consultation, form.cleaned_data["links"], by=request.user)
    messages.success(request, _("The related links are saved."))
    return redirect("consultations:consultation-edit", slug)


def _show(request, slug, **bound):
    """The page of one consultation. `bound` are the forms that were sent; a fresh row is
    read, for a form that is refused has already written on its own."""
    consultation = fetch(request.user, slug)
    is_draft = consultation.status == ConsultationStatus.DRAFT
    forms = {
        "consultation": _consultation_form(consultation),
        "consultees": ConsulteesForm(),
        "document": DocumentForm(consultation=consultation),
        "links": RelatedLinksForm(consultation=consultation),
    }
    failed = next((form for form in bound.values() if form.errors), None)
    return render(
        request,
        "consultations/consultation_editor.html",
        {
            "consultation": consultation,
            "is_draft": is_draft,
            "can_add": consultation.status in BEFORE_CLOSING,
            "is_concluded": consultation.status == ConsultationStatus.CONCLUDED,
            "themes": consultation.themes.all(),
            "consultees": consultation.consultees.all(),
            "documents": consultation.documents.select_related("theme"),
            "related_links": consultation.related_links.all(),
            "amendments": consultation.amendments.select_related("amended_by"),
            "forms": forms | bound,
            "failed": failed,
            **next_step(consultation),
        },
        status=422 if failed else 200,
    )


def _consultation_form(consultation, data=None):
    return ConsultationForm(data, authority=consultation.authority, instance=consultation)


def _chosen_authority(request, authorities):
    """The authority that the consultation will be of, and a form where there are several."""
    if len(authorities) == 1:
        return authorities[0], None
    form = AuthorityForm(request.GET or None)
    form.fields["authority"].queryset = Authority.objects.filter(
        pk__in=[each.pk for each in authorities]
    )
    return (form.cleaned_data["authority"] if form.is_valid() else authorities[0]), form
