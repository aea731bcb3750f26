"""What search engines are asked to leave alone is what the permission table keeps from them."""

import re

from django.urls import URLPattern, get_resolver

from config.access import PUBLIC, allowed_to


def addresses(patterns, before="/", namespace=""):
    """(name, address) of each page, in bokmål, with `x` for what varies."""
    for pattern in patterns:
        route = str(pattern.pattern)
        here = before + re.sub(r"<[^>]*>|\(\?P.*?\)", "x", route).strip("^$")
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", here
        else:
            deeper = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from addresses(pattern.url_patterns, here, namespace + deeper)


def test_only_public_pages_are_for_search_engines(client):
    page = client.get("/robots.txt")

    rules = re.findall(r"^Disallow: (.+)$", page.content.decode(), re.MULTILINE)
    patterns = [re.compile(re.escape(rule).replace(r"\*", ".*")) for rule in rules]
    for name, address in addresses(get_resolver().url_patterns):
        is_left_alone = any(pattern.match(address) for pattern in patterns)
        assert is_left_alone is (allowed_to(name) != PUBLIC), address


def test_the_same_is_asked_in_every_language(client):
    asked = client.get("/robots.txt").content.decode()

    for language in ("nb", "nn", "en"):
        assert f"Disallow: /{language}/innsending/\n" in asked
