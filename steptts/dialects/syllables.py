"""Mandarin syllables inside a word's phones, and inside a score.

A syllable is onset, final and tone. In written phones a tone mark ends it; in a score the tone
lies on every phone, so that neighbours of one tone are told apart by how syllables are built.
Knows no dialect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from steptts.text.phones import TONES, is_vowel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steptts.score import Score

NEUTRAL = 5
_FIRST_MARK = TONES["→"]
_TONE_SIGNS = "".join(TONES)
_SYLLABLE = re.compile(f"[^{_TONE_SIGNS}]+[{_TONE_SIGNS}]")
_ONSET = re.compile("(?:[ptkʨꭧʦ]ʰ?|[mfnlxɕʂɻszŋh])?")
_GLIDES = frozenset("jwɥ")
_CODAS = frozenset("nŋɻ")
_DIPHTHONGS = frozenset(("ai", "ei", "au", "ou"))
_CLOSED = frozenset("ɛə")  # an n after these is a coda: jɛn and ən, but no open jɛ and ə
_RHOTIC = "ɻ"


class Syllable(NamedTuple):
    """A syllable as it is written.

    Attributes:
        onset: "" where it begins with a vowel or glide.
        final: glide, vowel and coda.
        tone: 1 to 4, 5 for neutral.
    """

    onset: str
    final: str
    tone: int

    @property
    def phones(self) -> str:
        """The syllable in the notation of `steptts.text.phones`."""
        return self.onset + self.final + _TONE_SIGNS[self.tone - 1]


def syllables_of(phones: str) -> list[Syllable] | None:
    """The syllables of a word's phones; None where it is not Mandarin from end to end."""
    parts = _SYLLABLE.findall(phones)
    if not parts or "".join(parts) != phones:
        return None
    return [_parse(part[:-1], _TONE_SIGNS.index(part[-1]) + 1) for part in parts]


def _parse(sounds: str, tone: int) -> Syllable:
    match = _ONSET.match(sounds)
    onset = match.group() if match else ""
    if onset == sounds:  # a syllable of one consonant (n, m) has no final without it
        onset = ""
    return Syllable(onset, sounds[len(onset) :], tone)


@dataclass(frozen=True, slots=True)
class ScoreSyllable:
    """A Mandarin syllable of a score.

    Attributes:
        start: index of its first phone.
        rhyme: index of the first phone of its final; the tone is heard from there on.
        end: index behind its last phone.
        tone: 1 to 4, 5 for neutral.
        word: index of its word.
        place: how many toned syllables of the word stand before it.
    """

    start: int
    rhyme: int
    end: int
    tone: int
    word: int
    place: int


def score_syllables(score: Score) -> list[ScoreSyllable]:
    """The Mandarin syllables of a score, in order; phones without tone are left out."""
    found: list[ScoreSyllable] = []
    for start, end in _runs(score):
        symbols = [phone.symbol for phone in score.phones[start:end]]
        head = score.phones[start]
        for first, rhyme, last in _split(symbols):
            earlier = found[-1] if found and found[-1].word == head.word else None
            place = earlier.place + 1 if earlier is not None else 0
            bounds = (start + first, start + rhyme, start + last)
            tone = head.mark - _FIRST_MARK + 1
            found.append(ScoreSyllable(*bounds, tone, head.word, place))
    return found


def _runs(score: Score) -> Iterator[tuple[int, int]]:
    """Neighbouring phones of one word and one tone."""
    start = 0
    phones = score.phones
    for i in range(1, len(phones) + 1):
        if (
            i < len(phones)
            and phones[i].mark == phones[start].mark
            and phones[i].word == phones[start].word
        ):
            continue
        if phones[start].mark >= _FIRST_MARK and phones[start].is_speech:
            yield start, i
        start = i


def _split(symbols: list[str]) -> Iterator[tuple[int, int, int]]:
    """First phone, first phone of the final, and end of each syllable of a run."""
    i = 0
    while i < len(symbols):
        start = i
        while i < len(symbols) and not is_vowel(symbols[i]) and symbols[i] not in _GLIDES:
            i += 1
        if i == len(symbols):
            yield start, start, i  # consonants alone
            return
        rhyme = i
        while i < len(symbols) and symbols[i] in _GLIDES:
            i += 1
        if i < len(symbols):
            i += 2 if "".join(symbols[i : i + 2]) in _DIPHTHONGS else 1
        while i < len(symbols) and _is_coda(symbols, i):
            i += 1
        yield start, rhyme, i


def _is_coda(symbols: list[str], i: int) -> bool:
    """Whether phone i closes the syllable before it rather than opens the next."""
    symbol, after = symbols[i], symbols[i + 1] if i + 1 < len(symbols) else ""
    if symbol not in _CODAS:
        return False
    opens = bool(after) and (is_vowel(after) or after in _GLIDES)
    if symbol == "n" and opens:
        return symbols[i - 1] in _CLOSED
    return symbol == "ŋ" or not opens
