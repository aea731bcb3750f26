"""Makes what tests need by walking the real actions: no state that the product cannot reach."""

from datetime import timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Authority, Membership, Organisation, User
from accounts.roles import Role
from casework.actions import appoint_handler, handle_assignment
from casework.models import Assignment
from consultations.actions import (
    attach_file,
    close_consultation,
    conclude_consultation,
    create_consultation,
    open_consultation,
    publish_consultation,
    save_draft,
    save_theme,
    start_thread,
    start_treatment,
    submit,
    withdraw,
)
from consultations.models import (
    AuthorityPart,
    Consultation,
    ConsultationStatus,
    DiscussionNames,
    DiscussionPost,
    Moderation,
    Publication,
    Response,
    ResponseStatus,
    SenderKind,
    TopicStarters,
    WhoMayAnswer,
)
from consultations.uploads import check_upload
from moderation.actions import (
    accept_response,
    approve_post,
    publish_response,
    redact_response,
    reject_response,
    remove_post,
    screen_response,
    withhold_response,
)
from moderation.models import PublicationGround, RejectionGround

_next = count(1)
ORGANISATION_NUMBERS = ("974760673", "889640782", "974761076", "983544622", "971032081")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def person(name="Ada Prøve", *, email=None, password=None):
    return User.objects.create_user(
        email or f"person{next(_next)}@prove.example", password, name=name
    )


def authority(name="Prøvedepartementet"):
    number = next(_next)
    return Authority.objects.create(
        name=name if number == 1 else f"{name} {number}",
        slug=f"prove-{number}",
        organisation_number=ORGANISATION_NUMBERS[Authority.objects.count()],
        email="post@prove.example",
    )


def confirmed(user):
    """The same person, who has confirmed the e-mail address, as everybody who logs in has."""
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def participant(name="Pia Prat"):
    """Somebody who may write in discussions."""
    return confirmed(person(name))


def official(authority, *roles, name=None, password=None):
    """Somebody who holds the roles at the authority."""
    user = person(name or f"{roles[0].label} {next(_next)}", password=password)
    for role in roles:
        Membership.objects.create(user=user, authority=authority, role=role)
    return user


def everyone_but(authority_, *roles):
    """Who must be denied what only these roles may: every other role here, the same roles at
    another authority, and a citizen."""
    elsewhere = authority("En annen virksomhet")
    here = [official(authority_, role) for role in Role if role not in roles]
    return [*here, official(elsewhere, *roles), person("Eva Borger")]


def organisation(name="Prøveforbundet", **fields):
    return Organisation.objects.create(name=name, **fields)


def drafted_consultation(at=None, *, editor=None, themes=("Fastlege", "Sykehjem"), **fields):
    """A consultation that its editor has written, with themes and their case handlers."""
    at = at or authority()
    editor = editor or official(at, Role.EDITOR)
    number = next(_next)
    now = timezone.now()
    defaults = {
        "title": f"Prøvehøring {number}",
        "slug": f"provehoring-{number}",
        "summary": "Vi foreslår noe og vil vite hva du mener.",
        "purpose": "Vi spør fordi du berøres.",
        "use_of_responses": "Alle svar blir lest.",
        "letter": "Kjære alle.\n\nSi hva dere mener.",
        "contact_name": "Kari Prøve",
        "contact_email": "kari@prove.example",
        "responsible": official(at, Role.CASE_HANDLER, name="Ola Ansvarlig"),
        "unit": "Prøveavdelingen",
        "opens_at": now,
        "deadline_at": now + timedelta(days=42),
        "who_may_answer": WhoMayAnswer.ANONYMOUS,
    }
    consultation = create_consultation(at, by=editor, **(defaults | fields))
    for position, title in enumerate(themes, start=1):
        theme = save_theme(
            consultation,
            None,
            by=editor,
            title=title,
            slug=title.lower(),
            position=position,
            text=f"<p>Om {title}.</p>",
            questions="Hva mener du?\nHvorfor?",
        )
        handler = official(at, Role.CASE_HANDLER, name=f"Saksbehandler {title}")
        appoint_handler(theme, handler, by=editor)
    return consultation


def published_consultation(at=None, **fields):
    consultation = drafted_consultation(at, **fields)
    return publish_consultation(consultation, by=consultation.created_by)


def open_for_answers(at=None, **fields):
    """A published consultation that takes responses now."""
    return open_consultation(published_consultation(at, **fields))


def some_consultation():
    """Where those answer who do not say where: a new one, or the module's (`one_consultation`)."""
    return open_for_answers()


def closed_for_treatment(consultation):
    """The same consultation, past its deadline and under treatment."""
    close_consultation(consultation)
    return start_treatment(consultation, by=consultation.created_by)


