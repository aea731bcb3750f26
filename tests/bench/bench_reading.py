"""How many theme pages a second? `python tests/bench/bench_reading.py [seconds] [clients]`.

A theme with 50 published responses, from gunicorn with production settings: first without a
proxy before it, where each request asks the database whether anything is new, then behind the
nginx of deploy/nginx.conf, beside a static file of the same size that this nginx serves. The
clients (wrk, of which Debian has a package) run on the same processors; the processor's time
is all that was used, the clients' and PostgreSQL's too.
"""
# ruff: noqa: T201

import ssl
import sys
import time
from http.client import HTTPConnection, HTTPSConnection

from served import AS_PROXY, behind_nginx, pressed, processor_seconds, requests, served
from synthetic_journal import database_of_its_own

from consultations.models import Response
from moderation.actions import accept_and_publish, withhold_response
from moderation.models import PublicationGround
from tests import factories


def main(seconds, clients):
    with database_of_its_own():
        theme = answered()
        path = f"/nb/horinger/{theme.consultation.slug}/tema/{theme.slug}/"
        with served() as port:
            size = len(read(port, path))
            print(f"theme page with 50 responses, {size:,} bytes, {clients} clients")
            address = f"http://127.0.0.1:{port}{path}"
            say("app server alone", address, clients, seconds)
            with behind_nginx(port, file=read(port, path)) as tls:
                for packing in ("identity", "gzip"):
                    rates = [
                        say(
                            f"{what}, {packing}",
                            f"https://127.0.0.1:{tls}{path}",
                            clients,
                            seconds,
                            {"Accept-Encoding": packing},
                        )
                        for what, path in (("static file", "/prove.html"), ("behind nginx", path))
                    ]
                    print(f"  behind nginx ÷ static file: {rates[1] / rates[0]:.2f}")
                print(f"  a change is seen after {seen_after(tls, path, theme):.2f} s")


def say(what, address, clients, seconds, headers=None):
    before = processor_seconds()
    said = pressed(address, clients=clients, seconds=seconds, headers=AS_PROXY | (headers or {}))
    used = processor_seconds() - before
    number, rate, p50, p99 = requests(said)
    print(
        f"  {what:<24} {rate:>8,.0f} /s, p50 {p50}, p99 {p99},"
        f" {1000 * used / number:.2f} ms of processor each",
        flush=True,
    )
    return rate


def answered():
    consultation = factories.open_for_answers(themes=["Fastlege"])
    theme = consultation.themes.get(is_whole=False)
    for number in range(50):
        factories.submission(
            consultation,
            text="Jeg mener noe om fastlegen. " * 50,
            **factories.named(f"Person {number}"),
        )
    for response in Response.objects.filter(theme=theme):
        accept_and_publish(response, by=None)
    return theme


def read(port, path):
    visitor = HTTPConnection("127.0.0.1", port, timeout=60)
    visitor.request("GET", path, headers=AS_PROXY)
    page = visitor.getresponse()
    body = page.read()
    assert page.status == 200
    assert b"Person" in body
    return body


def seen_after(tls, path, theme):
    """Seconds until a withheld response is gone from the page that nginx keeps."""
    trusting = ssl._create_unverified_context()
    visitor = HTTPSConnection("127.0.0.1", tls, context=trusting, timeout=60)
    withhold_response(theme.responses.public().first(), ground=PublicationGround.HATEFUL, by=None)
    withheld = time.perf_counter()
    while True:
        visitor.request("GET", path, headers=AS_PROXY)
        if b"1 svar er unntatt" in visitor.getresponse().read():
            return time.perf_counter() - withheld
        time.sleep(0.01)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [5, 32][len(given) :]))
