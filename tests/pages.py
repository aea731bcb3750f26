"""The pages that people meet, in one table: a new page is a new line.

Each stands under the URL name that `config.access` gives it, with its addresses below
`/nb/`; what stands in braces is filled in from `world()`. The tests that look at all pages
(by axe, for their language, for what everybody may keep a copy of) read it from here.
"""

from datetime import timedelta

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.roles import Role
from archive.access import materials
from archive.access_forms import place_of
from archive.actions import (
    Answer,
    answer_access_request,
    current_entries,
    make_checkpoint,
    request_access,
)
from archive.vocabulary import EntryKind
from casework.actions import publish_assessment, write_assessment
from consultations.actions import (
    add_document,
    edit_consultation,
    follow,
    invite_consultee,
    open_consultation,
    publish_consultation,
    save_theme,
    set_related_links,
    share_draft,
)
from consultations.models import Moderation
from consultations.uploads import check_upload
from moderation.actions import publish_response, redact_response, withhold_response
from tests import factories

HOME = "horinger/{consultation}/"
TREATED = "horinger/{treated}/"
LONG = "Jeg mener at det bør bli lettere å gå, sykle og ta bussen dit en skal. " * 20

PUBLIC_PAGES = {
    "health": ["/helse/"],
    "front": ["/"],
    "robots": ["/robots.txt"],
    "accessibility": ["tilgjengelighet/"],
    "privacy": ["personvern/"],
    "consultations:consultation-list": ["", "?status=open", "?emne=no-such-thing"],
    "consultations:consultation-show": [HOME, TREATED],
    "consultations:deadline-download": [HOME + "frist.ics"],
    "consultations:theme-show": [
        HOME + "tema/{theme}/",
        HOME + "tema/{theme}/?sok=mener&avsender=person&rekkefolge=eldste",
        HOME + "tema/{theme}/?sok=ingenting+har+dette",
        HOME + "tema/{empty_theme}/",
    ],
    "consultations:response-show": [
        HOME + "svar/{published}/",
        HOME + "svar/{redacted}/",
        HOME + "svar/{nynorsk}/",
        TREATED + "svar/{cited}/",
    ],
    "consultations:attachment-download": [HOME + "svar/{published}/vedlegg/{attachment}/"],
    "consultations:document-download": [HOME + "dokument/{document}/"],
    "consultations:discussion-show": [HOME + "tema/{theme}/diskusjon/"],
    "consultations:thread-show": [HOME + "tema/{theme}/diskusjon/{thread}/"],
    "consultations:search-show": ["sok/", "sok/?q=mener", "sok/?q=ingentingslikt"],
    "consultations:figures-show": [HOME + "tall/", TREATED + "tall/"],
    "consultations:figures-download": [HOME + "tall/tema.csv"],
    "consultations:consultation-list-feed": ["atom/", "atom/?emne=health"],
    "consultations:authority-feed": ["atom/virksomhet/{authority}/"],
    "consultations:consultation-feed": [HOME + "atom/"],
    "consultations:theme-feed": [HOME + "tema/{theme}/atom/"],
    "consultations:discussion-feed": [HOME + "tema/{theme}/diskusjon/atom/"],
    "casework:outcome-show": [HOME + "hva-det-forte-til/", TREATED + "hva-det-forte-til/"],
    "archive:public-journal-list": ["journal/"],
    "archive:public-journal": [
        "journal/{authority}/",
        "journal/{authority}/?sok=prøvehøring&type=Inngående+dokument&fra=2020-01-01",
        "journal/{authority}/?part=ingen+heter+dette&til=31.02.2026",
    ],
    "archive:public-journal-feed": ["journal/{authority}/atom/"],
    "archive:public-journal-csv-download": ["journal/{authority}/journal.csv"],
    "archive:public-journal-pdf-download": ["journal/{authority}/journal.pdf"],
    "archive:public-entry-show": ["journal/{authority}/{year}/1/", "journal/{authority}/{year}/2/"],
    "archive:checkpoint-list": ["journal/{authority}/kontrollpunkter/"],
    "archive:checkpoint-feed": ["journal/{authority}/kontrollpunkter/atom/"],
    "archive:checkpoint-download": ["journal/{authority}/kontrollpunkter/1.json"],
    "archive:verifier-download": ["journal/verifiser.py"],
}
SENDER_PAGES = {
    "consultations:draft-start": [HOME + "svar-pa-horingen/"],
    "consultations:draft-edit": ["innsending/{draft}/", "innsending/{late}/"],
    "consultations:draft-check": ["innsending/{draft}/kontroll/", "innsending/{late}/kontroll/"],
    "consultations:draft-delete": ["innsending/{draft}/slett/"],
    "consultations:shared-draft-show": ["utkast/{reading_token}/", "utkast/gone/"],
    "consultations:no-remarks-send": [HOME + "ingen-merknader/"],
    "consultations:receipt-show": ["innsending/{sent}/kvittering/"],
    "consultations:submission-withdraw": ["innsending/{sent}/trekk/"],
    "consultations:email-confirm": ["bekreft/gone/"],
    "consultations:subscription-start": ["folg/", "folg/horing/{consultation}/"],
    "consultations:subscription-sent": ["folg/sendt/"],
    "consultations:subscription-confirm": ["folg/bekreft/{subscription}/", "folg/bekreft/gone/"],
    "consultations:subscription-end": ["folg/avslutt/{subscription}/"],
    "archive:access-request-start": [
        "journal/{authority}/innsyn/",
        "journal/{authority}/innsyn/?post={entry}",
    ],
    "archive:access-request-show": ["innsyn/{asked}/", "innsyn/{answered}/"],
    "moderation:post-report": ["meld/innlegg/{thread}/"],
    "moderation:response-report": ["meld/svar/{published}/"],
    "account_login": ["konto/login/"],
    "account_signup": ["konto/signup/"],
    "account_reset_password": ["konto/password/reset/"],
    "account_reset_password_done": ["konto/password/reset/done/"],
    "account_email_verification_sent": ["konto/confirm-email/"],
    "account_confirm_email": ["konto/confirm-email/gone/"],
    "account_reset_password_from_key": ["konto/password/reset/key/gone-key/"],
}
SIGNED_IN_PAGES = {
    "accounts:desk-show": ["min-side/"],
    "consultations:submission-list": ["min-side/horingssvar/"],
    "consultations:subscription-list": ["min-side/abonnement/"],
    "consultations:account-close": ["min-side/avslutt-konto/"],
    "consultations:post-list": ["min-side/innlegg/"],
    "consultations:thread-start": [HOME + "tema/{theme}/diskusjon/ny/"],
    "consultations:post-reply": [HOME + "tema/{theme}/diskusjon/{thread}/svar/"],
    "account_email": ["konto/email/"],
    "account_change_password": ["konto/password/change/"],
    "account_logout": ["konto/logout/"],
    "mfa_index": ["konto/mfa/"],
    "mfa_activate_totp": ["konto/mfa/totp/activate/"],
}
ARCHIVIST_PAGES = {
    "archive:desk-show": ["arkiv/{authority}/oversikt/"],
    "archive:running-journal": [
        "arkiv/{authority}/journal/",
        "arkiv/{authority}/journal/?sok=prøvehøring&restanse=ja&fra=i+går",
    ],
    "archive:entry-show": ["arkiv/{authority}/journal/{year}/1/"],
    "archive:entry-correct": ["arkiv/{authority}/journal/{year}/1/rett/"],
    "moderation:entry-assess": ["arkiv/{authority}/journal/{year}/{incoming}/vurder/"],
    "moderation:entry-write-off": ["arkiv/{authority}/journal/{year}/{incoming}/avskriv/"],
    "moderation:entry-mark-obsolete": ["arkiv/{authority}/journal/{year}/1/utgar/"],
    "archive:unassessed-list": ["arkiv/{authority}/ikke-vurdert/"],
    "moderation:unhandled-list": ["arkiv/{authority}/restanser/"],
    "archive:overdue-screening-list": ["arkiv/{authority}/utlopt-skjerming/"],
    "archive:case-file-list": ["arkiv/{authority}/saker/"],
    "archive:case-file-show": ["arkiv/{authority}/saker/{year}/1/"],
    "archive:class-list": ["arkiv/{authority}/arkivnokkel/"],
    "archive:class-edit": ["arkiv/{authority}/arkivnokkel/{klass}/"],
    "archive:extraction-list": ["arkiv/{authority}/uttrekk/"],
}
# (page, what is pressed there with nothing filled in): the page then tells what is wrong.
REFUSED_FORMS = [
    (HOME + "svar-pa-horingen/", "button[name=check]"),
    (HOME + "ingen-merknader/", "main form button[type=submit]"),
    ("utkast/{reading_token}/", "main form button[type=submit]"),
    ("folg/", "main form button[type=submit]"),
    ("meld/innlegg/{thread}/", "main form button[type=submit]"),
    ("konto/login/", "main form button[type=submit]"),
    ("konto/signup/", "main form button[type=submit]"),
    ("konto/password/reset/", "main form button[type=submit]"),
]
REFUSED_FORMS_OF_THE_SIGNED_IN = [
    ("min-side/avslutt-konto/", "main form button[type=submit]"),
    (HOME + "tema/{theme}/diskusjon/ny/", "main form button[type=submit]"),
    ("konto/password/change/", "main form button[type=submit]"),
    ("konto/mfa/totp/activate/", "main form button[type=submit]"),
]
REFUSED_FORMS_OF_THE_ARCHIVIST = [
    ("arkiv/{authority}/journal/{year}/1/utgar/", "main form button"),
    ("arkiv/{authority}/arkivnokkel/", "main form button"),
]


