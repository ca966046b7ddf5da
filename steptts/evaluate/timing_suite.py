"""Judges when things happen in our own speech: words, exact pauses and speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from steptts.errors import AudioError
from steptts.evaluate.judging_texts import JudgingText
from steptts.evaluate.report import Figure
from steptts.evaluate.timing import longest_silence, onset_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from steptts.evaluate.recognizer import Recognizer
    from steptts.evaluate.spoken import Spoken

    class PacedSystem(Protocol):
        """A system that understands pauses and speed."""

        def speak(self, text: JudgingText, *, voice: str, seed: int, speed: float = 1.0) -> Spoken:
            """Returns the speech at `speed` times the natural pace."""


PAUSES_S = (0.3, 0.8, 1.5)
SPEEDS = (0.8, 1.25)


def word_figures(speech: Iterable[Spoken], recognizer: Recognizer) -> list[Figure]:
    """Returns how far the onsets heard are from those of the score (Whisper's own error: 0.1 s).

    Raises:
        AudioError: no utterance carries word times, or no word was recognised.
    """
    errors: list[float] = []
    for spoken in speech:
        sound = (spoken.waveform, spoken.sample_rate)
        heard = recognizer.transcribe(*sound, spoken.language, timed=True)
        errors += onset_errors(spoken.words, heard.words)
    if not errors:
        raise AudioError("no planned word was recognised: there are no word times to compare")
    late = np.array(errors)
    return [
        Figure("word onset error, median", float(np.median(np.abs(late))) * 1e3, "ms"),
        Figure("word onset error, 90 %", float(np.quantile(np.abs(late), 0.9)) * 1e3, "ms"),
        Figure("word onset bias", float(np.median(late)) * 1e3, "ms"),
    ]


def pause_figures(
    system: PacedSystem, texts: Sequence[JudgingText], voices: Sequence[str]
) -> list[Figure]:
    """Returns how much longer a silence is than the exact pause that was asked for.

    A little longer is natural, since the sentences around it begin and end softly; shorter is
    wrong.
    """
    excess = []
    for index, (before, after) in enumerate(zip(texts[::2], texts[1::2], strict=False)):
        pause = PAUSES_S[index % len(PAUSES_S)]
        text = JudgingText(f"{before.text} [pause {pause}s] {after.text}", before.language)
        spoken = system.speak(text, voice=voices[index % len(voices)], seed=0)
        excess.append(longest_silence(spoken.waveform, spoken.sample_rate) - pause)
    return [
        Figure("silence beyond exact pause, median", float(np.median(excess)) * 1e3, "ms"),
        Figure("shortest silence less exact pause", float(np.min(excess)) * 1e3, "ms"),
    ]


def speed_figures(
    system: PacedSystem, texts: Sequence[JudgingText], voices: Sequence[str]
) -> list[Figure]:
    """Returns how far durations are from what each speed asks for, as a share."""
    figures = []
    for speed in SPEEDS:
        ratios = []
        for index, text in enumerate(texts):
            voice = voices[index % len(voices)]
            natural = system.speak(text, voice=voice, seed=0)
            paced = system.speak(text, voice=voice, seed=0, speed=speed)
            ratios.append(paced.duration * speed / natural.duration)
        deviation = float(np.mean(np.abs(np.array(ratios) - 1)))
        figures.append(Figure(f"duration error at speed {speed}", deviation, "%"))
    return figures
