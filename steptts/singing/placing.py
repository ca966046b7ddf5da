"""Puts the vowels of a score where a beat wants them; the consonants come before the beat.

The vowel of each syllable begins exactly on its slot and is stretched or shortened to fill it.
Consonants keep the length that the planner gave them unless half a note is not enough for them;
what is left is breath, rest, or exact silence. Knows no pitch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from steptts.errors import ScoreError
from steptts.score import ScorePhone
from steptts.score_edits import EDGE
from steptts.singing.syllables import Syllable, syllables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steptts.score import Score

CONSONANT_SHARE = 0.5  # most of the last note before a vowel that consonants may take
BREATH, BREATH_SHARE = 0.12, 0.2  # seconds at a comma, and at most this share of the note
PART_BREATH, PART_SHARE = 0.2, 0.3  # the same where a part ends
LONGEST_CODA = 0.2  # seconds of the consonants after a vowel: the planner drawls at sentence ends
LEAST_GAP = 0.02  # seconds, one patch; a shorter gap is given to the vowel


class Slot(NamedTuple):
    """When a syllable sounds, in seconds from the first beat.

    Attributes:
        onsets: where its notes begin; the vowel begins at the first.
        pitches: MIDI numbers of the notes, None for a rhythm without notes.
        end: where its sound is over at the latest.
    """

    onsets: tuple[float, ...]
    pitches: tuple[float | None, ...]
    end: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a score with its syllables; without any it passes unchanged (an exact pause)."""

    part: Score
    syllables: list[Syllable]


@dataclass(frozen=True, slots=True)
class Timed:
    """A syllable in time.

    Attributes:
        passage: index of the passage that it is in.
        syllable: its phones by index in that passage.
        slot: its notes.
        onset: its first consonants, which end at the slot's first onset.
        coda: its last consonants, which end at ``stop``.
        stop: where its sound ends, in seconds from the first beat.
        gap: seconds without sound after it, exact pauses not counted.
    """

    passage: int
    syllable: Syllable
    slot: Slot
    onset: tuple[ScorePhone, ...]
    coda: tuple[ScorePhone, ...]
    stop: float
    gap: float


def passages(score: Score) -> list[Passage]:
    """The parts of a score with their syllables.

    Raises:
        ScoreError: nowhere in it is a vowel.
    """
    found = [Passage(part, syllables(part.phones)) for part in score.split()]
    if not any(passage.syllables for passage in found):
        raise ScoreError(f"{score.text[:60]!r} has no vowel: there is no syllable to sing")
    return found


def timed(found: Sequence[Passage], slots: Sequence[Slot]) -> list[Timed]:
    """Lay the syllables of all passages into their slots.

    Args:
        found: passages with ``len(slots)`` syllables together.
        slots: when each is to be heard, in order of time; a passage without syllables delays all
            slots after it.

    Returns:
        Syllables in the score's time.
    """
    out: list[Timed] = []
    delay = 0.0
    free = iter(slots)
    for index, passage in enumerate(found):
        if not passage.syllables:
            delay += passage.part.duration
        for syllable in passage.syllables:
            slot = next(free)
            onsets = tuple(onset + delay for onset in slot.onsets)
            slot = Slot(onsets, slot.pitches, slot.end + delay)
            phones = passage.part.phones
            onset = phones[syllable.start : syllable.nucleus]
            coda = phones[syllable.coda : syllable.end]
            coda = scaled(coda, min(1.0, LONGEST_CODA / max(total(coda), 1e-9)))
            out.append(Timed(index, syllable, slot, onset, coda, slot.end, 0.0))
    return _all_fitted(found, out)


def _all_fitted(found: Sequence[Passage], out: list[Timed]) -> list[Timed]:
    for k, item in enumerate(out):
        after = out[k + 1] if k + 1 < len(out) else None
        between = found[item.passage + 1 : after.passage] if after is not None else ()
        paused = sum(passage.part.duration for passage in between)
        out[k], changed = _fitted(item, after, paused)
        if after is not None:
            out[k + 1] = replace(after, onset=changed)
    return out


def _fitted(
    item: Timed, after: Timed | None, paused: float
) -> tuple[Timed, tuple[ScorePhone, ...]]:
    """A syllable with its end, and the first consonants of the next one, both made to fit.

    ``paused`` seconds of exact pauses lie between the two.
    """
    start = item.slot.onsets[-1]
    onset = after.onset if after is not None else ()
    beat = after.slot.onsets[0] if after is not None else item.slot.end
    window = min(beat - paused, item.slot.end + total(onset)) - start
    ratio = min(1.0, CONSONANT_SHARE * window / max(total(item.coda) + total(onset), 1e-9))
    coda, onset = scaled(item.coda, ratio), scaled(onset, ratio)
    if after is None or after.passage != item.passage:
        breath = min(PART_BREATH, PART_SHARE * window)
    elif after.syllable.start > item.syllable.end:
        breath = min(BREATH, BREATH_SHARE * window)
    else:
        breath = 0.0
    latest = beat - total(onset) - breath - paused
    stop = min(item.slot.end, latest)
    if not breath and latest - stop < LEAST_GAP:
        stop = latest
    gap = beat - total(onset) - stop - paused if after is not None else max(breath, EDGE)
    return replace(item, coda=coda, stop=stop, gap=gap), onset


def total(phones: Sequence[ScorePhone]) -> float:
    """Seconds of phones in a row."""
    return sum(phone.duration for phone in phones)


def scaled(phones: Sequence[ScorePhone], ratio: float) -> tuple[ScorePhone, ...]:
    """The phones, each ``ratio`` times as long."""
    return tuple(replace(phone, duration=phone.duration * ratio) for phone in phones)
