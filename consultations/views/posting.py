"""Writing in the discussion, one's own posts, and leading the discussion: never cached."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.paging import read_page
from accounts.rules import ActionRefused, require
from consultations.actions import (
    archive_discussion,
    close_discussion,
    reopen_discussion,
    reply,
    start_thread,
)
from consultations.actions.discussing import archived_discussion, why_not_discuss, why_not_write
from consultations.forms.discussing import CloseDiscussionForm, PostForm
from consultations.models import Consultation, ConsultationStatus, DiscussionPost
from consultations.permissions import can_edit, can_lead_discussion, can_start_topic
from consultations.views.discussing import NEWEST, of_theme, response_of, theme_of


@require_http_methods(["GET", "POST"])
def thread_start(request, slug, theme):
    """Begin a thread under a theme, or under a response to it (`svar`)."""
    theme = theme_of(slug, theme)
    reference = request.GET.get("svar", "")
    response = response_of(theme, reference) if reference else None
    consultation = theme.consultation

    def write(**typed):
        return start_thread(theme, response=response, by=request.user, **typed)

    why_not = ""
    if not response and not can_start_topic(request.user, consultation):
        why_not = _("Here the authority starts the topics. You can reply in them.")
    return _write(request, theme, write, why_not, is_thread=True, response=response)


@require_http_methods(["GET", "POST"])
def post_reply(request, slug, theme, pk):
    """Reply to a post; the reply stands in its thread."""
    theme = theme_of(slug, theme)
    posts = DiscussionPost.objects.visible().select_related("author", "parent", "theme")
    post = get_object_or_404(posts, theme=theme, pk=pk)
    if post.parent and post.parent.is_removed:
        raise Http404

    def write(**typed):
        return reply(post, by=request.user, **typed)

    return _write(request, theme, write, is_thread=False, post=post)


@require_GET
def post_list(request):
    """One's own posts, the newest first, and what became of them."""
    after = request.GET.get("etter", "")
    mine = DiscussionPost.objects.filter(author=request.user)
    page = read_page(
        mine.select_related("theme__consultation", "parent"), *NEWEST, after=after, size=25
    )
    return render(
        request,
        "consultations/posts_sender.html",
        {
            "posts": page.rows,
            "first_url": request.path if after else "",
            "next_url": f"?etter={page.next}" if page.next else "",
        },
    )


@require_http_methods(["GET", "POST"])
def discussion_lead(request, slug):
    """Close the discussion with a reason, open it again, or archive it when it is over."""
    consultation = get_object_or_404(
        Consultation.objects.visible_to(request.user).select_related("authority"), slug=slug
    )
    require(can_lead_discussion(request.user, consultation.authority_id))
    form = CloseDiscussionForm()
    if request.method == "POST":
        pressed = request.POST.get("step")
        if pressed not in LEADING:
            raise BadRequest
        form = CloseDiscussionForm(request.POST)
        if pressed != "close" or form.is_valid():
            lead, said = LEADING[pressed]
            lead(consultation, form, request.user)
            messages.success(request, said())
            return redirect("consultations:discussion-lead", slug)
    posts = DiscussionPost.objects.of_consultation(consultation)
    is_going_on = not why_not_discuss(consultation)
    context = {
        "consultation": consultation,
        "themes": consultation.themes.all(),
        "form": form,
        "shown": posts.shown().count(),
        "waiting": posts.waiting().count(),
        "is_going_on": is_going_on,
        "archived": archived_discussion(consultation),
        "is_concluded": consultation.status == ConsultationStatus.CONCLUDED,
        "can_archive": can_edit(request.user, consultation.authority_id),
    }
    return render(
        request,
        "consultations/discussion_editor.html",
        context,
        status=422 if form.errors else 200,
    )


LEADING = {  # what can be pressed: what it does, and what is said then
    "close": (
        lambda consultation, form, by: close_discussion(
            consultation, reason=form.cleaned_data["reason"], by=by
        ),
        lambda: _("The discussion is closed. Everyone can read why."),
    ),
    "reopen": (
        lambda consultation, _form, by: reopen_discussion(consultation, by=by),
        lambda: _("The discussion is open again."),
    ),
    "archive": (
        lambda consultation, _form, by: archive_discussion(consultation, by=by),
        lambda: _("The discussion is archived as one document in the case file."),
    ),
}


def _write(request, theme, write, why_not="", *, is_thread, **context):
    """The form of a post, or why one can not write; what is refused keeps what was typed."""
    user, consultation = request.user, theme.consultation
    why_not = why_not_write(user, consultation) or why_not
    form = PostForm(
        request.POST if request.method == "POST" else None,
        user=user,
        consultation=consultation,
        is_thread=is_thread,
    )
    if form.is_valid():
        try:
            post = write(**form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _said(post))
            return redirect("consultations:post-list")
    return render(
        request,
        "consultations/post_sender.html",
        of_theme(theme) | {"form": form, "why_not": why_not, "is_thread": is_thread} | context,
        status=422 if form.is_bound else 200,
    )


def _said(post):
    if post.status == DiscussionPost.Status.WAITING:
        return _("Thank you. A moderator reads your post before everyone can see it.")
    return _("Thank you. Everyone can read your post now.")
