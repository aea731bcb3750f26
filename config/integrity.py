"""The seven invariants, verified on a live database. Each check yields one line per breach.

The checks ask the database itself, not the code that keeps the rules, and change nothing.
"""

import hashlib
import re
from html import unescape
from urllib.parse import urlsplit

from archive.verify import verify_chain, verify_documents
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q
from django.test import Client
from django.urls import reverse

from accounts.models import Authority, Membership, Notice
from accounts.roles import Role
from archive.models import ArchivedDocument, EntryState, JournalEntry
from archive.vocabulary import DocumentRole, EntryKind, Variant
from casework.models import Assignment, AssignmentStatus
from consultations.letters import original_text
from consultations.models import (
    Consultation,
    ConsultationStatus,
    Response,
    ResponseStatus,
    SenderKind,
    Submission,
    Tally,
)
from moderation.models import Redaction

ROWS = 2000  # fetched at a time


def entries_and_responses():
    """1. Every accepted response has exactly one incoming entry, and the other way round."""
    entry = JournalEntry.objects.filter(
        source=OuterRef("reference"),
        authority=OuterRef("consultation__authority"),
        kind=EntryKind.INCOMING,
    )
    for reference in (
        Response.objects.accepted()
        .filter(~Exists(entry))
        .values_list("reference", flat=True)
        .iterator(ROWS)
    ):
        yield f"Response {reference} is accepted, but not journaled."
    response = Response.objects.accepted().filter(
        reference=OuterRef("source"), consultation__authority=OuterRef("authority")
    )
    incoming = JournalEntry.objects.filter(kind=EntryKind.INCOMING, corrects=None)
    for found in incoming.filter(~Exists(response)).iterator(ROWS):
        yield f"Entry {found.identifier} has no accepted response ({found.source})."
    stateless = JournalEntry.objects.filter(
        ~Exists(EntryState.objects.filter(entry=OuterRef("pk")))
    )
    for found in stateless.iterator(ROWS):
        yield f"Entry {found.identifier} has no state."


def journal_numbers():
    """2. Journal numbers have no gap and no double, and the chain verifies."""
    for authority in Authority.objects.all():
        for breach in verify_chain(authority):
            yield f"{authority.slug}: {breach}"


def assignments():
    """3. Every journaled response has one current assignment, to somebody with the role."""
    counted = Response.objects.accepted().annotate(
        current=Count("assignments", filter=~Q(assignments__status=AssignmentStatus.REASSIGNED))
    )
    for reference, current in (
        counted.exclude(current=1).values_list("reference", "current").iterator(ROWS)
    ):
        yield f"Response {reference} has {current} current assignments."
    role = Membership.objects.filter(
        user=OuterRef("handler"),
        user__is_active=True,
        authority=OuterRef("response__consultation__authority"),
        role=Role.CASE_HANDLER,
    )
    for assignment in (
        Assignment.objects.current().filter(~Exists(role)).select_related("response").iterator(ROWS)
    ):
        yield f"Response {assignment.response.reference} is assigned to no case handler."
    for assignment in (
        Assignment.objects.exclude(entry__source=F("response__reference"))
        .select_related("response")
        .iterator(ROWS)
    ):
        yield f"Response {assignment.response.reference} is assigned with another's entry."


def documents():
    """4. Archived bytes match their digest, and original texts match their entry."""
    for authority in Authority.objects.all():
        for breach in verify_documents(authority):
            yield f"{authority.slug}: {breach}"
    made_of = dict(
        ArchivedDocument.objects.filter(
            role=DocumentRole.MAIN, variant=Variant.ARCHIVE, entry__corrects=None
        ).values_list("entry__source", "source_sha256")
    )
    for response in Response.objects.accepted().select_related("submission").iterator(ROWS):
        digest = hashlib.sha256(original_text(response).encode()).hexdigest()
        if made_of.get(response.reference) != digest:
            yield f"The text of response {response.reference} is not the one that was journaled."


def public_pages():
    """5. No public page shows what is redacted, withheld or hidden, or a sender's address."""
    client = _reader()
    addresses = set(Submission.objects.exclude(email="").values_list("email", flat=True)) - set(
        Consultation.objects.values_list("contact_email", flat=True)
    )
    for consultation in Consultation.objects.exclude(status=ConsultationStatus.DRAFT):
        yield from _responses_by_themselves(client, consultation)
        secrets = _secrets(consultation)
        for address, text in _pages(client, consultation):
            for response, secret in secrets:
                if secret in text:
                    yield f"{address} shows what is kept back of response {response}."
            yield from _addresses_on(address, text, addresses)
    for authority in Authority.objects.all():
        hidden = _hidden_senders(authority)
        for address, text in _journal_pages(client, authority):
            for response, name in hidden:
                if name in text:
                    yield f"{address} shows the hidden sender of response {response}."
            yield from _addresses_on(address, text, addresses)


