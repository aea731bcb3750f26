"""Every public address that is reached from the front page, of scenarios that are played.

Of the large scenario the beginning is read; with CRAWL_ALL=true all of it, some 22,000 addresses.
"""

import os
from contextvars import copy_context

import pytest
from django.test import Client

from accounts.models import Authority
from archive.tasks import make_checkpoints
from config.access import ACCESS, PUBLIC
from consultations.models import Consultation, Response, SenderKind, Submission
from moderation.models import Redaction
from scenarios import loader
from scenarios.register import SCENARIOS
from tests import looking
from tests.crawler import NOT_PAGES, Crawl
from tests.pages import lay_out
from tests.scenarios.plans import HEALTH, SCHOOL, beginning_of

pytestmark = [pytest.mark.django_db, pytest.mark.scenario, pytest.mark.xdist_group("crawled")]
IS_WHOLE = os.environ.get("CRAWL_ALL") == "true"
SHORT = 12  # characters below which words are met by chance
BEGINNING = 100  # submissions: enough for a page after the first, and something of every fate


@pytest.fixture(scope="module")
def loaded(shared):
    """Both scenarios, with what they do not have: a document, and a journal's checkpoints."""
    lay_out(loader.load(SCENARIOS[SCHOOL]()))
    loader.load(SCENARIOS[HEALTH]() if IS_WHOLE else beginning_of(HEALTH, BEGINNING))
    make_checkpoints()


def squeezed(text):
    return " ".join(text.split())


def hidden_names():
    """Of senders whose name is withheld, and who have said nothing by name."""
    hidden = Response.objects.filter(is_name_hidden=True).exclude(
        submission__sender_kind=SenderKind.ANONYMOUS
    )
    shown = Response.objects.public().filter(is_name_hidden=False).select_related("submission")
    names = {each.submission.sender_name for each in hidden.select_related("submission")}
    return names - {each.submission.sender_name for each in shown}


def redacted_words():
    words = set()
    for response in Response.objects.filter(publication="redacted"):
        latest = Redaction.objects.filter(response=response).latest("decision_id").decision_id
        for redaction in Redaction.objects.filter(decision_id=latest):
            words.add(squeezed(response.text[redaction.start : redaction.end]))
    return {each for each in words if len(each) >= SHORT}


def kept_back_texts():
    """How what is not published begins, unless somebody has said the same in public."""
    said = " ".join(squeezed(each.public_text) for each in Response.objects.public())
    kept_back = Response.objects.exclude(publication__in=["published", "redacted"])
    beginnings = {squeezed(text)[:60] for text in kept_back.values_list("text", flat=True)}
    return {each for each in beginnings if len(each) >= SHORT and each not in said}


@pytest.fixture
def secrets(loaded):
    """Words → what they are; of each kind there is something that could have been shown."""
    kinds = {
        "a hidden name": hidden_names(),
        "redacted words": redacted_words(),
        "a text that is not published": kept_back_texts(),
    }
    assert [kind for kind, words in kinds.items() if not words] == []
    return {words: kind for kind, each in kinds.items() for words in each}


@pytest.fixture
def look(page, settings):
    """Tells what is wrong with an address, in a browser that the test's own client answers."""
    client, faults = Client(), []
    ours = copy_context()  # where the database is the test's: Playwright calls from its own

    def answer(route):
        address = route.request.url
        if not address.startswith(f"{settings.SITE_URL}/"):
            faults.append(f"asks for {address}, of another site")
            route.abort()
            return
        got = ours.run(client.get, address.removeprefix(settings.SITE_URL))
        route.fulfill(status=got.status_code, headers=dict(got.items()), body=b"".join(got))

    def look(address):
        faults.clear()
        page.goto(settings.SITE_URL + address)
        return [f"{address} {fault}" for fault in (*looking.faults_of(page), *faults)]

    looking.prepare(page)
    page.route("**/*", answer)
    page.on("pageerror", lambda error: faults.append(f"has a script that fails: {error}"))
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    return look


@pytest.fixture
def open_addresses(loaded):
    contacts = Consultation.objects.values_list("contact_email", flat=True)
    return {*contacts, *Authority.objects.values_list("email", flat=True)}


def test_everything_public_can_be_read_and_nothing_else(secrets, open_addresses, look):
    tokens = set(Submission.objects.values_list("token", flat=True))
    crawl = Crawl(secrets=secrets, tokens=tokens, open_addresses=open_addresses, look=look)

    crawl.run("/")

    print(sum(crawl.visited.values()), dict(crawl.visited))  # noqa: T201
    print(sum(crawl.looked_at.values()), dict(crawl.looked_at))  # noqa: T201
    public = {name for name, who in ACCESS.items() if who == PUBLIC}
    assert crawl.faults == []
    assert public - set(crawl.visited) <= NOT_PAGES
    shown = Response.objects.public().count()
    assert crawl.visited["consultations:response-show"] >= 3 * shown  # in three languages
