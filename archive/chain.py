"""What a journal entry's hash covers. `archive.verify` checks it.

All digests are SHA-256 over the canonical form of a list: a JSON array without spaces, in
UTF-8, where only quotes, backslashes and control characters are escaped, as RFC 8259's
short escapes or \\u00xx. Digests and hashes in it are hex in small letters, dates are
YYYY-MM-DD, and a moment is the microseconds since 1970 in UTC, which no time zone changes.
Every unit is named by its systemID, so that the chain can be verified without this database.

    entry's hash      = [previous hash, *ENTRY]
    parties' digest   = [digest of each party, in their order]
    party's digest    = [salt, *PARTY]
    documents' digest = [[*DOCUMENT] of each document journaled with the entry, in their order]
    checkpoint's digest = [digest of the checkpoint before, *CHECKPOINT]

The first entry of an archive is chained to 32 zero bytes, and so is its first checkpoint. A
law may one day require that a party's text is erased: its salted digest stays, without its
salt, and so the chain stands. A redacted variant and a copy in another format come after the
entry, and are not covered.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import orjson

GENESIS = bytes(32)
NO_SALT = bytes(16)  # of a party whose text is erased: nobody can try names against its digest
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

ENTRY = (
    "case_file__series__fonds__system_id",
    "position",
    "system_id",
    "case_file__system_id",
    "year",
    "number",
    "case_number",
    "kind",
    "source",
    "title",
    "keywords",
    "journaled_on",
    "document_date",
    "received_at",
    "sent_at",
    "created_at",
    "created_by",
    "corrects__system_id",
    "parties_digest",
    "documents_digest",
)
PARTY = ("position", "kind", "name", "contact_person", "email", "is_person")
DOCUMENT = (
    "system_id",
    "description_id",
    "number",
    "version",
    "variant",
    "role",
    "title",
    "document_type",
    "format",
    "format_details",
    "sha256",
    "size",
    "source_sha256",
    "created_at",
    "created_by",
)
CHECKPOINT = ("number", "day", "first", "last", "head", "merkle_root")


def digest(values):
    """SHA-256 in hex over the canonical form of a list of plain values."""
    return hashlib.sha256(orjson.dumps(values)).hexdigest()


def new_salt():
    return secrets.token_bytes(16)


def entry_hash(entry):
    """The 32 bytes that `entry.hash` must be."""
    return bytes.fromhex(digest([bytes(entry.previous_hash).hex(), *plain(entry, ENTRY)]))


def party_digest(party):
    """The salted digest of a Correspondent's text."""
    return bytes.fromhex(digest([bytes(party.salt).hex(), *plain(party, PARTY)]))


def parties_digest(parties):
    """Over the digests of an entry's parties, in their order."""
    return bytes.fromhex(digest([bytes(party.digest).hex() for party in parties]))


def documents_digest(documents):
    """Over the documents that an entry was journaled with, in their order."""
    return bytes.fromhex(digest([plain(document, DOCUMENT) for document in documents]))


def checkpoint_digest(checkpoint):
    """The 32 bytes that `checkpoint.digest` must be. The head is an entry's hash, which covers
    the systemID of the archive: so no checkpoint passes for another authority's."""
    before = bytes(checkpoint.previous_digest).hex()
    return bytes.fromhex(digest([before, *plain(checkpoint, CHECKPOINT)]))


def plain(row, names):
    """What `names` stand for in a row, as the canonical form writes it."""
    return [_plain(_follow(row, name)) for name in names]


def _follow(row, name):
    for step in name.split("__"):
        row = getattr(row, step) if row is not None else None
    return row


def _plain(value):
    if value is None or isinstance(value, (str, int, list)):
        return value
    if isinstance(value, datetime):
        return (value - EPOCH) // MICROSECOND
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return str(value)  # a UUID, or a date, which writes itself as ISO 8601
