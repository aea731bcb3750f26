"""The whole plan of Fremtidens helsetjeneste, the same every time it is made.

Decisions that bind whoever plays it: responses are accepted by the system unless
screening stops them, moderators decide about publication on the next workday, and
a withdrawal comes within the hour, so before anything is accepted.
"""

from datetime import datetime
from functools import cache
from random import Random

from scenarios.fremtidens_helsetjeneste import handling
from scenarios.fremtidens_helsetjeneste.drafts import (
    Calendar,
    Draft,
    be_late,
    draft_answers,
    hide_names,
)
from scenarios.fremtidens_helsetjeneste.exceptions import (
    redact_and_withhold,
    rejected,
    withdrawn,
)
from scenarios.fremtidens_helsetjeneste.senders import answers, cast
from scenarios.fremtidens_helsetjeneste.source import Source, read_source
from scenarios.names import ascii_slug
from scenarios.plan import (
    OSLO,
    Plan,
    PlannedAmendment,
    PlannedConsultation,
    PlannedConsultee,
    PlannedOfficial,
    PlannedResponse,
    PlannedSubmission,
    Role,
)

AUTHORITY = ("hod", "Helse- og omsorgsdepartementet")
PUBLISHED = datetime(2010, 10, 18, 9, 0, tzinfo=OSLO)
INVITED_LATER = datetime(2010, 11, 3, 10, 0, tzinfo=OSLO)
DEADLINE = datetime(2011, 1, 18, 23, 59, 59, tzinfo=OSLO)


@cache
def make_plan() -> Plan:
    rng = Random(2010)  # noqa: S311 - a play, not a secret
    source = read_source()
    slug, name = AUTHORITY
    return Plan(
        authority_slug=slug,
        authority_name=name,
        officials=officials(source),
        consultation=consultation(source),
        submissions=_submissions(source, rng),
    )


def officials(source: Source) -> tuple[PlannedOfficial, ...]:
    return tuple(
        PlannedOfficial(
            key=each["key"],
            name=each["name"],
            email=f"{each['key']}@demo.example",
            role=Role(each["role"]),
        )
        for each in source.consultation["officials"]
    )


def consultation(source: Source) -> PlannedConsultation:
    texts = source.consultation
    same = ("slug", "title", "summary", "purpose", "outcome", "use_of_responses", "unit")
    return PlannedConsultation(
        **{each: texts[each] for each in same},
        rules_of_debate=texts["rules_of_debate"],
        case_responsible=texts["case_responsible"],
        letter=texts["letter"].strip(),
        published_at=PUBLISHED,
        opens_at=PUBLISHED,
        deadline_at=DEADLINE,
        who_may_answer="named",
        moderation="before",
        acceptance="automatic",
        authority_part="listens",
        topic_starters="authority",
        consultees=_consultees(texts["consultees"]),
        subject=texts["subject"],
        related_links=tuple((each["title"], each["url"]) for each in texts["links"]),
        amendments=(
            PlannedAmendment(INVITED_LATER, consultees=_consultees(texts["invited_later"])),
        ),
        themes=tuple(each.theme for each in source.themes if each.theme),
        halfway_at=handling.HALFWAY,
        concluded_at=handling.CONCLUDED,
    )


def _consultees(names: list[str]) -> tuple[PlannedConsultee, ...]:
    return tuple(PlannedConsultee(name, f"post@{ascii_slug(name)}.example") for name in names)


def _drafts(source: Source, rng: Random) -> list[Draft]:
    company = cast(rng)
    calendar = Calendar(PUBLISHED, DEADLINE, rng)
    drafts = draft_answers(source, answers(source, company, rng), calendar, rng)
    hide_names(source, drafts, rng)
    redact_and_withhold(source, drafts, rng)
    be_late(drafts, DEADLINE, rng)
    drafts += rejected(source, drafts, company, calendar, rng)
    drafts += withdrawn(source, company, calendar, rng)
    return sorted(drafts, key=lambda draft: draft.received_at)


def _submissions(source: Source, rng: Random) -> tuple[PlannedSubmission, ...]:
    drafts = _drafts(source, rng)
    keys = {
        response: f"fh-{number:04}-{place}"
        for number, draft in enumerate(drafts, start=1)
        for place, response in enumerate(draft.responses, start=1)
    }
    decided = handling.decisions(drafts, keys, rng)
    treated = handling.treatments(source, decided, rng)
    return tuple(
        PlannedSubmission(
            key=f"fh-{number:04}",
            sender=draft.sender,
            received_at=draft.received_at,
            responses=tuple(
                PlannedResponse(
                    key=keys[response],
                    theme=response.theme,
                    text=response.text,
                    decision=decided[response],
                    treatment=treated.get(response),
                    has_no_remarks=response.has_no_remarks,
                )
                for response in draft.responses
            ),
            channel=draft.channel,
            language=draft.language,
            dated=draft.dated,
            hide_name=bool(draft.hide_name_reason),
            hide_name_reason=draft.hide_name_reason,
            attachments=draft.attachments,
            campaign=draft.campaign,
            withdrawn_at=draft.withdrawn_at,
        )
        for number, draft in enumerate(drafts, start=1)
    )
