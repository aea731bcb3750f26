"""What a person typed in a search, as PostgreSQL's full text search takes it, in either norm."""

import re

from accounts.wordforms import forms

CONFIGURATION = "norwegian"  # PostgreSQL's own stemmer and stop words
LONGEST = 200  # characters of a query that are read
MOST_WORDS = 10
PART = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')  # word, -word, "some words", -"some words"
NOT_ASKED_FOR = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff'\\]")
OUTSIDE_THE_WORD = re.compile(r"^\W+|\W+$")


def asked_for(query, *, together=True, weights=""):
    """What a person typed, as PostgreSQL's `to_tsquery` takes it; empty where it says nothing.

    All words must be there, in either norm; those in quotation marks in that order; those
    with a minus before them not at all. Every word goes in quoted, so none is an operator.
    Not `together`, the order of words is not asked for. `weights` are those that a word must
    stand with (`AB`); any where none is given.
    """
    parts, room = [], MOST_WORDS
    for minus, phrase, word in PART.findall(NOT_ASKED_FOR.sub(" ", query[:LONGEST])):
        words = [_in_all_forms(each, weights) for each in (phrase or word).split()]
        words = [each for each in words if each][:room]
        room -= len(words)
        if len(words) > 1 and minus and not together:
            continue  # both may be there, only not side by side
        if words:
            parts.append(f"{'!' * bool(minus)}({(' <-> ' if together else ' & ').join(words)})")
    return " & ".join(parts)


def _in_all_forms(word, weights):
    suffix = f":{weights}" if weights else ""
    quoted = [f"'{form}'{suffix}" for form in forms(OUTSIDE_THE_WORD.sub("", word.lower()))]
    return f"({' | '.join(quoted)})" if quoted else ""
