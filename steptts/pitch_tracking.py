"""Tracks the pitch of speech. Knows nothing of who speaks or what was asked for.

The autocorrelation method of Boersma (1993, "Accurate short-term analysis of the fundamental
frequency") with the path search described there.
Held to synthetic tones by tests/evaluate/test_pitch.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from steptts.stages import FloatArray

HOP_S = 0.010
PERIODS = 3  # of the lowest pitch in one window
N_CANDIDATES = 6  # pitches considered per frame, besides "unvoiced"
SILENCE = 0.03  # a frame below this share of the loudest one leans to unvoiced
VOICING = 0.45  # strength that a voiced frame must reach
OCTAVE_COST = 0.01  # per octave; breaks ties towards the higher pitch
JUMP_COST = 0.35  # per octave between neighbouring frames
SWITCH_COST = 0.14  # between voiced and unvoiced
_FRAMES_PER_BLOCK = 512  # bounds the memory of the spectra

DoubleArray = npt.NDArray[np.float64]


class PitchRange(NamedTuple):
    """Lowest and highest pitch that is looked for, in hertz."""

    low: float = 55.0
    high: float = 800.0


def track_pitch(
    waveform: FloatArray,
    sample_rate: int,
    pitch_range: PitchRange = PitchRange(),  # noqa: B008
) -> DoubleArray:
    """Returns the pitch in hertz every 10 ms, 0 where unvoiced; frame i is centred at i * 10 ms."""
    frequencies, strengths = _candidates(waveform, sample_rate, pitch_range)
    return _best_path(frequencies, strengths)


def _candidates(
    waveform: FloatArray, sample_rate: int, pitch_range: PitchRange
) -> tuple[DoubleArray, DoubleArray]:
    """Returns frequencies and strengths [frames, 1 + N_CANDIDATES]; column 0 is unvoiced."""
    length = 2 * (round(PERIODS * sample_rate / pitch_range.low) // 2)
    padded = np.pad(waveform.astype(np.float64), length // 2)
    starts = np.arange(0, max(len(waveform), 1), round(HOP_S * sample_rate))
    framed = np.lib.stride_tricks.sliding_window_view(padded, length)[starts]
    loudest = float(np.max(np.abs(waveform), initial=0.0)) or 1.0
    frequencies = np.zeros((len(starts), 1 + N_CANDIDATES))
    strengths = np.full_like(frequencies, -1.0)
    for begin in range(0, len(starts), _FRAMES_PER_BLOCK):
        rows = slice(begin, begin + _FRAMES_PER_BLOCK)
        frames = framed[rows] - framed[rows].mean(axis=1, keepdims=True)
        share = np.max(np.abs(frames), axis=1) / loudest
        lean = np.maximum(0.0, 2.0 - share / (SILENCE / (1.0 + VOICING)))
        strengths[rows, 0] = VOICING + lean
        frequencies[rows, 1:], strengths[rows, 1:] = _peaks(frames, sample_rate, pitch_range)
    return frequencies, strengths


def _peaks(
    frames: DoubleArray, sample_rate: int, pitch_range: PitchRange
) -> tuple[DoubleArray, DoubleArray]:
    """Returns the strongest maxima of each frame's normalised autocorrelation."""
    longest = int(sample_rate / pitch_range.low) + 2
    lags = np.arange(1, longest - 1)
    values = _autocorrelation(frames, longest)
    before, here, after = values[:, :-2], values[:, 1:-1], values[:, 2:]
    bend = before - 2 * here + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, 1.0), 0.0)
    top = here - 0.25 * (before - after) * shift
    hertz = sample_rate / (lags + shift)
    is_peak = (here > before) & (here >= after) & (hertz >= pitch_range.low)
    is_peak &= (hertz <= pitch_range.high) & (here > 0.5 * VOICING)
    favour = OCTAVE_COST * np.log2(np.maximum(hertz, 1.0) / pitch_range.low)
    strength = np.where(is_peak, np.minimum(top, 1.0) + favour, -1.0)
    best = np.argsort(-strength, axis=1)[:, :N_CANDIDATES]
    picked = np.take_along_axis(strength, best, axis=1)
    return np.where(picked > 0, np.take_along_axis(hertz, best, axis=1), 0.0), picked


def _autocorrelation(frames: DoubleArray, n_lags: int) -> DoubleArray:
    """Returns the autocorrelation [frames, n_lags] of windowed frames, less the window's own."""
    length = frames.shape[1]
    window = np.hanning(length)
    size = 1 << (length + n_lags - 1).bit_length()

    def correlate(signal: DoubleArray) -> DoubleArray:
        power = np.abs(np.fft.rfft(signal, size)) ** 2
        return np.asarray(np.fft.irfft(power, size)[..., :n_lags])

    own = correlate(window)
    raw = correlate(frames * window)
    return np.asarray(raw / np.maximum(raw[:, :1], 1e-12) / (own / own[0]))


def _best_path(frequencies: DoubleArray, strengths: DoubleArray) -> DoubleArray:
    """Returns the sequence of candidates with the highest strength less the cost of jumps."""
    n_frames, n_columns = frequencies.shape
    octaves = np.log2(np.where(frequencies > 0, frequencies, 1.0))
    voiced = frequencies > 0
    total = strengths[0].copy()
    origin = np.zeros((n_frames, n_columns), np.intp)
    for i in range(1, n_frames):
        jump = JUMP_COST * np.abs(octaves[i - 1][:, None] - octaves[i][None])
        both = voiced[i - 1][:, None] & voiced[i][None]
        switched = voiced[i - 1][:, None] != voiced[i][None]
        reached = total[:, None] - np.where(both, jump, 0.0) - SWITCH_COST * switched
        origin[i] = np.argmax(reached, axis=0)
        total = reached[origin[i], np.arange(n_columns)] + strengths[i]
    path = np.zeros(n_frames)
    column = int(np.argmax(total))
    for i in range(n_frames - 1, -1, -1):
        path[i] = frequencies[i, column]
        column = int(origin[i, column])
    return path
