"""A picture of a score: pitch and energy over time, the phones below."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from steptts.errors import BackendError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from steptts.score import Score

INCHES_PER_SECOND = 2.5
MAX_INCHES = 100.0  # beyond it drawing takes minutes and nobody can open the picture


def plot(score: Score, path: str | Path) -> None:
    """See `Score.plot`."""
    try:
        from matplotlib.figure import Figure  # not pyplot: it keeps figures and opens windows
    except ImportError:
        raise BackendError(
            "drawing a score needs matplotlib: pip install 'steptts[evaluate]'"
        ) from None
    width = min(MAX_INCHES, 2 + INCHES_PER_SECOND * score.duration)
    figure = Figure(figsize=(width, 5), layout="constrained")
    pitch_axes, energy_axes = figure.subplots(2, 1, sharex=True)
    starts = [0.0, *accumulate(phone.duration for phone in score.phones)]
    _draw_pitch(pitch_axes, score, starts)
    levels = [phone.energy for phone in score.phones]
    energy_axes.stairs(levels, starts, baseline=min(levels), color="tab:orange")
    energy_axes.set(xlabel="seconds", ylabel="energy (dB)")
    for phone, start in zip(score.phones, starts, strict=False):
        energy_axes.text(
            start + phone.duration / 2, min(levels), phone.symbol, ha="center", va="bottom"
        )
    figure.savefig(Path(path))


def _draw_pitch(axes: Axes, score: Score, starts: list[float]) -> None:
    for phone, start in zip(score.phones, starts, strict=False):
        if phone.pitch is not None:
            n = len(phone.pitch)
            times = [start + phone.duration * (i + 0.5) / n for i in range(n)]
            axes.plot(times, phone.pitch, marker=".", color="tab:blue")
    axes.set(ylabel="pitch (Hz)", title=score.text[:80])
