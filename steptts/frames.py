"""From phones with durations, pitch and energy to what the networks read at 50 Hz.

One function serves training and run time, so that both see the same numbers. Rates: mel frames
of 10 ms (hop 240 of 24 kHz), patches of two frames (50 Hz), super-frames of six patches
(120 ms), the unit in which the token language model counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 24_000
HOP_LENGTH = 240
MEL_BINS = 100
FRAME_SECONDS = HOP_LENGTH / SAMPLE_RATE  # 0.01
ENVELOPE_STEPS = 4  # of 2.5 ms in a frame, in which the vocoder says how loud its sources are
QUIETEST, LOUDEST = -6.0, 3.0  # natural logarithm of the envelopes' gains
FRAMES_PER_PATCH = 2
PATCH_SECONDS = FRAMES_PER_PATCH * FRAME_SECONDS  # 0.02
PATCHES_PER_SUPER_FRAME = 6  # 120 ms: two linguistic and three semantic ids
SUPER_FRAME_SECONDS = PATCHES_PER_SUPER_FRAME * PATCH_SECONDS
N_FEATURES = 8
# The ids of a super-frame that say "none" in its slots L L S S S: one beyond the last of each.
NO_IDS = (1024, 1024, 4096, 4096, 4096)
REFERENCE_HZ = 200.0  # pitch features are log(f0 / 200)
DEFAULT_HZ = 150.0  # where an utterance holds no voiced phone at all
# Seconds by which the teacher's phone times, which the networks learned, come after the sound:
# 32 ms in the median at sentence starts, 50 ms at sung vowels. Whole patches: at 50 ms, two and a
# half of them, toned errors of 39 sentences were 8.1 %, at 40 and 60 ms 5.9 and 5.4. Pitch is
# exact: a phone's points lie on the sound this much later.
LABEL_DELAY = 0.04
POINT_SECONDS = 0.06  # a longer phone gets one more pitch point every 60 ms

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Frames:
    """What the networks read; P patches, F = 2 P mel frames, P a multiple of six.

    Attributes:
        symbols: int64 [P], phone at the patch's centre.
        marks: int64 [P], stress or tone of that phone.
        features: float32 [P, 8]; see ``frames``.
        f0: float32 [F], hertz, continuous through unvoiced phones.
        voiced: bool [F], whether the frame lies in a voiced phone.
    """

    symbols: NDArray[np.int64]
    marks: NDArray[np.int64]
    features: FloatArray
    f0: FloatArray
    voiced: NDArray[np.bool_]


def point_times(durations: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """Phone index and time in seconds of every pitch point: three a phone, more in long ones."""
    counts = np.maximum(3, np.ceil(durations / POINT_SECONDS - 1e-3)).astype(np.int64)
    phones = np.repeat(np.arange(len(durations)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = np.cumsum(durations) - durations
    times = starts[phones] + durations[phones] * (within + 0.5) / counts[phones]
    return phones, times.astype(np.float32)


def points_heard(start: float, duration: float, n: int) -> NDArray[np.float64]:
    """When the n pitch points of a phone that begins at ``start`` are heard, seconds [n]."""
    return start + LABEL_DELAY + duration * (np.arange(n) + 0.5) / n


def frames(
    symbols: Sequence[int],
    marks: Sequence[int],
    starts: Sequence[bool],
    durations: FloatArray,
    pitch: Sequence[Sequence[float] | None],
    energy: FloatArray,
) -> Frames:
    """Lay phones out in time.

    Args:
        symbols: phone ids [N].
        marks: their marks [N].
        starts: whether each begins a word [N].
        durations: seconds [N].
        pitch: for each phone hertz at evenly spaced points, or None where it is unvoiced.
        energy: dB RMS re full scale [N].

    Returns:
        Features of a patch: elapsed share of its phone, log duration, elapsed seconds, log f0 of
        its two frames, voiced, energy, first phone of a word. The last super-frame is filled
        up with the last phone.
    """
    ends = np.cumsum(durations)
    n_super = max(1, int(np.ceil(ends[-1] / SUPER_FRAME_SECONDS - 1e-4)))
    n = n_super * PATCHES_PER_SUPER_FRAME
    centres = (np.arange(n) + 0.5) * PATCH_SECONDS
    index = np.minimum(np.searchsorted(ends, centres, side="right"), len(ends) - 1)
    f0 = _contour(durations, pitch, 2 * n)
    is_voiced = np.array([p is not None for p in pitch])
    frame_centres = (np.arange(2 * n) + 0.5) * FRAME_SECONDS
    frame_index = np.minimum(np.searchsorted(ends, frame_centres, side="right"), len(ends) - 1)
    elapsed = centres - (ends - durations)[index]
    log_f0 = np.log(f0 / REFERENCE_HZ).reshape(n, 2)
    features = np.stack(
        [
            np.minimum(elapsed / np.maximum(durations[index], 1e-3), 1.0),
            np.log(np.maximum(durations[index], 0.005) / 0.08),
            np.minimum(elapsed, 1.0),
            log_f0[:, 0],
            log_f0[:, 1],
            is_voiced[index],
            energy[index] / 20.0 + 1.5,
            np.asarray(starts, np.float32)[index],
        ],
        axis=1,
    ).astype(np.float32)
    return Frames(
        np.asarray(symbols, np.int64)[index],
        np.asarray(marks, np.int64)[index],
        features,
        f0,
        is_voiced[frame_index],
    )


def _contour(
    durations: FloatArray, pitch: Sequence[Sequence[float] | None], n_frames: int
) -> FloatArray:
    """Hertz at frame centres: straight lines in log frequency between all voiced points."""
    starts = np.cumsum(durations) - durations
    times: list[NDArray[np.float64]] = []
    values: list[NDArray[np.float64]] = []
    for start, duration, points in zip(starts, durations, pitch, strict=True):
        if points is not None:
            k = len(points)
            times.append(start + duration * (np.arange(k) + 0.5) / k)
            values.append(np.log(np.asarray(points, np.float64)))
    if not times:
        return np.full(n_frames, DEFAULT_HZ, np.float32)
    centres = (np.arange(n_frames) + 0.5) * FRAME_SECONDS
    log_f0 = np.interp(centres, np.concatenate(times), np.concatenate(values))
    hertz: FloatArray = np.exp(log_f0).astype(np.float32)
    return hertz
