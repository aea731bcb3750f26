"""Remarks: what is noted on an entry after it got its number."""

from accounts.rules import action
from archive.legal_text import legal
from archive.models import Remark
from archive.signature import signature


@action
def remark_entry(entry, text, *, source, kind, by=None):
    """Note something on an entry, once for each `source`. It is never public."""
    remark, _is_new = Remark.objects.get_or_create(
        source=source,
        defaults={"entry": entry, "kind": kind, "text": legal(text), "written_by": signature(by)},
    )
    return remark
