"""Shows a text without the passages that are redacted (sladdet).

The original is never changed: what is stored are places in it, and this is how every
public page, feed, API and document shows it.
"""

from collections.abc import Iterable, Iterator

REDACTED = "█████"  # the same length for all, so that it tells nothing about what was there


def redact(text: str, spans: Iterable[tuple[int, int]], replacement: str = REDACTED) -> str:
    """The text with `replacement` for each passage.

    Raises ValueError for a passage that is empty or not inside the text.
    """
    return "".join(
        replacement if is_redacted else passage for is_redacted, passage in passages(text, spans)
    )


def passages(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[bool, str]]:
    """(is_redacted, passage) in order. Joined, the passages are the original text.

    Spans may come in any order and overlap; those that touch become one passage. What is
    redacted is there for the moderator: a public template shows the marker instead.

    Raises ValueError for a passage that is empty or not inside the text.
    """
    end_of_last = 0
    for start, end in _merged(spans, len(text)):
        if start > end_of_last:
            yield False, text[end_of_last:start]
        yield True, text[start:end]
        end_of_last = end
    if end_of_last < len(text):
        yield False, text[end_of_last:]


def _merged(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged = []
    for start, end in sorted(spans):
        if not 0 <= start < end <= length:
            raise ValueError(
                f"The passage from {start} to {end} is not inside the text of {length} characters."
            )
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
