"""Atom feeds (RFC 4287) of what everybody reads: the same bytes for all.

The id of an entry is the same in all languages and never changes; that of a feed says its
language too. The newest PER_FEED entries are told.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, F, Max, Sum
from django.db.models.functions import Greatest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.filters import query
from accounts.models import Authority
from accounts.public_pages import public_page
from consultations.actions.submitting import ILLEGIBLE
from consultations.filters import chosen_of, facets, narrowed
from consultations.follow_mails import moment
from consultations.models import Consultation, NewsKind, PublicState, Theme
from consultations.templatetags.consultations import public_paragraphs
from consultations.views.discussing import theme_of, version_of

PER_FEED = 50


class Feed(Atom1Feed):
    """Django's, with the language of each entry, and a time also where there is no entry."""

    def __init__(self, request, name, *, title, path, author, since=None):
        """`name` is the feed's part of its id, `path` the page that it is a feed of, with the
        filters of both."""
        filters = "".join(path.partition("?")[1:])
        super().__init__(
            title=_legible(title),
            link=settings.SITE_URL + path,
            description=None,
            language=get_language(),
            author_name=_legible(author),
            feed_url=settings.SITE_URL + request.path + filters,
            feed_guid=_tag(f"{name}/{get_language()}"),
            since=since,
        )

    def tell(self, thing, title, path, text, *, at, changed_at=None, language, author=None):
        """Add an entry; `text` is HTML."""
        self.add_item(
            title=_legible(title),
            link=settings.SITE_URL + path,
            description=_legible(text),
            unique_id=_tag(f"{thing._meta.model_name}-{thing.pk}"),
            pubdate=at,
            updateddate=changed_at or at,
            author_name=author and _legible(author),
            language=language,
        )

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}

    def latest_post_date(self):
        if not self.items and self.feed["since"]:
            return self.feed["since"]
        return super().latest_post_date()

    def page(self):
        return HttpResponse(self.writeString("utf-8"), content_type=self.content_type)


@require_safe
def consultation_list_feed(request):
    """All consultations, those that are published last first; or those that the list would show
    with the same filters."""
    asked = request.GET
    chosen = chosen_of(facets(Consultation.objects.public()), asked) if asked else {}
    published = narrowed(Consultation.objects.public(), chosen)
    name = f"consultations{query(chosen)}".rstrip("?")
    return _feed_of_consultations(request, name, published, title=_("Consultations"), chosen=chosen)


@require_safe
def authority_feed(request, slug):
    """The consultations of one authority."""
    authority = get_object_or_404(Authority, slug=slug)
    published = Consultation.objects.public().filter(authority=authority)
    title = _("Consultations from %(authority)s") % {"authority": authority.name}
    name = f"authority-{authority.pk}"
    return _feed_of_consultations(request, name, published, title=title, author=authority.name)


@require_safe
def consultation_feed(request, slug):
    """What is new of one consultation."""
    consultation = _consultation(slug)

    def page():
        path = reverse("consultations:consultation-show", args=[slug])
        feed = Feed(
            request,
            f"consultation-{consultation.pk}",
            title=consultation.title,
            path=path,
            author=consultation.authority.name,
            since=consultation.published_at,
        )
        for news in consultation.news.select_related("amendment", "theme")[:PER_FEED]:
            title, text = _told(news, consultation)
            feed.tell(news, title, path, text, at=news.happened_at, language=get_language())
        return feed.page()

    return public_page(request, *_version(consultation), page=page)


@require_safe
def theme_feed(request, slug, theme):
    """The responses to a theme, as everybody may read them: what was made public last."""
    theme = get_object_or_404(
        Theme.objects.select_related("consultation__authority", "consultation__public_state"),
        consultation__in=Consultation.objects.public(),
        consultation__slug=slug,
        slug=theme,
    )
    consultation = theme.consultation

    def page():
        feed = Feed(
            request,
            f"theme-{theme.pk}",
            title=f"{theme.title} – {consultation.title}",
            path=reverse("consultations:theme-show", args=[slug, theme.slug]),
            author=consultation.authority.name,
            since=consultation.published_at,
        )
        shown_at = Greatest("published_at", "redacted_at")
        shown = theme.responses.public().select_related("submission").annotate(shown_at=shown_at)
        for response in shown.order_by(shown_at.desc(), F("pk").desc())[:PER_FEED]:
            sender = str(response.public_sender)
            feed.tell(
                response,
                sender,
                reverse("consultations:response-show", args=[slug, response.reference]),
                _said(response),
                at=response.received_at,
                changed_at=response.shown_at,
                language=response.submission.language,
                author=sender,
            )
        return feed.page()

    return public_page(request, *_version(consultation), page=page)


