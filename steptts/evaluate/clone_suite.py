"""Judges cloning: how like its clip a copy speaks, how well it is understood, what tags cost it.

Likeness is Resemblyzer's cosine between the clip and the copy's speech, averaged over texts. Two
figures bound it: the speech of the built-in voices, which knows nothing of the clip, and the
nearest of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

import numpy as np

from steptts.cloning.pitch import measure
from steptts.errors import AudioError
from steptts.evaluate.intervals import mean_interval
from steptts.evaluate.report import Figure
from steptts.evaluate.similarity import centroid, mean_cosine, retrieved
from steptts.evaluate.spoken import Spoken
from steptts.voice import Voice, packs_folder, voice_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steptts.evaluate.judging_texts import JudgingText
    from steptts.evaluate.similarity import SpeakerJudge
    from steptts.stages import FloatArray
    from steptts.tts import TTS

CONSENT = "recorded for tests by a package that may be shared, or synthetic; judged, not published"
EMOTIONS = ("happy", "sad", "angry", "calm")
# Dialect and pace, with the language whose plain speech the tagged speech is compared with.
MANNERS = (
    ("(british)(slow:0.5)", "en"),
    ("(american)(fast:0.5)", "en"),
    ("(sichuanese)(slow:0.5)", "zh"),
    ("(taiwan)(fast:0.5)", "zh"),
)
GRID_TEXTS = {
    "en": "We walked along the river until the last light was gone.",
    "zh": "我们沿着河边走了很久，直到太阳落山。",
}


@dataclass(frozen=True, eq=False)
class Copy:
    """A clip, the voice made of it, and what it said.

    Attributes:
        clip: the recording. vector: what the judge makes of it.
        voice: the copy. speech: of the copy. vectors: of that speech.
    """

    clip: Spoken
    vector: FloatArray
    voice: Voice
    speech: tuple[Spoken, ...]
    vectors: tuple[FloatArray, ...]

    @property
    def likeness(self) -> float:
        """Mean cosine of the copy's speech with the clip."""
        return mean_cosine(self.vector, self.vectors)

    @property
    def semitones_off(self) -> float:
        """How far the copy's mean pitch is from the clip's."""
        wanted = measure(self.clip.waveform, self.clip.sample_rate).hertz
        heard = np.concatenate([spoken.waveform for spoken in self.speech])
        return 12 * abs(log2(measure(heard, self.speech[0].sample_rate).hertz / wanted))


def copies(
    tts: TTS,
    clips: Sequence[Spoken],
    texts: Sequence[Sequence[JudgingText]],
    judge: SpeakerJudge,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Copy]:
    """Clones every clip and lets each copy speak its texts.

    Raises:
        AudioError: a clip cannot be cloned.
    """
    out = []
    for number, (clip, own) in enumerate(zip(clips, texts, strict=True)):
        made = tts.clone(
            clip.waveform, sample_rate=clip.sample_rate, name=f"copy{number}", consent=CONSENT
        )
        assert isinstance(made, Voice)
        speech = tuple(_said(tts, text, clip.voice, made) for text in own)
        vectors = tuple(judge.embed(spoken.waveform, spoken.sample_rate) for spoken in speech)
        vector = judge.embed(clip.waveform, clip.sample_rate)
        out.append(Copy(clip, vector, made, speech, vectors))
        progress(f"  {clip.voice}: {out[-1].likeness:.3f}")
    return out


def _said(tts: TTS, text: JudgingText, name: str, voice: Voice) -> Spoken:
    audio = tts.speak(text.text, voice=voice, language=text.language)
    return Spoken(text.text, text.language, name, audio.samples, audio.sample_rate)


def likeness_figures(made: Sequence[Copy], judge: SpeakerJudge) -> list[Figure]:
    """Returns likeness, its bounds, retrieval and pitch, and the likeness of each copy.

    Raises:
        AudioError: there are fewer than two clips.
    """
    if len(made) < 2:
        raise AudioError(f"{len(made)} clips; at least two are needed to tell speakers apart")
    centroids = {copy.clip.voice: copy.vector for copy in made}
    right = [
        float(retrieved(centroid(copy.vectors), centroids) == copy.clip.voice) for copy in made
    ]
    others = [
        mean_cosine(copy.vector, other.vectors)
        for copy in made
        for other in made
        if other is not copy
    ]
    built_in = [judge.embed(*sample) for sample in _samples()]
    cosines = np.stack([[float(copy.vector @ vector) for vector in built_in] for copy in made])
    figures = [
        Figure.of("copy's cosine to its clip", mean_interval([copy.likeness for copy in made])),
        Figure.of("copies' cosine to other clips", mean_interval(others)),
        Figure.of("built-in voices' cosine to a clip", mean_interval(cosines.mean(1).tolist())),
        Figure.of("nearest built-in voice's", mean_interval(cosines.max(1).tolist())),
        Figure.of(f"found among {len(made)} clips", mean_interval(right), "%"),
        Figure("pitch off, median semitones", float(np.median([c.semitones_off for c in made]))),
    ]
    return figures + [Figure(f"{copy.clip.voice}: cosine", copy.likeness) for copy in made]


def _samples() -> list[tuple[FloatArray, int]]:
    """The sample of every built-in voice."""
    from steptts.audio import Audio

    audio = [Audio.read(packs_folder() / name / "sample.ogg") for name in voice_names()]
    return [(sound.samples, sound.sample_rate) for sound in audio]


def grid_figures(tts: TTS, made: Sequence[Copy], judge: SpeakerJudge) -> list[Figure]:
    """Returns what emotion, dialect and pace together take from the likeness, cell by cell.

    Each of 4 emotions is joined with 4 pairs of dialect and pace, in one call; the drop is taken
    from the cosine of the same copy's plain speech of the same text.
    """
    drops: dict[str, list[float]] = {}
    for copy in made:
        plain = {k: _likeness(tts, judge, copy, text) for k, text in GRID_TEXTS.items()}
        for manner, language in MANNERS:
            for emotion in EMOTIONS:
                text = f"({emotion}){manner}{GRID_TEXTS[language]}"
                tagged = _likeness(tts, judge, copy, text)
                drops.setdefault(f"({emotion}){manner}", []).append(plain[language] - tagged)
    every = [drop for cell in drops.values() for drop in cell]
    figures = [
        Figure.of("drop of likeness, all cells", mean_interval(every)),
        Figure("drop of likeness, worst cell", max(float(np.mean(d)) for d in drops.values())),
    ]
    return figures + [Figure(f"{cell}: drop", float(np.mean(d))) for cell, d in drops.items()]


def _likeness(tts: TTS, judge: SpeakerJudge, copy: Copy, text: str) -> float:
    audio = tts.speak(text, voice=copy.voice)
    return float(judge.embed(audio.samples, audio.sample_rate) @ copy.vector)
