"""Judges whether tags act: emotions heard in the prosody, words kept, times met.

Everything is measured on the waveform; only the number of syllables comes from the text.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from steptts.errors import AudioError
from steptts.evaluate.intervals import mean_interval
from steptts.evaluate.judging_texts import JudgingText
from steptts.evaluate.prosody import prosody
from steptts.evaluate.report import Figure
from steptts.evaluate.spoken import Spoken
from steptts.evaluate.suites import word_errors
from steptts.evaluate.timing import longest_silence
from steptts.styles import EMOTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Protocol

    from numpy.typing import NDArray

    from steptts.audio import Audio
    from steptts.evaluate.emotions import EmotionJudge
    from steptts.evaluate.error_rate import Errors
    from steptts.evaluate.recognizer import Recognizer

    class Speaker(Protocol):
        """What is judged: `steptts.TTS`, or a stand-in."""

        def speak(
            self,
            text: str,
            *,
            voice: str | None = None,
            speed: float = 1.0,
            duration: float | None = None,
        ) -> Audio:
            """Speaks a text with tags."""


NEUTRAL = "neutral"
SPEEDS = (0.5, 0.8, 1.25, 2.0)
WINDOWS = (0.7, 1.4)  # of the natural length
PAUSES_S = (0.3, 0.8, 1.5)


@dataclass(frozen=True, eq=False)
class Coloured:
    """One utterance and the emotion that was asked for."""

    emotion: str
    spoken: Spoken
    figures: NDArray[np.float64]


def coloured(
    tts: Speaker, texts: Sequence[JudgingText], voices: Sequence[str], strength: float = 1.0
) -> Iterator[Coloured]:
    """Speaks each text neutrally and with every emotion; the voices of its language take turns."""
    for index, text in enumerate(texts):
        voice = voices[index % len(voices)]
        n_syllables = syllable_count(text)
        for emotion in (NEUTRAL, *EMOTIONS):
            tag = NEUTRAL if emotion == NEUTRAL else f"{emotion}:{strength:g}"
            audio = tts.speak(f"({tag}) {text.text}", voice=voice)
            samples = np.asarray(audio.samples, np.float32)
            spoken = Spoken(text.text, text.language, voice, samples, audio.sample_rate)
            yield Coloured(emotion, spoken, prosody(samples, audio.sample_rate, n_syllables))


def syllable_count(text: JudgingText) -> int:
    """Vowels of a text as it is read, 1 at least."""
    from steptts.text.frontend import to_utterances
    from steptts.text.phones import is_vowel, read_word

    words = (w for u in to_utterances(text.text, language=text.language) for w in u.words)
    return max(1, sum(is_vowel(symbol) for word in words for symbol, _ in read_word(word.phones)))


def emotion_figures(said: Sequence[Coloured], judge: EmotionJudge) -> list[Figure]:
    """Returns how many emotions are recognised, in all, by emotion, by voice.

    Raises:
        AudioError: there is no neutral speech of a voice to compare with.
    """
    by_voice: dict[str, list[Coloured]] = defaultdict(list)
    for one in said:
        by_voice[one.spoken.voice].append(one)
    right: list[tuple[str, str, float]] = []
    for voice, own in by_voice.items():
        neutral = [one.figures for one in own if one.emotion == NEUTRAL]
        if not neutral:
            raise AudioError(f"voice {voice!r} said nothing neutral to compare its emotions with")
        base = np.mean(neutral, axis=0)
        for one in own:
            if one.emotion != NEUTRAL:
                heard = judge.recognise(one.figures - base)
                right.append((one.emotion, voice, float(heard == one.emotion)))
    names = sorted({emotion for emotion, _, _ in right})
    whole = f"emotions recognised, of {len(names)}"
    figures = [Figure.of(whole, mean_interval([hit for _, _, hit in right]), "%")]
    for name in names:
        hits = [hit for emotion, _, hit in right if emotion == name]
        figures.append(Figure(f"- {name}", float(np.mean(hits)), "%"))
    for voice in sorted(by_voice) if len(by_voice) > 1 else ():
        hits = [hit for _, own_voice, hit in right if own_voice == voice]
        figures.append(Figure(f"- by {voice}", float(np.mean(hits)), "%"))
    return figures


def word_figures(said: Iterable[Coloured], recognizer: Recognizer) -> list[Figure]:
    """Returns error rates of neutral and of emotional speech, and their difference, by language.

    English is counted in words, Mandarin in toned syllables.
    """
    errors: dict[tuple[str, str], list[Errors]] = defaultdict(list)
    for one in said:
        spoken = one.spoken
        sound = (spoken.waveform, spoken.sample_rate)
        heard = recognizer.transcribe(*sound, spoken.language).text
        own, _ = word_errors(spoken.text, heard, spoken.language)
        errors[spoken.language, one.emotion].append(own)
    figures: list[Figure] = []
    for language in sorted({language for language, _ in errors}):
        rates = {
            emotion: sum(e.total for e in found) / max(sum(e.n_tokens for e in found), 1)
            for (own, emotion), found in errors.items()
            if own == language
        }
        neutral = rates.pop(NEUTRAL)
        mean = float(np.mean(list(rates.values())))
        figures += [
            Figure(f"{language}: errors, neutral", neutral, "%"),
            Figure(f"{language}: errors, emotions", mean, "%"),
            Figure(f"{language}: errors that emotions add", mean - neutral, "%"),
        ]
        worst = max(rates, key=lambda emotion: rates[emotion])
        figures.append(Figure(f"{language}: errors, {worst} (most)", rates[worst], "%"))
    return figures


def time_figures(tts: Speaker, texts: Sequence[JudgingText], voices: Sequence[str]) -> list[Figure]:
    """Returns how far speeds, windows and exact pauses are from what was asked for, at most."""
    speeds, windows, pauses = [], [], []
    for index, text in enumerate(texts):
        voice = voices[index % len(voices)]
        tagged = f"({EMOTIONS[index % len(EMOTIONS)]}) {text.text}"
        natural = tts.speak(tagged, voice=voice).duration
        for speed in SPEEDS:
            speeds.append(tts.speak(tagged, voice=voice, speed=speed).duration * speed / natural)
        for share in WINDOWS:
            asked = share * natural
            windows.append(tts.speak(tagged, voice=voice, duration=asked).duration / asked)
        pause = PAUSES_S[index % len(PAUSES_S)]
        audio = tts.speak(f"{tagged} [pause {pause}s] {text.text}", voice=voice)
        heard = longest_silence(np.asarray(audio.samples, np.float32), audio.sample_rate)
        pauses.append(abs(heard - pause))
    return [
        Figure("speed error, most", float(np.max(np.abs(np.array(speeds) - 1))), "%"),
        Figure("window error, most", float(np.max(np.abs(np.array(windows) - 1))), "%"),
        Figure("pause error, median", float(np.median(pauses)) * 1e3, "ms"),
        Figure("pause error, most", float(np.max(pauses)) * 1e3, "ms"),
    ]
