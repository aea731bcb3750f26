"""No page mixes languages, and each passage says which one it is in.

What the interface says is known from the catalogues. So a text that is what one language says
for something, and not what another says for anything, must stand where that language is said.
"""

import re
from functools import cache

import pytest
from django.conf import settings
from django.utils.translation import gettext, override, trans_real
from lxml import html

from accounts.roles import Role
from consultations.models import Response
from tests import factories, pages

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
BLOCKS = "//p|//li|//dt|//dd|//h1|//h2|//h3|//a|//button|//label|//legend|//summary|//th|//td"
ATTRIBUTES = ("aria-label", "title", "alt", "placeholder")
CONTEXT = "\x04"  # stands between a context and its text


@pytest.fixture(scope="module")
def world(shared):
    return pages.world()


@pytest.fixture
def ola(client):
    ola = factories.participant("Ola Borger")
    client.force_login(ola)
    return ola


@cache
def said_in(language):
    """What the interface says in a language: whole texts, and patterns of those with gaps, each
    with how many characters of it are not gaps: less than half of a text tells nothing."""
    catalogue = trans_real.translation("nn" if language == "en" else language)._catalog
    whole, patterns = set(), {}
    for key in catalogue.keys():  # noqa: SIM118
        source = (key[0] if isinstance(key, tuple) else key).split(CONTEXT)[-1]
        text = squeezed(source if language == "en" else catalogue[key])
        if PLACEHOLDER.search(text):
            literals = PLACEHOLDER.split(text)
            patterns[re.compile(".+?".join(map(re.escape, literals)))] = len("".join(literals))
        else:
            whole.add(text)
    return whole, patterns


def squeezed(text):
    return " ".join(text.split())


@cache
def is_said_in(text, language):
    whole, patterns = said_in(language)
    return text in whole or any(
        2 * said > len(text) and pattern.fullmatch(text) for pattern, said in patterns.items()
    )


def language_of(element):
    """By the nearest lang attribute."""
    return next(
        each.get("lang") for each in (element, *element.iterancestors()) if each.get("lang")
    )


def texts(tree):
    """(text, its language) of all that is said by one element alone."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.get("hreflang"):
            continue  # the names of the languages are each in their own
        language = language_of(element)
        for text in (element.text, *(child.tail for child in element)):
            yield text, language
        for name in ATTRIBUTES:
            yield element.get(name), language
    for element in tree.xpath(BLOCKS):
        if not element.xpath("descendant-or-self::*[@hreflang] | .//*[@lang]"):
            yield "".join(element.itertext()), language_of(element)


def misplaced(page):
    """What a page says in a language that is not the one of its place."""
    tree = html.document_fromstring(page.content.decode())
    found = {(squeezed(text), language) for text, language in texts(tree) if text}
    return sorted(
        f"“{text}” stands as {language}"
        for text, language in found
        if language in LANGUAGES and re.search(r"[^\W\d_]{2}", text)
        if not is_said_in(text, language)
        if any(is_said_in(text, other) for other in LANGUAGES if other != language)
    )


def faults(client, addresses):
    return {
        address: wrong
        for address in addresses
        if (wrong := misplaced(client.get(address, follow=True)))
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "table", [pages.PUBLIC_PAGES, pages.SENDER_PAGES], ids=["public", "sender"]
)
def test_no_page_mixes_languages(client, world, table, language):
    assert faults(client, pages.addresses(table, world, language)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_signed_in_mixes_languages(client, ola, world, language):
    consultation = factories.Consultation.objects.get(slug=world["consultation"])
    factories.submission(consultation, by=ola, name=ola.name)
    factories.draft(consultation, by=ola)

    assert faults(client, pages.addresses(pages.SIGNED_IN_PAGES, world, language)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_archivist_mixes_languages(client, world, language):
    consultation = factories.Consultation.objects.get(slug=world["consultation"])
    client.force_login(factories.official(consultation.authority, Role.ARCHIVIST, name="Arne"))

    assert faults(client, pages.addresses(pages.ARCHIVIST_PAGES, world, language)) == {}
    for path, _button in pages.REFUSED_FORMS_OF_THE_ARCHIVIST:
        page = client.post(pages.address_of(path, world, language), {"check": ""})
        assert (page.status_code, misplaced(page)) == (422, []), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_refused_form_mixes_languages(client, world, language):
    for path, _button in pages.REFUSED_FORMS:
        address = pages.address_of(path, world, language)

        page = client.post(address, {"check": ""})

        assert page.status_code < 500
        assert misplaced(page) == [], address


def test_what_is_misplaced_is_found(client):
    page = client.get("/en/")
    with override("nb"):
        foreign = f"<p>{gettext('Open for answers')}</p><p>{gettext('Main menu')}</p></main>"
    page.content = page.content.replace(b"</main>", foreign.encode())

    assert len(misplaced(page)) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_response_is_marked_with_the_language_that_it_is_written_in(client, world, language):
    response = Response.objects.get(reference=world["nynorsk"])
    addresses = [f"svar/{response.reference}/", f"tema/{response.theme.slug}/"]

    for address in addresses:
        page = client.get(f"/{language}/horinger/{world['consultation']}/{address}")
        tree = html.document_fromstring(page.content.decode())
        (passage,) = [each for each in tree.xpath("//p") if each.text == response.text]

        assert language_of(passage) == "nn"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_authority_writes_is_marked_with_its_language(client, world, language):
    consultation = factories.Consultation.objects.get(slug=world["treated"])
    assert consultation.language == "nn"
    theme = consultation.themes.get(position=1)
    home = f"/{language}/horinger/{consultation.slug}/"

    for address in ("", f"tema/{theme.slug}/", "hva-det-forte-til/"):
        page = client.get(home + address)
        tree = html.document_fromstring(page.content.decode())
        (body,) = tree.xpath("//main")
        written = [consultation.title, consultation.summary, theme.title, "Vi følgjer rådet."]
        passages = [each for each in body.iter() if squeezed(each.text or "") in written]

        assert passages
        assert {language_of(each) for each in passages} == {"nn"}
