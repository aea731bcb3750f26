"""The addresses of the record.

What everybody reads of an authority's journal; the secret addresses of those who asked for access;
and inside, the lists of whichever authority one keeps the archive of, or of the one that is named.
"""

from django.urls import include, path

from archive.views import (
    access,
    answering,
    case_files,
    checkpoints,
    conversions,
    deliveries,
    desk,
    erasures,
    extractions,
    lists,
    plan,
    public,
    running,
    staff,
)

app_name = "archive"

ENTRY = "<int:year>/<int:number>/"

of_a_public_journal = [
    path("", public.public_journal, name="public-journal"),
    path("atom/", public.public_journal_feed, name="public-journal-feed"),
    path("journal.csv", public.public_journal_csv_download, name="public-journal-csv-download"),
    path("journal.pdf", public.public_journal_pdf_download, name="public-journal-pdf-download"),
    path(ENTRY, public.public_entry_show, name="public-entry-show"),
    path("innsyn/", access.access_request_start, name="access-request-start"),
    path("kontrollpunkter/", checkpoints.checkpoint_list, name="checkpoint-list"),
    path("kontrollpunkter/atom/", checkpoints.checkpoint_feed, name="checkpoint-feed"),
    path(
        "kontrollpunkter/<int:number>.json",
        checkpoints.checkpoint_download,
        name="checkpoint-download",
    ),
]

of_who_asked = [
    path("", access.access_request_show, name="access-request-show"),
    path(
        "dokument/<uuid:system_id>/",
        access.access_document_download,
        name="access-document-download",
    ),
]

of_the_archivist = [
    path("journal/", running.running_journal, name="running-journal"),
    path("saker/", case_files.case_file_list, name="case-file-list"),
    path("arkivnokkel/", plan.class_list, name="class-list"),
    path("konvertering/", conversions.conversion_list, name="conversion-list"),
    path("innsyn/", answering.access_request_list, name="access-request-list"),
    path("sletting/", erasures.erasure_list, name="erasure-list"),
    path("uttrekk/", extractions.extraction_list, name="extraction-list"),
]

of_one_extraction = [
    path("fortsett/", extractions.extraction_resume, name="extraction-resume"),
    path("uttrekk.tar", extractions.extraction_download, name="extraction-download"),
    path("avlever/", deliveries.delivery_record, name="delivery-record"),
    path("avlevering/", deliveries.delivery_show, name="delivery-show"),
    path("avlevering/kvittering.pdf", deliveries.delivery_download, name="delivery-download"),
    path("slett/", deliveries.package_discard, name="package-discard"),
]

of_one_authority = [
    *of_the_archivist,
    path("oversikt/", desk.desk_show, name="desk-show"),
    path("etterprov/", desk.journal_verify, name="journal-verify"),
    path("ikke-vurdert/", lists.unassessed_list, name="unassessed-list"),
    path("ikke-vurdert/vurder/", lists.entries_assess, name="entries-assess"),
    path("utlopt-skjerming/", lists.overdue_screening_list, name="overdue-screening-list"),
    path("journal.csv", running.running_journal_csv_download, name="running-journal-csv-download"),
    path("journal.pdf", running.running_journal_pdf_download, name="running-journal-pdf-download"),
    path("einnsyn.json", running.einnsyn_download, name="einnsyn-download"),
    path(f"journal/{ENTRY}", staff.entry_show, name="entry-show"),
    path(f"journal/{ENTRY}rett/", staff.entry_correct, name="entry-correct"),
    path(f"journal/{ENTRY}slett/", erasures.erasure_request, name="erasure-request"),
    path(f"saker/{ENTRY}", case_files.case_file_show, name="case-file-show"),
    path("arkivnokkel/<int:pk>/", plan.class_edit, name="class-edit"),
    path("uttrekk/start/", extractions.extraction_start, name="extraction-start"),
]

inside = [
    path("", desk.desk_show, name="desk-show"),
    *of_the_archivist,
    path(
        "dokument/<uuid:system_id>/",
        staff.archived_document_download,
        name="archived-document-download",
    ),
    path("innsyn/<int:pk>/", answering.access_request_answer, name="access-request-answer"),
    path("sletting/<int:pk>/avslag/", erasures.erasure_refuse, name="erasure-refuse"),
    path("sletting/pakke/<int:pk>/", erasures.remnant_settle, name="remnant-settle"),
    path(
        "konvertering/<int:pk>/prov-igjen/", conversions.conversion_retry, name="conversion-retry"
    ),
    path("konvertering/<int:pk>/avgjor/", conversions.conversion_settle, name="conversion-settle"),
    path("uttrekk/<int:pk>/", include(of_one_extraction)),
    path("<slug:slug>/", include(of_one_authority)),
]

urlpatterns = [
    path("journal/", public.public_journal_list, name="public-journal-list"),
    path("journal/verifiser.py", checkpoints.verifier_download, name="verifier-download"),
    path("journal/<slug:slug>/", include(of_a_public_journal)),
    path("innsyn/<str:token>/", include(of_who_asked)),
    path("arkiv/", include(inside)),
]
