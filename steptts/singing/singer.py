"""Sings a score: a melody, its key, its tempo; the result is a score again."""

from __future__ import annotations

from math import floor, log2
from statistics import median
from typing import TYPE_CHECKING

from steptts.errors import ScoreError
from steptts.singing.composing import composed
from steptts.singing.laying import laid
from steptts.singing.melody import check_bpm
from steptts.singing.placing import Slot, passages, timed
from steptts.singing.tuning import CONCERT_A, CONCERT_HZ, tuned
from steptts.singing.underlay import underlay
from steptts.text.phones import is_vowel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steptts.score import Score
    from steptts.singing.melody import Melody
    from steptts.singing.underlay import Sung

LEAD = 0.15  # seconds before the first beat, at least
MAX_KEY = 48  # semitones up or down
SUNG_ABOVE_SPOKEN = 3  # semitones that the middle of a song lies above the speaking voice
LOWEST, HIGHEST = -6, 12  # semitones around the speaking voice that are comfortable
TOP_HZ = 450.0  # above it the networks' harmonics drown in noise: few voices taught them such notes
HERTZ = (65.0, 650.0)  # what the networks were trained on, 55 to 620 Hz, and the planner's own top
_SPEAKING_HZ = 180.0  # of a voice whose score has no pitch at all


def sing(
    score: Score,
    melody: Melody | None = None,
    *,
    bpm: float | None = None,
    key: int | None = None,
) -> Score:
    """Sing what a score says.

    Syllables go to notes in order, one each; see `steptts.singing.underlay` for what happens when
    their numbers differ. Give the score of all that is sung at once: the melody runs on through
    its parts, exact pauses included, which are added to its time.

    Args:
        score: as it was planned for speech.
        melody: by default a tune is made for the text, with one note a syllable.
        bpm: beats a minute, 20 to 400; by default the melody's own.
        key: semitones up or down from the notes as written; by default the voice's, `fitted_key`.

    Returns:
        A score whose ``notes`` are what is sung. Every vowel begins on its note, rests of 0.25 s
        or more are parts of exact silence.

    Raises:
        ScoreError: there is no vowel to sing, or bpm or key is out of range.
    """
    found = passages(score)
    melody = melody or composed(found)
    bpm = melody.bpm if bpm is None else bpm
    check_bpm(bpm)
    key = fitted_key(score, melody) if key is None else key
    if not -MAX_KEY <= key <= MAX_KEY:
        raise ScoreError(f"key {key} is outside -{MAX_KEY} to {MAX_KEY} semitones")
    sung = underlay(melody, sum(len(passage.syllables) for passage in found))
    _check_range(sung, key)
    slots = _slots(sung, 60.0 / bpm, key)
    return tuned(laid(found, timed(found, slots), score.text, LEAD))


def fitted_key(score: Score, melody: Melody | None = None) -> int:
    """Semitones by which `sing` moves a melody, so that the score's voice can sing it.

    As written where that is comfortable, else whole octaves away, else the key that brings its
    middle 3 semitones above the speaking voice, or lower where its highest note would be above
    450 Hz.
    """
    pitches = (melody or composed(passages(score))).pitches
    middle = _speaking_pitch(score) + SUNG_ABOVE_SPOKEN
    wanted = round(middle - sum(pitches) / len(pitches))
    octaves = 12 * round(wanted / 12)
    for key in (0, octaves):
        if _is_comfortable(pitches, key, score):
            return key
    return min(wanted, floor(_midi(TOP_HZ)) - max(pitches))


def _is_comfortable(pitches: Sequence[int], key: int, score: Score) -> bool:
    spoken = _speaking_pitch(score)
    highest = min(spoken + HIGHEST, _midi(TOP_HZ))
    return min(pitches) + key >= spoken + LOWEST and max(pitches) + key <= highest


def _speaking_pitch(score: Score) -> float:
    """The voice's middle pitch as a MIDI number."""
    hertz = [point for p in score.phones if is_vowel(p.symbol) for point in p.pitch or ()]
    return _midi(median(hertz) if hertz else _SPEAKING_HZ)


def _midi(hertz: float) -> float:
    return CONCERT_A + 12 * log2(hertz / CONCERT_HZ)


def _check_range(sung: Sequence[Sung], key: int) -> None:
    """Refuse notes that no voice here can sing."""
    for one in sung:
        for pitch in one.pitches:
            hertz = CONCERT_HZ * 2 ** ((pitch + key - CONCERT_A) / 12)
            low, high = HERTZ
            if not low <= hertz <= high:
                raise ScoreError(
                    f"note {pitch} moved by {key} semitones is {hertz:.0f} Hz, outside {low:.0f} "
                    f"to {high:.0f}; give another key, or none"
                )


def _slots(sung: Sequence[Sung], beat: float, key: int) -> list[Slot]:
    return [
        Slot(
            tuple(onset * beat for onset in one.onsets),
            tuple(float(pitch + key) for pitch in one.pitches),
            one.end * beat,
        )
        for one in sung
    ]
