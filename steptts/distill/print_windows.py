"""Stretches of 1.6 s with exactly what Resemblyzer hears in them, for training the voiceprint.

Resemblyzer reads 1.6 s at a time and means what it makes of them. A net that is shown other frames
of the clip than those behind its target has to guess the rest; shown the same ones it copies a
function. The stretches are played faster or slower and coloured as by microphones and telephones,
before both listen: other people and other recordings than the data holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

import numpy as np
import soxr
from numpy.typing import NDArray

from steptts.cloning.features import SAMPLE_RATE, clip_features
from steptts.evaluate.similarity import FFT_SIZE, HOP, WINDOW_FRAMES, SpeakerJudge

FloatArray = NDArray[np.float32]

WINDOW_SAMPLES = (WINDOW_FRAMES - 1) * HOP + FFT_SIZE  # so that Resemblyzer makes one window of it
LEAST_FRAMES = 80  # of 160 that sound
PLAIN = 0.25  # of the clips are not played faster or slower
SLOWEST, FASTEST = 0.7, 1.42
COLOURED = 0.5  # of the clips
N_COSINES, COLOUR_DB = 6, 3.0
TELEPHONE, NO_BASS = 0.25, 0.15  # of the coloured
# RMS of what sounds: Resemblyzer hears loud speech as others (cosine 0.86 to 0.99).
LEVEL_DB = -22.0
QUIET = 1e-4  # of the loudest 20 ms: a pause


def print_windows(
    wave: FloatArray, rate: int, rng: np.random.Generator, judge: SpeakerJudge
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Pairs of features [frames, 80] and print [256], from both ends of a clip.

    Args:
        wave: [samples] of speech, any level. A clip of under two windows gives nothing.
        rate: of the wave, in hertz.
        rng: decides pace and colour.
        judge: whose ears are copied.
    """
    pace = 1.0 if rng.random() < PLAIN else exp(rng.uniform(log(SLOWEST), log(FASTEST)))
    played = soxr.resample(wave, rate * pace, SAMPLE_RATE)
    if len(played) < 2 * WINDOW_SAMPLES:
        return
    heard = levelled(coloured(played, rng) if rng.random() < COLOURED else played)
    for stretch in (heard[:WINDOW_SAMPLES], heard[-WINDOW_SAMPLES:]):
        features = clip_features(stretch)
        if len(features) >= LEAST_FRAMES:
            yield features, judge.embed(stretch, SAMPLE_RATE)


def levelled(wave: FloatArray) -> FloatArray:
    """The wave with its sound at -22 dBFS, peaks cut at full scale."""
    frames = wave[: len(wave) // 320 * 320].reshape(-1, 320)
    power = np.square(frames, dtype=np.float64).mean(1)
    loud = power[power >= QUIET * power.max()].mean() if len(power) else 0.0
    gain = 10 ** (LEVEL_DB / 20) / np.sqrt(max(loud, 1e-12))
    return np.asarray(np.clip(wave * gain, -1, 1), np.float32)


def coloured(wave: FloatArray, rng: np.random.Generator) -> FloatArray:
    """The wave through a random microphone, at times a telephone; 16 kHz."""
    spectrum = np.fft.rfft(wave)
    at = np.arange(len(spectrum)) / len(spectrum)
    curve = np.zeros(len(spectrum))
    for k in range(1, N_COSINES + 1):
        curve += rng.normal(0, COLOUR_DB) * np.cos(np.pi * k * at + rng.uniform(0, 2 * np.pi))
    if rng.random() < TELEPHONE:
        curve[at > rng.uniform(0.42, 0.5)] -= 50
    if rng.random() < NO_BASS:
        curve[at < rng.uniform(0.015, 0.04)] -= 26
    return np.asarray(np.fft.irfft(spectrum * 10 ** (curve / 20), len(wave)), np.float32)