def counters():
    """6. Every stored counter equals what it counts."""
    accepted = Q(theme__responses__status=ResponseStatus.ACCEPTED)
    counted = Tally.objects.annotate(
        true_accepted=Count("theme__responses", filter=accepted),
        true_published=Count(
            "theme__responses",
            filter=accepted & Q(theme__responses__publication__in=["published", "redacted"]),
        ),
        true_withheld=Count(
            "theme__responses", filter=accepted & Q(theme__responses__publication="withheld")
        ),
    )
    for tally in counted.select_related("theme__consultation"):
        for name in ("accepted", "published", "withheld"):
            stored, true = getattr(tally, name), getattr(tally, f"true_{name}")
            if stored != true:
                where = f"{tally.theme.consultation.slug}/{tally.theme.slug}"
                yield f"{where}: {name} is stored as {stored}, but is {true}."


def receipts():
    """7. Every receipt shown has its submission, and every submission what was sent."""
    for key in Notice.objects.filter(key__startswith="receipt-").values_list("key", flat=True):
        pk = int(key.removeprefix("receipt-"))
        if not Submission.objects.submitted().filter(pk=pk).exists():
            yield f"A receipt was sent for submission #{pk}, which is not there."
    empty = Submission.objects.submitted().filter(responses=None)
    for reference in empty.values_list("reference", flat=True):
        yield f"Submission {reference} was received, but holds no response."
    torn = Response.objects.exclude(status=ResponseStatus.DRAFT).filter(
        submission__submitted_at=None
    )
    for reference in torn.values_list("reference", flat=True):
        yield f"Response {reference} was received, but its submission was not."


CHECKS = (
    entries_and_responses,
    journal_numbers,
    assignments,
    documents,
    public_pages,
    counters,
    receipts,
)

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LONG = 40  # characters of a withheld text that no other text begins with by chance


def _reader():
    """Somebody who reads the public pages, as if over HTTPS at the site's own address."""
    return Client(
        headers={"host": urlsplit(settings.SITE_URL).netloc, "x-forwarded-proto": "https"}
    )


def _kept_back(consultation):
    return Response.objects.filter(consultation=consultation).exclude(status=ResponseStatus.DRAFT)


def _responses_by_themselves(client, consultation):
    """The pages of single responses: those kept back have none, the others hide what they must."""
    for response in (
        _kept_back(consultation)
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
        if response.is_name_hidden and response.submission.sender_name in text:
            yield f"{address} shows the hidden sender of response {response.reference}."
        for words in _redacted_words(response):
            if words in text:
                yield f"{address} shows redacted words of response {response.reference}."


def _redacted_words(response):
    """The passages of the decision that stands, without what is too short to tell."""
    latest = Redaction.objects.filter(response=response).order_by("-decision_id").first()
    if response.publication != "redacted" or latest is None:
        return []
    spans = Redaction.objects.filter(decision=latest.decision_id).values_list("start", "end")
    passages = (response.text[start:end].strip() for start, end in spans)
    return [words for words in passages if len(words) > 3]


def _secrets(consultation):
    """(reference, words) that may stand on no page of the consultation at all."""
    secrets = []
    for response in (
        _kept_back(consultation).filter(publication__in=["pending", "withheld"]).iterator(ROWS)
    ):
        words = " ".join(response.text.split())[:LONG]
        if len(words) == LONG and not _said_in_public(consultation, words):
            secrets.append((response.reference, words))
    return secrets


def _said_in_public(consultation, words):
    return (
        Response.objects.public().filter(consultation=consultation, text__icontains=words).exists()
    )


def _hidden_senders(authority):
    """(reference, name) of hidden senders who nowhere stand openly as a sender."""
    hidden = Response.objects.filter(
        consultation__authority=authority, is_name_hidden=True
    ).select_related("submission")
    open_names = set(
        JournalEntry.objects.filter(
            authority=authority, state__is_sender_screened=False
        ).values_list("parties__name", flat=True)
    )
    return [
        (response.reference, response.submission.sender_name)
        for response in hidden
        if response.submission.sender_kind != SenderKind.ANONYMOUS
        and response.submission.sender_name not in open_names
    ]


def _pages(client, consultation):
    """(address, text) of every page of the consultation but those of single responses."""
    yield from _follow(client, reverse("consultations:consultation-list"))
    yield from _follow(client, reverse("consultations:consultation-show", args=[consultation.slug]))
    for theme in consultation.themes.all():
        yield from _follow(
            client, reverse("consultations:theme-show", args=[consultation.slug, theme.slug])
        )


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


def _addresses_on(address, text, addresses):
    for found in set(ADDRESS.findall(text)) & addresses:
        yield f"{address} shows a sender's e-mail address (…{found[-12:]})."
