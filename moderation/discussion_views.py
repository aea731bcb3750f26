"""Posts and reports: the moderator's queue of them, and the form by which anybody reports."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.abuse import stop
from accounts.paging import count_some, read_page
from accounts.rules import ActionRefused
from consultations.lifecycle import NEXT
from consultations.models import Consultation, DiscussionPost, Response
from consultations.personal_data import find_personal_data
from consultations.redaction import passages
from moderation.actions import (
    approve_post,
    remove_post,
    report_post,
    report_response,
    settle_report,
)
from moderation.forms import RemovePostForm, ReportForm
from moderation.models import Report
from moderation.queue import (
    consultations_of,
    reported_posts,
    reported_responses,
    to_be_looked_at,
    waiting_posts,
)

SHOWN = 50  # of each kind; what comes next is shown when these are decided
NEWEST = ("-created_at", "-id")


@login_required
@require_GET
def discussion_queue(request):
    """What waits, and what readers have reported; with `vis=alle` every post, the newest
    first, for whoever reads afterwards."""
    user = request.user
    if request.GET.get("vis") == "alle":
        return _every_post(request)
    count, is_more = count_some(to_be_looked_at(user))
    return render(
        request,
        "moderation/discussion_moderator.html",
        {
            "count": count,
            "is_more": is_more,
            "waiting": waiting_posts(user)[:SHOWN],
            "reported": reported_posts(user)[:SHOWN],
            "responses": reported_responses(user)[:SHOWN],
            "discussed": consultations_of(user).filter(has_discussion=True)[:SHOWN],
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def post_decide(request, pk):
    """One post with what is said of it: show it, remove it, or settle the reports."""
    posts = DiscussionPost.objects.moderated_by(request.user).select_related(
        "author", "parent", "response", "removed_by", "visible_by", "theme__consultation"
    )
    post = get_object_or_404(posts, pk=pk)
    pressed = request.POST.get("decision")
    form, status = RemovePostForm(), 200
    if request.method == "POST":
        if pressed not in ("show", "remove"):
            raise BadRequest
        form = RemovePostForm(request.POST if pressed == "remove" else None)
        if pressed == "show" or form.is_valid():
            return _decide(request, post, form)
        status = 422
    found = find_personal_data(post.text)
    may_follow = NEXT[DiscussionPost.Status][post.status]
    return render(
        request,
        "moderation/post_moderator.html",
        {
            "post": post,
            "consultation": post.consultation,
            "passages": list(passages(post.text, [(each.start, each.end) for each in found])),
            "findings": found,
            "reports": post.reports.order_by("pk").select_related("settled_by"),
            "last": post.reports.outstanding().order_by("pk").last(),
            "can_show": DiscussionPost.Status.VISIBLE in may_follow,
            "can_remove": DiscussionPost.Status.REMOVED in may_follow,
            "form": form,
        },
        status=status,
    )


@login_required
@require_POST
def report_settle(request, pk):
    """The reports of a thing, up to this one, need nothing more."""
    report = get_object_or_404(Report.objects.moderated_by(request.user), pk=pk)
    settle_report(report, by=request.user)
    messages.success(request, _("The reports are settled. What was reported stands as it is."))
    return redirect("moderation:discussion-queue")


@require_http_methods(["GET", "POST"])
def post_report(request, pk):
    """Report a post."""
    posts = DiscussionPost.objects.visible().filter(
        theme__consultation__in=Consultation.objects.public()
    )
    post = get_object_or_404(
        posts.select_related("author", "theme__consultation__authority"), pk=pk
    )
    return _report(request, report_post, post, post=post)


@require_http_methods(["GET", "POST"])
def response_report(request, reference):
    """Report a published response."""
    responses = Response.objects.public().select_related(
        "submission", "theme", "consultation__authority"
    )
    response = get_object_or_404(responses, reference=reference)
    return _report(request, report_response, response, response=response)


def _report(request, report, thing, **context):
    """The form, and then that it has come: nothing of it is seen by others."""
    user = request.user
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        initial={"email": user.email if user.is_authenticated else ""},
    )
    is_reported, status = False, 200
    if form.is_bound:
        stopped = stop(request, "report")
        if stopped:
            form.add_error(None, stopped)
            status = 429
        elif form.is_valid():
            report(thing, **form.cleaned_data)
            is_reported = True
        else:
            status = 422
    return render(
        request,
        "moderation/report_sender.html",
        {
            **context,
            "form": form,
            "consultation": thing.consultation,
            "theme": thing.theme,
            "authority": thing.consultation.authority,
            "is_reported": is_reported,
        },
        status=status,
    )


def _decide(request, post, form):
    """Do what was pressed, and go back to what waits."""
    try:
        if form.is_bound:
            remove_post(post, reason=form.cleaned_data["reason"], by=request.user)
            said = _("The post is removed. Where it stood, everyone reads why.")
        else:
            approve_post(post, by=request.user)
            said = _("The post is shown. Everyone can read it now.")
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("moderation:post-decide", post.pk)
    messages.success(request, said)
    return redirect("moderation:discussion-queue")


def _every_post(request):
    after = request.GET.get("etter", "")
    posts = DiscussionPost.objects.moderated_by(request.user).select_related(
        "theme__consultation", "author", "parent"
    )
    page = read_page(posts, *NEWEST, after=after)
    return render(
        request,
        "moderation/posts_moderator.html",
        {
            "posts": page.rows,
            "first_url": "?vis=alle" if after else "",
            "next_url": f"?vis=alle&etter={page.next}" if page.next else "",
        },
    )
