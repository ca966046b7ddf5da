"""The systems that can be judged, behind one small protocol."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from steptts.audio import Audio
from steptts.errors import BackendError
from steptts.evaluate.pitch import score_points
from steptts.evaluate.spoken import Spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steptts.evaluate.judging_texts import JudgingText

SYSTEMS = ("ours", "piper", "espeak-ng", "folder")
_ESPEAK_VOICES = {"en": "en-us", "zh": "cmn"}


class System(Protocol):
    """Turns a judging text into speech."""

    languages: tuple[str, ...]

    def speak(self, text: JudgingText, *, voice: str, seed: int) -> Spoken:
        """Returns the speech; `voice` "" is the system's own choice."""


class Ours:
    """This library, as its users call it."""

    languages: tuple[str, ...] = ("en", "zh")

    def __init__(self, model: str | None = None) -> None:
        """Loads a model by name or path; by default the one in the package."""
        from steptts import TTS

        self._tts = TTS() if model is None else TTS(model)

    def speak(self, text: JudgingText, *, voice: str, seed: int, speed: float = 1.0) -> Spoken:
        """Returns the speech with the pitch and the word times of its score."""
        audio = self._tts.speak(text.text, voice=voice or None, seed=seed, speed=speed)
        return Spoken(
            text.text,
            text.language,
            voice,
            audio.samples,
            audio.sample_rate,
            tuple(score_points(audio.score)) if audio.score is not None else (),
            audio.words,
        )


class EspeakNg:
    """The formant synthesizer espeak-ng, as a program of its own (GPL-3.0-or-later)."""

    languages: tuple[str, ...] = ("en", "zh")

    def speak(self, text: JudgingText, *, voice: str, seed: int) -> Spoken:
        """Returns the speech; the voice is one of espeak-ng's, by default US English or Mandarin.

        Raises:
            BackendError: espeak-ng is missing or refused the text.
        """
        name = voice or _ESPEAK_VOICES[text.language]
        with tempfile.TemporaryDirectory(prefix="espeak-") as folder:
            path = Path(folder) / "speech.wav"
            command = ["espeak-ng", "-v", name, "-w", str(path), "--stdin"]
            try:
                subprocess.run(command, input=text.text.encode(), check=True, capture_output=True)
            except FileNotFoundError as error:
                raise BackendError("espeak-ng is missing: apt-get install espeak-ng") from error
            except subprocess.CalledProcessError as error:
                raise BackendError(f"espeak-ng refused {text.text!r}: {error.stderr!r}") from error
            audio = Audio.read(path)
        waveform = np.asarray(audio.samples, np.float32)
        return Spoken(text.text, text.language, name, waveform, audio.sample_rate)


@contextlib.contextmanager
def opened(name: str, *, model: str | None, judges: Path | None) -> Iterator[System]:
    """Makes a system ready by name and ends it afterwards.

    Raises:
        BackendError: the name is unknown, or what it needs is missing.
    """
    if name == "ours":
        yield Ours(model)
    elif name == "espeak-ng":
        yield EspeakNg()
    elif name == "piper":
        from steptts.evaluate.judge_files import judges_folder
        from steptts.evaluate.piper import Piper

        voice = None if model is None else Path(model)
        with Piper(judges_folder(judges), model=voice) as piper:
            yield piper
    else:
        raise BackendError(f"no system {name!r}; there are {', '.join(SYSTEMS)}")


def render(
    system: System, texts: Sequence[JudgingText], *, voices: Sequence[str], seeds: int
) -> Iterator[Spoken]:
    """Speaks each text once per seed; the voices take turns.

    Texts in a language that the system does not speak are left out.

    Args:
        system: who speaks.
        texts: what is said.
        voices: text i is spoken by voice i modulo their number; [""] is the system's own choice.
        seeds: how many times each text is spoken, with seeds 0, 1, ...
    """
    known = [text for text in texts if text.language in system.languages]
    for seed in range(seeds):
        for index, text in enumerate(known):
            yield system.speak(text, voice=voices[(index + seed) % len(voices)], seed=seed)
