"""A picture of a score: pitch, notes and energy over time, the phones below.

With the sound of its performance the pitch is drawn over the spectrogram.
"""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from steptts.errors import BackendError
from steptts.frames import points_heard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from steptts.audio import Audio
    from steptts.score import Score

INCHES_PER_SECOND = 2.5
MAX_INCHES = 100.0  # beyond it drawing takes minutes and nobody can open the picture
WINDOW_SECONDS, HOP_SECONDS = 0.03, 0.01  # of the spectrogram: harmonics of a voice are seen
TOP_HZ = 5_000.0
FLOOR_DB = -75.0  # darkest, below the loudest point
CONCERT_A, CONCERT_HZ = 69, 440.0
LAST_LETTER = 0x2E80  # matplotlib's own font ends before the Chinese characters


def plot(score: Score, path: str | Path, audio: Audio | None = None) -> None:
    """See `Score.plot`."""
    try:
        from matplotlib.figure import Figure  # not pyplot: it keeps figures and opens windows
    except ImportError:
        raise BackendError(
            "drawing a score needs matplotlib: pip install 'steptts[evaluate]'"
        ) from None
    width = min(MAX_INCHES, 2 + INCHES_PER_SECOND * score.duration)
    figure = Figure(figsize=(width, 5 if audio is None else 8), layout="constrained")
    rows = 2 if audio is None else 3
    *over, pitch_axes, energy_axes = figure.subplots(rows, 1, sharex=True)
    starts = list(accumulate((phone.duration for phone in score.phones), initial=0.0))
    if audio is not None:
        _draw_spectrogram(over[0], audio)
        _draw_pitch(over[0], score, starts, "cyan")
    _draw_notes(pitch_axes, score, starts)
    _draw_pitch(pitch_axes, score, starts, "tab:blue")
    _draw_energy(energy_axes, score, starts)
    (over[0] if over else pitch_axes).set(title=_drawable(score.text[:80]))
    figure.savefig(Path(path))


def _draw_pitch(axes: Axes, score: Score, starts: Sequence[float], color: str) -> None:
    for phone, start in zip(score.phones, starts, strict=False):
        if phone.pitch is not None:
            n = len(phone.pitch)
            times = points_heard(start, phone.duration, n)
            axes.plot(times, phone.pitch, marker="." if n <= 3 else None, color=color)
    axes.set(ylabel="pitch (Hz)")


def _draw_notes(axes: Axes, score: Score, starts: Sequence[float]) -> None:
    """A bar for each note at its pitch; a line at its onset where it has none, as in rap."""
    for note in score.notes:
        start, end = starts[note.start], starts[note.end]
        if note.pitch is None:
            axes.axvline(start, color="tab:green", alpha=0.6)
            continue
        hertz = CONCERT_HZ * 2 ** ((note.pitch - CONCERT_A) / 12)
        axes.hlines(hertz, start, end, color="tab:green", linewidth=8, alpha=0.4)


def _draw_energy(axes: Axes, score: Score, starts: Sequence[float]) -> None:
    levels = [phone.energy for phone in score.phones]
    axes.stairs(levels, list(starts), baseline=min(levels), color="tab:orange")
    axes.set(xlabel="seconds", ylabel="energy (dB)")
    for phone, start in zip(score.phones, starts, strict=False):
        middle = start + phone.duration / 2
        axes.text(middle, min(levels), _drawable(phone.symbol), ha="center", va="bottom")


def _draw_spectrogram(axes: Axes, audio: Audio) -> None:
    import numpy as np

    rate = audio.sample_rate
    length, hop = round(WINDOW_SECONDS * rate), round(HOP_SECONDS * rate)
    padded = np.pad(np.asarray(audio.samples, np.float32), length // 2)
    rows = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]
    power = np.abs(np.fft.rfft(rows * np.hanning(length).astype(np.float32), axis=1)) ** 2
    n_bins = int(TOP_HZ * length / rate)
    level = 10 * np.log10(np.maximum(power[:, :n_bins], 1e-12))
    axes.imshow(
        level.T,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=float(level.max()) + FLOOR_DB,
        extent=(0.0, audio.duration, 0.0, n_bins * rate / length),
    )


def _drawable(text: str) -> str:
    """The text in characters that matplotlib's own font has."""
    return "".join(c for c in text.replace("ꭧ", "tʂ") if ord(c) < LAST_LETTER)
