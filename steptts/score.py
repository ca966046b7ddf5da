"""The score: what will be spoken, phone by phone, before it is spoken.

A score is a value, as sheet music is: the planner writes it, anyone may read, edit, save or draw
it, the performer turns it into sound of exactly its length. Durations are seconds, pitch is hertz,
energy is decibels, whatever a model uses inside. Knows nothing of models and audio.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from steptts.errors import ScoreError
from steptts.text.phones import SILENCE, is_pause

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steptts.audio import Audio

MARKS = (
    "",
    "primary stress",
    "secondary stress",
    "tone 1",
    "tone 2",
    "tone 3",
    "tone 4",
    "neutral tone",
)


class TimedWord(NamedTuple):
    """A word as the user wrote it, and when it sounds, in seconds from the start."""

    text: str
    start: float
    end: float


class ScoreWord(NamedTuple):
    """A word or punctuation mark, and its phones: ``phones[start:end]`` of the score.

    The text is what the user wrote. Where one written thing is spoken as several words ("2.5"), the
    first has the text and the others have "".
    """

    text: str
    start: int
    end: int


class ScorePart(NamedTuple):
    """A part of a score is performed in one go: an utterance, or an exact silence.

    Attributes:
        start: index of its first phone; it reaches to the next part's start.
        language: main language of the part.
        text: what the user wrote for it, "" for a silence.
    """

    start: int
    language: str
    text: str


class ScoreNote(NamedTuple):
    """A note that is sung, or a beat that is rapped, by ``phones[start:end]`` of the score.

    Attributes:
        start: index of its first vowel, which is heard on the beat.
        end: index after the last phone that is sung on it.
        pitch: MIDI number as sung, 69 is A4 of 440 Hz; None where only the rhythm is given.
    """

    start: int
    end: int
    pitch: float | None


@dataclass(frozen=True, slots=True)
class ScorePhone:
    """One phone, punctuation pause or silence.

    Attributes:
        symbol: one of `steptts.text.phones.SYMBOLS`.
        mark: index into `MARKS`: stress or tone.
        word: index into the score's words, -1 for none.
        duration: seconds, above 0.
        pitch: hertz at evenly spaced points, usually three (at 1/6, 3/6 and 5/6 of the phone),
            each heard `steptts.frames.LABEL_DELAY` later; None where unvoiced.
        energy: decibels RMS relative to full scale.
    """

    symbol: str
    mark: int
    word: int
    duration: float
    pitch: tuple[float, ...] | None
    energy: float

    @property
    def is_speech(self) -> bool:
        """Whether it is a sound of a word, not a pause."""
        return not is_pause(self.symbol)


@dataclass(frozen=True)
class Score:
    """Phones with duration, pitch and energy, and the words that they belong to.

    Attributes:
        phones: in order of time, without gaps.
        words: in order, each a range of phones.
        voice: name of the voice that it was written for.
        language: main language, "en" or "zh".
        text: what the user wrote.
        parts: what is performed in one go; () means one part, the whole.
        notes: of what is sung or rapped, in order. What sounds is in the phones; vowels of notes
            that have a pitch are held, as singers hold them.
    """

    phones: tuple[ScorePhone, ...]
    words: tuple[ScoreWord, ...]
    voice: str
    language: str
    text: str
    parts: tuple[ScorePart, ...] = ()
    notes: tuple[ScoreNote, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds from the first phone to the end of the last."""
        return sum(phone.duration for phone in self.phones)

    @property
    def is_silence(self) -> bool:
        """Whether nothing but silence is in it."""
        return all(phone.symbol == SILENCE for phone in self.phones)

    @property
    def words_timed(self) -> tuple[TimedWord, ...]:
        """The words with their times; punctuation has none, an expansion counts as one word."""
        times = [0.0, *accumulate(phone.duration for phone in self.phones)]
        timed: list[TimedWord] = []
        for text, start, end in self.words:
            if not any(phone.is_speech for phone in self.phones[start:end]):
                continue
            if text or not timed:
                timed.append(TimedWord(text, times[start], times[end]))
            else:
                timed[-1] = timed[-1]._replace(end=times[end])
        return tuple(timed)

    def scaled(self, speed: float) -> Score:
        """The same score spoken ``speed`` times as fast (0.25 to 4); silences keep their length.

        Raises:
            ScoreError: speed is out of range.
        """
        from steptts.score_edits import scaled

        return scaled(self, speed)

    def fitted(self, duration: float) -> Score:
        """The same score made to last ``duration`` seconds; silences keep their length.

        Raises:
            ScoreError: it would take a speed outside 0.25 to 4.
        """
        from steptts.score_edits import fitted

        return fitted(self, duration)

    def with_pause(self, after_word: int, seconds: float) -> Score:
        """The same score with exactly ``seconds`` between a word and the next.

        Args:
            after_word: index into ``words``.
            seconds: above 0, at most 60.

        Raises:
            ScoreError: no such word, or seconds out of range.
        """
        from steptts.score_edits import with_pause

        return with_pause(self, after_word, seconds)

    def split(self) -> tuple[Score, ...]:
        """The parts, each as a score of its own."""
        if not self.parts:
            return (self,)
        ends = [part.start for part in self.parts[1:]] + [len(self.phones)]
        return tuple(
            replace(self.slice(part.start, end), language=part.language, text=part.text, parts=())
            for part, end in zip(self.parts, ends, strict=True)
        )

    def slice(self, start: int, end: int) -> Score:
        """The phones [start, end) and their words as a score of one part, with the whole text."""
        inside = [i for i, word in enumerate(self.words) if word[1] < end and word[2] > start]
        first = inside[0] if inside else 0
        words = (self.words[i] for i in inside)
        return replace(
            self,
            phones=tuple(
                replace(phone, word=phone.word - first if phone.word >= 0 else -1)
                for phone in self.phones[start:end]
            ),
            words=tuple(
                ScoreWord(text, max(a, start) - start, min(b, end) - start) for text, a, b in words
            ),
            parts=(),
            notes=tuple(
                ScoreNote(a - start, min(b, end) - start, pitch)
                for a, b, pitch in self.notes
                if start <= a < end
            ),
        )

    def to_json(self) -> str:
        """The score as JSON text; `from_json` gives an equal score."""
        from steptts.score_json import to_json

        return to_json(self)

    @staticmethod
    def from_json(text: str | bytes) -> Score:
        """Read what `to_json` wrote, strictly.

        Raises:
            ScoreError: an unknown or missing key, a value out of range, or a broken reference.
        """
        from steptts.score_json import from_json

        return from_json(text)

    def to_srt(self) -> str:
        """Subtitles: at most 2 lines of 42 characters and 7 seconds a cue."""
        from steptts.captions import cues, to_srt

        found, start = [], 0.0
        for part in self.split():
            found += cues(part.text, part.words_timed, offset=start)
            start += part.duration
        return to_srt(found)

    def plot(self, path: str | Path, audio: Audio | None = None) -> None:
        """Draw pitch, notes and energy over time above the phones.

        Args:
            path: its suffix decides the format, ".png" or ".svg".
            audio: the performance, to be drawn as a spectrogram.

        Raises:
            BackendError: matplotlib is not installed.
        """
        from steptts.score_plot import plot

        plot(self, path, audio)


