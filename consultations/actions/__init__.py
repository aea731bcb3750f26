"""What people do with consultations and with what they send."""

from consultations.actions.adding import add_to
from consultations.actions.classifying import classify_sender
from consultations.actions.closing import close_account
from consultations.actions.discussing import (
    archive_discussion,
    close_discussion,
    reopen_discussion,
    reply,
    start_thread,
)
from consultations.actions.editing import (
    add_document,
    create_consultation,
    edit_consultation,
    invite_consultee,
    invite_consultees,
    save_theme,
    set_related_links,
)
from consultations.actions.following import (
    confirm_subscriptions,
    end_subscription,
    follow,
    forget_unconfirmed,
)
from consultations.actions.publishing import (
    close_consultation,
    conclude_consultation,
    open_consultation,
    publish_consultation,
    start_treatment,
)
from consultations.actions.remarking import send_no_remarks
from consultations.actions.sharing import comment_on_draft, share_draft, stop_sharing
from consultations.actions.submitting import (
    attach_file,
    confirm_email,
    delete_draft,
    detach_file,
    save_draft,
    submit,
    withdraw,
)
from consultations.actions.tally import count, count_accepted, count_all, raise_public_version
from consultations.actions.telling import tell, tell_followers, tell_of_near_deadline

__all__ = [
    "add_document",
    "add_to",
    "archive_discussion",
    "attach_file",
    "classify_sender",
    "close_account",
    "close_consultation",
    "close_discussion",
    "comment_on_draft",
    "conclude_consultation",
    "confirm_email",
    "confirm_subscriptions",
    "count",
    "count_accepted",
    "count_all",
    "create_consultation",
    "delete_draft",
    "detach_file",
    "edit_consultation",
    "end_subscription",
    "follow",
    "forget_unconfirmed",
    "invite_consultee",
    "invite_consultees",
    "open_consultation",
    "publish_consultation",
    "raise_public_version",
    "reopen_discussion",
    "reply",
    "save_draft",
    "save_theme",
    "send_no_remarks",
    "set_related_links",
    "share_draft",
    "start_thread",
    "start_treatment",
    "stop_sharing",
    "submit",
    "tell",
    "tell_followers",
    "tell_of_near_deadline",
    "withdraw",
]