def addresses(pages, world, language="nb"):
    """The addresses of a table's pages that are read in a browser: no file, no feed."""
    return [
        address_of(path, world, language)
        for name, paths in pages.items()
        for path in paths
        if not path.startswith("/") and not name.endswith(("-download", "-feed"))
    ]


def address_of(path, world, language="nb"):
    return path if path.startswith("/") else f"/{language}/{path.format(**world)}"


def world(responses=0):
    """A consultation where one may do all that one can, and one that is assessed; returns
    what stands in their addresses. `responses` of some length come besides."""
    consultation = _open_for_all()
    theme, empty_theme = consultation.themes.filter(is_whole=False)
    published = _response(consultation, files=[("a.pdf", factories.PDF)], **factories.named())
    attachment = published.submission.attachments.get()
    publish_response(published, public_attachments=[attachment], by=None)
    for _each in range(responses):
        long = _response(consultation, text=LONG, **factories.named())
        publish_response(long, by=None)
    redacted = _response(consultation, text="Ring meg på 58 00 00 01 i dag.")
    redact_response(redacted, passages=[(11, 22)], ground="personal_data", by=None)
    withhold_response(_response(consultation), ground="hateful", by=None)
    nynorsk = _response(consultation, text="Eg meiner noko anna.", language="nn", **_nameless())
    publish_response(nynorsk, by=None)
    draft = factories.draft(consultation, text="Jeg har nummer 13097248022.")
    treated, cited = _assessed(consultation.authority)
    opening = factories.post_as("visible", consultation)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        make_checkpoint(consultation.authority)
    asked, answered = _access_requests(consultation.authority)
    follower = follow("kari@folger.example", consultation=consultation, language="nb")
    return {
        **record_of(consultation),
        "consultation": consultation.slug,
        "treated": treated.slug,
        "theme": theme.slug,
        "empty_theme": empty_theme.slug,
        "published": published.reference,
        "redacted": redacted.reference,
        "nynorsk": nynorsk.reference,
        "cited": cited.reference,
        "attachment": attachment.pk,
        "document": consultation.documents.get().pk,
        "thread": opening.pk,
        "draft": draft.token,
        "reading_token": share_draft(draft).reading_token,
        "late": factories.draft(treated, **_nameless()).token,
        "sent": factories.submission(consultation, **factories.named()).token,
        "subscription": follower.token,
        "entry": place_of(asked.entries.first().entry),
        "asked": asked.token,
        "answered": answered.token,
    }


