"""Measures the pitch of speech and how far it is from the pitch that was asked for.

The tracker is that of ``steptts.pitch_tracking``. It knows nothing of the vocoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from steptts.frames import points_heard
from steptts.pitch_tracking import HOP_S, DoubleArray, track_pitch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steptts.score import Score
    from steptts.stages import FloatArray

GROSS_CENTS = 200.0


class PitchPoint(NamedTuple):
    """A pitch that was asked for: seconds from the start, and hertz (0 where unvoiced)."""

    time: float
    hertz: float


@dataclass(frozen=True, slots=True)
class PitchError:
    """How far the pitch heard is from the pitch asked for.

    Attributes:
        n_points: compared points.
        median_cents: median distance where both are voiced; NaN when nothing is.
        gross_share: share of these points more than 200 cents away.
        voicing_share: share of all points where one is voiced and the other is not.
    """

    n_points: int
    median_cents: float
    gross_share: float
    voicing_share: float


def score_points(score: Score) -> list[PitchPoint]:
    """Returns the pitch that a score asks for, when it is due to be heard, 0 where unvoiced."""
    points, start = [], 0.0
    for phone in score.phones:
        asked = phone.pitch or (0.0, 0.0, 0.0)
        times = points_heard(start, phone.duration, len(asked)).tolist()
        points += [PitchPoint(*point) for point in zip(times, asked, strict=True)]
        start += phone.duration
    return points


def compare_pitch(
    waveform: FloatArray, sample_rate: int, targets: Sequence[PitchPoint]
) -> tuple[DoubleArray, int]:
    """Returns the distances in cents where both are voiced, and the count of voicing mismatches."""
    track = track_pitch(waveform, sample_rate)
    wanted = np.array([point.hertz for point in targets])
    index = np.array([round(point.time / HOP_S) for point in targets], np.intp)
    heard = track[np.minimum(index, len(track) - 1)] if len(targets) else wanted
    both = (wanted > 0) & (heard > 0)
    cents = 1200 * np.abs(np.log2(heard[both] / wanted[both]))
    return cents, int(np.sum((wanted > 0) != (heard > 0)))


def pitch_error(cents: DoubleArray, mismatches: int, n_points: int) -> PitchError:
    """Returns the summary of distances gathered over any number of sentences."""
    return PitchError(
        n_points,
        float(np.median(cents)) if len(cents) else float("nan"),
        float(np.mean(cents > GROSS_CENTS)) if len(cents) else float("nan"),
        mismatches / max(n_points, 1),
    )
