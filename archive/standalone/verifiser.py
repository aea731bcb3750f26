"""Verifies, without the site, that a document stands in a public journal as it was sent.

    python3 verifiser.py bevis.json kontrollpunkt.json svar.txt [attachments …]

It needs Python 3.8 or later and nothing else, and reads no other file than those named. Take
the checkpoint from somebody you trust: one you saved yourself, or one that an outside witness
got by mail. Where a checkpoint is signed, OpenSSL verifies the authority's signature, once
digest, signature and public_key are taken out of kontrollpunkt.json:

    printf %s DIGEST > digest.txt
    printf %s SIGNATURE | xxd -r -p > signature.bin
    printf %s 302a300506032b6570032100PUBLIC_KEY | xxd -r -p > key.der
    openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in digest.txt \
        -sigfile signature.bin
"""
# ruff: noqa: SIM905, T201

import hashlib
import json
import sys
from pathlib import Path

CHECKPOINT = ("number", "day", "first", "last", "head", "merkle_root")
ENTRY = (
    "previous_hash case_file__series__fonds__system_id position system_id "
    "case_file__system_id year number case_number kind source title keywords journaled_on "
    "document_date received_at sent_at created_at created_by corrects__system_id "
    "parties_digest documents_digest"
).split()
DOCUMENT = (
    "system_id description_id number version variant role title document_type format "
    "format_details sha256 size source_sha256 created_at created_by"
).split()


def digest(values):
    """SHA-256 in hex of a list, written as JSON without spaces, in UTF-8."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(entry_hash, index, size, path):
    """The root of a tree of `size` leaves (RFC 6962), from one of them and its path."""
    found = hashlib.sha256(b"\x00" + bytes.fromhex(entry_hash)).digest()
    beside = [bytes.fromhex(each) for each in path]
    while size > 1:
        if index ^ 1 < size:
            other = beside.pop(0) if beside else b""
            found = node(other, found) if index % 2 else node(found, other)
        index, size = index // 2, (size + 1) // 2
    return "" if beside else found.hex()


def faults(proof, checkpoint, files):
    """Yield what is wrong, in words."""
    entry, documents = proof["entry"], proof["documents"]
    known = {each[name] for each in documents for name in ("sha256", "source_sha256")}
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() not in known:
            yield f"{name} er ikke det som ble journalført."
    covered = [[each[name] for name in DOCUMENT] for each in documents]
    if digest(covered) != entry["documents_digest"]:
        yield "Dokumentene er ikke de som ble journalført."
    if digest(proof["parties"]) != entry["parties_digest"]:
        yield "Partene er ikke de som ble journalført."
    first, last = checkpoint["first"], checkpoint["last"]
    index, size = entry["position"] - first, last - first + 1
    entry_hash = digest([entry[name] for name in ENTRY])
    if not 0 <= index < size:
        yield f"Journalposten er nr. {entry['position']}, kontrollpunktet gjelder {first}–{last}."
    elif root_of(entry_hash, index, size, proof["path"]) != checkpoint["merkle_root"]:
        yield "Journalposten står ikke slik i journalen som kontrollpunktet gjelder."
    covered = [checkpoint["previous_digest"], *(checkpoint[name] for name in CHECKPOINT)]
    if digest(covered) != checkpoint["digest"]:
        yield "Kontrollpunktet er endret."


def main(proof, checkpoint, *names):
    try:
        files = {name: Path(name).read_bytes() for name in names}
        proof, checkpoint = (json.loads(Path(each).read_bytes()) for each in (proof, checkpoint))
        found = list(faults(proof, checkpoint, files))
        entry = "Journalpost {number}/{year} ({source})".format(**proof["entry"])
        where = "kontrollpunkt {number} ({day}, {digest})".format(**checkpoint)
    except (OSError, AttributeError, LookupError, TypeError, ValueError) as error:
        sys.exit(f"Filene kan ikke leses: {error!r}")
    print("\n".join(found) or f"{entry} står i {where}, med filene som ble sendt: {len(files)}.")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("Bruk: python3 verifiser.py bevis.json kontrollpunkt.json svar.txt [vedlegg …]")
    sys.exit(main(*sys.argv[1:]))
