"""The addresses of whoever answers."""

from django.urls import path

from consultations.views import answering, mine, receipts, remarking, saving, sharing

urlpatterns = [
    path("horinger/<slug:slug>/svar-pa-horingen/", answering.draft_start, name="draft-start"),
    path(
        "horinger/<slug:slug>/svar-pa-horingen/kladd/",
        saving.draft_keep_first,
        name="draft-keep-first",
    ),
    path(
        "horinger/<slug:slug>/ingen-merknader/", remarking.no_remarks_send, name="no-remarks-send"
    ),
    path("utkast/<str:reading_token>/", sharing.shared_draft_show, name="shared-draft-show"),
    path("innsending/<str:token>/kladd/", saving.draft_keep, name="draft-keep"),
    path("innsending/<str:token>/", answering.draft_edit, name="draft-edit"),
    path("innsending/<str:token>/kontroll/", answering.draft_check, name="draft-check"),
    path("innsending/<str:token>/send/", answering.draft_send, name="draft-send"),
    path("innsending/<str:token>/kvittering/", receipts.receipt_show, name="receipt-show"),
    path(
        "innsending/<str:token>/kvittering.pdf", receipts.receipt_download, name="receipt-download"
    ),
    path(
        "innsending/<str:token>/vedlegg/<int:pk>/",
        receipts.sent_attachment_download,
        name="sent-attachment-download",
    ),
    path(
        "innsending/<str:token>/bevis-<str:reference>.json",
        receipts.proof_download,
        name="proof-download",
    ),
    path(
        "innsending/<str:token>/svar-<str:reference>.txt",
        receipts.sent_text_download,
        name="sent-text-download",
    ),
    path("innsending/<str:token>/trekk/", receipts.submission_withdraw, name="submission-withdraw"),
    path("innsending/<str:token>/tillegg/", receipts.submission_add_to, name="submission-add-to"),
    path("innsending/<str:token>/slett/", mine.draft_delete, name="draft-delete"),
    path("bekreft/<str:signed>/", receipts.email_confirm, name="email-confirm"),
    path("min-side/horingssvar/", mine.submission_list, name="submission-list"),
    path("min-side/avslutt-konto/", mine.account_close, name="account-close"),
]
