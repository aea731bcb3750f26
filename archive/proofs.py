"""What is handed out for anybody to verify: checkpoints, and that one entry is in one.

A proof carries what the entry's hash covers and nothing else: of its parties only the salted
digests, and never the text. `archive/standalone/verifiser.py` reads these files.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from archive import chain, merkle
from archive.models import Checkpoint
from archive.vocabulary import Variant

CHECKPOINT_FORM = "netthoring-kontrollpunkt-1"
PROOF_FORM = "netthoring-bevis-1"


@dataclass(frozen=True)
class Proof:
    """The way from an entry to the checkpoint that it is in; `path` in hex, nearest first."""

    checkpoint: Checkpoint
    path: list[str]

    @property
    def root(self):
        """The root of the checkpoint's tree, in hex."""
        return bytes(self.checkpoint.merkle_root).hex()


def published(checkpoint):
    """A checkpoint as its file has it; `authority` must be fetched."""
    names = ("previous_digest", *chain.CHECKPOINT, "digest", "signature", "public_key")
    fields = dict(zip(names, chain.plain(checkpoint, names), strict=True))
    return {"form": CHECKPOINT_FORM, "authority": checkpoint.authority.name} | fields


def proofs_of(entries):
    """The pk of each entry that is in a checkpoint, with its Proof."""
    if not entries:
        return {}
    around = reduce(
        or_,
        (
            Q(authority=each.authority_id, first__lte=each.position, last__gte=each.position)
            for each in entries
        ),
    )
    found = {}
    for checkpoint in Checkpoint.objects.filter(around).select_related("authority"):
        first, last = checkpoint.first, checkpoint.last
        hashes = list(hashes_between(checkpoint.authority, first, last))
        for entry in entries:
            if entry.authority_id == checkpoint.authority_id and first <= entry.position <= last:
                path = merkle.path(entry.position - first, hashes)
                found[entry.pk] = Proof(checkpoint, [node.hex() for node in path])
    return found


def proof_file(entry, proof):
    """The proof as a file has it, for whoever sent what was journaled."""
    documents = entry.documents.filter(converted_from=None).exclude(variant=Variant.REDACTED)
    return {
        "form": PROOF_FORM,
        "entry": _named(entry, ("previous_hash", *chain.ENTRY)),
        "parties": [bytes(party.digest).hex() for party in entry.parties.order_by("position")],
        "documents": [
            _named(document, chain.DOCUMENT) for document in documents.order_by("number", "pk")
        ],
        "path": proof.path,
        "checkpoint": published(proof.checkpoint),
    }


def hashes_between(authority, first, last):
    """The hashes of the entries from one position to another, as they are read."""
    entries = authority.entries.filter(position__range=(first, last)).order_by("position")
    return entries.values_list("hash", flat=True).iterator(chunk_size=5000)


def _named(row, names):
    return dict(zip(names, chain.plain(row, names), strict=True))