def record_of(consultation):
    """What stands in the addresses of its authority's archive."""
    case_file = consultation.case_file
    return {
        "authority": consultation.authority.slug,
        "year": case_file.year,
        "klass": case_file.classification_id,
        "incoming": case_file.entries.filter(kind=EntryKind.INCOMING).first().number,
    }


def more(world_before):
    """More of all that lists show, in the same world."""
    consultation = factories.Consultation.objects.get(slug=world_before["consultation"])
    for _each in range(2):
        response = _response(consultation, text="Jeg mener noe mer.", **factories.named())
        publish_response(response, by=None)
        factories.post_as("visible", consultation)
        lay_out(consultation)
        factories.open_for_answers(consultation.authority)


def _open_for_all():
    consultation = factories.discussed(moderation=Moderation.BEFORE)
    editor = consultation.created_by
    theme = consultation.themes.get(position=1)
    text = "<h2>Hva vi foreslår</h2><p>Noe.</p><h3>Hvorfor</h3><p>Derfor.</p><h2>Når</h2><p>Nå.</p>"
    save_theme(consultation, theme, by=editor, text=text)
    set_related_links(consultation, [("Loven", "https://lov.example/")], by=editor)
    invite_consultee(consultation, name="Laget", email="post@laget.example", by=editor)
    edit_consultation(consultation, by=editor, summary="Vi foreslår mer.", note="Vi var uklare.")
    lay_out(consultation)
    consultation.refresh_from_db()
    return consultation


