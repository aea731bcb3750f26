"""What the same sender has sent besides: what a response adds to, and what adds to it."""

from django import template

from consultations.models import Response, ResponseStatus

register = template.Library()


@register.inclusion_tag("consultations/_sent_besides_public.html")
def sent_besides(response):
    """The published responses that belong with this one. One query.

    Only those that show their sender as this one does: that two have the same sender would
    tell the name that one of them hides. `submission` and `consultation` must be fetched.
    """
    others = Response.objects.sent_with(response.submission).public()
    others = others.select_related("submission", "theme").defer("text", "redacted_text")
    shown = [
        other
        for other in others.order_by("received_at", "pk")
        if other.has_public_name == response.has_public_name
    ]
    first = response.submission.adds_to_id
    return {
        "consultation": response.consultation,
        "adds_to": [other for other in shown if other.submission_id == first],
        "added": [other for other in shown if other.submission_id != first],
    }


@register.inclusion_tag("consultations/_sent_besides_staff.html")
def sent_besides_for_staff(response, url_name, *, is_journaled=False):
    """The same for those who work with them, as links to `url_name`: all that were sent, or
    those that are journaled. One query."""
    others = Response.objects.sent_with(response.submission).select_related("submission", "theme")
    if is_journaled:
        others = others.filter(status=ResponseStatus.ACCEPTED)
    return {
        "url_name": url_name,
        "first": response.submission.adds_to_id,
        "others": others.defer("text", "redacted_text").order_by("received_at", "pk"),
    }
