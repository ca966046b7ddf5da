"""Whether an utterance is fit for training: limits on what is measured, and on what judges say.

Level, rate and pitch cost next to nothing and are checked on every utterance. Whisper and
DistillMOS together cost 0.53 CPU seconds a second of audio, as much as rendering, so they hear
every edited utterance but only a share of the untouched ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steptts.dialects import DIALECTS
from steptts.distill.edits import CURVE_RATE, NEUTRAL, RAPPED, SUNG, VOICED_HZ
from steptts.distill.recipes import Recipe
from steptts.distill.render import Rendering
from steptts.evaluate.heard_phones import heard_errors
from steptts.evaluate.naturalness import DistillMos, NaturalnessJudge
from steptts.evaluate.pitch import GROSS_CENTS
from steptts.evaluate.recognizer import Recognizer, WhisperBase
from steptts.frames import SAMPLE_RATE
from steptts.pitch_tracking import HOP_S, track_pitch

REASONS = ("clipped", "silent", "rate", "pitch", "naturalness", "words", "long")
PEAK_LIMIT = 0.999
PLAIN_SPEEDS = (0.85, 1.2)  # the teacher's own speed input outside of these counts as an edit
BORDER = 3  # curve points (12.5 ms each) next to unvoiced ones, where trackers smear


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond which an utterance is rejected.

    Attributes:
        phones_per_second: fewest and most, outside singing.
        cents, gross: median distance of the pitch heard from its label, and share of points more
            than 200 cents away. Ours is the tracker of `steptts evaluate pitch`; 19 of 20 of the
            teacher's untouched utterances stay below 48 cents and 0.16.
        naturalness: least DistillMOS of untouched and shaped, rapped, sung utterances.
        words: most word errors in English; one error is always forgiven, as Whisper makes its own.
        words_rapped: the same for rap and unusual speeds. sounds: most toned sounds wrong in
            Mandarin, where Whisper writes homophones.
    """

    phones_per_second: tuple[float, float] = (3.0, 26.0)
    cents: float = 50.0
    gross: float = 0.20
    naturalness: tuple[float, float, float] = (3.7, 3.4, 3.2)
    words: float = 0.10
    words_rapped: float = 0.20
    sounds: float = 0.15


@dataclass(slots=True)
class Judgement:
    """Why an utterance is unfit ("" if it is not), and what was measured on the way."""

    reason: str = ""
    measured: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judges:
    """Who hears and who rates."""

    recognizer: Recognizer
    naturalness: NaturalnessJudge


@lru_cache(maxsize=1)
def load_judges(folder: Path) -> Judges:
    """The judges of a folder, one thread each, once in every process."""
    return Judges(WhisperBase(folder, threads=1), DistillMos(folder, threads=1))


def is_edited(recipe: Recipe) -> bool:
    """Whether prosody or pace differ from the teacher's own reading."""
    return recipe.edit.kind != NEUTRAL or not PLAIN_SPEEDS[0] <= recipe.speed <= PLAIN_SPEEDS[1]


def is_heard(recipe: Recipe, row: int, share: float) -> bool:
    """Whether the judges hear this utterance: if edited, or by a draw that its row decides."""
    return is_edited(recipe) or bool(np.random.default_rng([row, 1]).random() < share)


def judged(
    recipe: Recipe,
    rendering: Rendering,
    judges: Judges | None,
    limits: Limits,
) -> Judgement:
    """Check one utterance, the cheapest first; the first fault is the reason.

    Without sound only the rate is checked; without judges neither words nor naturalness are.
    """
    out = Judgement(plain_fault(recipe, rendering, limits))
    if out.reason or not len(rendering.samples):
        return out
    waveform = rendering.samples.astype(np.float32) / 32768.0
    cents, gross = pitch_distance(waveform, rendering.f0)
    out.measured |= {"cents": cents, "gross": gross}
    if cents > limits.cents or gross > limits.gross:
        out.reason = "pitch"
    elif judges is not None:
        out.reason = _heard_fault(recipe, waveform, judges, limits, out.measured)
    return out


def plain_fault(recipe: Recipe, rendering: Rendering, limits: Limits) -> str:
    """What is wrong with level or rate, "" if nothing.

    Clipped: many samples at full scale. Silent: nothing above -40 dB. Rate: outside the limits.
    """
    if len(rendering.samples):
        if (np.abs(rendering.samples) >= PEAK_LIMIT * 32767).mean() > 1e-4:
            return "clipped"
        if rendering.loudness.max() < -40:
            return "silent"
    rate = len(recipe.symbols) / (rendering.durations.sum() * 0.025)
    low, high = limits.phones_per_second
    return "rate" if recipe.edit.kind != SUNG and not low < rate < high else ""


def pitch_distance(
    waveform: NDArray[np.float32], label: NDArray[np.float32]
) -> tuple[float, float]:
    """Median distance in cents of the tracked pitch from the label at 80 Hz, and share over 200.

    Compared is the inside of voiced stretches, where both are voiced; (0, 0) if there is none.
    """
    voiced = label > VOICED_HZ
    inside = np.convolve(voiced, np.ones(2 * BORDER + 1), "same") > 2 * BORDER + 0.5
    track = track_pitch(waveform, SAMPLE_RATE)
    at = np.arange(len(label)) / CURVE_RATE / HOP_S
    before = np.minimum(at.astype(np.int64), len(track) - 2)
    low, high = track[before], track[before + 1]
    both = inside & (low > 0) & (high > 0)
    if not both.any():
        return 0.0, 0.0
    share = (at - before)[both]
    heard = low[both] ** (1 - share) * high[both] ** share
    cents = 1200 * np.abs(np.log2(heard / label[both]))
    return float(np.median(cents)), float(np.mean(cents > GROSS_CENTS))


def _heard_fault(
    recipe: Recipe,
    waveform: NDArray[np.float32],
    judges: Judges,
    limits: Limits,
    measured: dict[str, float],
) -> str:
    kind = recipe.edit.kind
    least = limits.naturalness[{RAPPED: 1, SUNG: 2}.get(kind, 0)]
    measured["naturalness"] = judges.naturalness.score(waveform, SAMPLE_RATE)
    if measured["naturalness"] < least:
        return "naturalness"
    if kind == SUNG or kind in DIALECTS:  # Whisper knows neither singing nor these tones
        return ""
    heard = judges.recognizer.transcribe(waveform, SAMPLE_RATE, recipe.language).text
    said = (recipe.symbols.tolist(), recipe.marks.tolist(), recipe.starts.tolist())
    errors = heard_errors(*said, heard, recipe.language)
    measured["words" if recipe.language == "en" else "sounds"] = errors.rate
    most = limits.sounds if recipe.language == "zh" else limits.words
    if kind == RAPPED or (kind == NEUTRAL and is_edited(recipe)):
        most = max(most, limits.words_rapped)
    return "words" if errors.total > max(most * errors.n_tokens, 1) else ""
