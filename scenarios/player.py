"""Plays each step of a plan through the action that a person would have pressed."""

from datetime import timedelta
from functools import partial
from hashlib import sha256

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.rules import ActionRefused
from accounts.tasks import send_outstanding
from archive.models import CaseFile
from casework.actions import (
    appoint_handler,
    handle_assignment,
    handle_assignments,
    mark_excerpt,
    tag_responses,
    write_note,
)
from casework.models import Assignment, AssignmentStatus
from consultations.actions import (
    add_document,
    attach_file,
    conclude_consultation,
    confirm_email,
    create_consultation,
    edit_consultation,
    invite_consultee,
    invite_consultees,
    publish_consultation,
    save_draft,
    save_theme,
    set_related_links,
    start_treatment,
    submit,
    withdraw,
)
from consultations.models import Consultation, Response, ResponseStatus
from consultations.tasks import keep_schedule
from consultations.uploads import check_upload
from moderation.actions import (
    accept_response,
    publish_response,
    publish_responses,
    redact_response,
    reject_response,
    withhold_response,
)
from moderation.models import NOT_FOR_ALL, Screening
from moderation.tasks import screen_outstanding
from scenarios.archiving import last_moments, settle_what_waits
from scenarios.conversation import conversation
from scenarios.paper import paper
from scenarios.people import Cast
from scenarios.plan import OSLO, Channel, Publication, SenderKind
from scenarios.plan import Outcome as PlannedOutcome
from scenarios.steps import Step, evening, together


