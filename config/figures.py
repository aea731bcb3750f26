"""What the database holds of one consultation, counted from the rows themselves."""

from django.db.models import Count, Q
from django.db.models.functions import Coalesce, Lower

from archive.models import JournalEntry
from casework.models import Assignment
from consultations.models import ResponseStatus, SenderKind, Submission


def figures(consultation):
    """Plain data: numbers by name. `accepted` counts responses, and senders each once.

    A person is known by account or else by e-mail address, an organisation by its row or
    else by its name. The anonymous are not counted as people: nobody knows how many
    they are.
    """
    responses = consultation.responses.exclude(status=ResponseStatus.DRAFT)
    accepted = responses.filter(status=ResponseStatus.ACCEPTED)
    entries = JournalEntry.objects.filter(case_file=consultation.case_file_id)
    assignments = Assignment.objects.filter(response__consultation=consultation)
    return {
        "consultation": consultation.slug,
        "status": consultation.status,
        "accepted": {
            "responses": accepted.count(),
            "people": _people(accepted),
            "organisations": _organisations(accepted),
        },
        "by_sender": _by(accepted, "submission__sender_kind", SenderKind),
        "by_theme": dict(
            accepted.order_by("theme__is_whole", "theme__position")
            .values_list("theme__title")
            .annotate(Count("pk"))
        ),
        "by_status": _by(responses, "status", ResponseStatus),
        "by_publication": dict(
            accepted.order_by("publication").values_list("publication").annotate(Count("pk"))
        ),
        "late": accepted.filter(submission__is_late=True).count(),
        "journal_entries": {
            "all": entries.count(),
            "incoming": entries.filter(received_at__isnull=False, corrects=None).count(),
            "written_off": entries.filter(state__written_off_on__isnull=False).count(),
        },
        "assignments": {
            "current": assignments.current().count(),
            "handled": assignments.filter(status="handled").count(),
            "by_handler": dict(
                assignments.current()
                .order_by("handler__name")
                .values_list("handler__name")
                .annotate(Count("pk"))
            ),
        },
    }


def _by(responses, field, choices):
    counted = dict(responses.order_by(field).values_list(field).annotate(Count("pk")))
    return {choice.value: counted[choice.value] for choice in choices if choice.value in counted}


def _senders(accepted, kind):
    return Submission.objects.filter(sender_kind=kind, responses__in=accepted)


def _people(accepted):
    people = _senders(accepted, SenderKind.PERSON)
    by_account = people.exclude(sender=None).aggregate(n=Count("sender", distinct=True))["n"]
    by_address = people.filter(sender=None).aggregate(
        n=Count(Lower("email"), filter=~Q(email=""), distinct=True)
        + Count(Lower("name"), filter=Q(email=""), distinct=True)
    )["n"]
    return by_account + by_address


def _organisations(accepted):
    organisations = _senders(accepted, SenderKind.ORGANISATION)
    return organisations.aggregate(
        n=Count("organisation", distinct=True)
        + Count(
            Coalesce(Lower("organisation_name"), Lower("name")),
            filter=Q(organisation=None),
            distinct=True,
        )
    )["n"]