def draft(consultation=None, *, text="Jeg mener noe om dette.", themes=None, by=None, **fields):
    """A draft that answers the given themes (the first one by default)."""
    consultation = consultation or some_consultation()
    themes = themes or [consultation.themes.filter(is_whole=False).first()]
    if by is None and not fields:
        fields = {"sender_kind": SenderKind.ANONYMOUS}
    return save_draft(consultation, texts={theme.pk: text for theme in themes}, by=by, **fields)


def named(name="Nora Prøve", email=None):
    """The fields of somebody who answers by name."""
    return {
        "sender_kind": SenderKind.PERSON,
        "name": name,
        "email": email or f"nora{next(_next)}@prove.example",
    }


def submission(consultation=None, *, by=None, files=(), **fields):
    """A submission that was sent and not yet looked at by anybody."""
    written = draft(consultation, by=by, **fields)
    for name, content in files:
        upload = SimpleUploadedFile(name, content)
        attach_file(written, check_upload(upload), upload, by=by)
    return submit(written, by=by)


def submitted_response(consultation=None, **fields):
    return submission(consultation, **fields).responses.first()


def screened_response(consultation=None, **fields):
    response = submitted_response(consultation, **fields)
    screen_response(response)
    return Response.objects.get(pk=response.pk)


def moderator_of(thing):
    """A moderator of the authority behind a response or a consultation."""
    consultation = getattr(thing, "consultation", thing)
    return official(consultation.authority, Role.MODERATOR)


def accepted_response(consultation=None, *, by=None, sender=None, **fields):
    """A response of the account `sender`, if given, that `by` has accepted."""
    response = screened_response(consultation, by=sender, **fields)
    if response.status == "received":
        accept_response(response, by=by)
    return Response.objects.get(pk=response.pk)


def handled_response(consultation=None, **fields):
    response = accepted_response(consultation, **fields)
    assignment = Assignment.objects.current().get(response=response)
    handle_assignment(assignment, by=assignment.handler)
    return response


def consultation_as(status, **fields):
    """A consultation that has come as far as `status`."""
    consultation = drafted_consultation(**fields)
    editor = consultation.created_by
    for become, lead in (
        (ConsultationStatus.PUBLISHED, publish_consultation),
        (ConsultationStatus.OPEN, open_consultation),
        (ConsultationStatus.CLOSED, close_consultation),
        (ConsultationStatus.UNDER_TREATMENT, start_treatment),
        (ConsultationStatus.CONCLUDED, conclude_consultation),
    ):
        if consultation.status == status:
            break
        lead(consultation, by=editor)
        consultation = Consultation.objects.get(pk=consultation.pk)
        assert consultation.status == become
    return consultation


def response_as(status, consultation=None, **fields):
    """A response that has come to `status`."""
    if status == ResponseStatus.DRAFT:
        return draft(consultation, **fields).responses.get()
    if status == ResponseStatus.ACCEPTED:
        return accepted_response(consultation, **fields)
    response = screened_response(consultation, **fields)
    if status == ResponseStatus.REJECTED:
        reject_response(response, ground=RejectionGround.TEST, by=None)
    elif status == ResponseStatus.WITHDRAWN:
        withdraw(response.submission, by=response.submission.sender)
    return Response.objects.get(pk=response.pk)


def response_shown_as(publication, consultation=None, **fields):
    """An accepted response whose publication has been decided."""
    response = accepted_response(consultation, **fields)
    if publication == Publication.PUBLISHED:
        publish_response(response, by=None)
    elif publication == Publication.REDACTED:
        redact_response(response, passages=[(0, 3)], ground=PublicationGround.SECRECY, by=None)
    elif publication == Publication.WITHHELD:
        withhold_response(response, ground=PublicationGround.HATEFUL, by=None)
    return Response.objects.get(pk=response.pk)


def discussed(at=None, **fields):
    """An open consultation with a discussion, where everybody may start topics, by nickname
    too, and what is written is read at once."""
    free = {
        "has_discussion": True,
        "discussion_names": DiscussionNames.NICKNAME,
        "topic_starters": TopicStarters.PARTICIPANTS,
        "authority_part": AuthorityPart.TAKES_PART,
        "moderation": Moderation.NONE,
    }
    return open_for_answers(at, **(free | fields))


def thread(consultation=None, *, by=None, theme=None, **fields):
    """A thread that somebody began under a theme, the first one by default."""
    theme = theme or (consultation or discussed()).themes.get(position=1)
    said = {"title": "Hva med gangveien?", "text": "Jeg lurer på gangveien ved kirken."}
    return start_thread(theme, **(said | fields), by=by or participant())


def post_as(status, consultation=None, **fields):
    """A post that has come to `status`."""
    post = thread(consultation or discussed(moderation=Moderation.BEFORE), **fields)
    if status == DiscussionPost.Status.VISIBLE and post.status == DiscussionPost.Status.WAITING:
        approve_post(post, by=None)
    elif status == DiscussionPost.Status.REMOVED:
        remove_post(post, reason="Det gjelder ikke saken.", by=None)
    return DiscussionPost.objects.get(pk=post.pk)