def lay_out(consultation):
    """Add a document for everybody to read."""
    upload = SimpleUploadedFile("tillegg.pdf", factories.PDF)
    checked = check_upload(upload)
    add_document(consultation, checked, upload, title="Tillegg", by=consultation.created_by)


def _assessed(authority):
    """A consultation under treatment with one published assessment, and a response it cites."""
    consultation = factories.drafted_consultation(authority, language="nn")
    for theme in consultation.themes.filter(is_whole=False):
        save_theme(consultation, theme, by=consultation.created_by, questions="Kva meiner du?")
    consultation = publish_consultation(consultation, by=consultation.created_by)
    consultation = open_consultation(consultation)
    cited = _response(consultation, **factories.named("Ola Lest"))
    publish_response(cited, by=None)
    consultation = factories.closed_for_treatment(consultation)
    theme = cited.theme
    handler = theme.theme_handler.handler
    write_assessment(theme, text="Vi følgjer rådet.", cited=[cited], by=handler)
    publish_assessment(theme, by=handler)
    return consultation, cited


def _access_requests(authority):
    """Two requests for the whole journal: one that waits, and one with every kind of answer."""
    entries = list(authority.entries.order_by("position"))
    asked, answered = (
        request_access(authority, entries, email="siri@spor.example", text="Alt.", language="nb")
        for _ in range(2)
    )
    requested = list(answered.entries.select_related("entry"))
    found = materials(current_entries([each.entry for each in requested]))
    answers = {
        each.pk: Answer(material.outcomes[0], "offl. § 13, jf. fvl. § 13", "Se brevet.")
        for each, material in zip(requested, found, strict=True)
    }
    answers[requested[0].pk] = Answer("refused", "offl. § 24", "Ikke nå.")
    by = factories.official(authority, Role.ARCHIVIST)
    answer_access_request(answered, answers, text="Vær så god.", by=by)
    return asked, answered


def _response(consultation, **fields):
    return factories.accepted_response(consultation, **fields)


def _nameless():
    return {"sender_kind": factories.SenderKind.ANONYMOUS}
