"""Invariant 5: what the public pages must not show. Reads them as a visitor would."""

import re
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Authority, User
from archive.models import EntryState, JournalEntry
from archive.vocabulary import ERASED
from consultations.models import (
    Consultation,
    DiscussionPost,
    Response,
    ResponseStatus,
    SenderKind,
    Submission,
)
from moderation.models import Decision, Redaction, Report

ROWS = 2000  # fetched at a time
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
AS_THEY_LIE = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
NOWHERE = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
LONG = 40  # characters of a withheld text that no other text begins with by chance


def public_pages():
    """5. No public page shows what is redacted, withheld or hidden, or a sender's address."""
    yield from _decisions_not_followed()
    yield from _search_not_kept()
    # What the pages say is read, not how they look: static files need not be collected for it.
    # And what they would say now, of rows that may have been changed behind our back.
    storages = settings.STORAGES | {"staticfiles": AS_THEY_LIE}
    with override_settings(STORAGES=storages, CACHES=settings.CACHES | {"pages": NOWHERE}):
        yield from _secrets_shown(_reader())


def _secrets_shown(client):
    addresses = set(Submission.objects.exclude(email="").values_list("email", flat=True))
    addresses |= set(User.objects.filter(posts__isnull=False).values_list("email", flat=True))
    addresses |= set(Report.objects.exclude(email="").values_list("email", flat=True))
    addresses -= set(Consultation.objects.values_list("contact_email", flat=True))
    for authority in Authority.objects.all():
        hidden = _hidden_senders(authority)
        for consultation in authority.consultations.public():
            yield from _responses_by_themselves(client, consultation)
            kept_back = [
                *_kept_back_texts(consultation),
                *_kept_back_posts(consultation),
                *_behind_nicknames(consultation),
                *hidden,
            ]
            for address, text in _pages(client, consultation):
                yield from _secrets_on(address, text, kept_back, addresses)
        titles = _screened_titles(authority)
        for address, text in _journal_pages(client, authority):
            yield from _secrets_on(address, text, [*hidden, *titles], addresses)


def _decisions_not_followed():
    """Responses whose publication is not what was decided last, or whose name is hidden on
    the pages but not in the journal, or the other way round."""
    decided = (
        Decision.objects.filter(response=OuterRef("pk"))
        .exclude(outcome__in=["accepted", "rejected"])
        .order_by("-pk")
        .values("outcome")[:1]
    )
    differing = (
        Response.objects.accepted()
        .annotate(decided=Coalesce(Subquery(decided), Value("pending")))
        .exclude(publication=F("decided"))
    )
    for response in differing.iterator(ROWS):
        yield (
            f"Response {response.reference} is “{response.publication}”, "
            f"but “{response.decided}” was decided."
        )
    screened = EntryState.objects.filter(
        entry__source=OuterRef("reference"), is_sender_screened=True
    )
    for reference in (
        Response.objects.accepted()
        .filter(is_name_hidden=True)
        .filter(~Exists(screened))
        .values_list("reference", flat=True)
    ):
        yield f"Response {reference} hides its sender, but the public journal does not."


def _search_not_kept():
    """What a search finds by other words than those that its view says everybody may read, and
    what it does not find by them."""
    for what, found, findable, columns in SEARCHES:
        for one, other, breach in (
            (found, findable, "finds by words that are not public"),
            (findable, found, "does not find by all its words"),
        ):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other}"  # noqa: S608
                )
                for *place, _words in cursor:
                    names = zip(columns.split(", "), place, strict=False)
                    where = ", ".join(
                        f"{name.removesuffix('_id')} #{value}" for name, value in names
                    )
                    yield f"{what} {breach}: {where}."


SEARCHES = (  # what, its table, the view that says what it holds, columns of both
    (
        "The search",
        "consultations_searchtext",
        "consultations_searchable",
        "consultation_id, theme_id, response_id, words",
    ),
    (
        "The journal's search",
        "archive_journalwords",
        "archive_searchablejournal",
        "entry_id, words",
    ),
)


def _reader():
    """Somebody who reads the public pages, as if over HTTPS at the site's own address."""
    return Client(
        headers={"host": urlsplit(settings.SITE_URL).netloc, "x-forwarded-proto": "https"}
    )


def _sent(consultation):
    return Response.objects.filter(consultation=consultation).exclude(status=ResponseStatus.DRAFT)


def _responses_by_themselves(client, consultation):
    """The pages of single responses: those kept back have none, the others hide what they must."""
    for response in (
        _sent(consultation)
        .exclude(publication="published", is_name_hidden=False)
        .select_related("submission")
        .iterator(ROWS)
    ):
        address = reverse(
            "consultations:response-show", args=[consultation.slug, response.reference]
        )
        page = client.get(address)
        if response.publication in ("pending", "withheld"):
            if page.status_code != 404:
                yield f"{address} is public, but response {response.reference} is not."
            continue
        text = _text(page)
        name = response.submission.sender_name
        if response.is_name_hidden and name != ERASED and name in text:
            yield f"{address} shows the hidden sender of response {response.reference}."
        for words in _redacted_words(response):
            if words in text:
                yield f"{address} shows redacted words of response {response.reference}."


