"""What a sender is given to keep: the mails, and the receipt as a document.

Who has an account is written to in the language of the account; others in that of what they
sent. Only the receipt holds what was sent, and only for an address that is known to be the
sender's: every other mail has the reference and a link.
"""

from pathlib import Path

from django.conf import settings
from django.core import signing
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Notice
from accounts.notices import owe_notice, owe_notices, written_mail
from archive import pdf
from archive.pdf import Page
from consultations.letters import original_text
from consultations.models import SenderKind

CONFIRMATION_SALT = "confirm the e-mail address of a submission"
TEMPLATE = Path(pdf.__file__).parent / "typst" / "receipt.typ"


def receipt_mail(submission, consultation):
    """Subject and body: that it was received, what was sent, and where to follow it."""
    sent = {}
    if submission.has_own_address:
        sent = {
            "responses": sent_responses(submission),
            "attachments": submission.attachments.all(),
        }
    return _mail("receipt", submission, consultation=consultation, **sent)


def confirmation_mail(submission, consultation):
    """Subject and body: please confirm that the address is yours.

    The link says nothing of the response: whoever gets the mail by mistake reads nothing.
    """
    signed = signing.dumps(submission.pk, salt=CONFIRMATION_SALT)
    with override(language_of(submission)):
        link = settings.SITE_URL + reverse("consultations:email-confirm", args=[signed])
    return _mail("confirmation", submission, consultation=consultation, link=link)


def withdrawal_mail(submission, responses):
    """Subject and body: these are withdrawn, and the others, if any, are not."""
    kept = submission.responses.exclude(pk__in=[each.pk for each in responses])
    return _mail("withdrawal", submission, withdrawn=responses, kept=kept.select_related("theme"))


def publication_mail(response):
    """Subject and body: what was decided, on which ground, and how to object."""
    consultation = response.consultation
    with override(language_of(response.submission)):
        path = reverse("consultations:response-show", args=[consultation.slug, response.reference])
    return _mail(
        "publication",
        response.submission,
        response=response,
        consultation=consultation,
        authority=consultation.authority,
        address=settings.SITE_URL + path,
    )


def owe_publication(response, *, key):
    """Owe the sender, where there is an address that is the sender's, word of a decision."""
    if response.submission.is_identified and response.submission.contact_email:
        owe(response.submission, key=key, mail=publication_mail(response))


def owe_publications(keys):
    """`owe_publication` for many at once: response → key."""
    owe_notices(
        [
            Notice(
                key=key,
                email=response.submission.contact_email,
                subject=subject,
                body=body,
                recipient=response.submission.sender,
            )
            for response, key in keys.items()
            if response.submission.is_identified and response.submission.contact_email
            for subject, body in [publication_mail(response)]
        ]
    )


def owe_withdrawal(submission, responses):
    """The same, of what the sender took back."""
    if submission.is_identified and submission.contact_email:
        mail = withdrawal_mail(submission, responses)
        owe(submission, key=f"withdrawn-{submission.pk}", mail=mail)


def owe(submission, *, key, mail):
    """Owe the sender of a submission one mail, once."""
    subject, body = mail
    owe_notice(
        key=key,
        email=submission.contact_email,
        subject=subject,
        body=body,
        recipient=submission.sender,
    )


def receipt_page(submission):
    """The receipt as a document: what was sent, when, by whom, and where it can be followed.

    It tells nothing of what happened since, so it is the same whenever it is printed.
    """
    language = language_of(submission)
    with override(language):
        sections = [
            (response.theme.title, original_text(response))
            for response in sent_responses(submission)
        ]
        attachments = [
            f"{each.name}\n{filesizeformat(each.size)}\nSHA-256: {each.sha256}"
            for each in submission.attachments.all()
        ]
        if attachments:
            sections.append((_("Attachments"), "\n\n".join(attachments)))
        keep_it = (
            _("Log in to your account to open the link.")
            if submission.sender_id
            else _("The link is yours alone. Whoever has it can read what you sent.")
        )
        sections.append(
            (_("Follow your response here"), f"{receipt_link(submission)}\n\n{keep_it}")
        )
        return Page(
            title=_("Receipt for your response"),
            language=language,
            created_at=submission.submitted_at,
            body=_("%(authority)s has received your response to “%(title)s”.")
            % {
                "authority": submission.consultation.authority.name,
                "title": submission.consultation.title,
            },
            facts=tuple(_facts(submission)),
            sections=tuple(sections),
            footer=f"{settings.SITE_NAME} – {submission.reference}",
        )


def receipt_pdf(submission):
    """The receipt as a tagged PDF/A. Raises DocumentNotRendered."""
    return pdf.render_pdf(receipt_page(submission), TEMPLATE)


def sent_responses(submission):
    """In the order of the consultation's themes, the whole of it last."""
    responses = submission.responses.select_related("theme")
    found = list(responses.order_by("theme__is_whole", "theme__position"))
    for response in found:
        response.submission = submission
    return found


def receipt_link(submission):
    """The secret address, in the active language."""
    return settings.SITE_URL + reverse("consultations:receipt-show", args=[submission.token])


def language_of(submission):
    """The language in which its sender is written to."""
    return submission.sender.language if submission.sender_id else submission.language


def _facts(submission):
    yield _("Reference"), submission.reference
    yield _("Received"), _to_the_second(submission.submitted_at)
    if submission.is_late:
        yield _("Deadline"), _("Received after the deadline")
    is_anonymous = submission.sender_kind == SenderKind.ANONYMOUS
    yield _("Who answers"), _("Anonymous") if is_anonymous else submission.sender_name
    if submission.organisation_number:
        yield _("Organisation number"), submission.organisation_number
    if submission.sender_kind == SenderKind.ORGANISATION and submission.name:
        yield _("Sent by"), submission.name
    if submission.hide_name:
        yield _("You ask that your name is not published, because"), submission.hide_name_reason
    if submission.adds_to_id:
        yield _("Adds to"), submission.adds_to.reference


def _to_the_second(moment):
    local = timezone.localtime(moment)
    return _("%(day)s, %(time)s (Norwegian time)") % {
        "day": date_format(local, "DATE_FORMAT"),
        "time": f"{local:%H:%M:%S}",
    }


def _mail(name, submission, **context):
    language = language_of(submission)
    with override(language):
        context = {"submission": submission, "link": receipt_link(submission)} | context
    return written_mail(name, language, **context)