class Player:
    """Knows which row each key of the plan became."""

    def __init__(self, plan):
        self.plan = plan
        self.cast = Cast(plan)
        self.submissions = {}
        self.rows = {}  # the pks of responses, by their keys
        self.evenings = 0

    @cached_property
    def consultation(self):
        """As it was written: what changes later is its status, which the actions read anew."""
        return Consultation.objects.get(slug=self.plan.consultation.slug)

    @cached_property
    def themes(self):
        """Slug → pk; None is the consultation as a whole."""
        return {
            None if theme.is_whole else theme.slug: theme.pk
            for theme in self.consultation.themes.all()
        }

    def row(self, planned, response):
        """The pk of a response, in this play or as an earlier one left it.

        Those are looked up all at once, by what one can know them by.
        """
        if response.key not in self.rows:
            known = {
                tuple(known_by): pk
                for pk, *known_by in self.consultation.responses.values_list(
                    "pk", "theme", "received_at", "submission__sender_kind", "text"
                )
            }
            for of, each in self.planned:
                known_by = self.themes[each.theme], of.received_at, of.sender.kind.value, each.text
                self.rows.setdefault(each.key, known.get(known_by))
        return self.rows[response.key]

    # --- Until the plan stops by itself -------------------------------------------------

    def beginning(self):
        planned = self.plan.consultation
        stops_at = planned.halfway_at or timezone.now()
        steps = [
            Step(planned.published_at - timedelta(minutes=30), 0, self.write_consultation),
            Step(planned.published_at, 1, self.publish),
            Step(max(planned.opens_at, planned.published_at), 2, keep_schedule),
        ]
        for amendment in planned.amendments:
            steps.append(Step(amendment.at, 2, lambda each=amendment: self.amend(each)))
        for submission in self.plan.submissions:
            steps.append(Step(submission.received_at, 3, partial(self.send, submission)))
            if submission.withdrawn_at:
                steps.append(Step(submission.withdrawn_at, 4, partial(self.withdraw, submission)))
        steps += [Step(*each) for each in conversation(self)]
        steps += together(6, self.decide, self.decisions(stops_at))
        treatments = self.treatments(planned.published_at, stops_at)
        steps += together(7, self.treat, treatments)
        days = {step.at.astimezone(OSLO).date() for step in steps}
        steps += [Step(evening(day), 9, self.sweep) for day in days]
        if planned.halfway_at:
            steps.append(Step(planned.deadline_at, 5, keep_schedule))
            steps.append(Step(planned.deadline_at + timedelta(days=1), 5, self.start_treatment))
        steps.append(Step(stops_at, 9, self.sweep))
        return [step for step in steps if step.at <= stops_at]

    def decisions(self, until):
        """(when, by whom, (submission, response)) of what is decided until then."""
        for planned, response in self.planned:
            decision = response.decision
            if decision.at and decision.at <= until:
                yield decision.at, decision.by, (planned, response)

    def treatments(self, after, until):
        """The same of what is handled after the one and until the other."""
        for planned, response in self.planned:
            treatment = response.treatment
            if treatment and after < treatment.handled_at <= until:
                yield treatment.handled_at, treatment.by, (planned, response)

    @property
    def planned(self):
        return [(each, response) for each in self.plan.submissions for response in each.responses]

    def sweep(self):
        """What the worker does of an evening: screen and let in what came, send what is owed."""
        screen_outstanding()
        send_outstanding()
        self.evenings += 1
        if self.evenings.bit_count() == 1:  # the first, the second, the fourth …
            gather_statistics()

    def write_consultation(self):
        planned, officials = self.plan.consultation, self.cast.officials
        editor = self.official("editor")
        responsible = officials[planned.case_responsible]
        consultation = create_consultation(
            self.cast.authority,
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
        upload = SimpleUploadedFile("horingsnotat.pdf", paper(planned, self.plan.authority_name))
        add_document(consultation, check_upload(upload), upload, title="Høringsnotat", by=editor)
        set_related_links(consultation, planned.related_links, by=editor)

    def amend(self, planned):
        """What the editor changes after publication, for all to see."""
        editor = self.official("editor")
        if planned.deadline_at:
            edit_consultation(
                self.consultation, deadline_at=planned.deadline_at, note=planned.note, by=editor
            )
        bodies = [(each.name, each.email) for each in planned.consultees]
        invite_consultees(self.consultation, bodies, by=editor)

    def publish(self):
        publish_consultation(self.consultation, by=self.official("editor"))

    def start_treatment(self):
        start_treatment(self.consultation, by=self.official("editor"))

    def send(self, planned):
        """Write a draft, attach the files, send it, and confirm the address."""
        sender = planned.sender
        by = self.cast.user(sender) if stands_by_it(planned) else None
        answered = {self.themes[each.theme]: each for each in planned.responses}
        draft = save_draft(
            self.consultation,
            texts={pk: each.text for pk, each in answered.items()},
            no_remarks=[pk for pk, each in answered.items() if each.has_no_remarks],
            by=by,
            channel=planned.channel.value,
            language=planned.language,
            **self.identity(planned),
        )
        for attachment in planned.attachments:
            upload = SimpleUploadedFile(
                attachment.filename, attachment.content, attachment.content_type
            )
            attach_file(draft, check_upload(upload), upload, by=by)
        is_web = planned.channel == Channel.WEB
        submission = submit(
            draft, by=by, registered_by=None if is_web else self.official("moderator")
        )
        if is_web and stands_by_it(planned) and submission.email and not by:
            confirm_email(submission)
        self.submissions[planned.key] = submission
        for theme, pk in submission.responses.values_list("theme", "pk"):
            self.rows[answered[theme].key] = pk

    def identity(self, planned):
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
                "organisation": self.cast.organisation(sender),
                "organisation_name": sender.name,
                "organisation_number": sender.organisation_number,
                "name": sender.contact_name,
            }
        return fields | {"name": sender.name}

    def withdraw(self, planned):
        withdraw(self.submissions[planned.key])

    def decide(self, by, decided):
        """Look at one after the other, and publish together what nothing was noticed in."""
        by = self.cast.officials[by]
        rows = Response.objects.in_bulk([self.row(*each) for each in decided])
        for _planned, response in decided:
            row = rows[self.rows[response.key]]
            if row.status == ResponseStatus.RECEIVED and response.decision.publication:
                accept_response(row, by=by)
        noticed = Screening.objects.filter(response__in=rows, flags__overlap=list(NOT_FOR_ALL))
        noticed = set(noticed.values_list("pk", flat=True))
        to_publish = []
        for planned, response in decided:
            row = rows[self.rows[response.key]]
            is_whole = response.decision.publication == Publication.PUBLISHED
            if is_whole and row.pk not in noticed and not planned.hide_name:
                to_publish.append(row)
            else:
                self.decide_one(planned, response, row, by)
        publish_responses(to_publish, by=by)

    def decide_one(self, planned, response, row, by):
        decision = response.decision
        if decision.outcome == PlannedOutcome.REJECTED:
            reject_response(row, ground=decision.ground.value, reason=decision.note, by=by)
        elif decision.publication == Publication.PUBLISHED:
            publish_response(
                row,
                hide_name=planned.hide_name,
                public_attachments=row.submission.attachments.all() if planned.attachments else (),
                by=by,
            )
        elif decision.publication == Publication.REDACTED:
            redact_response(
                row,
                passages=[span(response.text, each.passage) for each in decision.redactions],
                ground=decision.redactions[0].ground.value,
                reason=decision.note,
                hide_name=planned.hide_name,
                by=by,
            )
        elif decision.publication == Publication.WITHHELD:
            withhold_response(
                row,
                ground=decision.ground.value,
                reason=decision.note,
                hide_name=planned.hide_name,
                by=by,
            )

    def treat(self, by, treated):
        """Mark and note what is worth it, sort all, and say that they are handled.

        But for what somebody has handled or given away since the play stopped.
        """
        by = self.cast.officials[by]
        current = Assignment.objects.current().select_related("handler")
        rows = [self.row(*each) for each in treated]
        assignments = {each.response_id: each for each in current.filter(response__in=rows)}
        tags = {}
        for (_planned, response), row in zip(treated, rows, strict=True):
            assignment = assignments[row]
            if assignment.status == AssignmentStatus.HANDLED:
                continue
            if assignment.handler_id != by.pk:
                handle_assignment(assignment, by=assignment.handler)
                continue
            treatment = response.treatment
            if treatment.excerpt:
                start, end = span(response.text, treatment.excerpt)
                mark_excerpt(assignment, start=start, end=end, by=by)
            if treatment.note:
                write_note(assignment, treatment.note, by=by)
            tags[assignment] = treatment.tags
        tag_responses(tags, by=by)
        handle_assignments(list(tags), by=by)

    # --- To the end ---------------------------------------------------------------------

    def ending(self):
        planned = self.plan.consultation
        if not planned.concluded_at:
            raise ActionRefused("This scenario is of a consultation that is open: it has no end.")
        rest = self.treatments(planned.halfway_at, planned.concluded_at)
        yield from together(7, self.treat, rest)
        concluded_at = max([planned.concluded_at, *last_moments(planned.slug)])
        yield Step(concluded_at, 8, self.settle_conversions)
        yield Step(concluded_at, 9, self.conclude)

    def settle_conversions(self):
        texts = {
            sha256(each.content).hexdigest(): each.text
            for planned in self.plan.submissions
            for each in planned.attachments
        }
        case_file = CaseFile.objects.get(consultation=self.consultation)
        settle_what_waits(case_file, texts, by=self.official("archivist"))

    def conclude(self):
        conclude_consultation(self.consultation, by=self.official("editor"))

    # --- Who and what -------------------------------------------------------------------

    def official(self, role):
        """The first official of the plan with this role."""
        key = next(each.key for each in self.plan.officials if each.role == role)
        return self.cast.officials[key]


def gather_statistics():
    """PostgreSQL does so by itself only for what is committed; else it plans for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def stands_by_it(planned):
    """Whether the sender logs in, or follows the link in the mail: not who only tries the
    form out, advertises, or takes it all back within the hour. So these wait for a moderator."""
    kept = (PlannedOutcome.ACCEPTED, PlannedOutcome.WAITING)
    return all(
        each.decision.outcome in kept or each.decision.duplicate_of for each in planned.responses
    )


def span(text, passage):
    """Where the passage stands in the text, in characters: (start, end)."""
    start = text.index(passage)
    return start, start + len(passage)
