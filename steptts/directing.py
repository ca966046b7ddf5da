"""From tagged text to the parts of a score: front end, planner, and what tags and wishes ask for.

text -> tags -> utterances -> dialect's sounds -> plan -> dialect's tones -> emotion -> pace
     -> exact pauses -> melody or rap -> pitch, energy -> window

Each arrow is an edit of a score by a module of its own; this one knows their order and nothing of
how they work, nor of models beyond `Engine.plan`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from steptts.dialects import DIALECTS
from steptts.errors import ScoreError, StepTTSError, TagError, TextError
from steptts.exact_pauses import Part, Pauses, Unit
from steptts.score import Score, joined
from steptts.stretches import utterances_of
from steptts.styles import styled
from steptts.styles.pace import check_amounts, fit_speed, louder, paced, transposed
from steptts.text.cleaner import clean
from steptts.text.tag_table import BY_SPELLING, EMBEDDED
from steptts.text.tags import TagReader, TagUse

if TYPE_CHECKING:
    from steptts.singing import Melody
    from steptts.stages import Engine
    from steptts.text.frontend import Utterance
    from steptts.text.pronunciation import UserLexicon
    from steptts.text.tags import TaggedText
    from steptts.voice import Voice

LANGUAGES = {"chinese": "zh", "english": "en", "american": "en", "british": "en"}
ACCENTS = {"american": "us", "british": "gb"}
SUNG = ("sing", "hum", "rap")
FIT_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Direction:
    """How a text is to be spoken; see `steptts.TTS.speak` for each."""

    speed: float = 1.0
    seed: int = 0
    language: str | None = None
    melody: str | Path | Melody | None = None
    bpm: float | None = None
    pitch: float = 0.0
    energy: float = 0.0
    duration: float | None = None
    strict: bool = True

    def check(self) -> None:
        """Refuse what is out of range before anything is planned.

        Raises:
            ScoreError: speed, pitch, energy or duration.
            StepTTSError: seed.
        """
        check_amounts(self.speed, self.pitch, self.energy)
        if self.seed < 0:
            raise StepTTSError(f"seed {self.seed} must be 0 or above")
        if self.duration is not None and not 0 < self.duration < float("inf"):
            raise ScoreError(f"duration {self.duration} must be a number of seconds above 0")


@dataclass
class Director:
    """Turns text into parts to perform; tags hold from one text to the next.

    Attributes:
        engine: plans.
        voice_of: the voice for a language, where the caller named none.
        accent: of English, "us" or "gb", where no tag says.
    """

    engine: Engine
    voice_of: Callable[[str], Voice]
    direction: Direction = field(default_factory=Direction)
    accent: str = "us"
    lexicon: UserLexicon | None = None

    def __post_init__(self) -> None:
        """Begin with no tags, or singing where a melody was given."""
        singing = (TagUse(BY_SPELLING["sing"]),) if self.direction.melody is not None else ()
        self._reader = TagReader(strict=self.direction.strict, active=singing)
        self._stretch = 0
        self._voice: Voice | None = None

    def parts(self, texts: Iterable[str]) -> Iterator[Part]:
        """The parts of a text that comes in pieces, each with its voice.

        Raises:
            TextError: nothing can be spoken.
            TagError: a tag is unknown, or not available in this model.
            ScoreError: the window cannot be met.
        """
        units = (unit for text in texts for unit in self.units(text))
        if self.direction.duration is None:
            yield from self._assembled(units, self.direction.speed)
        else:
            yield from self._fitted(list(units), self.direction.duration)
        if self._voice is None:
            raise TextError(
                "nothing to speak: the text holds nothing that can be spoken; give a word"
            )
        self._reader.close()

    def units(self, text: str) -> Iterator[Unit]:
        """Read and plan one piece of text."""
        stretches = self._reader.read(clean(text))
        for number, stretch in enumerate(stretches, 1):
            self._stretch += 1
            tags = {use.tag.group: use for use in stretch.tags}
            for use in stretch.tags:
                _check_available(use)
            for utterance in self._utterances(stretch, tags, number < len(stretches)):
                yield self._planned(utterance, tags)

    def assembled(self, units: Iterable[Unit], speed: float) -> list[Part]:
        """The parts of units at a speed, exact pauses among them."""
        return list(self._assembled(units, speed))

    def _utterances(
        self, stretch: TaggedText, tags: dict[str, TagUse], goes_on: bool
    ) -> Iterator[Utterance]:
        asked = tags["language"].tag.name if "language" in tags else ""
        other = LANGUAGES.get(asked, self.direction.language)
        return utterances_of(
            stretch.text,
            language="zh" if asked in DIALECTS else other,
            accent=ACCENTS.get(asked, self.accent),
            lexicon=self.lexicon,
            goes_on=goes_on,
        )

    def _planned(self, utterance: Utterance, tags: dict[str, TagUse]) -> Unit:
        pause = utterance.pause_after
        if not utterance.words:
            return Unit(None, None, pause, tags, self._stretch)
        if self._voice is None:
            self._voice = self.voice_of(utterance.language)
        dialect = tags["language"].tag.name if "language" in tags else ""
        score = self._plan(utterance, self._voice, dialect if dialect in DIALECTS else None)
        if "emotion" in tags:
            score = styled(score, tags["emotion"].tag.name, tags["emotion"].strength)
        return Unit(score, self._voice, pause, tags, self._stretch)

    def _plan(self, utterance: Utterance, voice: Voice, dialect: str | None) -> Score:
        seed = self.direction.seed
        if dialect is None:
            return self.engine.plan(utterance, voice, seed=seed, speed=1.0)
        from steptts.dialects import in_dialect, toned

        spoken = in_dialect(utterance, dialect)
        return toned(self.engine.plan(spoken, voice, seed=seed, speed=1.0), dialect)

    def _assembled(self, units: Iterable[Unit], speed: float) -> Iterator[Part]:
        pauses = Pauses()
        for _, group in groupby(units, key=lambda unit: unit.stretch):
            for part in self._group(group, pauses, speed):
                score = louder(transposed(part.score, self.direction.pitch), self.direction.energy)
                yield part._replace(score=score)
        yield from pauses.end()

    def _group(self, group: Iterator[Unit], pauses: Pauses, speed: float) -> Iterator[Part]:
        """The parts of one stretch of text."""
        first = next(group)
        units = (unit for some in ((first,), group) for unit in some)
        use = first.tags.get("singing")
        if use is None or use.tag.name not in SUNG:
            yield from (part for unit in units for part in pauses.around(unit, speed))
            return
        parts = [part for unit in units for part in pauses.around(unit, 1.0)]
        if parts:
            score = self._sung(joined([part.score for part in parts]), use.tag.name)
            yield from (Part(paced(part, speed), parts[0].voice) for part in score.split())

    def _sung(self, score: Score, name: str) -> Score:
        from steptts.singing import rap, read_melody, sing

        melody, bpm = self.direction.melody, self.direction.bpm
        if name == "rap":
            return rap(score) if bpm is None else rap(score, bpm=bpm)
        if isinstance(melody, str | Path):
            melody = read_melody(melody)
        return sing(score, melody, bpm=bpm)

    def _fitted(self, units: list[Unit], duration: float) -> list[Part]:
        """The parts that last ``duration`` seconds; the exact pauses stay exact."""
        parts = self.assembled(units, 1.0)
        natural = sum(part.score.duration for part in parts)
        exact = sum(part.score.duration for part in parts if part.score.is_silence)
        wanted = fit_speed(natural, exact, duration)
        for _ in range(FIT_ROUNDS):
            parts = self.assembled(units, wanted)
            total = sum(part.score.duration for part in parts)
            wanted *= (total - exact) / (duration - exact)
        return parts


def directed(score: Score, direction: Direction) -> list[Score]:
    """The parts of a given score at the speed, pitch, energy and duration that are asked for.

    Raises:
        ScoreError: the window cannot be met.
    """
    parts = [paced(part, direction.speed) for part in score.split()]
    if direction.duration is not None:
        natural = sum(part.duration for part in parts)
        exact = sum(part.duration for part in parts if part.is_silence)
        parts = [paced(part, fit_speed(natural, exact, direction.duration)) for part in parts]
    return [louder(transposed(part, direction.pitch), direction.energy) for part in parts]


def _check_available(use: TagUse) -> None:
    if not use.tag.embedded:
        raise TagError(
            f"tag ({use.tag.name}) is not available in the {EMBEDDED} model; it is in "
            f"{' and '.join(use.tag.models) or 'no model'}: see steptts tags"
        )
