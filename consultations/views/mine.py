"""What the signed-in person has written and sent."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.paging import read_page
from consultations.models import Submission

PER_PAGE = 25


@require_GET
def submission_list(request):
    """Drafts and what was sent, the newest first."""
    after = request.GET.get("after", "")
    rows = Submission.objects.of_sender(request.user).select_related("consultation")
    page = read_page(
        rows.prefetch_related("responses__theme"), "-created_at", "-id", after=after, size=PER_PAGE
    )
    return render(
        request,
        "consultations/submissions_sender.html",
        {
            "submissions": page.rows,
            "first_url": request.path if after else "",
            "next_url": f"?after={page.next}" if page.next else "",
        },
    )
