import random
import subprocess
import sys
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.similarity import (
    BANDS,
    FEWEST_WORDS,
    fingerprint,
    is_near,
    normalised,
    similarity,
    text_digest,
)

CAMPAIGN = """Vi krever at lokalsykehuset får beholde akuttkirurgi og fødeavdeling. Avstandene i
fylket er store, veiene er stengt i dager hver vinter, og ambulansehelikopteret kan ikke fly når
været er som verst. Samhandlingsreformen må ikke bli et påskudd for å flytte tilbudet lenger bort
fra folk. Kommunene kan ikke overta oppgaver de verken har leger eller penger til. Vi ber
departementet om å legge nærhetsprinsippet til grunn og å sikre finansieringen før oppgaver flyttes.
"""
ANOTHER = """Fastlegen er grunnmuren i helsetjenesten, og forslaget om mer veiledning fra sykehusene
er godt. Vi savner en plan for hvordan unge leger skal rekrutteres til distriktene, og mener at
turnustjenesten bør styrkes. Elektronisk samhandling må på plass: i dag sendes epikriser fortsatt på
papir. Et felles journalsystem vil spare tid og gi færre feil. Vi støtter ellers hovedlinjene."""

# Words as frequent as in prose: a few very common, most of them rare.
SYLLABLES = ["ba", "do", "fa", "gi", "ho", "ke", "lo", "mu", "ne", "ri", "sa", "te", "vi", "ør"]


def prose(words, *, seed):
    """A text of its own, with the words of all others."""
    rng = random.Random(seed)
    vocabulary = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]
    weights = [1 / rank for rank in range(1, len(vocabulary) + 1)]
    return rng.choices(vocabulary, weights, k=words)


def with_changed_words(words, changes, *, seed):
    rng = random.Random(seed)
    changed = list(words)
    for place in rng.sample(range(len(words)), changes):
        changed[place] = f"endret{rng.random()}"
    return changed


def share_a_band(text, other):
    return bool(set(fingerprint(text)) & set(fingerprint(other)))


@pytest.mark.parametrize(
    "same",
    [
        "STYRK LEGEVAKTEN NÅ",
        "  Styrk\n\tlegevakten\u00a0nå  ",
        "«Styrk legevakten – nå!!!»",
        "styrk, legevakten; nå.",
        "Styrk lege\u00advakten na\u030a",
        "\ufeffStyrk\u200b legevakten nå",
    ],
)
def test_normalised_leaves_the_words(same):
    assert normalised(same) == "styrk legevakten nå"
    assert text_digest(same) == text_digest("Styrk legevakten nå.")


def test_text_digest_differs_by_one_letter():
    assert text_digest("Styrk legevakten nå") != text_digest("Styrk legevakter nå")
    assert len(text_digest("Styrk legevakten nå")) == 32


@pytest.mark.parametrize("nothing", ["", "  \n", "…!?"])
def test_text_without_words_is_like_no_other(nothing):
    assert text_digest(nothing) is None
    assert fingerprint(nothing) == []
    assert not is_near(nothing, nothing)


def test_fingerprint_is_bands_of_postgresql_integers():
    bands = fingerprint(CAMPAIGN)

    assert len(bands) == BANDS
    assert all(-(2**31) <= band < 2**31 for band in bands)


def test_fingerprint_is_the_same_for_ever():
    assert fingerprint(CAMPAIGN)[:3] == [780979202, 1258915112, -527066138]


