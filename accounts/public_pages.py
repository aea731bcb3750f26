"""How a public page is sent: the same bytes for everybody, which any cache may keep.

A cache asks each time whether its copy is still good (`max-age=0, must-revalidate`), and
is mostly answered from the ETag, before anything is rendered.
"""

import hashlib

from django.conf import settings
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

CACHE_CONTROL = "public, max-age=0, must-revalidate"


def public_page(request, *version, page):
    """304 where the reader's copy is of this `version`, else what `page()` makes.

    `version` names all that the page's bytes depend on, besides its address, the language
    and the release. It must be read before what is rendered: a page newer than its ETag is
    only fetched once more, an older one would stay.
    """
    etag = _etag(version)
    answer = get_conditional_response(request, etag=etag) or page()
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = CACHE_CONTROL
    return answer


def _etag(version):
    parts = (settings.RELEASE, settings.SITE_NAME, get_language(), *version)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
