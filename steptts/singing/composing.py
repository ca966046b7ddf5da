"""A tune for a text that brings none: major, in phrases, home at the end, always the same.

A note for each syllable. Stressed syllables fall on beats and last one, light ones half a beat;
the last syllable of a phrase is long, and every phrase fills whole bars of four beats. Phrases go
in fours, open, close, climb, close: an open one ends on the second step of the scale, a closing
one on the tonic. What is not known is taste.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from steptts.singing.melody import MAX_NOTES, Melody, Note
from steptts.singing.syllables import stress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steptts.singing.placing import Passage

BPM = 100.0
BAR = 4.0
TONIC = 60
_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_CHORD = (0, 2, 4, 7)  # steps of the tonic chord: stressed syllables keep to them
_RIPPLE = (0, 0, 1, -1)  # what moves the light syllables off the curve
# first step, last step and height of the arch between them, in steps of the scale
_SHAPES = ((0, 1, 3.0), (2, 0, 2.5), (4, 1, 2.0), (2, 0, 3.5))


def composed(found: Sequence[Passage]) -> Melody:
    """A melody with one note for each syllable of the passages."""
    phrases = list(_phrases(found))
    notes: list[Note] = []
    for index, heavy in enumerate(phrases):
        shape = _SHAPES[index % len(_SHAPES)]
        if index == len(phrases) - 1:
            shape = (shape[0], 0, shape[2])
        notes += _phrase(heavy, *shape)
    return Melody(tuple(notes[:MAX_NOTES]), BPM)


def _phrases(found: Sequence[Passage]) -> Iterator[list[bool]]:
    """For each phrase, up to a pause, whether its syllables are heavy."""
    for passage in found:
        phones, phrase = passage.part.phones, []
        for i, syllable in enumerate(passage.syllables):
            phrase.append(stress(phones, syllable) > 0)
            after = passage.syllables[i + 1] if i + 1 < len(passage.syllables) else None
            if after is None or after.start > syllable.end:
                yield phrase
                phrase = []


def _phrase(heavy: Sequence[bool], first: int, last: int, height: float) -> Iterator[Note]:
    lengths = _lengths(heavy)
    n = len(heavy)
    for i, (is_heavy, beats) in enumerate(zip(heavy, lengths, strict=True)):
        x = i / max(n - 1, 1)
        step = round(first + (last - first) * x + height * math.sin(math.pi * x))
        if i == n - 1:
            step = last
        elif not is_heavy or i % 4 == 2:
            step += _RIPPLE[i % 4]
        else:
            step = min(_CHORD, key=lambda chord: (abs(chord - step), chord))
        yield Note(TONIC + _semitones(step), beats, phrase_end=i == n - 1)
    rest = -sum(lengths) % BAR
    if rest:
        yield Note(None, rest)


def _lengths(heavy: Sequence[bool]) -> list[float]:
    """Beats of the notes of a phrase."""
    lengths = [1.0 if is_heavy else 0.5 for is_heavy in heavy]
    for i in range(1, len(heavy)):
        if heavy[i] and sum(lengths[:i]) % 1:  # a light note waits for the beat
            lengths[i - 1] += 0.5
    before = sum(lengths[:-1])
    lengths[-1] = 2.0 - before % 1
    return lengths


def _semitones(step: int) -> int:
    octave, degree = divmod(step, len(_MAJOR))
    return 12 * octave + _MAJOR[degree]
