"""The checkpoints of a journal, for anybody to keep, and the script that verifies with them."""

import json
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Authority
from accounts.paging import PAGE_SIZE, read_page
from accounts.public_pages import public_page
from archive.feeds import tag
from archive.models import Checkpoint
from archive.proofs import published

PER_FEED = 50
READABLE = {"ensure_ascii": False, "indent": 1}
VERIFIER = Path(__file__).parent.parent / "standalone" / "verifiser.py"


@require_safe
def checkpoint_list(request, slug):
    """Newest first. Which they are is all that can change: none is ever written again."""
    authority, latest = _authority_and_latest(slug)
    after = request.GET.get("etter", "")

    def page():
        found = read_page(authority.checkpoints.all(), "-number", after=after, size=PAGE_SIZE)
        for each in found.rows:
            each.hex = bytes(each.digest).hex()
        return render(
            request,
            "archive/checkpoints_public.html",
            {
                "authority": authority,
                "checkpoints": found.rows,
                "next": found.next,
                "is_first_page": not after,
                "public_key": bytes(latest.public_key).hex() if latest else "",
            },
        )

    return public_page(request, authority.name, latest and latest.pk, page=page)


@require_safe
def checkpoint_download(request, slug, number):
    """One checkpoint as a file."""
    checkpoint = get_object_or_404(
        Checkpoint.objects.select_related("authority"), authority__slug=slug, number=number
    )

    def page():
        answer = JsonResponse(published(checkpoint), json_dumps_params=READABLE)
        name = f"kontrollpunkt-{slug}-{number}.json"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    return public_page(request, checkpoint.authority.name, checkpoint.pk, page=page)


@require_safe
def checkpoint_feed(request, slug):
    """The latest checkpoints as Atom (RFC 4287), each with the whole of its file."""
    authority, latest = _authority_and_latest(slug)

    def page():
        title = _("Checkpoints of the journal of %(authority)s") % {"authority": authority.name}
        feed = Atom1Feed(
            title=title,
            link=settings.SITE_URL + reverse("archive:checkpoint-list", args=[slug]),
            description=None,
            language=get_language(),
            author_name=authority.name,
            feed_url=settings.SITE_URL + request.path,
            feed_guid=tag(f"checkpoints-{authority.pk}/{get_language()}"),
        )
        for each in authority.checkpoints.select_related("authority")[:PER_FEED]:
            _tell(feed, each)
        return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)

    return public_page(request, authority.name, latest and latest.pk, page=page)


@require_safe
def verifier_download(request):
    """The script by which a receipt is verified without us."""

    def page():
        answer = HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{VERIFIER.name}"'
        return answer

    return public_page(request, page=page)


def _tell(feed, checkpoint):
    path = reverse(
        "archive:checkpoint-download", args=[checkpoint.authority.slug, checkpoint.number]
    )
    feed.add_item(
        title=_("Checkpoint %(number)s: %(count)s entries")
        % {"number": checkpoint.number, "count": checkpoint.last},
        link=settings.SITE_URL + path,
        description=format_html("<pre>{}</pre>", json.dumps(published(checkpoint), **READABLE)),
        unique_id=tag(f"checkpoint-{checkpoint.pk}"),
        pubdate=checkpoint.made_at,
        updateddate=checkpoint.made_at,
    )


def _authority_and_latest(slug):
    authority = get_object_or_404(Authority, slug=slug)
    return authority, authority.checkpoints.order_by("number").last()