def _redacted_words(response):
    """The passages of the decision that stands, without what is too short to tell."""
    latest = Redaction.objects.filter(response=response).order_by("-decision_id").first()
    if response.publication != "redacted" or latest is None or response.text == ERASED:
        return []
    spans = Redaction.objects.filter(decision=latest.decision_id).values_list("start", "end")
    passages = (response.text[start:end].strip() for start, end in spans)
    return [words for words in passages if len(words) > 3]


def _kept_back_texts(consultation):
    """(what, words) that may stand on no page of the consultation: how texts that are not
    public begin. What others have said in public too tells nothing."""
    texts = []
    for response in (
        _sent(consultation).filter(publication__in=["pending", "withheld"]).iterator(ROWS)
    ):
        words = " ".join(response.text.split())[:LONG]
        if len(words) == LONG and not _said_in_public(consultation, words):
            texts.append((f"what is kept back of response {response.reference}", words))
    return texts


def _kept_back_posts(consultation):
    """The same of posts that wait, or that a moderator has removed."""
    posts = DiscussionPost.objects.of_consultation(consultation)
    visible = posts.visible()
    for post in posts.exclude(pk__in=visible).iterator(ROWS):
        words = " ".join(post.text.split())[:LONG]
        if len(words) == LONG and not visible.filter(text__icontains=words).exists():
            yield f"post #{post.pk}, which is not public", words


def _behind_nicknames(consultation):
    """(what, name) of those who write by a nickname, and stand nowhere by their name."""
    posts = DiscussionPost.objects.of_consultation(consultation).select_related("author")
    open_names = {post.author.name for post in posts.filter(nickname="")}
    open_names |= _open_names(consultation.authority) | {consultation.contact_name, ""}
    for post in posts.exclude(nickname=""):
        if post.author.name not in open_names:
            yield f"who wrote post #{post.pk} by a nickname", post.author.name


def _said_in_public(consultation, words):
    return (
        Response.objects.public().filter(consultation=consultation, text__icontains=words).exists()
    )


def _hidden_senders(authority):
    """(what, name) of hidden senders who nowhere stand openly as a sender."""
    hidden = Response.objects.filter(
        consultation__authority=authority, is_name_hidden=True
    ).select_related("submission")
    open_names = _open_names(authority)
    return [
        (f"the hidden sender of response {response.reference}", response.submission.sender_name)
        for response in hidden
        if response.submission.sender_kind != SenderKind.ANONYMOUS
        and response.submission.sender_name not in open_names
    ]


def _open_names(authority):
    """The names that stand in the public journal, and what stands where one is erased."""
    entries = JournalEntry.objects.filter(authority=authority, state__is_sender_screened=False)
    return {ERASED, *entries.values_list("parties__name", flat=True)}


def _screened_titles(authority):
    """Titles of entries of which words are screened, where no other entry shows them whole."""
    entries = JournalEntry.objects.filter(authority=authority)
    screened = entries.exclude(state__public_title="")
    shown = entries.filter(state__public_title="").values("title")
    for entry in screened.exclude(title__in=shown).select_related("state"):
        title = " ".join(entry.title.split())
        yield f"words of the title of entry {entry} that are screened", title


def _pages(client, consultation):
    """(address, text) of every page of the consultation but those of single responses."""
    yield from _follow(client, reverse("consultations:consultation-list"))
    yield from _follow(client, reverse("consultations:consultation-show", args=[consultation.slug]))
    yield from _follow(client, reverse("consultations:figures-show", args=[consultation.slug]))
    for theme in consultation.themes.all():
        yield from _follow(
            client, reverse("consultations:theme-show", args=[consultation.slug, theme.slug])
        )
        yield from _discussion_pages(client, consultation, theme)


def _discussion_pages(client, consultation, theme):
    posts = theme.posts.order_by("pk")
    if posts:
        place = [consultation.slug, theme.slug]
        yield from _follow(client, reverse("consultations:discussion-show", args=place))
        for pk in posts.shown().threads().values_list("pk", flat=True):
            yield from _follow(client, reverse("consultations:thread-show", args=[*place, pk]))


def _journal_pages(client, authority):
    yield from _follow(client, reverse("archive:public-journal", args=[authority.slug]))


NEXT_PAGE = re.compile(r'href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"')


def _follow(client, address):
    """The page and all that come after it, by their links of rel="next"."""
    seen = set()
    while address and address not in seen:
        seen.add(address)
        page = client.get(address)
        text = page.content.decode()
        yield address, _text(page)
        found = NEXT_PAGE.search(text)
        query = unescape(found[1] or found[2]) if found else ""
        address = address.split("?")[0] + query if query.startswith("?") else query


def _text(page):
    content = b"".join(page.streaming_content) if page.streaming else page.content
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def _secrets_on(address, text, secrets, addresses):
    for what, words in secrets:
        if words in text:
            yield f"{address} shows {what}."
    for found in set(ADDRESS.findall(text)) & addresses:
        yield f"{address} shows a sender's e-mail address (it ends with {found[-4:]})."
