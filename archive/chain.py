"""What a journal entry's hash covers, and how the chain is verified.

An entry's hash is SHA-256 over the hash of the entry before it and the entry's own
columns. Its parties and documents enter through a digest each, so that the text of a
party, which a law may one day require to be erased, can go while the chain stands: what
is covered is a salted digest of it.
"""

import hashlib
import json
import secrets

GENESIS = bytes(32)  # what the first entry of an authority is chained to


def entry_hash(entry):
    """The 32 bytes that `entry.hash` must be."""
    return _digest(
        bytes(entry.previous_hash),
        str(entry.system_id),
        entry.authority_id,
        entry.case_file_id,
        entry.position,
        entry.year,
        entry.number,
        entry.case_number,
        entry.kind,
        entry.source,
        entry.title,
        entry.keywords,
        entry.journaled_on.isoformat(),
        entry.document_date.isoformat(),
        _moment(entry.received_at),
        _moment(entry.sent_at),
        _moment(entry.created_at),
        entry.created_by,
        entry.corrects_id,
        bytes(entry.parties_digest),
        bytes(entry.documents_digest),
    )


def new_salt():
    return secrets.token_bytes(16)


def party_digest(party):
    """The salted digest of a Correspondent's text."""
    return _digest(bytes(party.salt), party.kind, party.name, party.contact_person, party.email)


def parties_digest(parties):
    """Over the digests of an entry's parties, in their order."""
    return _digest(*[bytes(party.digest) for party in parties])


def documents_digest(documents):
    """Over the documents that an entry was journaled with, in their order."""
    return _digest(
        *[
            [str(each.system_id), each.number, each.title, each.format, each.sha256, each.size]
            for each in documents
        ]
    )


def _digest(*parts):
    readable = [part.hex() if isinstance(part, bytes) else part for part in parts]
    text = json.dumps(readable, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _moment(value):
    """Microseconds since 1970, which no time zone changes."""
    return None if value is None else round(value.timestamp() * 1_000_000)
