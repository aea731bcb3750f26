"""What everybody reads of the discussion: the same bytes for all."""

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.paging import count_some, read_page
from accounts.public_pages import public_page
from consultations.actions.discussing import why_not_discuss
from consultations.models import Consultation, DiscussionPost, Response, Theme, TopicStarters

NEWEST, OLDEST = ("-created_at", "-id"), ("created_at", "id")


@require_safe
def discussion_show(request, slug, theme):
    """The threads under a theme, the newest first; or those under one response to it (`svar`)."""
    theme = theme_of(slug, theme)
    reference, after = request.GET.get("svar", ""), request.GET.get("etter", "")

    def page():
        response = response_of(theme, reference) if reference else None
        threads = DiscussionPost.objects.shown().threads().filter(theme=theme)
        if response:
            threads = threads.filter(response=response)
        number, is_more = count_some(threads)
        threads = threads.select_related("author", "response__submission")
        page = read_page(threads.annotate(replies_shown=_replies_shown()), *NEWEST, after=after)
        narrowed = f"svar={reference}" if response else ""
        context = {
            **of_theme(theme),
            "response": response,
            "threads": page.rows,
            "number": number,
            "is_more": is_more,
            "narrowed": narrowed,
            "is_for_all": theme.consultation.topic_starters == TopicStarters.PARTICIPANTS,
            "first_url": f"{request.path}?{narrowed}".rstrip("?") if after else "",
            "next_url": _next(page, narrowed),
            "canonical": settings.SITE_URL + request.path,
        }
        return render(request, "consultations/discussion_public.html", context)

    return public_page(request, *version_of(theme.consultation), reference, after, page=page)


@require_safe
def thread_show(request, slug, theme, pk):
    """A thread: the post that began it, and the replies in the order they came."""
    theme = theme_of(slug, theme)
    after = request.GET.get("etter", "")

    def page():
        posts = DiscussionPost.objects.shown().filter(theme=theme).select_related("author")
        thread = get_object_or_404(posts.threads().select_related("response__submission"), pk=pk)
        page = read_page(posts.filter(parent=thread), *OLDEST, after=after)
        context = {
            **of_theme(theme),
            "thread": thread,
            "replies": page.rows,
            "is_first_page": not after,
            "first_url": request.path if after else "",
            "next_url": _next(page),
            "canonical": settings.SITE_URL + request.path,
        }
        return render(request, "consultations/thread_public.html", context)

    return public_page(request, *version_of(theme.consultation), after, page=page)


def theme_of(slug, theme):
    """A theme of a public consultation that has, or has had, a discussion."""
    theme = get_object_or_404(
        Theme.objects.select_related(
            "consultation__authority", "consultation__public_state"
        ).filter(consultation__in=Consultation.objects.public()),
        consultation__slug=slug,
        slug=theme,
    )
    if not theme.consultation.has_discussion and not theme.posts.exists():
        raise Http404
    return theme


def response_of(theme, reference):
    """A public response to the theme."""
    if "\0" in reference:  # which no text in the database holds
        raise Http404
    return get_object_or_404(
        Response.objects.public().select_related("submission"), theme=theme, reference=reference
    )


def of_theme(theme):
    """What every page of a theme's discussion shows around the posts."""
    return {
        "consultation": theme.consultation,
        "authority": theme.consultation.authority,
        "theme": theme,
        "why_not": why_not_discuss(theme.consultation),
    }


def _replies_shown():
    """How many replies to a thread everybody sees."""
    replies = DiscussionPost.objects.shown().filter(parent=OuterRef("pk")).order_by()
    return Coalesce(Subquery(replies.values("parent").annotate(n=Count("pk")).values("n")), 0)


def _next(page, narrowed=""):
    return "?" + "&".join(filter(None, [narrowed, f"etter={page.next}"])) if page.next else ""


def version_of(consultation):
    authority = consultation.authority
    return (
        consultation.public_version,
        authority.name,
        authority.rules_of_debate,
        consultation.is_past_deadline,
    )
