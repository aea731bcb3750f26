"""How many responses a second are sent? `python tests/bench/bench_submit.py [responses] [at once]`.

By the forms that a browser posts, each from an address of its own, with cookie and CSRF
token: what was typed is checked, sent, and the receipt shown. Durable: PostgreSQL has it on
disk when the receipt is shown. gunicorn with production settings and a real Redis; the
clients run on the same processors. Timed are `send` (one request, that commits) and the
`whole` way from the form's first button to the receipt (four requests).
"""
# ruff: noqa: T201

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode

from django.urls import reverse
from served import AS_PROXY, percentile, served
from synthetic_journal import database_of_its_own

from consultations.models import Submission
from tests import factories

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
COOKIE = re.compile(r"(\w*csrf\w*=[^;]+)")
READING = 3.2  # seconds; a form that is sent sooner is taken for a machine's


class Visitor:
    def __init__(self, port, number):
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.headers = AS_PROXY | {"X-Forwarded-For": address, "Connection": "close"}
        self.hidden = {}

    def ask(self, path, typed=None):
        """Get or, where something is typed, post. Returns status, address to go on to, and text."""
        body, headers = None, self.headers
        if typed is not None:
            body = urlencode(self.hidden | typed)
            headers = headers | {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": "https://netthoring.example/",
            }
        self.connection.request("GET" if body is None else "POST", path, body, headers)
        page = self.connection.getresponse()
        text = page.read().decode()
        cookie = COOKIE.search(page.getheader("Set-Cookie") or "")
        if cookie:
            self.headers["Cookie"] = cookie[1]
        self.hidden |= dict(HIDDEN.findall(text))
        return page.status, page.getheader("Location"), text

    def answer(self, form, typed):
        """Seconds of the sending, and of the whole way."""
        started = time.perf_counter()
        status, check, text = self.ask(form, typed)
        assert status == 302, (status, re.sub(r"<[^>]+>|\s+", " ", text)[:2000])
        status, _, text = self.ask(check)
        assert status == 200
        before = time.perf_counter()
        status, receipt, text = self.ask(check.replace("/kontroll/", "/send/"), {})
        sent = time.perf_counter() - before
        assert status == 302, (status, text[:500])
        status, _, text = self.ask(receipt)
        assert status == 200
        return sent, time.perf_counter() - started


def main(responses, at_once):
    with database_of_its_own():
        consultation = factories.open_for_answers(themes=["Fastlege"])
        theme = consultation.themes.get(is_whole=False)
        form = reverse("consultations:draft-start", args=[consultation.slug])
        typed = {
            "sender_kind": "person",
            "name": "Nora Prøve",
            "email": "nora@prove.example",
            "language": "nb",
            f"text-{theme.pk}": "Jeg mener noe om fastlegen. " * 50,
            "check": "",
        }
        with served() as port, ThreadPoolExecutor(at_once) as pool:
            visitors = [Visitor(port, number) for number in range(responses)]
            for status, _, _ in pool.map(lambda visitor: visitor.ask(form), visitors):
                assert status == 200
            time.sleep(READING)
            started = time.perf_counter()
            times = list(pool.map(lambda visitor: visitor.answer(form, typed), visitors))
            seconds = time.perf_counter() - started
        assert Submission.objects.filter(submitted_at__isnull=False).count() == responses
    print(f"{at_once} at once: {responses / seconds:,.0f} responses/s")
    for what, each in zip(("send", "whole"), zip(*times, strict=True), strict=True):
        print(
            f"  {what:<6} p50 {percentile(each, 0.5):.0f} ms, p99 {percentile(each, 0.99):.0f} ms"
        )


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [800, 16][len(given) :]))
