"""From the parts of a score to sound, one by one. Knows no runtime, and nothing of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from steptts.audio import Audio
from steptts.errors import GenerationError
from steptts.quiet_edges import without_quiet
from steptts.score_edits import silence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from steptts.exact_pauses import Part
    from steptts.loading import LoadedModel
    from steptts.score import Score
    from steptts.voice import Voice


def performed(
    model: LoadedModel, parts: Iterable[Part], seed: int, duration: float | None = None
) -> Iterator[Audio]:
    """Perform parts one by one, without the quiet that an exact pause beside them replaces.

    Args:
        model: performs.
        parts: each with its voice.
        seed: the same seed gives the same samples.
        duration: seconds that all parts must last together; None: as long as they are.

    Yields:
        Audio of one part, and at the end the silence that a duration lacks.

    Raises:
        GenerationError: the model gave something that is not sound.
    """
    left = duration  # of a window; what is cut beside exact pauses comes back as silence
    for part in parts:
        audio = _perform(model, part.score, part.voice, seed)
        audio = without_quiet(audio, start=part.start, end=part.end)
        left = None if left is None else left - audio.duration
        yield audio
    if left is not None and round(left * audio.sample_rate) > 0:
        yield _perform(model, silence(left, part.score), part.voice, seed)


def _perform(model: LoadedModel, score: Score, voice: Voice, seed: int) -> Audio:
    rate = model.engine.sample_rate
    if score.is_silence:
        return Audio(np.zeros(round(score.duration * rate), np.float32), rate, (), score)
    samples = model.planner.perform(score, voice, seed=seed)
    if not len(samples) or not np.isfinite(samples).all():
        raise GenerationError(
            f"the model gave {len(samples)} samples that are empty or not finite for "
            f"{score.text[:60]!r}; try another seed or voice"
        )
    return Audio(samples, rate, score.words_timed, score)
