"""The download of what is held about one: a page to read, the same as data, and the files.

The zip is sent while it is made, so that it may be large: the rows are read first, and the
files while it is under way.
"""

import io
import json
import zipfile
from datetime import date, datetime

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config.own_data.held import collect
from consultations.models import Attachment


@require_GET
def own_data(request):
    """All that is held about the signed-in person, as a zip."""
    held = collect(request.user)
    files = Attachment.objects.filter(submission__sender=request.user).order_by("pk")
    texts = {
        "data.json": json.dumps(
            {part.model._meta.label: rows for part, rows in held},
            cls=DjangoJSONEncoder,
            ensure_ascii=False,
            indent=1,
        ),
        "les-meg.html": render_to_string(
            "accounts/own_data_user.html",
            {
                "parts": [
                    (part.title, [_shown(part, row) for row in rows]) for part, rows in held if rows
                ],
                "made_at": timezone.now(),
            },
        ),
    }
    page = StreamingHttpResponse(
        _zipped(
            texts,
            [(f"vedlegg/{each.pk}-{each.name}", each.path) for each in files],
        ),
        content_type="application/zip",
    )
    page.headers["Content-Disposition"] = 'attachment; filename="mine-data.zip"'
    return page


def _shown(part, row):
    """(name, value) of what is not empty, as a person reads it: the words of a choice for its
    code, a moment by the clock of Norway."""
    for column, title in part.columns.items():
        if row[column] in (None, ""):
            continue
        choices = {} if "__" in column else dict(part.model._meta.get_field(column).flatchoices)
        yield title, choices.get(row[column]) or _in_words(row[column])


def _in_words(value):
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else value


def _zipped(texts, files):
    """The bytes of a zip as it grows."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
            yield sink.taken()
        for name, path in files:
            with default_storage.open(path) as file, archive.open(name, "w") as target:
                for chunk in file.chunks():
                    target.write(chunk)
                    yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that one can only write to, and that remembers what has not been taken yet."""

    def __init__(self):
        super().__init__()
        self._kept = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self._kept += data
        return len(data)

    def taken(self):
        taken, self._kept = bytes(self._kept), bytearray()
        return taken
