"""The public call where the model reads text by itself: what it can do, and what is refused.

Such a model knows no phones, so there is no score, no word times, no lexicon, no melody; asking for
one is an error that says so. Knows no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from steptts.audio import Audio
from steptts.errors import GenerationError, ScoreError, TextError
from steptts.score import Score

if TYPE_CHECKING:
    from steptts.stages import OwnVoice, TextEngine

REASONS = {
    "language": "finds the language from the text; for a dialect write its tag, as in (粤语)",
    "lexicon": "reads text, not pronunciations",
}
OTHERWISE = "writes no score that this could act on"


def refuse(wishes: Mapping[str, Any]) -> None:
    """Refuse what only a model with a score can do.

    Args:
        wishes: by name, as the caller gave them; None where nothing was asked for.

    Raises:
        TextError: one was given.
    """
    for name, value in wishes.items():
        if value is not None:
            raise TextError(
                f"{name}={str(value)[:60]!r}: this model {REASONS.get(name, OTHERWISE)}; leave it "
                "out, or use TTS('embedded')"
            )


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is spoken.

    Attributes:
        speed: 1 is natural.
        seed: 0 or above.
        strict: an unknown tag is an error.
        chunked: give sound while a sentence is still being made.
    """

    speed: float
    seed: int
    strict: bool
    chunked: bool


def pieces(
    engine: TextEngine,
    text: str | Score | Iterable[str],
    voice: str | Path | OwnVoice | None,
    manner: Manner,
) -> Iterator[Audio]:
    """Speak piece by piece; the words of the pieces are not known.

    Raises:
        ScoreError: a score is to be performed, or the speed is outside what the model can do.
        GenerationError: the model gave something that is not sound.
        StepTTSError: as the engine's `stream`.
    """
    if isinstance(text, Score):
        raise ScoreError("this model performs no scores; give it text, or use TTS('embedded')")
    rate = engine.sample_rate
    stream = engine.stream(
        text,
        voice=voice,
        speed=manner.speed,
        seed=manner.seed,
        strict=manner.strict,
        chunked=manner.chunked,
    )
    for samples in stream:
        if not np.isfinite(samples).all():
            raise GenerationError(
                "the model gave samples that are not finite; try another seed, voice or dtype"
            )
        if len(samples):
            yield Audio(samples, rate)
