"""Decides which texts are the same or nearly the same, so that campaigns can be grouped.

Each text gets a digest, equal for texts that differ only in case, spacing and punctuation,
and a fingerprint: BANDS whole numbers of which two texts share at least one when they are
much alike, and almost never when they are not. With an index on both, the texts that may
be alike are found by look-up, among millions; the few found are then compared in full.

    .filter(digest=text_digest(text))              the same text
    .filter(fingerprint__overlap=fingerprint(text)) candidates, to be confirmed by is_near()

The fingerprint need only be stored with the first text of a group. Then a campaign of
100,000 copies is one row in the index, and no copy of a copy of a copy drifts into it.

MinHash (Broder 1997, "On the resemblance and containment of documents") in bands
(Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3.4). Two texts
with the share s of their word triples in common become candidates with the probability
1 - (1 - s^ROWS)^BANDS: 0.9999 at s = 0.85, 0.98 at 0.70, 0.05 at 0.30, 0.0002 at 0.10.
The minima come from one hash per triple, dealt out on places (Li, Owen and Zhang 2012,
"One permutation hashing"); a place that got none borrows from another (Shrivastava 2017,
"Optimal densification for fast and accurate minwise hashing").
"""

import re
import struct
import unicodedata
from functools import lru_cache
from hashlib import blake2b, sha256

NEAR = 0.65  # the share of word triples in common from which two texts are one campaign
FEWEST_WORDS = 8  # below this, only the same text is the same: three words in common are nothing
BANDS = 20
ROWS = 5  # minima in a band
PLACES = range(BANDS * ROWS)

WORD = re.compile(r"\w+")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphen, zero-width characters


@lru_cache(maxsize=4)  # one text is asked for by its digest, then by its fingerprint
def normalised(text: str) -> str:
    """The words alone, in small letters with one space between."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(WORD.findall(text.casefold()))


def text_digest(text: str) -> bytes | None:
    """32 bytes, equal for the same words. None for a text without words, which is like no other."""
    words = normalised(text)
    return sha256(words.encode()).digest() if words else None


def fingerprint(text: str) -> list[int]:
    """BANDS signed 32-bit numbers for a PostgreSQL integer[]; empty for a short text.

    The same in every process, and for ever: stored fingerprints are compared with new
    ones, so a change here means that all of them are made anew.
    """
    shingles = _shingles(text)
    if not shingles:
        return []
    minima = _minima(shingles)
    return [_band(number, minima) for number in range(BANDS)]


def similarity(text: str, other: str) -> float:
    """The share of word triples in common, of all that either has (Jaccard), from 0 to 1.

    A short text is either the same as the other (1) or not (0).
    """
    ours, theirs = _shingles(text), _shingles(other)
    if not ours or not theirs:
        return float(text_digest(text) is not None and normalised(text) == normalised(other))
    return len(ours & theirs) / len(ours | theirs)


def is_near(text: str, other: str) -> bool:
    """Whether the two belong in one campaign."""
    return similarity(text, other) >= NEAR


def _shingles(text: str) -> set[str]:
    words = normalised(text).split()
    if len(words) < FEWEST_WORDS:
        return set()
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def _minima(shingles: set[str]) -> list[int]:
    """For each of PLACES the least of the hashes that fall on it, or on the next that has one."""
    hashes = sorted(map(_hash, shingles), reverse=True)
    least = {value % len(PLACES): value for value in hashes}  # a lesser one takes the place
    return [next(least[to] for to in lenders if to in least) for lenders in LENDERS]


def _hash(shingle: str) -> int:
    return int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest())


def _band(number: int, minima: list[int]) -> int:
    rows = struct.pack(f">{ROWS + 1}Q", number, *minima[number * ROWS : (number + 1) * ROWS])
    return int.from_bytes(blake2b(rows, digest_size=4).digest(), signed=True)


# For each place itself, and then all others in an order of its own.
LENDERS = [sorted(PLACES, key=lambda to: (to != place, _hash(f"{place} {to}"))) for place in PLACES]
