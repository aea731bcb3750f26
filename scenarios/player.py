"""Plays each step of a plan through the action that a person would have pressed."""

from datetime import timedelta
from functools import partial
from hashlib import sha256

from django.db import connection
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.rules import ActionRefused
from accounts.tasks import send_outstanding
from archive.models import CaseFile
from consultations.actions import conclude_consultation, publish_consultation, start_treatment
from consultations.models import Consultation
from consultations.tasks import keep_schedule
from moderation.tasks import screen_outstanding
from scenarios.answering import send, take_back
from scenarios.archiving import last_moments, settle_what_waits
from scenarios.conversation import conversation
from scenarios.deciding import decide, treat
from scenarios.editing import amend, write_consultation
from scenarios.people import Cast
from scenarios.plan import OSLO
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
        written_at = planned.published_at - timedelta(minutes=30)
        steps = [
            Step(written_at, 0, partial(write_consultation, self)),
            Step(planned.published_at, 1, self.publish),
            Step(max(planned.opens_at, planned.published_at), 2, keep_schedule),
        ]
        for amendment in planned.amendments:
            steps.append(Step(amendment.at, 2, partial(amend, self, amendment)))
        for submission in self.plan.submissions:
            steps.append(Step(submission.received_at, 3, partial(send, self, submission)))
            if submission.withdrawn_at:
                steps.append(Step(submission.withdrawn_at, 4, partial(take_back, self, submission)))
        steps += [Step(*each) for each in conversation(self)]
        steps += together(6, partial(decide, self), self.decisions(stops_at))
        treatments = self.treatments(planned.published_at, stops_at)
        steps += together(7, partial(treat, self), treatments)
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

    def publish(self):
        publish_consultation(self.consultation, by=self.official("editor"))

    def start_treatment(self):
        start_treatment(self.consultation, by=self.official("editor"))

    # --- To the end ---------------------------------------------------------------------

    def ending(self):
        planned = self.plan.consultation
        if not planned.concluded_at:
            raise ActionRefused("This scenario is of a consultation that is open: it has no end.")
        rest = self.treatments(planned.halfway_at, planned.concluded_at)
        yield from together(7, partial(treat, self), rest)
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
