"""Proves that the record is what it was: numbers, chain, checkpoints and files.

Each check streams, so that a million entries need no more memory than a thousand, and
yields one line for each breach.
"""

import hashlib
from collections import defaultdict
from itertools import groupby
from operator import itemgetter

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Cast

from archive import chain, merkle
from archive.models import ArchivedDocument, ErasureStatus, Journal, JournalEntry
from archive.moment import one_moment
from archive.proofs import hashes_between
from archive.streaming import stream
from archive.vocabulary import ERASED, Variant


def verify_chain(authority):
    """Yield a line for every gap, double, and changed entry, party, document or checkpoint."""
    with one_moment():
        for verify in (verify_entries, _verify_parties, _verify_digests_of_documents):
            for (number, year), fault in verify(authority):
                yield f"{authority.slug}, entry {number}/{year}: {fault}."
        last = JournalEntry.objects.filter(authority=authority).order_by("position").last()
        end = (last.position, bytes(last.hash)) if last else (0, chain.GENESIS)
        journal = Journal.objects.filter(authority=authority).first() or Journal()
        if (journal.count, bytes(journal.head)) != end:
            yield f"{authority.slug}: the journal does not end where its book says that it does."
        for number, fault in _verify_checkpoints(authority):
            yield f"{authority.slug}, checkpoint {number}: {fault}."


def verify_documents(authority):
    """Yield a line for every stored file that is missing or is not the one journaled, and for
    every one that was erased or disposed of and is still there.

    One that was disposed of may be there where another case file holds the same file.
    """
    disposed_at = "entry__case_file__disposal__disposed_at"
    documents = ArchivedDocument.objects.filter(entry__authority=authority).order_by(
        "path", F(disposed_at).asc(nulls_first=True), F("erasure").asc(nulls_first=True)
    )
    rows = documents.values_list(
        "path", "sha256", "size", "system_id", "erasure__status", disposed_at
    )
    for path, of_path in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        found, is_held = _digest_and_size(path), False
        for _path, sha256, size, system_id, erasure, disposed in of_path:
            is_held = is_held or (erasure is None and disposed is None)  # such rows come first
            if erasure == ErasureStatus.APPROVED:
                if found is not None:
                    yield f"{authority.slug}, document {system_id}: erased, but {path} is there."
            elif disposed and not is_held:
                if found is not None:
                    yield f"{authority.slug}, document {system_id}: disposed, but {path} is there."
            elif found is None:
                yield f"{authority.slug}, document {system_id}: the file {path} is missing."
            elif found != (sha256, size):
                yield f"{authority.slug}, document {system_id}: the file {path} was changed."


COVERED = ("previous_hash", *chain.ENTRY)
POSITION, YEAR, NUMBER, CASE_FILE, CASE_NUMBER = map(
    COVERED.index, ("position", "year", "number", "case_file__system_id", "case_number")
)


def verify_entries(authority):
    """Yield (number, year) and the fault, for every fault in the chain of entries alone."""
    entries = JournalEntry.objects.filter(authority=authority).order_by("position")
    head, last = chain.GENESIS.hex(), defaultdict(int)
    for row in _plain_rows(entries, [*COVERED, "hash"]):
        covered, own_hash = row[:-1], row[-1]
        year, case_file = covered[YEAR], covered[CASE_FILE]
        given = covered[POSITION], covered[NUMBER], covered[CASE_NUMBER]
        due = last["position"] + 1, last[year] + 1, last[case_file] + 1
        name = covered[NUMBER], year
        if given != due:
            yield name, f"a gap or a double: {_numbers(given)}, where {_numbers(due)} was due"
        if covered[0] != head:
            yield name, "it is not chained to the entry before it"
        if chain.digest(covered) != own_hash:
            yield name, "what it says is not what was journaled"
        last["position"], last[year], last[case_file] = given
        head = own_hash


def _numbers(numbers):
    return "place {} in the chain, number {} of the year, {} of its case file".format(*numbers)


def _verify_parties(authority):
    names = ["erasure__status", "digest", "salt", *chain.PARTY]
    for name, own_digest, parties in _with_rows(authority, "parties", names):
        if any(not _is_party_whole(*party) for party in parties):
            yield name, "the name or address of a party was changed"
        if chain.digest([digest for _erasure, digest, *_text in parties]) != own_digest:
            yield name, "its parties are not those that were journaled"


