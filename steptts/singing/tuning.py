"""Gives the phones of a score the pitch of its notes: portamento, vibrato, dynamics.

Each note is reached at the onset of its vowel: the slide from the note before it happens in the
consonants, or in the last 70 ms of that note. Vibrato begins late and only in long notes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from steptts.frames import LABEL_DELAY
from steptts.text.phones import is_vowel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from steptts.score import Score, ScorePhone

    DoubleArray = NDArray[np.float64]

POINT_SECONDS = 0.02  # distance of pitch points: 9 in one cycle of vibrato
SLIDE_SECONDS = 0.07
SCOOP_SEMITONES = -1.0  # where a note comes after a rest, its consonant starts below it
REST_SECONDS = 0.2
VIBRATO_HZ, VIBRATO_CENTS = 5.5, 30.0
VIBRATO_DELAY, VIBRATO_FADE = 0.25, 0.2  # seconds from the onset, and to reach its full width
LEAST_VIBRATO_NOTE = 0.5  # seconds
ARCH_DB = 2.0  # the middle of a phrase is louder than its ends
HIGH_DB = 0.15  # a semitone up: higher notes are sung louder
CONCERT_A, CONCERT_HZ = 69, 440.0


@dataclass(frozen=True, slots=True)
class _Timeline:
    """Onset and end of each note in seconds, and its MIDI number."""

    onsets: DoubleArray
    ends: DoubleArray
    pitches: DoubleArray


def tuned(score: Score) -> Score:
    """The score with the pitch and the dynamics of its notes; all its notes must have pitches."""
    starts = [0.0, *accumulate(phone.duration for phone in score.phones)]
    # A phone's pitch is that of the sound LABEL_DELAY later, so the line runs ahead of the phones.
    line = _Timeline(
        np.array([starts[note.start] for note in score.notes]) - LABEL_DELAY,
        np.array([starts[note.end] for note in score.notes]) - LABEL_DELAY,
        np.array([note.pitch for note in score.notes], np.float64),
    )
    levels = _levels(score, line)
    return replace(
        score,
        phones=tuple(
            replace(phone, pitch=_points(phone, start, line), energy=level)
            for phone, start, level in zip(score.phones, starts, levels, strict=False)
        ),
    )


def _points(phone: ScorePhone, start: float, line: _Timeline) -> tuple[float, ...] | None:
    """Hertz every 20 ms of a phone; a sung vowel is always voiced."""
    if phone.pitch is None and not is_vowel(phone.symbol):
        return None
    n = max(3, round(phone.duration / POINT_SECONDS))
    times = start + phone.duration * (np.arange(n) + 0.5) / n
    semitones = _slides(times, line) + _vibrato(times, line)
    hertz = CONCERT_HZ * 2 ** ((semitones - CONCERT_A) / 12)
    return tuple(float(each) for each in np.round(hertz, 2))


def _slides(times: DoubleArray, line: _Timeline) -> DoubleArray:
    """Semitones of the notes with the slides between them."""
    out = np.full(len(times), line.pitches[0] + SCOOP_SEMITONES)
    before = line.pitches[0] + SCOOP_SEMITONES
    for i, (onset, pitch) in enumerate(zip(line.onsets, line.pitches, strict=True)):
        if i and onset - line.ends[i - 1] > REST_SECONDS:
            out += np.where(times > line.ends[i - 1], pitch + SCOOP_SEMITONES - before, 0.0)
            before = pitch + SCOOP_SEMITONES
        share = np.clip((times - onset) / SLIDE_SECONDS + 1, 0.0, 1.0)
        out += (pitch - before) * share**2 * (3 - 2 * share)
        before = pitch
    return out


def _vibrato(times: DoubleArray, line: _Timeline) -> DoubleArray:
    """Semitones that vibrato adds."""
    note = np.searchsorted(line.onsets, times, side="right") - 1
    since = times - line.onsets[note]
    left = line.ends[note] - times
    is_long = (note >= 0) & (line.ends[note] - line.onsets[note] >= LEAST_VIBRATO_NOTE)
    late = since - VIBRATO_DELAY
    width = np.clip(late / VIBRATO_FADE, 0.0, 1.0) * np.clip(left / SLIDE_SECONDS - 1, 0.0, 1.0)
    wave = np.sin(2 * np.pi * VIBRATO_HZ * late) * width * VIBRATO_CENTS / 100
    return np.asarray(np.where(is_long, wave, 0.0))


def _levels(score: Score, line: _Timeline) -> Sequence[float]:
    """Energy of the phones: vowels of one level with an arch a phrase, consonants as planned."""
    vowels = [i for i, phone in enumerate(score.phones) if is_vowel(phone.symbol)]
    level = float(np.mean([score.phones[i].energy for i in vowels]))
    mean = float(np.mean(line.pitches))
    levels = [phone.energy for phone in score.phones]
    for phrase in _phrases(score):
        for place, index in enumerate(phrase):
            note = score.notes[index]
            arch = ARCH_DB * (np.sin(np.pi * (place + 0.5) / len(phrase)) - 0.5)
            high = HIGH_DB * (line.pitches[index] - mean)
            for i in range(note.start, note.end):
                if is_vowel(score.phones[i].symbol):
                    levels[i] = round(level + float(arch + high), 3)
    return levels


def _phrases(score: Score) -> list[list[int]]:
    """The notes by index, cut where a pause is between them."""
    phrases: list[list[int]] = [[]]
    for index, note in enumerate(score.notes):
        if index and any(
            not phone.is_speech for phone in score.phones[score.notes[index - 1].end : note.start]
        ):
            phrases.append([])
        phrases[-1].append(index)
    return phrases
