"""TTS: the one path from text to sound. Knows no runtime and no model family.

text -> utterances -> score of each (planner) -> waveform of each (performer) -> audio

A family that reads text by itself takes the shorter way of `text_engines`.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steptts import text_engines
from steptts.audio import Audio, join, samples_of
from steptts.directing import Direction, Director, directed
from steptts.errors import BackendError, TextError, VoiceError
from steptts.exact_pauses import Part
from steptts.loading import DEFAULT_MODEL, LoadedModel, load_model, own_voices
from steptts.performing import performed
from steptts.score import Score, joined
from steptts.score_json import check
from steptts.stages import Cloner, TextEngine
from steptts.text.tag_table import tags_of
from steptts.text_pieces import whole_sentences
from steptts.voice import Voice, default_voice, voice_names
from steptts.voice_choice import fitting, named_voice

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    import numpy.typing as npt

    from steptts.singing import Melody
    from steptts.stages import OwnVoice
    from steptts.text.tag_table import Tag

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
    def tags(self) -> tuple[Tag, ...]:
        """The tags that act in this model: name, group, other spellings."""
        return tags_of(self.load().manifest.family)

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
        melody: str | Path | Melody | None = None,
        bpm: float | None = None,
        pitch: float = 0.0,
        energy: float = 0.0,
        duration: float | None = None,
        strict: bool = True,
    ) -> Audio:
        """Speak a text, or perform a score.

        step-audio-tts-3b reads text by itself: tags in brackets and pauses act, but there are no
        scores, no word times and no language, and speed is 0.5 to 2.

        Args:
            text: up to 100,000 characters, or a score. Tags such as "(happy)" act anywhere in it,
                see `tags`; "[pause 0.5s]" is an exact pause.
            voice: a name of `voices`, a ``.voice`` file, or a Voice; by default the voice of the
                text's language, or the one that the score was written for.
            speed: 0.25 (slow) to 4 (fast).
            seed: the same seed gives the same samples.
            language: "en" or "zh"; by default found out from the text, sentence by sentence.
                Other codes ("fr") are read by espeak-ng, an extra.
            melody: what "(sing)" sings: notes ("C4 D4 E4:2"), a MIDI file, or a known tune's name.
                With a melody the text is sung from its beginning, tag or not.
            bpm: beats a minute of "(sing)" and "(rap)".
            pitch: semitones, -12 to 12, by which everything is higher or lower.
            energy: dB, -20 to 12, by which everything is louder or softer.
            duration: seconds that it lasts, pauses included; takes 0.5 to 2 times the pace.
            strict: False drops unknown tags with a `TagWarning`; True: they are an error.

        Returns:
            Audio with `words` (times of the words) and `score` (what was performed).

        Raises:
            TextError: there is nothing that can be spoken, or too much.
            TagError: a tag is unknown or malformed, or this model does not have it.
            VoiceError: the voice is unknown, unreadable, or made for another model.
            ScoreError: the score is malformed, a number is out of range, or the duration cannot be
                met.
        """
        parts = self.stream(
            text,
            voice=voice,
            speed=speed,
            seed=seed,
            language=language,
            melody=melody,
            bpm=bpm,
            pitch=pitch,
            energy=energy,
            duration=duration,
            strict=strict,
            early=False,
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
        melody: str | Path | Melody | None = None,
        bpm: float | None = None,
        pitch: float = 0.0,
        energy: float = 0.0,
        duration: float | None = None,
        strict: bool = True,
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
            melody: as for `speak`.
            bpm: as for `speak`.
            pitch: as for `speak`.
            energy: as for `speak`.
            duration: as for `speak`; all is then planned before the first piece comes.
            strict: as for `speak`.
            early: step-audio-tts-3b begins within a sentence: its pieces are chunks, and joined
                they differ a little from `speak`. False: whole sentences.

        Yields:
            Audio of one utterance, or of an exact pause; its word times start at 0.

        Raises:
            StepTTSError: as for `speak`, when the first piece is asked for.
        """
        model = self.load()
        direction = Direction(
            speed, seed, language, melody, bpm, pitch, energy, duration, strict=strict
        )
        if isinstance(model.engine, TextEngine):
            direction.check()
            if isinstance(text, str):
                _check_length(text)
            text_engines.refuse(
                {"language": language, "lexicon": self._lexicon, "melody": melody, "bpm": bpm}
                | {"pitch": pitch or None, "energy": energy or None, "duration": duration}
            )
            manner = text_engines.Manner(speed, seed, strict=strict, chunked=early)
            yield from text_engines.pieces(model.engine, text, voice, manner)
            return
        yield from performed(model, self._parts(text, voice, direction), seed, duration)

    def score(
        self,
        text: str,
        *,
        voice: str | Path | Voice | OwnVoice | None = None,
        speed: float = 1.0,
        seed: int = 0,
        language: str | None = None,
        melody: str | Path | Melody | None = None,
        bpm: float | None = None,
        pitch: float = 0.0,
        energy: float = 0.0,
        duration: float | None = None,
        strict: bool = True,
    ) -> Score:
        """Write the score of a text without performing it; edit it and give it to `speak`.

        Args:
            text: as for `speak`.
            voice: as for `speak`.
            speed: as for `speak`.
            seed: as for `speak`.
            language: as for `speak`.
            melody: as for `speak`.
            bpm: as for `speak`.
            pitch: as for `speak`.
            energy: as for `speak`.
            duration: as for `speak`; all is then planned before the first piece comes.
            strict: as for `speak`.

        Raises:
            StepTTSError: as for `speak`.
        """
        _ = self.load().planner  # raises where no score is written
        direction = Direction(
            speed, seed, language, melody, bpm, pitch, energy, duration, strict=strict
        )
        parts = self._parts(text, voice, direction)
        return joined([part.score for part in parts], text)

    def score_subtitles(
        self,
        srt: str | Path,
        *,
        voice: str | Path | Voice | OwnVoice | None = None,
        seed: int = 0,
        language: str | None = None,
        late: str = "error",
        strict: bool = True,
    ) -> Score:
        """Write the score of subtitles, each cue at its time; give it to `speak`.

        A cue is spoken 0.85 to 1.6 times as fast as by nature, and may run on until the next one.

        Args:
            srt: the text of an SRT file, or its path. Tags act in it, and hold from cue to cue.
            voice: as for `speak`.
            seed: as for `speak`.
            language: as for `speak`.
            late: what becomes of a cue that is too long for its time: "error", or "delay", which
                lets what follows begin later.
            strict: as for `speak`.

        Raises:
            ScoreError: a cue does not fit.
            TextError: it is no SRT, or holds nothing to speak.
            StepTTSError: as for `speak`.
        """
        from steptts.dubbing import dubbed, read_srt

        source = srt.read_text(encoding="utf-8-sig") if isinstance(srt, Path) else srt
        direction = Direction(seed=seed, language=language, strict=strict)
        direction.check()
        return dubbed(self._director(voice, direction), read_srt(source), late)

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
        return self._named(name)

    def clone(
        self,
        recording: str | Path | Audio | npt.ArrayLike,
        *,
        name: str,
        consent: str,
        sample_rate: int | None = None,
        transcript: str | None = None,
        source: str = "",
    ) -> Voice | OwnVoice:
        """Copy the voice of a recording; save it with its ``save``, or speak with it at once.

        Args:
            recording: a sound file, audio, or samples [n] or [channels, n] in [-1, 1]: 3 to 30 s of
                one speaker (1 to 30 s for step-audio-tts-3b), any rate; 6 to 15 s serve best.
            name: for the voice.
            consent: how the speaker agreed; it is kept in the voice.
            sample_rate: of samples, in hertz; a file and audio know theirs.
            transcript: what is said, exactly. step-audio-tts-3b reads it, None: recognized by
                Whisper, an extra; the embedded model only takes the language from it.
            source: whose voice it is.

        Raises:
            AudioError: unreadable, silent, clipped, too short, too long, too noisy, or it seems to
                hold more than one voice.
            VoiceError: the name cannot be used, no consent, or this model cannot copy voices.
            BackendError: a package is missing.
        """
        model = self.load()
        if not isinstance(model.engine, Cloner):
            raise VoiceError(f"the model {model.manifest.family!r} cannot copy voices")
        samples, rate = samples_of(recording, sample_rate)
        return model.engine.clone(
            samples, rate, name=name, consent=consent, transcript=transcript, source=source
        )

    def _named(self, name: str | Path | Voice | OwnVoice) -> Voice:
        return self._fitting(named_voice(name, self._voices_folder))

    def _fitting(self, voice: Voice) -> Voice:
        return fitting(voice, self.load().manifest.analysis)

    def _parts(
        self,
        text: str | Score | Iterable[str],
        voice: str | Path | Voice | OwnVoice | None,
        direction: Direction,
    ) -> Iterator[Part]:
        """The parts to perform, one by one, each with its voice."""
        direction.check()
        if isinstance(text, Score):
            check(text)
            speaker = self._named(text.voice if voice is None else voice)
            yield from (Part(part, speaker) for part in directed(text, direction))
            return
        if isinstance(text, str):
            _check_length(text)
        texts = [text] if isinstance(text, str) else whole_sentences(text)
        yield from self._director(voice, direction).parts(texts)

    def _director(
        self, voice: str | Path | Voice | OwnVoice | None, direction: Direction
    ) -> Director:
        own = self._named(voice) if voice is not None else None
        english = own or default_voice("en", self._voices_folder)
        accent = english.facts.accent if english.facts.accent in ("us", "gb") else "us"

        def voice_of(language: str) -> Voice:
            known = language if language in VOICE_LANGUAGES else "en"
            return own or self._fitting(default_voice(known, self._voices_folder))

        engine = self.load().planner
        return Director(engine, voice_of, direction, accent, self._lexicon)


def _given(**options: object) -> dict[str, Any]:
    """Those that are not None."""
    return {name: value for name, value in options.items() if value is not None}


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise TextError(
            f"text has {len(text)} characters, at most {MAX_CHARACTERS} can be spoken at once; "
            "split it, for example into chapters"
        )