@require_safe
def discussion_feed(request, slug, theme):
    """What is said of a theme in its discussion: what was shown last, replies too."""
    theme = theme_of(slug, theme)
    consultation = theme.consultation

    def page():
        feed = Feed(
            request,
            f"discussion-{theme.pk}",
            title=_("Discussion") + f": {theme.title} – {consultation.title}",
            path=reverse("consultations:discussion-show", args=[slug, theme.slug]),
            author=consultation.authority.name,
            since=consultation.published_at,
        )
        posts = theme.posts.visible().select_related("author", "parent")
        for post in posts.order_by("-visible_at", "-pk")[:PER_FEED]:
            thread = post.parent or post
            reply = _("Reply: %(topic)s") % {"topic": thread.public_title}
            path = reverse("consultations:thread-show", args=[slug, theme.slug, thread.pk])
            feed.tell(
                post,
                reply if post.parent else post.title,
                f"{path}#innlegg-{post.pk}",
                linebreaks(post.text, autoescape=True),
                at=post.created_at,
                changed_at=post.visible_at,
                language=get_language(),
                author=post.public_author,
            )
        return feed.page()

    return public_page(request, *version_of(consultation), page=page)


def _feed_of_consultations(request, name, published, *, title, author="", chosen=None):
    state = PublicState.objects.filter(consultation__in=published).aggregate(
        Sum("version"), Count("pk"), Max("pk")
    )

    def page():
        path = reverse("consultations:consultation-list") + query(chosen or {}).rstrip("?")
        feed = Feed(request, name, title=title, path=path, author=author or settings.SITE_NAME)
        rows = published.select_related("authority").annotate(changed_at=Max("news__happened_at"))
        for consultation in rows.order_by("-published_at", "-pk")[:PER_FEED]:
            feed.tell(
                consultation,
                consultation.title,
                reverse("consultations:consultation-show", args=[consultation.slug]),
                _paragraphs(
                    (consultation.language, consultation.summary),
                    (get_language(), _deadline(consultation.deadline_at)),
                ),
                at=consultation.published_at,
                changed_at=consultation.changed_at,
                language=consultation.language,
                author=consultation.authority.name,
            )
        return feed.page()

    return public_page(request, state, title, chosen, page=page)


def _told(news, consultation):
    """Title and HTML of what happened."""
    interface, written = get_language(), consultation.language
    match news.kind:
        case NewsKind.PUBLISHED:
            text = _paragraphs((written, consultation.summary))
        case NewsKind.AMENDED:
            moved_to = news.amendment.deadline_after
            notes = [(written, line) for line in news.amendment.note.splitlines() if line]
            dates = [(interface, _deadline(moved_to))] if moved_to else []
            return news.amendment.get_kind_display(), _paragraphs(*dates, *notes)
        case NewsKind.DEADLINE_NEAR:
            text = _paragraphs((interface, _deadline(news.deadline_at)))
        case NewsKind.ASSESSED:
            text = _paragraphs((written, news.theme.title))
        case _:
            text = ""
    return news.get_kind_display(), text


def _paragraphs(*lines):
    """HTML of (language, text)."""
    return format_html_join("", '<p lang="{}">{}</p>', lines)


def _deadline(at):
    return _("Deadline") + f": {moment(at)}"


def _said(response):
    no_remarks = format_html("<p>{}</p>", _("No remarks.")) if response.has_no_remarks else ""
    return no_remarks + public_paragraphs(response)


def _consultation(slug):
    return get_object_or_404(
        Consultation.objects.public().select_related("authority", "public_state"), slug=slug
    )


def _version(consultation):
    return consultation.public_version, consultation.authority.name


def _tag(thing):
    """An id that is ours for ever (RFC 4151): the year is one in which the name was ours."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{thing}"


def _legible(text):
    """Without what XML can not say."""
    return ILLEGIBLE.sub("", str(text))
