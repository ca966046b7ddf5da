"""TTS: the one path from text to sound. Knows no runtime and no model family.

text -> utterances -> score of each (planner) -> waveform of each (performer) -> audio

A family that reads text by itself takes the shorter way of `text_engines`.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steptts import text_engines
from steptts.audio import Audio, join
from steptts.errors import (
    BackendError,
    GenerationError,
    ScoreError,
    StepTTSError,
    TextError,
    VoiceError,
)
from steptts.loading import DEFAULT_MODEL, LoadedModel, load_model, own_voices
from steptts.score import Score, joined
from steptts.score_edits import SPEED_RANGE, edge_of, silence, with_end, with_start
from steptts.score_json import check
from steptts.stages import TextEngine
from steptts.text_pieces import whole_sentences
from steptts.voice import Voice, default_voice, find_voice, voice_names

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from steptts.stages import OwnVoice
    from steptts.text.frontend import Utterance

VOICE_LANGUAGES = ("en", "zh")  # that have voices of their own
MAX_CHARACTERS = 100_000  # of one text: about 2 hours of speech


class TTS:
    """Speaks text.

    The model is read at the first use, once; several threads may then speak at the same time. The
    same text, voice, speed and seed give the same samples on the same machine.
    """

    def __init__(
        self,
        model: str | Path | LoadedModel = DEFAULT_MODEL,
        *,
        voices: str | Path | None = None,
        lexicon: str | Path | None = None,
        device: str | None = None,
        dtype: str | None = None,
        weights: str | None = None,
        n_steps: int | None = None,
        reference: bool | None = None,
    ) -> None:
        """Remember what to use; nothing is read yet.

        Args:
            model: "embedded", "step-audio-tts-3b" (fetched before), a model folder, or a model
                already loaded. What follows after the lexicon is for step-audio-tts-3b alone.
            voices: folder of voice packs (of ``.voice`` files for step-audio-tts-3b); by default
                those that come with the library, or with the model.
            lexicon: file of own pronunciations, "word<TAB>pronunciation" a line.
            device: "cuda", "cuda:1", "cpu"; by default CUDA where there is one.
            dtype: "bfloat16", "float16" or "float32"; by default bfloat16 on CUDA, else float32.
            weights: "float", "int8" or "int4"; fewer bits take less memory.
            n_steps: of the mel decoder; 10 by default, fewer are faster and rougher.
            reference: draw as the published program does, one attempt, nothing repaired.

        Raises:
            TextError: the lexicon cannot be read.
            BackendError: a model that is loaded already is given options.
        """
        from steptts.text.pronunciation import read_lexicon

        self._model = model
        self._voices_folder = Path(voices) if voices is not None else None
        self._loaded = model if isinstance(model, LoadedModel) else None
        self._options = _given(
            device=device, dtype=dtype, weights=weights, n_steps=n_steps, reference=reference
        )
        if self._loaded is not None and self._options:
            raise BackendError(f"the model is loaded already; leave out {', '.join(self._options)}")
        self._lexicon = read_lexicon(lexicon) if lexicon is not None else None
        self._lock = threading.Lock()

    @property
    def voices(self) -> tuple[str, ...]:
        """Names of the voices, sorted."""
        if self._loaded is not None and isinstance(self._loaded.engine, TextEngine):
            return self._loaded.engine.voices
        own = None
        if not isinstance(self._model, LoadedModel):
            own = own_voices(self._model, self._voices_folder)
        return voice_names(self._voices_folder) if own is None else own

    @property
    def sample_rate(self) -> int:
        """Samples per second of what is spoken."""
        return self.load().engine.sample_rate

    def load(self) -> LoadedModel:
        """Read and check the model now instead of at the first use.

        Raises:
            ManifestError: there is no such model, or its files are not what it says.
            BackendError: it needs a package that is not installed.
        """
        with self._lock:
            if self._loaded is None:
                assert not isinstance(self._model, LoadedModel)
                voices = _given(voices=self._voices_folder)
                self._loaded = load_model(self._model, **self._options, **voices)
            return self._loaded

    def speak(
        self,
        text: str | Score,
        *,
        voice: str | Path | Voice | OwnVoice | None = None,
        speed: float = 1.0,
        seed: int = 0,
        language: str | None = None,
    ) -> Audio:
        """Speak a text, or perform a score.

        step-audio-tts-3b reads text by itself: tags in brackets and pauses act, but there are no
        scores, no word times and no language, and speed is 0.5 to 2.

        Args:
            text: up to 100,000 characters, or a score.
            voice: a name of `voices`, a ``.voice`` file, or a Voice; by default the voice of the
                text's language, or the one that the score was written for.
            speed: 0.25 (slow) to 4 (fast).
            seed: the same seed gives the same samples.
            language: "en" or "zh"; by default found out from the text, sentence by sentence.
                Other codes ("fr") are read by espeak-ng, an extra.

        Returns:
            Audio with `words` (times of the words) and `score` (what was performed).

        Raises:
            TextError: there is nothing that can be spoken, or too much.
            VoiceError: the voice is unknown, unreadable, or made for another model.
            ScoreError: the score is malformed, or speed or seed out of range.
        """
        parts = self.stream(
            text, voice=voice, speed=speed, seed=seed, language=language, early=False
        )
        return join(list(parts))

    def stream(
        self,
        text: str | Score | Iterable[str],
        *,
        voice: str | Path | Voice | OwnVoice | None = None,
        speed: float = 1.0,
        seed: int = 0,
        language: str | None = None,
        early: bool = True,
    ) -> Generator[Audio, None, None]:
        """Speak sentence by sentence: the first one comes while the others are not yet made.

        Joined, the pieces are what `speak` gives. Closing the iterator stops the work.

        Args:
            text: as for `speak`, or an iterable of pieces of text as they arrive; a sentence is
                spoken as soon as it is known to be whole.
            voice: as for `speak`.
            speed: as for `speak`.
            seed: as for `speak`.
            language: as for `speak`.
            early: step-audio-tts-3b begins within a sentence: its pieces are chunks, and joined
                they differ a little from `speak`. False: whole sentences.

        Yields:
            Audio of one utterance, or of an exact pause; its word times start at 0.

        Raises:
            StepTTSError: as for `speak`, when the first piece is asked for.
        """
        model = self.load()
        if isinstance(model.engine, TextEngine):
            _check_arguments(speed, seed)
            if isinstance(text, str):
                _check_length(text)
            text_engines.refuse({"language": language, "lexicon": self._lexicon})
            yield from text_engines.pieces(
                model.engine, text, voice=voice, speed=speed, seed=seed, chunked=early
            )
            return
        for score, speaker in self._scores(text, voice, speed, seed, language):
            yield perform(model, score, speaker, seed)

    def score(
        self,
        text: str,
        *,
        voice: str | Path | Voice | None = None,
        speed: float = 1.0,
        seed: int = 0,
        language: str | None = None,
    ) -> Score:
        """Write the score of a text without performing it; edit it and give it to `speak`.

        Args:
            text: as for `speak`.
            voice: as for `speak`.
            speed: as for `speak`.
            seed: as for `speak`.
            language: as for `speak`.

        Raises:
            StepTTSError: as for `speak`.
        """
        self.load().planner  # noqa: B018 - raises where no score is written
        scores = self._scores(text, voice, speed, seed, language)
        return joined([score for score, _ in scores], text)

    def voice(self, name: str | Path | Voice | OwnVoice | None = None) -> Voice | OwnVoice:
        """Find a voice by name, or read a ``.voice`` file or a pack folder.

        Args:
            name: a name, a path, or a voice to be checked; None: the English default voice.

        Raises:
            VoiceError: unknown, unreadable, or made for another model.
        """
        engine = self.load().engine
        if isinstance(engine, TextEngine):
            return engine.voice(name)
        if name is None:
            return self._fitting(default_voice("en", self._voices_folder))
        return self._pack(name)

    def _pack(self, name: str | Path | Voice | OwnVoice) -> Voice:
        if not isinstance(name, (str, Path, Voice)):
            raise VoiceError(
                f"voice {name.name[:64]!r} was made for another model; make it again for this one"
            )
        if isinstance(name, Voice):
            return self._fitting(name)
        if isinstance(name, Path) or name.endswith(".voice"):
            return self._fitting(Voice.load(name))
        return self._fitting(find_voice(name, self._voices_folder))

    def _fitting(self, voice: Voice) -> Voice:
        analysis = self.load().manifest.analysis
        if voice.facts.analysis != analysis:
            raise VoiceError(
                f"voice {voice.name!r} was made for analysis {voice.facts.analysis[:40]!r}, this "
                f"model needs {analysis[:40]!r}; make the voice again for this model"
            )
        return voice

    def _scores(
        self,
        text: str | Score | Iterable[str],
        voice: str | Path | Voice | OwnVoice | None,
        speed: float,
        seed: int,
        language: str | None,
    ) -> Iterator[tuple[Score, Voice]]:
        """The parts to perform, one by one, each with its voice."""
        _check_arguments(speed, seed)
        if isinstance(text, Score):
            check(text)
            speaker = self._pack(text.voice if voice is None else voice)
            yield from ((part, speaker) for part in text.scaled(speed).split())
            return
        speaker_or_none = self._pack(voice) if voice is not None else None
        utterances = self._utterances(text, speaker_or_none, language)
        yield from self._planned(utterances, speaker_or_none, speed, seed)

    def _utterances(
        self, text: str | Iterable[str], voice: Voice | None, language: str | None
    ) -> Iterator[Utterance]:
        from steptts.text.frontend import iter_utterances

        english = voice or default_voice("en", self._voices_folder)
        accent = english.facts.accent if english.facts.accent in ("us", "gb") else "us"
        if isinstance(text, str):
            _check_length(text)
            yield from iter_utterances(
                text, language=language, accent=accent, lexicon=self._lexicon
            )
            return
        for sentences in whole_sentences(text):
            if any(char.isalnum() for char in sentences):  # "***" alone is not an error here
                yield from iter_utterances(
                    sentences, language=language, accent=accent, lexicon=self._lexicon
                )

    def _planned(
        self, utterances: Iterator[Utterance], voice: Voice | None, speed: float, seed: int
    ) -> Iterator[tuple[Score, Voice]]:
        """Plan each utterance; exact pauses become parts of their own.

        A pause of p seconds is measured between sounds: the first and last `edge_of` seconds of it
        belong to the sounds beside it, the rest is digital silence.
        """
        engine = self.load().planner
        rest = 0.0  # digital silence that is due before the next sound
        score = None
        for utterance in utterances:
            pause = utterance.pause_after
            if not utterance.words:
                rest += pause
                continue
            if voice is None:
                own = utterance.language if utterance.language in VOICE_LANGUAGES else "en"
                voice = self._fitting(default_voice(own, self._voices_folder))
            score = engine.plan(utterance, voice, seed=seed, speed=speed)
            if rest:
                edge = edge_of(rest)
                yield silence(rest - edge, score), voice
                score = with_start(score, edge)
            rest = pause - edge_of(pause)
            yield (with_end(score, edge_of(pause)) if pause else score), voice
        if score is None or voice is None:
            raise TextError("the text holds nothing that can be spoken; give at least one word")
        if rest:
            yield silence(rest, score), voice


def perform(model: LoadedModel, score: Score, voice: Voice, seed: int) -> Audio:
    """Perform one part of a score.

    Raises:
        GenerationError: the model gave something that is not sound.
    """
    import numpy as np

    rate = model.engine.sample_rate
    if score.is_silence:
        return Audio(np.zeros(round(score.duration * rate), np.float32), rate, (), score)
    samples = model.planner.perform(score, voice, seed=seed)
    if not len(samples) or not np.isfinite(samples).all():
        raise GenerationError(
            f"the model gave {len(samples)} samples that are empty or not finite for "
            f"{score.text[:60]!r}; try another seed or voice"
        )
    return Audio(samples, rate, score.words_timed, score)


def _given(**options: object) -> dict[str, Any]:
    """Those that are not None."""
    return {name: value for name, value in options.items() if value is not None}


def _check_arguments(speed: float, seed: int) -> None:
    low, high = SPEED_RANGE
    if not low <= speed <= high:
        raise ScoreError(f"speed {speed} is outside {low} to {high}")
    if seed < 0:
        raise StepTTSError(f"seed {seed} must be 0 or above")


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise TextError(
            f"text has {len(text)} characters, at most {MAX_CHARACTERS} can be spoken at once; "
            "split it, for example into chapters"
        )
