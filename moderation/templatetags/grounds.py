"""A ground in words, for pages that know only its code."""

from django import template
from django.utils.translation import gettext_lazy as _

from moderation.models import PublicationGround, RejectionGround

register = template.Library()
LABELS = dict(PublicationGround.choices) | dict(RejectionGround.choices)
PLAINLY = {
    PublicationGround.SECRECY: _(
        "It tells of somebody's private life, such as health or family. The law says that this "
        "is confidential."
    ),
    PublicationGround.TRADE_SECRET: _(
        "It tells of how a business works, in a way that competitors could use. The law says "
        "that this is confidential."
    ),
    PublicationGround.NATIONAL_ID: _(
        "It holds a national identity number, which the law keeps from the public."
    ),
    PublicationGround.PERSONAL_DATA: _(
        "It holds personal data, such as an address or a telephone number, that should not "
        "stand on the web."
    ),
    PublicationGround.HATEFUL: _("It is hateful or discriminates against a group of people."),
    PublicationGround.DEFAMATORY: _("It says something about somebody that may be defamatory."),
    PublicationGround.COPYRIGHT: _("Somebody else has the rights to what it holds."),
    RejectionGround.SPAM: _("We took it to be spam or advertising."),
    RejectionGround.EMPTY: _("It held nothing that we could read as an answer."),
    RejectionGround.TEST: _("We took it to be a test."),
    RejectionGround.DUPLICATE: _("You have sent the same before. That one counts."),
    RejectionGround.NOT_A_RESPONSE: _("It is about something else than this consultation."),
}


@register.filter
def ground(code):
    """A section's number is not parted from its sign where a line ends."""
    return str(LABELS.get(code, code)).replace("§ ", "§\u00a0")


@register.filter
def ground_plainly(code):
    """What the ground means, in a sentence for whoever wrote the response."""
    return PLAINLY.get(code, "")
