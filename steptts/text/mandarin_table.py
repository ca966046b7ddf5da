"""Mandarin words: how likely each is and how it is read; splits a run of Han into words.

The table is packed from pypinyin (readings) and jieba (counts), both MIT, by
`steptts.distill.mandarin_words`; our own corrections are in `data/mandarin_own.txt` and win.
Knows readings in citation form, no sandhi.
"""

from __future__ import annotations

import lzma
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
COST_STEPS = 4.0  # packed costs are quarters of a natural logarithm
_UNKNOWN_COST = 19.0  # -log(1/60e6) rounded up: a character that was never counted
_OWN_COST = 12.0  # of our own words without a count: a word seen about 400 times in 60 million
_WORD_COST = 0.5  # per word, so that among equals the fewer words win


@dataclass(frozen=True)
class MandarinTable:
    """Readings and costs.

    Attributes:
        characters: default reading of one character, "hao3".
        readings: phrase to its syllables, where they differ from the characters' defaults.
        costs: -log probability of a word.
        longest: characters of the longest word.
    """

    characters: dict[str, str]
    readings: dict[str, tuple[str, ...]]
    costs: dict[str, float]
    longest: int = field(default=8)

    def split(self, run: str) -> list[str]:
        """Cut a run of Han into its most likely words; linear in its length."""
        best = [0.0] + [float("inf")] * len(run)
        length = [1] * (len(run) + 1)
        for end in range(1, len(run) + 1):
            for size in range(1, min(self.longest, end) + 1):
                word = run[end - size : end]
                cost = self.costs.get(word)
                if cost is None:
                    if size > 1:
                        continue
                    cost = _UNKNOWN_COST
                if (total := best[end - size] + cost + _WORD_COST) < best[end]:
                    best[end], length[end] = total, size
        words, end = [], len(run)
        while end:
            words.append(run[end - length[end] : end])
            end -= length[end]
        return words[::-1]

    def read(self, word: str) -> list[str]:
        """Syllables of a word in citation form: its own reading, else of the parts inside it."""
        syllables: list[str] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                if (known := self.readings.get(word[start:end])) is not None:
                    syllables.extend(known)
                    break
            else:
                end = start + 1
                syllables.append(self.characters.get(word[start], ""))
            start = end
        return syllables


def read_table(packed: str, own: str) -> MandarinTable:
    """Parse the packed table and lay our own lines ("word syllables [cost]") over it."""
    character_part, word_part, reading_part = packed.split("\n\n")
    characters: dict[str, str] = {}
    for line in character_part.split("\n"):
        reading, _, members = line.partition(" ")
        characters.update(dict.fromkeys(members, reading))
    costs: dict[str, float] = {}
    for line in word_part.split("\n"):
        cost, *words = line.split(" ")
        costs.update(dict.fromkeys(words, int(cost) / COST_STEPS))
    readings = {}
    for line in reading_part.split("\n"):
        word, *syllables = line.split(" ")
        readings[word] = tuple(syllables)
    for line in own.splitlines():
        fields = line.partition("#")[0].split()
        if not fields:
            continue
        word, *syllables = fields
        if len(word) == 1:
            characters[word] = syllables[0]
        else:
            readings[word] = tuple(syllables)
            costs[word] = min(costs.get(word, _OWN_COST), _OWN_COST)
    return MandarinTable(characters, readings, costs)


@lru_cache(maxsize=1)
def load_table() -> MandarinTable:
    """The shipped table; read once, at first use."""
    packed = lzma.decompress((_DATA / "mandarin.table").read_bytes()).decode("utf-8")
    return read_table(packed, (_DATA / "mandarin_own.txt").read_text(encoding="utf-8"))
