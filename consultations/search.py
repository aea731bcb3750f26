"""Finds consultations, themes and public responses by their words, in either written norm.

What can be found is settled in the database (`SearchText`). Here is what is asked for.
"""

import re

from django.contrib.postgres.search import SearchQuery

from consultations.wordforms import forms

CONFIGURATION = "norwegian"  # PostgreSQL's own stemmer and stop words
LONGEST = 200  # characters of a query that are read
MOST_WORDS = 10
PART = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')  # word, -word, "some words", -"some words"
NOT_ASKED_FOR = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff'\\]")
OUTSIDE_THE_WORD = re.compile(r"^\W+|\W+$")


def matching(responses, query):
    """Those of `responses` that are public and hold what is asked for; all where nothing is."""
    words = asked_for(query)
    if not words:
        return responses
    wanted = SearchQuery(words, config=CONFIGURATION, search_type="raw")
    return responses.filter(search_text__words=wanted)


def asked_for(query):
    """What a person typed, as PostgreSQL's `to_tsquery` takes it; empty where it says nothing.

    All words must be there, in either norm; those in quotation marks in that order; those
    with a minus before them not at all. Every word goes in quoted, so none is an operator.
    """
    parts, room = [], MOST_WORDS
    for minus, phrase, word in PART.findall(NOT_ASKED_FOR.sub(" ", query[:LONGEST])):
        words = [_in_all_forms(each) for each in (phrase or word).split()]
        words = [each for each in words if each][:room]
        room -= len(words)
        if words:
            parts.append(f"{'!' * bool(minus)}({' <-> '.join(words)})")
    return " & ".join(parts)


def _in_all_forms(word):
    quoted = [f"'{form}'" for form in forms(OUTSIDE_THE_WORD.sub("", word.lower()))]
    return f"({' | '.join(quoted)})" if quoted else ""