def joined(scores: Sequence[Score], text: str | None = None) -> Score:
    """Several scores one after the other; voice and language are those of the first.

    Args:
        scores: at least one that has phones; the parts of each are kept.
        text: what the user wrote for all; by default their texts in a row.

    Raises:
        ScoreError: there is nothing to join.
    """
    scores = [score for score in scores if score.phones]
    if not scores:
        raise ScoreError("no score to join; give at least one that has phones")
    phones: list[ScorePhone] = []
    words: list[ScoreWord] = []
    parts: list[ScorePart] = []
    notes: list[ScoreNote] = []
    for score in scores:
        n_phones, n_words = len(phones), len(words)
        phones += (replace(p, word=p.word + n_words if p.word >= 0 else -1) for p in score.phones)
        words += (ScoreWord(t, a + n_phones, b + n_phones) for t, a, b in score.words)
        own = score.parts or (ScorePart(0, score.language, score.text),)
        parts += (part._replace(start=part.start + n_phones) for part in own)
        notes += (ScoreNote(a + n_phones, b + n_phones, pitch) for a, b, pitch in score.notes)
    first = scores[0]
    whole = " ".join(score.text for score in scores if score.text) if text is None else text
    rows = (tuple(phones), tuple(words), first.voice, first.language, whole)
    return Score(*rows, tuple(parts), tuple(notes))