def _is_party_whole(erasure, digest, *text):
    """True where the text is what the digest covers, or is gone by an approved erasure."""
    if erasure == ErasureStatus.APPROVED:
        salt, _position, _kind, *said, _is_person = text
        return (salt, *said) == (chain.NO_SALT.hex(), ERASED, "", "")
    return chain.digest(text) == digest


def _verify_digests_of_documents(authority):
    names = ["converted_from", *chain.DOCUMENT]
    for name, own_digest, documents in _with_rows(authority, "documents", names):
        journaled = [
            row
            for original, *row in documents
            if original is None and row[VARIANT] != Variant.REDACTED
        ]
        if chain.digest(journaled) != own_digest:
            yield name, "its documents are not those that were journaled"


VARIANT = chain.DOCUMENT.index("variant")


def _verify_checkpoints(authority):
    """Yield (number, fault) for every checkpoint that is not of this journal as it is.

    That the last ones are missing, nobody can tell but who has kept them.
    """
    before, last, number, day = chain.GENESIS, 0, 0, None
    for each in authority.checkpoints.order_by("number").iterator():
        if (each.number, each.first) != (number + 1, last + 1) or (day and each.day <= day):
            yield each.number, "it does not follow the one before"
        if bytes(each.previous_digest) != before:
            yield each.number, "it is not chained to the one before"
        if bytes(each.digest) != chain.checkpoint_digest(each):
            yield each.number, "what it says is not what was published"
        if not _is_signature_good(each):
            yield each.number, "its signature is not by its key"
        if _root_and_head(each) != (bytes(each.merkle_root), bytes(each.head)):
            yield each.number, "the entries are not those that it was made of"
        before, last, number, day = bytes(each.digest), each.last, each.number, each.day


def _root_and_head(checkpoint):
    """Of the entries that stand in its place now; None where there are not so many."""
    found, head = 0, None

    def counted():
        nonlocal found, head
        for head in hashes_between(checkpoint.authority, checkpoint.first, checkpoint.last):
            found += 1
            yield head

    try:
        root = merkle.root(counted())
    except ValueError:
        return None
    return (root, bytes(head)) if found == checkpoint.last - checkpoint.first + 1 else None


def _is_signature_good(checkpoint):
    if not checkpoint.signature:
        return not checkpoint.public_key
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes(checkpoint.public_key))
        key.verify(bytes(checkpoint.signature), bytes(checkpoint.digest).hex().encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _with_rows(authority, relation, names):
    """Yield each entry's number and year, its digest of the relation, and the related rows."""
    place = {"parties": "position", "documents": "number"}[relation]
    entries = JournalEntry.objects.filter(authority=authority).order_by(
        "position", f"{relation}__{place}", f"{relation}__pk"
    )
    columns = ["pk", "number", "year", f"{relation}_digest", f"{relation}__pk"]
    rows = _plain_rows(entries, [*columns, *(f"{relation}__{name}" for name in names)])
    for (_pk, number, year, digest), group in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        yield (number, year), digest, [row[5:] for row in group if row[4] is not None]


def _plain_rows(queryset, names):
    """The rows as tuples of what the canonical form of the chain writes for `names`."""
    return stream(queryset, [_plain(queryset.model, name) for name in names])


def _plain(model, name):
    """The database's own way to `chain.plain`: it is quicker, and must say the same."""
    field = None
    for step in name.split("__"):
        field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        model = field.related_model
    if isinstance(field, models.DateTimeField):
        microseconds = "(extract(epoch from %(expressions)s) * 1000000)::bigint"
        return Func(F(name), template=microseconds, output_field=models.BigIntegerField())
    if isinstance(field, (models.DateField, models.UUIDField)):
        return Cast(name, models.TextField())
    if isinstance(field, models.BinaryField):
        return Func(F(name), Value("hex"), function="encode", output_field=models.TextField())
    return F(name)


def _digest_and_size(path):
    try:
        with default_storage.open(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), file.size
    except FileNotFoundError:
        return None
