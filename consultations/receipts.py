"""The mails that a sender gets."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override


def receipt_mail(submission, consultation):
    """Subject and body: that it was received, under which reference, and where to follow it."""
    with override(submission.language):
        link = settings.SITE_URL + reverse("consultations:receipt-show", args=[submission.token])
        body = _(
            "We have received your response to “%(title)s”.\n\n"
            "Reference: %(reference)s\nReceived: %(time)s\n\n"
            "Follow your response here. The link is yours alone; do not share it:\n%(link)s\n"
        ) % {
            "title": consultation.title,
            "reference": submission.reference,
            "time": date_format(timezone.localtime(submission.submitted_at), "DATETIME_FORMAT"),
            "link": link,
        }
        return _("We have received your response (%(reference)s)") % {
            "reference": submission.reference
        }, body


CONFIRMATION_SALT = "confirm the e-mail address of a submission"


def confirmation_mail(submission, consultation):
    """Subject and body: please confirm that the address is yours.

    The link says nothing of the response: whoever gets the mail by mistake reads nothing.
    """
    signed = signing.dumps(submission.pk, salt=CONFIRMATION_SALT)
    with override(submission.language):
        link = settings.SITE_URL + reverse("consultations:email-confirm", args=[signed])
        body = _(
            "Somebody answered “%(title)s” and gave this e-mail address. "
            "If it was you, confirm it here:\n%(link)s\n\n"
            "If it was not you, you need do nothing.\n"
        ) % {"title": consultation.title, "link": link}
        return _("Confirm your e-mail address"), body
