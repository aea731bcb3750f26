"""How many theme pages a second? `python tests/bench/bench_reading.py [pages] [clients]`.

A theme with 50 published responses, from gunicorn with production settings, no proxy before
it and no page kept anywhere: each request asks the database. The clients run on the same
processors.
"""
# ruff: noqa: T201

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from served import AS_PROXY, percentile, served
from synthetic_journal import database_of_its_own

from consultations.models import Response
from moderation.actions import accept_and_publish
from tests import factories


def main(pages, clients):
    with database_of_its_own():
        theme = answered()
        path = f"/nb/horinger/{theme.consultation.slug}/tema/{theme.slug}/"
        with served() as port:
            read(port, path, 20)
            started = time.perf_counter()
            with ThreadPoolExecutor(clients) as pool:
                each = [pool.submit(read, port, path, pages // clients) for _ in range(clients)]
                times = [seconds for one in each for seconds in one.result()]
            seconds = time.perf_counter() - started
    print(
        f"theme page with 50 responses, {clients} clients: {len(times) / seconds:,.0f} /s,"
        f" p50 {percentile(times, 0.5):.0f} ms, p99 {percentile(times, 0.99):.0f} ms"
    )


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


def read(port, path, pages):
    visitor, times = HTTPConnection("127.0.0.1", port, timeout=60), []
    for _page in range(pages):
        started = time.perf_counter()
        visitor.request("GET", path, headers=AS_PROXY)
        page = visitor.getresponse()
        body = page.read()
        times.append(time.perf_counter() - started)
        assert page.status == 200
        assert b"Person" in body
    return times


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [3_200, 32][len(given) :]))
