"""Visits every public address that can be reached, and tells what is wrong with each.

What everybody may read is followed; a form or a log-in that is linked to is only knocked at.
Each kind of page, and each that has something no other has had, is shown in a browser too.
"""

import re
from collections import Counter, deque
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from icalendar import Calendar
from lxml import etree, html

from config.access import PUBLIC, allowed_to

LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "form": "action"}
LOADED_LINKS = {"stylesheet", "icon", "preload", "manifest"}
SUBMITTED = ("form", "button", "input")  # whose addresses take what is sent
STYLE_URL = re.compile(r"url\(\s*['\"]?(?!data:)([^'\")]+)")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NOT_PAGES = {"health", "robots", "front"}  # of which nobody keeps a copy
MOVED = {301, 302}
KNOCKS = 12
TOLD_APART = ("class", "lang", "role", "type")
TOKEN = re.compile(r"[\w-]{43}")  # see `consultations.models.submission.new_token`
ATOM = "{http://www.w3.org/2005/Atom}"


class Crawl:
    """What was seen: `visited` counts the pages of each URL name, `faults` says what is wrong."""

    def __init__(self, *, secrets, tokens, open_addresses, look):
        """`secrets` is what must stand nowhere: words → what they are; so must the `tokens` of
        secret addresses. `open_addresses` are the e-mail addresses that everybody may read.
        `look` takes an address, looks at it in a browser, and tells what is wrong."""
        self.client = Client()
        self.look = look
        self.secrets = secrets
        self.tokens = tokens
        self.open_addresses = open_addresses
        self.visited = Counter()
        self.looked_at = Counter()
        self.kinds = set()  # of elements that a browser has shown
        self.faults = []
        self.ids = {}  # of each page
        self.anchors = {}  # (address, anchor) → where the first link to it stands
        self.seen = set()
        self.waiting = deque()

    def run(self, start):
        self._found(start, "the beginning")
        while self.waiting:
            self._visit(*self.waiting.popleft())
        for (address, anchor), place in self.anchors.items():
            if address in self.ids and anchor not in self.ids[address]:
                self._fault(place, f"leads to {address}#{anchor}, which is not there")

    def _fault(self, place, what):
        self.faults.append(f"{place} {what}")

    def _found(self, link, place):
        """Remember a link of ours that stands on `place`; of another site, only its existence."""
        link = urljoin(settings.SITE_URL + place, link) if place.startswith("/") else link
        link, anchor = urldefrag(link.removeprefix(settings.SITE_URL) or "/")
        if not link.startswith("/"):
            return
        if anchor:
            self.anchors.setdefault((link, unquote(anchor)), place)
        if link not in self.seen:
            self.seen.add(link)
            self.waiting.append((link, place))

    def _visit(self, address, place):
        if address.startswith(settings.STATIC_URL):
            self._read_static(address, place)
            return
        name = url_name(address)
        if name is None:
            self._fault(place, f"leads to {address}, which nothing answers")
            return
        self.visited[name] += 1
        if allowed_to(name) != PUBLIC:
            self._knock(address, name, place)
            return
        page = self.client.get(address)
        self._check_headers(address, name, page)
        if page.status_code in MOVED:
            self._found(page.headers["Location"], address)
        elif page.status_code != 200:
            self._fault(place, f"leads to {address}, which answers {page.status_code}")
        else:
            self._read(address, page)

    def _knock(self, address, name, place):
        """Some of each kind are enough: they are no pages to be read by everybody."""
        if self.visited[name] > KNOCKS:
            return
        page = self.client.get(address)
        self.client.cookies.clear()
        if page.status_code not in {200, *MOVED}:
            self._fault(place, f"leads to {address}, which answers {page.status_code}")

    def _check_headers(self, address, name, page):
        if self.client.cookies or page.cookies or "Cookie" in page.headers.get("Vary", ""):
            self._fault(address, "sets a cookie or depends on one")
            self.client.cookies.clear()
        if name in NOT_PAGES:
            return
        again = self.client.get(address, headers={"if-none-match": page.headers.get("ETag", "")})
        if again.status_code != 304 or again.content:
            self._fault(address, f"answers {again.status_code} to whoever has it already")

    def _read(self, address, page):
        body = b"".join(page)
        kind = page.headers["Content-Type"].partition(";")[0]
        match kind:
            case "text/html":
                self._read_html(address, body.decode())
            case "application/atom+xml":
                self._read_feed(address, body)
            case "text/calendar":
                (event,) = Calendar.from_ical(body).walk("VEVENT")
                self._found(str(event["URL"]), address)
                self._look_for_secrets(address, body.decode())
            case "text/csv" | "text/plain":
                self._look_for_secrets(address, body.decode("utf-8-sig"))

    def _read_html(self, address, text):
        tree = html.document_fromstring(text)
        elements = [each for each in tree.iter() if isinstance(each.tag, str)]
        ids = Counter(each.get("id") for each in elements if each.get("id") is not None)
        self.ids[address] = set(ids)
        for doubled in (each for each, number in ids.items() if number > 1):
            self._fault(address, f"has id={doubled} twice")
        if tree.get("lang") != address.split("/")[1]:
            self._fault(address, f"says that it is in {tree.get('lang')}")
        if len(tree.findall(".//h1")) != 1:
            self._fault(address, "has not one h1")
        for element in elements:
            self._read_element(address, element)
        self._look_at(address, elements)
        self._look_for_secrets(address, *tree.itertext(), *_told_in_attributes(elements))

    def _look_at(self, address, elements):
        """Show the page in a browser if something in it is of a kind that none has shown.

        A browser takes a second for a page, and there are thousands: the next response of a theme
        has other words than this one, and is built alike.
        """
        name = url_name(address)
        kinds = {name, *kinds_of(elements)} - self.kinds
        if kinds:
            self.kinds |= kinds
            self.looked_at[name] += 1
            self.faults += self.look(address)

    def _read_element(self, address, element):
        tag = element.tag
        inline = [name for name in element.attrib if name == "style" or name.startswith("on")]
        if inline or tag == "style" or (tag == "script" and not element.get("src")):
            self._fault(address, f"has style or script of its own: <{tag}> {inline}")
        if tag in {"a", "link", "area"} and (href := element.get("href")) is not None:
            if tag == "link" and LOADED_LINKS & set(element.get("rel", "").split()):
                self._refuse_other_sites(address, href)
            if href.startswith("#"):
                self.anchors.setdefault((address, unquote(href[1:])), address)
            else:
                self._found(href, address)
        if tag in LOADED and (loaded := element.get(LOADED[tag])) is not None:
            self._refuse_other_sites(address, loaded)
            if tag not in SUBMITTED:
                self._found(loaded, address)

    def _refuse_other_sites(self, address, loaded):
        if urlsplit(loaded).netloc:
            self._fault(address, f"loads {loaded} from another site")

    def _read_static(self, address, place):
        page = self.client.get(address)
        body = b"".join(page)
        if page.status_code != 200:
            self._fault(place, f"loads {address}, which answers {page.status_code}")
        elif address.endswith(".css"):
            for url in STYLE_URL.findall(body.decode()):
                self._refuse_other_sites(address, url)
                self._found(url, address)

    def _read_feed(self, address, body):
        feed = etree.fromstring(body)
        for link in feed.iter(f"{ATOM}link"):
            self._found(link.get("href"), address)
        self._look_for_secrets(address, " ".join(feed.itertext()))

    def _look_for_secrets(self, address, *texts):
        text = " ".join(" ".join(texts).split())
        for words, what in self.secrets.items():
            if words in text:
                self._fault(address, f"shows {what}")
        for _token in self.tokens.intersection(TOKEN.findall(text)):
            self._fault(address, "shows the secret of a sender")
        for found in set(ADDRESS.findall(text)) - self.open_addresses:
            self._fault(address, f"shows the e-mail address {found}")


def url_name(address):
    """The name of the view that answers, or None."""
    path = urlsplit(address).path
    with override(get_language_from_path(path)):
        try:
            return resolve(path).view_name
        except Resolver404:
            return None


def kinds_of(elements):
    """How each element stands in its page: what it is, with what it stands in up to the root.

    An element's language, class, role and the attributes that it has are told apart, and whether
    it is empty; not its words.
    """
    kinds = {}
    for element in elements:  # each after the one that it stands in
        told = [f"{name}={element.get(name)}" for name in TOLD_APART if element.get(name)]
        is_empty = not len(element) and not (element.text or "").strip()
        own = (element.tag, *told, *sorted(element.keys()), is_empty)
        kinds[element] = hash((kinds.get(element.getparent()), own))
    return set(kinds.values())


def _told_in_attributes(elements):
    names = ("content", "value", "title", "alt", "aria-label", "href")
    return [unquote(each.get(name)) for each in elements for name in names if each.get(name)]