def test_fingerprint_is_the_same_in_another_process():
    script = "import sys; from moderation.similarity import fingerprint as f; print(f(sys.argv[1]))"

    printed = subprocess.run(
        [sys.executable, "-c", script, CAMPAIGN],
        env={"PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert printed.strip() == str(fingerprint(CAMPAIGN))


def test_fingerprint_looks_past_case_and_spacing():
    assert fingerprint(CAMPAIGN) == fingerprint(CAMPAIGN.upper().replace(" ", "\n\n"))


def test_short_texts_are_near_only_when_the_same():
    short = "Jeg er imot at sykehuset legges ned"

    assert len(short.split()) < FEWEST_WORDS
    assert fingerprint(short) == []
    assert is_near(short, short.upper() + "!")
    assert not is_near(short, short.replace("ned", "bort"))
    assert not is_near(short, CAMPAIGN)


def test_campaign_text_with_a_greeting_of_its_own_is_near():
    signed = CAMPAIGN + "\nHilsen Kari Nordmann, Nordfjordeid"
    edited = CAMPAIGN.replace("Vi krever", "Som mor krever jeg").replace("verst", "dårligst")

    for copy in (signed, edited):
        assert similarity(CAMPAIGN, copy) < 1
        assert is_near(CAMPAIGN, copy)
        assert share_a_band(CAMPAIGN, copy)


def test_another_text_on_the_same_theme_is_not_near():
    assert similarity(CAMPAIGN, ANOTHER) < 0.05
    assert not is_near(CAMPAIGN, ANOTHER)
    assert not share_a_band(CAMPAIGN, ANOTHER)


def test_text_that_quotes_half_of_a_campaign_is_not_near():
    words = CAMPAIGN.split()

    assert not is_near(CAMPAIGN, " ".join(words[: len(words) // 2]) + ANOTHER)


@pytest.mark.parametrize("length", [60, 250, 1000])
def test_copies_with_85_of_100_triples_in_common_are_found(length):
    """A changed word changes three triples, and both texts have them to themselves."""
    missed = 0
    for seed in range(60):
        words = prose(length, seed=seed)
        text, copy = " ".join(words), " ".join(with_changed_words(words, length // 40, seed=seed))
        assert 0.80 < similarity(text, copy) < 0.96
        assert is_near(text, copy)
        missed += not share_a_band(text, copy)

    assert missed == 0


def test_copies_that_keep_85_of_100_triples_are_found():
    """85 of 100 of either's triples are 71 of 100 of all: the look-up misses 2 of 100."""
    found = 0
    for seed in range(200):
        words = prose(250, seed=seed)
        text, copy = " ".join(words), " ".join(with_changed_words(words, 13, seed=seed))
        assert is_near(text, copy)
        found += share_a_band(text, copy)

    assert found >= 192


def test_texts_of_their_own_are_no_candidates():
    texts = [" ".join(prose(250, seed=seed)) for seed in range(300)]
    bands = [set(fingerprint(text)) for text in texts]

    candidates = [pair for pair in combinations(bands, 2) if set.intersection(*pair)]

    assert candidates == []


def test_texts_from_one_pool_of_sentences_are_kept_apart():
    """Each takes 6 of 20 sentences, so that most share some with another."""
    pool = [" ".join(prose(14, seed=f"sentence {number}")) for number in range(20)]
    choices = [random.Random(seed).sample(pool, 6) for seed in range(150)]
    pairs = [(a, b) for a, b in combinations(choices, 2) if len(set(a) & set(b)) <= 4]
    bands = {id(chosen): set(fingerprint(". ".join(chosen))) for chosen in choices}

    near = [(a, b) for a, b in pairs if is_near(". ".join(a), ". ".join(b))]
    candidates = [(a, b) for a, b in pairs if bands[id(a)] & bands[id(b)]]

    assert any(similarity(". ".join(a), ". ".join(b)) > 0.3 for a, b in pairs)
    assert near == []
    assert len(candidates) < len(pairs) / 20


@given(st.text(), st.text())
def test_similarity_is_a_share_and_the_same_both_ways(text, other):
    assert 0 <= similarity(text, other) <= 1
    assert similarity(text, other) == similarity(other, text)
    assert similarity(text, text) == (1 if normalised(text) else 0)


@given(st.lists(st.sampled_from(["en", "to", "tre", "fire"]), max_size=30).map(" ".join))
def test_texts_with_one_digest_have_one_fingerprint(text):
    shouted = f"«{text.upper()}!»"

    assert text_digest(shouted) == text_digest(text)
    assert fingerprint(shouted) == fingerprint(text)
    assert is_near(shouted, text) is bool(text)
