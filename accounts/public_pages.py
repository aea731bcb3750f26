"""How a public page is sent: the same bytes for everybody, which any cache may keep.

A cache asks each time whether its copy is still good (`max-age=0, must-revalidate`), and
is mostly answered from the ETag, before anything is rendered. What is rendered is kept in the
process' own memory, by its ETag: who asks next gets the same bytes if, and only if, the database
still says the same version. So nothing has to be removed when something is withheld, and no
server but the database has to be asked.
"""

import hashlib

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

CACHE_CONTROL = "public, max-age=0, must-revalidate"
LARGEST = 200_000  # bytes of a page that is kept


def public_page(request, *version, page):
    """304 where the reader's copy is of this `version`, else what `page()` makes.

    `version` names all that the page's bytes depend on, besides its address, the language
    and the release: also whether there is such a page, for `page` may raise Http404. It must be
    read before what is rendered: a page newer than its ETag is only fetched once more, an older
    one would stay.
    """
    etag = _etag(request.get_full_path(), *version)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = _kept(etag, page)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = CACHE_CONTROL
    return answer


def _kept(etag, page):
    """The page of this ETag as it was made before, or made now. A file is not kept."""
    found = caches["pages"].get(etag)
    if found:
        content, headers = found
        return HttpResponse(content, headers=headers)
    made = page()
    if made.status_code == 200 and not made.streaming and len(made.content) <= LARGEST:
        caches["pages"].set(etag, (made.content, dict(made.headers)))
    return made


def _etag(*version):
    parts = (settings.RELEASE, settings.SITE_NAME, get_language(), *version)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
