"""Judges singing and rap by what is heard: pitch against the notes, vowels against the beat.

Pitch is tracked on the sound and compared with the plain note, so slides and vibrato count as
error. Words are told for information only: Whisper was not made for singing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from steptts.errors import AudioError
from steptts.evaluate.error_rate import Errors
from steptts.evaluate.intervals import error_interval
from steptts.evaluate.onsets import onset_errors
from steptts.evaluate.report import Figure
from steptts.evaluate.suites import word_errors
from steptts.pitch_tracking import HOP_S, PitchRange, track_pitch
from steptts.singing import rap, read_melody, sing
from steptts.singing.tuning import CONCERT_A, CONCERT_HZ
from steptts.text.phones import is_vowel
from steptts.voice import find_voice, voice_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steptts.audio import Audio
    from steptts.evaluate.recognizer import Recognizer
    from steptts.score import Score
    from steptts.tts import TTS

TEMPOS = (80.0, 90.0, 100.0)  # of raps, in turn
LINE_BREAK, NO_MELODY = " / ", "-"


class Lyrics(NamedTuple):
    """What is sung or rapped: language, text, and the melody ("" for none)."""

    language: str
    text: str
    melody: str


class Performance(NamedTuple):
    """One sung or rapped text: lyrics, voice, what was performed, and its sound."""

    lyrics: Lyrics
    voice: str
    score: Score
    audio: Audio


@dataclass
class Heard:
    """What was measured, gathered over performances.

    Attributes:
        cents: distance from the note in every voiced 10 ms of its vowels.
        n_unvoiced: number of 10 ms of vowels in which no pitch is heard.
        late: how much later than due vowels are heard, seconds.
        n_hidden: notes inside or straight after a vowel, whose onset cannot be heard.
        errors: of words or syllables, by language.
    """

    cents: list[float] = field(default_factory=list)
    n_unvoiced: int = 0
    late: list[float] = field(default_factory=list)
    n_hidden: int = 0
    errors: dict[str, list[Errors]] = field(default_factory=dict)


def lyrics(name: str, split: str = "test", n: int | None = None) -> list[Lyrics]:
    """Returns the texts of "songs" or "raps", the first ``n`` of each language or all."""
    file = f"{name}.txt" if split == "test" else f"{name}_{split}.txt"
    rows = (files("steptts.evaluate") / "data" / file).read_text(encoding="utf-8").splitlines()
    found = []
    for row in rows:
        language, melody, text = row.split("\t")
        melody = melody.replace(NO_MELODY, "")
        found.append(Lyrics(language, text.replace(LINE_BREAK, "\n"), melody))
    return [own for code in ("en", "zh") for own in [x for x in found if x.language == code][:n]]


def voices_by_language(names: Sequence[str]) -> dict[str, list[str]]:
    """Returns the voices of each language: those named, or all that come with the library.

    Raises:
        VoiceError: there is no voice of that name.
    """
    wanted = [name for name in names if name] or voice_names()
    found: dict[str, list[str]] = {"en": [], "zh": []}
    for name in wanted:
        found.setdefault(find_voice(name).facts.language, []).append(name)
    return {language: own or list(wanted) for language, own in found.items()}


def performed(
    tts: TTS, texts: Sequence[Lyrics], voices: dict[str, list[str]], *, rapped: bool
) -> Iterator[Performance]:
    """Sings or raps each text; the voices of its language take turns."""
    for index, own in enumerate(texts):
        names = voices[own.language]
        voice = names[index % len(names)]
        score = tts.score(own.text, voice=voice)
        if rapped:
            score = rap(score, bpm=TEMPOS[index % len(TEMPOS)])
        else:
            score = sing(score, read_melody(own.melody) if own.melody else None)
        yield Performance(own, voice, score, tts.speak(score, voice=voice))


def listened(
    performances: Iterator[Performance], recognizer: Recognizer | None = None
) -> tuple[Heard, dict[str, Heard]]:
    """Returns what was heard of all performances, and by voice."""
    total = Heard()
    by_voice: dict[str, Heard] = {}
    for one in performances:
        heard = Heard()
        _hear_pitch(one, heard)
        _hear_onsets(one, heard)
        if recognizer is not None:
            sound = (np.asarray(one.audio.samples, np.float32), one.audio.sample_rate)
            text = recognizer.transcribe(*sound, one.lyrics.language).text
            found = word_errors(one.lyrics.text, text, one.lyrics.language)
            heard.errors[one.lyrics.language] = [found[1] or found[0]]  # toneless, for Mandarin
        for gathered in (total, by_voice.setdefault(one.voice, Heard())):
            _gather(gathered, heard)
    if not total.late:
        raise AudioError("nothing was sung whose onset can be heard")
    return total, by_voice


def _gather(total: Heard, heard: Heard) -> None:
    total.cents += heard.cents
    total.n_unvoiced += heard.n_unvoiced
    total.late += heard.late
    total.n_hidden += heard.n_hidden
    for language, errors in heard.errors.items():
        total.errors.setdefault(language, []).extend(errors)


def _hear_pitch(one: Performance, heard: Heard) -> None:
    """Adds the distance from the note of each 10 ms of its vowels."""
    phones = one.score.phones
    starts = _heard_starts(one.score)
    samples = np.asarray(one.audio.samples, np.float32)
    pitches = [note.pitch for note in one.score.notes if note.pitch is not None]
    if not pitches:
        return
    track = track_pitch(samples, one.audio.sample_rate, _searched(pitches))
    for note in one.score.notes:
        if note.pitch is None:
            continue
        wanted = _hertz(note.pitch)
        for i in range(note.start, note.end):
            if is_vowel(phones[i].symbol):
                first, last = np.ceil(starts[i] / HOP_S), np.ceil(starts[i + 1] / HOP_S)
                hertz = track[int(first) : int(last)]
                voiced = hertz[hertz > 0]
                heard.n_unvoiced += len(hertz) - len(voiced)
                heard.cents += list(1200 * np.abs(np.log2(voiced / wanted)))


def _searched(pitches: Sequence[float]) -> PitchRange:
    """Where pitch is looked for: from an octave below the lowest note to one above the highest."""
    return PitchRange(_hertz(min(pitches) - 12), _hertz(max(pitches) + 12))


def _hertz(pitch: float) -> float:
    return float(CONCERT_HZ * 2 ** ((pitch - CONCERT_A) / 12))


def _hear_onsets(one: Performance, heard: Heard) -> None:
    """Adds how late the vowels are that a consonant or a pause comes before."""
    phones = one.score.phones
    starts = _heard_starts(one.score)
    judged = [not is_vowel(phones[note.start - 1].symbol) for note in one.score.notes]
    due = [starts[note.start] for note in one.score.notes]
    samples = np.asarray(one.audio.samples, np.float32)
    heard.n_hidden += judged.count(False)
    heard.late += onset_errors(samples, one.audio.sample_rate, due, judged)


def _heard_starts(score: Score) -> list[float]:
    """When each phone is heard, in seconds, and the end of the last."""
    return list(accumulate((phone.duration for phone in score.phones), initial=0.0))


def sung_figures(heard: Heard, by_voice: dict[str, Heard]) -> list[Figure]:
    """Returns pitch, onsets and words of singing, and pitch by voice."""
    n_frames = len(heard.cents) + heard.n_unvoiced
    return [
        Figure("pitch error, median", float(np.median(heard.cents)), "cents"),
        Figure("pitch error, 90 %", float(np.quantile(heard.cents, 0.9)), "cents"),
        Figure("sung vowels without pitch", heard.n_unvoiced / max(n_frames, 1), "%"),
        *_onset_figures("note", heard),
        *_word_figures(heard),
        *(
            Figure(f"{voice}: pitch error, 90 %", float(np.quantile(own.cents, 0.9)), "cents")
            for voice, own in sorted(by_voice.items())
        ),
        *_onsets_by_voice(by_voice),
    ]


def rapped_figures(heard: Heard, by_voice: dict[str, Heard]) -> list[Figure]:
    """Returns onsets and words of rap, and onsets by voice."""
    return [
        *_onset_figures("syllable", heard),
        *_word_figures(heard),
        *_onsets_by_voice(by_voice),
    ]


def _onset_figures(what: str, heard: Heard) -> list[Figure]:
    late = np.array(heard.late)
    return [
        Figure(f"{what} onset error, median", float(np.median(np.abs(late))) * 1e3, "ms"),
        Figure(f"{what} onset error, mean", float(np.mean(np.abs(late))) * 1e3, "ms"),
        Figure(f"{what} onset error, 90 %", float(np.quantile(np.abs(late), 0.9)) * 1e3, "ms"),
        Figure(f"{what} onset bias", float(np.median(late)) * 1e3, "ms"),
        Figure("onsets judged", len(late) / (len(late) + heard.n_hidden), "%"),
    ]


def _onsets_by_voice(by_voice: dict[str, Heard]) -> list[Figure]:
    return [
        Figure(f"{voice}: onset error, median", float(np.median(np.abs(own.late))) * 1e3, "ms")
        for voice, own in sorted(by_voice.items())
    ]


def _word_figures(heard: Heard) -> list[Figure]:
    names = {"en": "word errors", "zh": "toneless syllable errors"}
    return [
        Figure.of(names[language], error_interval(errors), "%")
        for language, errors in heard.errors.items()
    ]
