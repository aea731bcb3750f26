"""Plays the editor of a plan: what is asked, of whom, and what is changed after publication."""

from django.core.files.uploadedfile import SimpleUploadedFile

from casework.actions import appoint_handler
from consultations.actions import (
    add_document,
    create_consultation,
    edit_consultation,
    invite_consultee,
    invite_consultees,
    save_theme,
    set_related_links,
)
from consultations.uploads import check_upload
from scenarios.paper import paper


def write_consultation(player):
    planned, officials = player.plan.consultation, player.cast.officials
    editor = player.official("editor")
    responsible = officials[planned.case_responsible]
    consultation = create_consultation(
        player.cast.authority,
        by=editor,
        title=planned.title,
        slug=planned.slug,
        summary=planned.summary,
        purpose=planned.purpose,
        subject=planned.subject,
        outcome=planned.outcome,
        use_of_responses=planned.use_of_responses,
        letter=planned.letter,
        contact_name=responsible.name,
        contact_email=f"{planned.slug}@hod.demo.example",
        responsible=responsible,
        unit=planned.unit,
        opens_at=planned.opens_at,
        deadline_at=planned.first_deadline_at or planned.deadline_at,
        who_may_answer=planned.who_may_answer,
        moderation=planned.moderation,
        acceptance=planned.acceptance,
        authority_part=planned.authority_part,
        topic_starters=planned.topic_starters,
        has_discussion=planned.has_discussion,
        discussion_names=planned.discussion_names,
    )
    for position, theme in enumerate(planned.themes, start=1):
        row = save_theme(
            consultation,
            None,
            by=editor,
            position=position,
            title=theme.title,
            slug=theme.slug,
            text=theme.introduction,
            questions="\n".join(theme.questions),
        )
        appoint_handler(row, officials[theme.handler], by=editor)
    appoint_handler(consultation.themes.get(is_whole=True), responsible, by=editor)
    for consultee in planned.consultees:
        invite_consultee(consultation, name=consultee.name, email=consultee.email, by=editor)
    upload = SimpleUploadedFile("horingsnotat.pdf", paper(planned, player.plan.authority_name))
    add_document(consultation, check_upload(upload), upload, title="Høringsnotat", by=editor)
    set_related_links(consultation, planned.related_links, by=editor)


def amend(player, planned):
    """What the editor changes after publication, for all to see."""
    editor = player.official("editor")
    if planned.deadline_at:
        edit_consultation(
            player.consultation, deadline_at=planned.deadline_at, note=planned.note, by=editor
        )
    bodies = [(each.name, each.email) for each in planned.consultees]
    invite_consultees(player.consultation, bodies, by=editor)
