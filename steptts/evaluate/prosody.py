"""Twelve figures of how something was said: pitch, rate, pauses and loudness, from the sound alone.

They are those of the literature on vocal emotion (Scherer 2003; Juslin & Laukka 2003) as far as
they are prosody. Only the number of syllables comes from the text. Knows no emotion and no voice:
who compares voices subtracts each voice's own neutral speech.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from steptts.pitch_tracking import HOP_S, track_pitch

if TYPE_CHECKING:
    from steptts.stages import FloatArray

DoubleArray = NDArray[np.float64]

FEATURES = (
    "pitch",  # mean, semitones
    "pitch spread",  # standard deviation, semitones
    "pitch slope",  # semitones from start to end, straight line
    "final rise",  # last 0.15 s of voice against the 0.45 s before, semitones
    "final fall",  # highest pitch of the last 0.4 s of voice against its end, semitones
    "tremor",  # root mean square of what moves at 5 to 10 Hz, semitones
    "rate",  # log of syllables a second, pauses left out
    "pauses",  # share of time in pauses over 60 ms
    "final length",  # log of the last voiced stretch in mean syllables
    "loudness",  # mean, dB
    "loudness spread",  # standard deviation, dB
    "loudness slope",  # dB from start to end, straight line
)
RMS_S = 0.03  # window of the loudness
ACTIVE_DB = 30.0  # frames that far below the loudest are pauses
PAUSE_FRAMES = 6
TREMOR_LAG = 7  # frames: half a period of 7 Hz


def prosody(waveform: FloatArray, sample_rate: int, n_syllables: int) -> DoubleArray:
    """The twelve figures [12], in the order of `FEATURES`, of one utterance.

    Args:
        waveform: [samples]; silence around the speech does not count.
        sample_rate: in hertz.
        n_syllables: at least 1.
    """
    hertz = track_pitch(waveform, sample_rate)
    return of_tracks(hertz, loudness(waveform, sample_rate, len(hertz)), n_syllables)


def loudness(waveform: FloatArray, sample_rate: int, n_frames: int) -> DoubleArray:
    """DB RMS [n_frames] around every 10 ms."""
    power = np.concatenate([[0.0], np.cumsum(waveform.astype(np.float64) ** 2)])
    centres = np.arange(n_frames) * HOP_S * sample_rate
    half = RMS_S * sample_rate / 2
    low = np.clip(centres - half, 0, len(waveform)).astype(np.int64)
    high = np.clip(centres + half, 0, len(waveform)).astype(np.int64)
    mean = (power[high] - power[low]) / np.maximum(high - low, 1)
    return np.asarray(10 * np.log10(np.maximum(mean, 0) + 1e-10))


def of_tracks(hertz: DoubleArray, decibels: DoubleArray, n_syllables: int) -> DoubleArray:
    """The figures of pitch [T] in hertz (0 unvoiced) and loudness [T] in dB, both every 10 ms."""
    active = decibels > decibels.max() - ACTIVE_DB
    first, last = np.flatnonzero(active)[[0, -1]]
    inside = slice(first, last + 1)
    hertz, decibels, active = hertz[inside], decibels[inside], active[inside]
    voiced = _without_jumps(np.where(active & (hertz > 0), hertz, 0.0))
    semitones = 12 * np.log2(voiced[voiced > 0]) if (voiced > 0).any() else np.zeros(1)
    times = np.flatnonzero(voiced > 0).astype(np.float64) if (voiced > 0).any() else np.zeros(1)
    pauses = _long_runs(~active, PAUSE_FRAMES)
    spoken = max(len(active) - pauses, 1) * HOP_S
    return np.array(
        [
            semitones.mean(),
            semitones.std(),
            _slope(times / len(active), semitones),
            *_ending(semitones),
            _tremor(voiced),
            np.log(n_syllables / spoken),
            pauses / len(active),
            np.log(_last_run(voiced > 0) * HOP_S * n_syllables / spoken),
            decibels[active].mean(),
            decibels[active].std(),
            _slope(np.flatnonzero(active) / len(active), decibels[active]),
        ]
    )


def _without_jumps(hertz: DoubleArray) -> DoubleArray:
    """Octave errors of the tracker, over 14 semitones from the median, made unvoiced."""
    voiced = hertz > 0
    if not voiced.any():
        return hertz
    away = np.abs(12 * np.log2(np.where(voiced, hertz, 1.0) / np.median(hertz[voiced])))
    return np.where(voiced & (away < 14), hertz, 0.0)


def _slope(shares: DoubleArray, values: DoubleArray) -> float:
    """Rise of the straight line through values from share 0 to share 1."""
    centred = shares - shares.mean()
    spread = float((centred**2).sum())
    return float((centred * (values - values.mean())).sum() / spread) if spread else 0.0


def _ending(semitones: DoubleArray) -> tuple[float, float]:
    """Rise of the last voice against what is before it, and its fall from its highest point."""
    last = semitones[-15:]
    before = semitones[-60:-15] if len(semitones) > 15 else semitones
    return float(last.mean() - before.mean()), float(semitones[-40:].max() - semitones[-5:].mean())


def _tremor(hertz: DoubleArray) -> float:
    """How much the pitch moves to and fro within 140 ms, where it is voiced throughout."""
    lag = TREMOR_LAG
    if len(hertz) <= 2 * lag:
        return 0.0
    left, middle, right = hertz[: -2 * lag], hertz[lag:-lag], hertz[2 * lag :]
    known = (left > 0) & (middle > 0) & (right > 0)
    if not known.any():
        return 0.0
    log = [12 * np.log2(part[known]) for part in (left, middle, right)]
    return float(np.sqrt(np.mean((log[1] - 0.5 * (log[0] + log[2])) ** 2)))


def _long_runs(flags: NDArray[np.bool_], least: int) -> int:
    """Frames in runs of at least ``least``."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= least].sum())


def _last_run(flags: NDArray[np.bool_]) -> int:
    """Frames of the last run, 1 at least."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return int(edges[-1] - edges[-2]) if len(edges) else 1
