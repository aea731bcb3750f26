"""Plays the senders of a plan: who writes what, sends it, and takes it back."""

from django.core.files.uploadedfile import SimpleUploadedFile

from consultations.actions import attach_file, confirm_email, save_draft, submit, withdraw
from consultations.uploads import check_upload
from scenarios.plan import Channel, Outcome, SenderKind


def send(player, planned):
    """Write a draft, attach the files, send it, and confirm the address."""
    sender = planned.sender
    by = player.cast.user(sender) if stands_by_it(planned) else None
    answered = {player.themes[each.theme]: each for each in planned.responses}
    draft = save_draft(
        player.consultation,
        texts={pk: each.text for pk, each in answered.items()},
        no_remarks=[pk for pk, each in answered.items() if each.has_no_remarks],
        by=by,
        channel=planned.channel.value,
        language=planned.language,
        **identity(player, planned),
    )
    for attachment in planned.attachments:
        upload = SimpleUploadedFile(
            attachment.filename, attachment.content, attachment.content_type
        )
        attach_file(draft, check_upload(upload), upload, by=by)
    is_web = planned.channel == Channel.WEB
    submission = submit(
        draft, by=by, registered_by=None if is_web else player.official("moderator")
    )
    if is_web and stands_by_it(planned) and submission.email and not by:
        confirm_email(submission)
    player.submissions[planned.key] = submission
    for theme, pk in submission.responses.values_list("theme", "pk"):
        player.rows[answered[theme].key] = pk


def identity(player, planned):
    sender = planned.sender
    fields = {"sender_kind": sender.kind.value}
    if sender.kind == SenderKind.ANONYMOUS:
        return fields
    fields |= {
        "email": sender.email,
        "hide_name": planned.hide_name,
        "hide_name_reason": planned.hide_name_reason,
    }
    if sender.kind == SenderKind.ORGANISATION:
        return fields | {
            "organisation": player.cast.organisation(sender),
            "organisation_name": sender.name,
            "organisation_number": sender.organisation_number,
            "name": sender.contact_name,
        }
    return fields | {"name": sender.name}


def take_back(player, planned):
    withdraw(player.submissions[planned.key])


def stands_by_it(planned):
    """Whether the sender logs in, or follows the link in the mail: not who only tries the
    form out, advertises, or takes it all back within the hour. So these wait for a moderator."""
    kept = (Outcome.ACCEPTED, Outcome.WAITING)
    return all(
        each.decision.outcome in kept or each.decision.duplicate_of for each in planned.responses
    )
