"""Which release of the site this is: what its pages are made of, in one short word.

It stands in every public page's ETag, so that a new release makes every cached page old,
on all servers alike.
"""

import hashlib
from pathlib import Path

FOLDERS = (
    *("accounts", "archive", "consultations", "casework", "moderation", "config"),
    *("templates", "static", "locale", "requirements"),
)
KINDS = {".py", ".html", ".css", ".js", ".svg", ".mo", ".txt"}


def release(base: Path) -> str:
    """A digest of the code, the templates, the texts and the locked dependencies."""
    files = [file for folder in FOLDERS for file in (base / folder).rglob("*")]
    digest = hashlib.sha256((base / "package-lock.json").read_bytes())
    for file in sorted(file for file in files if file.suffix in KINDS):
        digest.update(str(file.relative_to(base)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
