"""How high a voice speaks and how far it moves: level and range of its pitch.

Statistics of log F0 with the outer twentieths left out, where trackers halve and double.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from steptts.pitch_tracking import track_pitch
from steptts.score import Score
from steptts.stages import FloatArray

REFERENCE_HZ = 200.0
OUTER_PERCENT = 5.0
LEVEL_SCALE, SPREAD_SCALE = 0.35, 0.15  # about how much voices differ, for the encoder's input
TYPICAL_SPREAD = 0.2
SEMITONE = float(np.log(2) / 12)
LOWEST_HZ, HIGHEST_HZ = 50.0, 650.0  # what a score holds


@dataclass(frozen=True, slots=True)
class PitchStatistics:
    """Pitch of some speech.

    Attributes:
        hertz: geometric mean of F0.
        spread: standard deviation of its natural logarithm; 0.06 is a semitone.
        seconds: of voiced speech.
    """

    hertz: float
    spread: float
    seconds: float

    def as_input(self) -> FloatArray:
        """What the speaker encoder reads: level and spread [2], each about -2 to 2."""
        level = np.log(self.hertz / REFERENCE_HZ) / LEVEL_SCALE
        return np.array([level, (self.spread - TYPICAL_SPREAD) / SPREAD_SCALE], np.float32)


def statistics(track: FloatArray) -> PitchStatistics:
    """Statistics of a pitch track in hertz, one value every 10 ms, 0 where unvoiced.

    A track without a voiced frame gives 0 seconds at the reference of 200 Hz.
    """
    log_f0 = np.log(track[track > 0].astype(np.float64))
    if not len(log_f0):
        return PitchStatistics(REFERENCE_HZ, TYPICAL_SPREAD, 0.0)
    low, high = np.percentile(log_f0, [OUTER_PERCENT, 100 - OUTER_PERCENT])
    kept = log_f0[(log_f0 >= low) & (log_f0 <= high)]
    return PitchStatistics(float(np.exp(kept.mean())), float(kept.std()), len(log_f0) * 0.01)


def measure(waveform: FloatArray, sample_rate: int) -> PitchStatistics:
    """Track a clip's pitch and sum it up."""
    return statistics(track_pitch(waveform, sample_rate).astype(np.float32))


def of_score(score: Score) -> PitchStatistics:
    """Statistics of the pitch that a score asks for, each phone as long as it lasts."""
    points = [
        (hertz, max(1, round(phone.duration * 100 / len(phone.pitch))))
        for phone in score.phones
        if phone.pitch
        for hertz in phone.pitch
    ]
    hertz, counts = zip(*points, strict=True) if points else ((), ())
    return statistics(np.repeat(np.array(hertz, np.float32), np.array(counts, np.int64)))


def moved(score: Score, semitones: float, scale: float) -> Score:
    """The score higher by semitones, its movements around its own mean pitch scaled."""
    if semitones == 0 and scale == 1:
        return score
    middle = of_score(score).hertz

    def point(hertz: float) -> float:
        wanted = middle * (hertz / middle) ** scale * 2 ** (semitones / 12)
        return float(min(max(wanted, LOWEST_HZ), HIGHEST_HZ))

    phones = tuple(
        replace(phone, pitch=tuple(point(hz) for hz in phone.pitch)) if phone.pitch else phone
        for phone in score.phones
    )
    return replace(score, phones=phones)
