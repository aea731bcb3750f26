"""The way from what is discussed to the discussion of it."""

from django import template

from accounts.paging import count_some
from consultations.models import DiscussionPost

register = template.Library()


@register.inclusion_tag("consultations/_discussion_of_public.html", takes_context=True)
def discussion_of(context, theme, response=None):
    """The link to the discussion of a theme, or of a response to it, and how many posts there
    are. One query."""
    posts = DiscussionPost.objects.shown().filter(theme=theme)
    if response:
        posts = posts.filter(response=response)
    number, is_more = count_some(posts)
    return {
        "consultation": context["consultation"],
        "theme": theme,
        "response": response,
        "number": number,
        "is_more": is_more,
    }
