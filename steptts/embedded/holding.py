"""Holds the vowels of notes: how a score that is sung is told to networks that learned speech.

A vowel of speech lasts a tenth of a second, rises and falls. Stretched over a note it dies away
after 0.3 s, and the consonant after it begins early. As a row of vowels of natural length it is
held: sung vowels in which no pitch is heard went from 12.6 % to 0.4 %. A diphthong holds its first
vowel and glides at the end, as singers do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steptts.text.phones import FIRST_VOWELS, is_vowel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steptts.score import Score, ScorePhone

PIECE = 0.08  # seconds: a vowel of natural length; at 0.12 s the pieces are heard one by one
GLIDE = 0.2  # seconds of a diphthong's own symbol at the end of a note


def held(score: Score) -> list[ScorePhone]:
    """The phones of a score; the vowels of its notes in pieces of about 80 ms."""
    out: list[ScorePhone] = []
    sung = {
        i for note in score.notes if note.pitch is not None for i in range(note.start, note.end)
    }
    for i, phone in enumerate(score.phones):
        if i in sung and is_vowel(phone.symbol):
            out += _pieces(phone)
        else:
            out.append(phone)
    return out


def _pieces(phone: ScorePhone) -> Iterator[ScorePhone]:
    first = FIRST_VOWELS.get(phone.symbol)
    last = min(GLIDE, phone.duration / 2) if first else min(PIECE, phone.duration)
    n = round((phone.duration - last) / PIECE)
    if n < 1:
        yield phone
        return
    length = (phone.duration - last) / n
    for i in range(n):
        start = i * length / phone.duration
        points = _between(phone.pitch, start, start + length / phone.duration)
        yield replace(phone, symbol=first or phone.symbol, duration=length, pitch=points)
    yield replace(phone, duration=last, pitch=_between(phone.pitch, 1 - last / phone.duration, 1.0))


def _between(pitch: Sequence[float] | None, start: float, end: float) -> tuple[float, ...] | None:
    """Pitch of a stretch of a phone, as many points as it had there."""
    if pitch is None:
        return None
    n = max(1, round((end - start) * len(pitch)))
    places = (start + (end - start) * (i + 0.5) / n for i in range(n))
    return tuple(_at(pitch, place * len(pitch) - 0.5) for place in places)


def _at(pitch: Sequence[float], place: float) -> float:
    """Pitch at a place between points, by a straight line."""
    before = min(max(int(place), 0), len(pitch) - 1)
    after = min(before + 1, len(pitch) - 1)
    share = min(max(place - before, 0.0), 1.0)
    return pitch[before] + share * (pitch[after] - pitch[before])
