import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.redaction import REDACTED, passages, redact

TEXT = "Kari bor i Vik og Ola i Os."


def test_redact_replaces_each_passage_with_the_same_marker():
    assert redact(TEXT, [(0, 4), (18, 21)]) == f"{REDACTED} bor i Vik og {REDACTED} i Os."


def test_redact_without_passages_is_the_text():
    assert redact(TEXT, []) == TEXT


def test_redact_takes_spans_in_any_order_and_overlapping():
    assert redact(TEXT, [(18, 27), (2, 8), (0, 4), (8, 10), (3, 5)]) == (
        f"{REDACTED} Vik og {REDACTED}"
    )


def test_redact_takes_another_marker():
    assert redact(TEXT, [(0, 27)], replacement="[sladdet]") == "[sladdet]"


@pytest.mark.parametrize("span", [(-1, 3), (3, 3), (5, 3), (20, 28), (27, 28)])
def test_redact_refuses_a_passage_outside_the_text(span):
    with pytest.raises(ValueError, match=r"is not inside the text of 27 characters\."):
        redact(TEXT, [(0, 4), span])


def test_passages_say_what_is_redacted():
    assert list(passages(TEXT, [(0, 4), (18, 21)])) == [
        (True, "Kari"),
        (False, " bor i Vik og "),
        (True, "Ola"),
        (False, " i Os."),
    ]


@st.composite
def text_and_spans(draw):
    text = draw(st.text(min_size=1, max_size=50))
    start = st.integers(0, len(text) - 1)
    spans = st.lists(
        start.flatmap(lambda at: st.tuples(st.just(at), st.integers(at + 1, len(text))))
    )
    return text, draw(spans)


@given(text_and_spans())
def test_passages_joined_are_the_text_and_just_the_spans_are_redacted(drawn):
    text, spans = drawn

    result = list(passages(text, spans))

    assert "".join(passage for _, passage in result) == text
    inside = [any(start <= at < end for start, end in spans) for at in range(len(text))]
    assert [is_redacted for is_redacted, passage in result for _ in passage] == inside
