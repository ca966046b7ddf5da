"""What ``steptts say`` does once it is known what to say and where to.

Sound leaves sentence by sentence, into a player, a pipe or a growing file, so that memory does not
grow with the text. On a terminal a bar shows how far it is.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from steptts.captions import Cue, cues, to_srt
from steptts.errors import StepTTSError, TextError, VoiceError
from steptts.loading import DEFAULT_MODEL
from steptts.playback import play as play_chunks
from steptts.replacing import replaced
from steptts.score import Score, TimedWord
from steptts.sound_files import SUFFIXES, writing
from steptts.stages import TextEngine
from steptts.tts import TTS
from steptts.voice import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steptts.audio import Audio
    from steptts.stages import OwnVoice
    from steptts.voice import Voice

LONG_TEXT = 400  # characters; a shorter text is spoken before a bar could be read


@dataclass(frozen=True)
class Running:
    """Which model, and how it is run; see `steptts.TTS`."""

    model: str = DEFAULT_MODEL
    device: str | None = None
    dtype: str | None = None
    weights: str | None = None
    n_steps: int | None = None


@dataclass(frozen=True)
class Manner:
    """How it is spoken beyond voice and speed; see `steptts.TTS.speak` for each."""

    melody: str | None = None
    bpm: float | None = None
    pitch: float = 0.0
    energy: float = 0.0
    duration: float | None = None
    strict: bool = True


@dataclass(frozen=True)
class Subtitles:
    """A file of subtitles to be spoken at their times; see `steptts.TTS.score_subtitles`."""

    path: Path
    late: str = "error"


@dataclass(frozen=True)
class Wish:
    """What to speak and how; see `steptts.TTS.speak`."""

    content: str | Score | Subtitles
    voice: str | Voice | OwnVoice | None = None
    speed: float = 1.0
    seed: int = 0
    language: str | None = None
    lexicon: Path | None = None
    running: Running = Running()
    manner: Manner = Manner()

    def tts(self) -> TTS:
        """What speaks it."""
        return TTS(**vars(self.running), lexicon=self.lexicon)

    def spoken(self, tts: TTS) -> str | Score:
        """The text or the score; subtitles become a score."""
        if not isinstance(self.content, Subtitles):
            return self.content
        path, late = self.content.path, self.content.late
        try:
            source = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as reason:
            raise TextError(f"cannot read subtitles {path}: {reason}; UTF-8 is needed") from None
        return tts.score_subtitles(
            source,
            voice=self.voice,
            seed=self.seed,
            language=self.language,
            late=late,
            strict=self.manner.strict,
        )


def with_copy(wish: Wish, consent: str | None) -> Wish:
    """The wish with the copy of a voice where a recording was named as the voice.

    Raises:
        VoiceError: a recording without consent, or consent without a recording.
        AudioError: the recording cannot be used.
    """
    recording = Path(wish.voice) if isinstance(wish.voice, str) else None
    if recording is None or recording.suffix.lower() not in SUFFIXES:
        if consent is not None:
            raise VoiceError("--consent is for --voice FILE.wav, a recording to be copied")
        return wish
    if consent is None:
        raise VoiceError(
            f"{recording.name} is a recording: say how its speaker agreed to the copy, "
            '--consent "my own voice"'
        )
    name = name_of(recording)
    copy = wish.tts().clone(recording, name=name, consent=consent, source=recording.name)
    return replace(wish, voice=copy)


def play(wish: Wish, srt: Path | None = None) -> dict[str, Any]:
    """Speak through the audio device.

    Returns:
        Facts about what was spoken, see `Listener.report`.
    """
    listener, tts = Listener(wish), wish.tts()
    _check_subtitles(tts, srt)
    play_chunks(listener.chunks(tts))
    return listener.report(srt)


def write(
    wish: Wish, target: Path | IO[bytes], format: str | None = None, srt: Path | None = None
) -> dict[str, Any]:
    """Speak into a file or an open stream; see `steptts.sound_files.writing`.

    Returns:
        Facts about what was spoken, see `Listener.report`.
    """
    listener, tts = Listener(wish), wish.tts()
    _check_subtitles(tts, srt)
    with writing(target, tts.sample_rate, format) as file:
        for audio in listener.chunks(tts, early=not isinstance(target, Path)):
            file.write(audio.samples)
    return listener.report(srt)


def score(wish: Wish) -> Score:
    """Write the score of the text."""
    tts = wish.tts()
    content = wish.spoken(tts)
    if isinstance(content, Score):
        return content
    return tts.score(
        content,
        voice=wish.voice,
        speed=wish.speed,
        seed=wish.seed,
        language=wish.language,
        **vars(wish.manner),
    )


def draw(wish: Wish, written: Score, path: Path) -> None:
    """Draw a score over the spectrogram of its performance.

    Raises:
        BackendError: matplotlib is not installed.
        StepTTSError: the picture cannot be written.
    """
    audio = wish.tts().speak(written, voice=wish.voice, seed=wish.seed)
    try:
        written.plot(path, audio)
    except (OSError, ValueError) as reason:  # matplotlib's error for a suffix it does not know
        raise StepTTSError(f"cannot draw {path}: {reason}") from None


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step.

    Raises:
        StepTTSError: it cannot be written.
    """
    try:
        with replaced(path) as file:
            file.write(text.encode())
    except OSError as reason:
        raise StepTTSError(f"cannot write {path}: {reason.strerror}") from None


def _check_subtitles(tts: TTS, srt: Path | None) -> None:
    if srt is not None:
        _ = tts.load().planner  # raises where no score, thus no word's time, is known


class Listener:
    """Notes what passes by: length, words, subtitles."""

    def __init__(self, wish: Wish) -> None:
        """Listen to what this wish becomes."""
        self._wish = wish
        self._voice = ""
        self._seconds = 0.0
        self._words: list[TimedWord] = []
        self._cues: list[Cue] = []

    def chunks(self, tts: TTS, *, early: bool = True) -> Iterator[Audio]:
        """Speak; the pieces pass through."""
        wish = self._wish
        if isinstance(tts.load().engine, TextEngine):
            self._voice = tts.voice(wish.voice).name
        content = wish.spoken(tts)
        length = len(content.text if isinstance(content, Score) else content)
        stream = tts.stream(
            content,
            voice=wish.voice,
            speed=wish.speed,
            seed=wish.seed,
            language=wish.language,
            early=early,
            **vars(wish.manner),
        )
        if length < LONG_TEXT or not sys.stderr.isatty():
            for audio in stream:
                self._note(audio)
                yield audio
            return
        import typer

        with typer.progressbar(length=length, file=sys.stderr, label="speaking") as bar:
            left = length
            for audio in stream:
                self._note(audio)
                done = min(left, len(audio.score.text) if audio.score else 0)
                bar.update(done)
                left -= done
                yield audio
            bar.update(left)  # the spaces between sentences

    def report(self, srt: Path | None) -> dict[str, Any]:
        """Write the subtitles, and give what was heard: seconds, voice, seed and timed words."""
        if srt is not None:
            write_text(srt, to_srt(self._cues))
        return {
            "seconds": round(self._seconds, 3),
            "voice": self._voice,
            "seed": self._wish.seed,
            "words": [[w.text, round(w.start, 3), round(w.end, 3)] for w in self._words],
        }

    def _note(self, audio: Audio) -> None:
        start = self._seconds
        self._words += (TimedWord(w.text, w.start + start, w.end + start) for w in audio.words)
        if audio.score is not None:
            self._voice = audio.score.voice
            self._cues += cues(audio.score.text, audio.words, offset=start)
        self._seconds += audio.duration
