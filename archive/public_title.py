"""The public title of an entry (offentligTittel, M025): its title with words masked.

A word is screened wherever it stands, whatever its case and the signs around it. Who changes
what a word is, changes the rule `public_title_is_the_title_with_words_masked` with it.
"""

import re

from archive.vocabulary import MASK

AROUND = re.compile(r"^\W+|\W+$")  # signs before and after a word


def words_of(title):
    """Each word of a title once, as it is compared → as it is written first."""
    words = {}
    for written in title.split(" "):
        words.setdefault(_compared(written), AROUND.sub("", written))
    words.pop("", None)
    return words


def masked(text, screened):
    """The text with the mark for each of these words; the same where it holds none."""
    screened = {_compared(word) for word in screened} - {""}
    return " ".join(MASK if _compared(each) in screened else each for each in text.split(" "))


def screened_words(title, public_title):
    """The words of a title that its public one has the mark for; none where there is none."""
    pairs = zip(title.split(" "), public_title.split(" "), strict=False)
    return {_compared(whole) for whole, shown in pairs if public_title and shown != whole}


def public_title_of_correction(title, *, before, public_before):
    """The public title of what takes the place of an entry: it shows no word that the public
    title before it did not, for the correction may be of the very word that was screened."""
    if not public_before:
        return ""
    shown = words_of(before).keys() - screened_words(before, public_before)
    public = masked(title, words_of(title).keys() - shown)
    return public if public != title else ""


def _compared(word):
    return AROUND.sub("", word).casefold()
