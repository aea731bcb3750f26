"""How many texts a second are fingerprinted and compared: python tests/bench/bench_similarity.py

Prints one line per length of text, in characters.
"""
# ruff: noqa: T201

import random
import sys
import time
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from moderation.similarity import fingerprint, is_near, text_digest

SYLLABLES = ["ba", "do", "fa", "gi", "ho", "ke", "lo", "mu", "ne", "ri", "sa", "te", "vi", "ør"]
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]
TEXTS = 500


def per_second(function, arguments):
    started = time.perf_counter()
    for argument in arguments:
        function(*argument)
    return len(arguments) / (time.perf_counter() - started)


def main():
    rng = random.Random(1)
    print(f"{'characters':>10} {'digests/s':>10} {'fingerprints/s':>15} {'comparisons/s':>14}")
    for length in (150, 1_500, 15_000):
        texts = [" ".join(rng.choices(WORDS, k=length // 7)) for _ in range(TEXTS)]
        alone, pairs = [(text,) for text in texts], list(pairwise(texts))
        print(
            f"{length:>10,} {per_second(text_digest, alone):>10,.0f}"
            f" {per_second(fingerprint, alone):>15,.0f} {per_second(is_near, pairs):>14,.0f}"
        )


if __name__ == "__main__":
    main()
