"""The permission table: who may reach each address. What is not here, nobody may.

The table says who gets as far as the view; *which* rows they see is the view's
`visible_to(user)`, and *what* they may do is the app's `permissions`.
"""

from accounts.roles import Role

PUBLIC = "public"  # everybody, the same bytes
SENDER = "sender"  # everybody, with a form or a secret link; not cached
SIGNED_IN = "signed in"

ACCESS = {
    "health": PUBLIC,
    "front": PUBLIC,
    "robots": PUBLIC,
    "accessibility": PUBLIC,
    "privacy": PUBLIC,
    "consultations:consultation-list": PUBLIC,
    "consultations:consultation-show": PUBLIC,
    "consultations:deadline-download": PUBLIC,
    "consultations:theme-show": PUBLIC,
    "consultations:response-show": PUBLIC,
    "consultations:attachment-download": PUBLIC,
    "consultations:document-download": PUBLIC,
    "consultations:discussion-show": PUBLIC,
    "consultations:thread-show": PUBLIC,
    "consultations:search-show": PUBLIC,
    "consultations:figures-show": PUBLIC,
    "consultations:figures-download": PUBLIC,
    "consultations:consultation-list-feed": PUBLIC,
    "consultations:authority-feed": PUBLIC,
    "consultations:consultation-feed": PUBLIC,
    "consultations:theme-feed": PUBLIC,
    "casework:outcome-show": PUBLIC,
    "consultations:subscription-start": SENDER,
    "consultations:subscription-sent": SENDER,
    "consultations:subscription-confirm": SENDER,
    "consultations:subscription-end": SENDER,
    "consultations:subscription-list": SIGNED_IN,
    "consultations:draft-start": SENDER,
    "consultations:draft-keep-first": SENDER,
    "consultations:draft-keep": SENDER,
    "consultations:no-remarks-send": SENDER,
    "consultations:shared-draft-show": SENDER,
    "consultations:draft-edit": SENDER,
    "consultations:draft-check": SENDER,
    "consultations:draft-send": SENDER,
    "consultations:receipt-show": SENDER,
    "consultations:receipt-download": SENDER,
    "consultations:proof-download": SENDER,
    "consultations:sent-text-download": SENDER,
    "consultations:sent-attachment-download": SENDER,
    "consultations:submission-withdraw": SENDER,
    "consultations:submission-add-to": SENDER,
    "consultations:draft-delete": SENDER,
    "consultations:email-confirm": SENDER,
    "consultations:thread-start": SIGNED_IN,
    "consultations:post-reply": SIGNED_IN,
    "consultations:post-list": SIGNED_IN,
    "consultations:discussion-lead": {Role.EDITOR, Role.MODERATOR},
    "consultations:submission-list": SIGNED_IN,
    "consultations:account-close": SIGNED_IN,
    "accounts:language-choose": SIGNED_IN,
    "own-data": SIGNED_IN,
    "accounts:desk-show": SIGNED_IN,
    "accounts:organisation-look-up": SENDER,
    "archive:public-journal-list": PUBLIC,
    "archive:public-journal": PUBLIC,
    "archive:checkpoint-list": PUBLIC,
    "archive:checkpoint-feed": PUBLIC,
    "archive:checkpoint-download": PUBLIC,
    "archive:verifier-download": PUBLIC,
    "archive:access-request-start": SENDER,
    "archive:access-request-show": SENDER,
    "archive:access-document-download": SENDER,
    "archive:access-request-list": {Role.ARCHIVIST},
    "archive:access-request-answer": {Role.ARCHIVIST},
    "archive:running-journal": {Role.ARCHIVIST},
    "archive:entry-show": {Role.ARCHIVIST},
    "archive:entry-correct": {Role.ARCHIVIST},
    "archive:archived-document-download": {Role.ARCHIVIST, Role.CASE_HANDLER},
    "archive:erasure-list": {Role.ARCHIVIST},
    "archive:erasure-request": {Role.ARCHIVIST},
    "archive:erasure-refuse": {Role.ARCHIVIST},
    "moderation:erasure-approve": {Role.ARCHIVIST},
    "archive:extraction-list": {Role.ARCHIVIST},
    "archive:extraction-start": {Role.ARCHIVIST},
    "archive:extraction-resume": {Role.ARCHIVIST},
    "archive:extraction-download": {Role.ARCHIVIST},
    "consultations:consultation-edit-list": {Role.EDITOR},
    "consultations:consultation-create": {Role.EDITOR},
    "consultations:consultation-edit": {Role.EDITOR},
    "consultations:theme-edit": {Role.EDITOR},
    "consultations:consultees-invite": {Role.EDITOR},
    "consultations:document-add": {Role.EDITOR},
    "consultations:related-links-edit": {Role.EDITOR},
    "consultations:consultation-publish": {Role.EDITOR},
    "consultations:consultation-advance": {Role.EDITOR},
    "casework:inbox-show": {Role.CASE_HANDLER},
    "casework:assignment-show": {Role.CASE_HANDLER},
    "casework:assignment-handle": {Role.CASE_HANDLER},
    "casework:assignment-reassign": {Role.CASE_HANDLER},
    "casework:note-write": {Role.CASE_HANDLER},
    "casework:handlers-edit": {Role.EDITOR},
    "moderation:queue-show": {Role.MODERATOR},
    "moderation:response-decide": {Role.MODERATOR},
    "moderation:attachment-read": {Role.MODERATOR},
    "moderation:discussion-queue": {Role.MODERATOR},
    "moderation:post-decide": {Role.MODERATOR},
    "moderation:report-settle": {Role.MODERATOR},
    "moderation:post-report": SENDER,
    "moderation:response-report": SENDER,
}

# allauth's own pages decide for themselves whom they let in; all of them are personal.
LIBRARY_PREFIXES = ("account_", "mfa_", "socialaccount_", "openid_connect_")


def allowed_to(url_name):
    """Who may reach the address of this name, or None where the table does not say."""
    if url_name and url_name.startswith(LIBRARY_PREFIXES):
        return SENDER
    return ACCESS.get(url_name)
