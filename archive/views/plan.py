"""The filing plan: its classes, and how long what stands in each is kept."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rules import require
from archive.actions import add_class, change_retention
from archive.desk_forms import ClassForm, RetentionForm
from archive.models import Classification
from archive.permissions import can_keep_archive
from archive.views.found import authorities_of, authority_of
from archive.vocabulary import CaseStatus


@login_required
@require_http_methods(["GET", "POST"])
def class_list(request, slug=None):
    """The classes in their order, and a form for one more."""
    authority = authority_of(request.user, slug)
    if slug is None:
        return redirect("archive:class-list", authority.slug)
    classes = Classification.objects.filter(plan__fonds__authority=authority).order_by("code")
    form = ClassForm(request.POST or None, classes=classes)
    if form.is_valid():
        added = add_class(authority, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("The class %(code)s stands in the filing plan. Its case files are kept for good.")
            % {"code": added.code},
        )
        return redirect("archive:class-list", slug)
    return render(
        request,
        "archive/classes_archivist.html",
        {
            "authority": authority,
            "authorities": authorities_of(request.user),
            "classes": classes.select_related("parent").annotate(
                open_count=Count("case_files", filter=Q(case_files__status=CaseStatus.OPEN)),
                closed_count=Count("case_files", filter=Q(case_files__status=CaseStatus.CLOSED)),
            ),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def class_edit(request, slug, pk):
    """Decide how long the case files of one class are kept."""
    klass = get_object_or_404(
        Classification.objects.select_related("plan__fonds__authority"),
        plan__fonds__authority=authority_of(request.user, slug),
        pk=pk,
    )
    require(can_keep_archive(request.user, klass.plan.fonds.authority_id))
    initial = {name: getattr(klass, name) for name in RetentionForm.base_fields}
    form = RetentionForm(request.POST or None, initial=initial)
    if form.is_valid():
        change_retention(klass, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("The decision is changed. It holds for all case files of class %(code)s.")
            % {"code": klass.code},
        )
        return redirect("archive:class-list", slug)
    return render(
        request,
        "archive/class_archivist.html",
        {
            "klass": klass,
            "authority": klass.plan.fonds.authority,
            "form": form,
            "case_files": klass.case_files.count(),
        },
        status=422 if form.errors else 200,
    )
