"""Exact pauses between utterances: each becomes a part of its own, digital silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from steptts.score_edits import edge_of, silence, with_end, with_start
from steptts.styles.pace import paced, tag_speed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steptts.score import Score
    from steptts.text.tags import TagUse
    from steptts.voice import Voice


@dataclass(frozen=True, slots=True)
class Unit:
    """One utterance as planned, before its pace; without a score a pause stands alone.

    Attributes:
        score: what is said. voice: who says it.
        pause: exact silence after it, in seconds.
        tags: by group. stretch: number of the stretch of text with these tags.
    """

    score: Score | None
    voice: Voice | None
    pause: float
    tags: dict[str, TagUse]
    stretch: int


class Part(NamedTuple):
    """What is performed in one go.

    Attributes:
        score: of one part. voice: who performs it.
        start: seconds of silence before its sound that belong to an exact pause, 0 for none.
        end: the same after its sound.
    """

    score: Score
    voice: Voice
    start: float = 0.0
    end: float = 0.0


class Pauses:
    """Makes exact pauses parts of their own.

    A pause of p seconds is measured between sounds: the first and last `edge_of` seconds of it
    belong to the sounds beside it, the rest is digital silence.
    """

    def __init__(self) -> None:
        self._rest = 0.0  # digital silence that is due before the next sound
        self._last: Part | None = None

    def around(self, unit: Unit, speed: float) -> Iterator[Part]:
        """The unit at its pace, and the silence that is due before it."""
        if unit.score is None or unit.voice is None:
            self._rest += unit.pause
            return
        use = unit.tags.get("speed")
        score = paced(unit.score, speed * (tag_speed(use.tag.name, use.strength) if use else 1.0))
        start = 0.0
        if self._rest:
            start = edge_of(self._rest)
            yield Part(silence(self._rest - start, score), unit.voice)
            score = with_start(score, start)
        end = edge_of(unit.pause)
        self._rest = unit.pause - end
        self._last = Part(with_end(score, end) if unit.pause else score, unit.voice, start, end)
        yield self._last

    def end(self) -> Iterator[Part]:
        """The silence that is due at the end."""
        if self._rest and self._last is not None:
            yield Part(silence(self._rest, self._last.score), self._last.voice)
