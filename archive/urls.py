"""The addresses of the record."""

from django.urls import path

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
urlpatterns = [
    path("journal/", public.public_journal_list, name="public-journal-list"),
    path("journal/verifiser.py", checkpoints.verifier_download, name="verifier-download"),
    path(
        "journal/<slug:slug>/kontrollpunkter/", checkpoints.checkpoint_list, name="checkpoint-list"
    ),
    path(
        "journal/<slug:slug>/kontrollpunkter/atom/",
        checkpoints.checkpoint_feed,
        name="checkpoint-feed",
    ),
    path(
        "journal/<slug:slug>/kontrollpunkter/<int:number>.json",
        checkpoints.checkpoint_download,
        name="checkpoint-download",
    ),
    path("journal/<slug:slug>/innsyn/", access.access_request_start, name="access-request-start"),
    path("journal/<slug:slug>/", public.public_journal, name="public-journal"),
    path("journal/<slug:slug>/atom/", public.public_journal_feed, name="public-journal-feed"),
    path(
        "journal/<slug:slug>/journal.csv",
        public.public_journal_csv_download,
        name="public-journal-csv-download",
    ),
    path(
        "journal/<slug:slug>/journal.pdf",
        public.public_journal_pdf_download,
        name="public-journal-pdf-download",
    ),
    path(
        "journal/<slug:slug>/<int:year>/<int:number>/",
        public.public_entry_show,
        name="public-entry-show",
    ),
    path("arkiv/journal/", running.running_journal, name="running-journal"),
    path("arkiv/uttrekk/", extractions.extraction_list, name="extraction-list"),
    path(
        "arkiv/dokument/<uuid:system_id>/",
        staff.archived_document_download,
        name="archived-document-download",
    ),
    path("innsyn/<str:token>/", access.access_request_show, name="access-request-show"),
    path(
        "innsyn/<str:token>/dokument/<uuid:system_id>/",
        access.access_document_download,
        name="access-document-download",
    ),
    path("arkiv/innsyn/", answering.access_request_list, name="access-request-list"),
    path("arkiv/innsyn/<int:pk>/", answering.access_request_answer, name="access-request-answer"),
    path("arkiv/<slug:slug>/innsyn/", answering.access_request_list, name="access-request-list"),
    path("arkiv/sletting/", erasures.erasure_list, name="erasure-list"),
    path("arkiv/sletting/<int:pk>/avslag/", erasures.erasure_refuse, name="erasure-refuse"),
    path("arkiv/<slug:slug>/sletting/", erasures.erasure_list, name="erasure-list"),
    path(
        "arkiv/<slug:slug>/journal/<int:year>/<int:number>/slett/",
        erasures.erasure_request,
        name="erasure-request",
    ),
    path("arkiv/<slug:slug>/journal/", running.running_journal, name="running-journal"),
    path(
        "arkiv/<slug:slug>/journal.csv",
        running.running_journal_csv_download,
        name="running-journal-csv-download",
    ),
    path(
        "arkiv/<slug:slug>/journal.pdf",
        running.running_journal_pdf_download,
        name="running-journal-pdf-download",
    ),
    path("arkiv/<slug:slug>/einnsyn.json", running.einnsyn_download, name="einnsyn-download"),
    path("arkiv/<slug:slug>/journal/<int:year>/<int:number>/", staff.entry_show, name="entry-show"),
    path(
        "arkiv/<slug:slug>/journal/<int:year>/<int:number>/rett/",
        staff.entry_correct,
        name="entry-correct",
    ),
    path("arkiv/<slug:slug>/uttrekk/", extractions.extraction_list, name="extraction-list"),
    path("arkiv/<slug:slug>/uttrekk/start/", extractions.extraction_start, name="extraction-start"),
    path(
        "arkiv/uttrekk/<int:pk>/fortsett/", extractions.extraction_resume, name="extraction-resume"
    ),
    path(
        "arkiv/uttrekk/<int:pk>/uttrekk.tar",
        extractions.extraction_download,
        name="extraction-download",
    ),
    path("arkiv/konvertering/", conversions.conversion_list, name="conversion-list"),
    path(
        "arkiv/konvertering/<int:pk>/prov-igjen/",
        conversions.conversion_retry,
        name="conversion-retry",
    ),
    path(
        "arkiv/konvertering/<int:pk>/avgjor/",
        conversions.conversion_settle,
        name="conversion-settle",
    ),
    path("arkiv/<slug:slug>/konvertering/", conversions.conversion_list, name="conversion-list"),
    path("arkiv/", desk.desk_show, name="desk-show"),
    path("arkiv/saker/", case_files.case_file_list, name="case-file-list"),
    path("arkiv/arkivnokkel/", plan.class_list, name="class-list"),
    path("arkiv/uttrekk/<int:pk>/avlever/", deliveries.delivery_record, name="delivery-record"),
    path("arkiv/uttrekk/<int:pk>/avlevering/", deliveries.delivery_show, name="delivery-show"),
    path(
        "arkiv/uttrekk/<int:pk>/avlevering/kvittering.pdf",
        deliveries.delivery_download,
        name="delivery-download",
    ),
    path("arkiv/uttrekk/<int:pk>/slett-pakke/", deliveries.package_discard, name="package-discard"),
    path("arkiv/<slug:slug>/etterprov/", desk.journal_verify, name="journal-verify"),
    path("arkiv/<slug:slug>/ikke-vurdert/", lists.unassessed_list, name="unassessed-list"),
    path("arkiv/<slug:slug>/ikke-vurdert/vurder/", lists.entries_assess, name="entries-assess"),
    path(
        "arkiv/<slug:slug>/utlopt-skjerming/",
        lists.overdue_screening_list,
        name="overdue-screening-list",
    ),
    path("arkiv/<slug:slug>/saker/", case_files.case_file_list, name="case-file-list"),
    path(
        "arkiv/<slug:slug>/saker/<int:year>/<int:number>/",
        case_files.case_file_show,
        name="case-file-show",
    ),
    path("arkiv/<slug:slug>/arkivnokkel/", plan.class_list, name="class-list"),
    path("arkiv/<slug:slug>/arkivnokkel/<int:pk>/", plan.class_edit, name="class-edit"),
    path("arkiv/<slug:slug>/oversikt/", desk.desk_show, name="desk-show"),
]
