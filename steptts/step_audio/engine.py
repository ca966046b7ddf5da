"""The path of the published checkpoint: text to passages, prompt, audio ids, sound.

Knows what follows what; networks, files and devices are behind the stages. `load` in `model.py`
makes one from a folder.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from steptts.errors import ScoreError, VoiceError
from steptts.step_audio.passages import Passage, passages, verbatim
from steptts.step_audio.speaker import Speaker, Stages, Style, default_name
from steptts.step_audio.voices import NAME, StepVoice, VoiceFacts, find_voice, voice_names

if TYPE_CHECKING:
    from steptts.stages import FloatArray, OwnVoice

SLOWEST_SPEED, FASTEST_SPEED = 0.5, 2.0
QUIET_DB = -45.0  # below the loudest 10 ms: silence at the edge of a passage
WINDOW_S = 0.01


class StepAudio:
    """Speaks with the published checkpoint.

    Several threads may speak at the same time; on this machine they take turns, id by id and chunk
    by chunk. A language model that serves many at once (`vllm_lm`) is asked by all at once.
    """

    def __init__(self, stages: Stages, style: Style | None = None) -> None:
        """Keep the stages; nothing is loaded here."""
        self._stages = stages
        # Reentrant: a forgotten stream may be cleaned up by the very thread that has the turn.
        self._turn = threading.RLock()
        self.style = style or Style()

    @property
    def sample_rate(self) -> int:
        """Rate of what is spoken, 22 050 Hz."""
        return self._stages.speech.sample_rate

    @property
    def voices(self) -> tuple[str, ...]:
        """Names of the voices of this model, sorted."""
        return voice_names(self._stages.voices)

    def voice(self, voice: str | Path | OwnVoice | None = None) -> StepVoice:
        """A voice by name, by `.voice` file, or as it is; None: the first one that is no singer's.

        Raises:
            VoiceError: unknown, unreadable, or of another model or analysis.
        """
        if isinstance(voice, StepVoice):
            return voice.checked()
        if voice is None:
            return find_voice(self._stages.voices, default_name(self.voices))
        if not isinstance(voice, (str, Path)):
            raise VoiceError(
                f"voice {str(getattr(voice, 'name', voice))[:64]!r} was made for another model; "
                "make it again for this one with clone"
            )
        if isinstance(voice, Path) or voice.endswith(".voice"):
            return StepVoice.load(voice)
        return find_voice(self._stages.voices, voice)

    def speak(
        self,
        text: str | Iterable[str],
        *,
        voice: str | Path | OwnVoice | None = None,
        speed: float = 1.0,
        seed: int = 0,
    ) -> FloatArray:
        """Speak a text: [samples] in [-1, 1] at `sample_rate`.

        Args:
            text: tags in brackets, exact pauses as "[pause 0.5s]".
            voice: a name of `voices`, a `.voice` file, or a voice; None: see `voice`.
            speed: 0.5 to 2, at the same pitch.
            seed: the same seed gives the same samples on the same device.

        Raises:
            TextError, TagError: nothing to speak, or an unknown tag.
            VoiceError: no such voice.
            WeightsError: a singing tag, and the music files were not downloaded.
            GenerationError: no attempt at a passage ended by itself.
        """
        return np.concatenate(
            list(self.stream(text, voice=voice, speed=speed, seed=seed, chunked=False))
        )

    def stream(
        self,
        text: str | Iterable[str],
        *,
        voice: str | Path | OwnVoice | None = None,
        speed: float = 1.0,
        seed: int = 0,
        strict: bool = True,
        chunked: bool = True,
    ) -> Iterator[FloatArray]:
        """Speak piece by piece; closing the iterator stops the work.

        Args:
            text: as for `speak`, or pieces of text as they arrive.
            voice: as for `speak`.
            speed: as for `speak`.
            seed: as for `speak`.
            strict: an unknown tag is an error; otherwise it is dropped with a warning.
            chunked: give sound while a passage is still being made. Its mel is then decoded in
                chunks, which differs a little from decoding it whole; and once sound was given, a
                passage that fails cannot be tried again.

        Yields:
            [samples] of a chunk, a passage or a pause.

        Raises:
            StepTTSError: as for `speak`.
        """
        if not SLOWEST_SPEED <= speed <= FASTEST_SPEED:
            raise ScoreError(f"speed {speed} is outside {SLOWEST_SPEED} to {FASTEST_SPEED}")
        speaker = Speaker(
            self._stages, self.style, self.voice(voice), speed=speed, seed=seed, turn=self._turn
        )
        after_pause = False
        for passage in self._passages(text, strict):
            in_chunks = chunked and not self.style.reference and not passage.pause
            if passage.text and in_chunks and not after_pause:
                yield from speaker.chunks(passage)
            elif passage.text:
                samples = speaker.whole(passage)
                rate, before = self.sample_rate, passage.pause > 0
                yield without_quiet_edges(samples, rate, start=after_pause, end=before)
            if passage.pause:
                yield np.zeros(round(passage.pause * self.sample_rate), np.float32)
            after_pause = passage.pause > 0

    def _passages(self, text: str | Iterable[str], strict: bool) -> Iterator[Passage]:
        if self.style.reference:
            whole = text if isinstance(text, str) else "".join(text)
            return iter([verbatim(whole, strict=strict)])
        return passages(text, strict=strict)

    def clone(
        self,
        recording: FloatArray,
        sample_rate: int,
        *,
        name: str,
        consent: str,
        transcript: str | None = None,
        source: str = "",
    ) -> StepVoice:
        """Analyse a recording once, to speak with its voice.

        Args:
            recording: [samples] or [channels, samples], 1 to 30 s of speech, any rate.
            sample_rate: of the recording.
            name: for the voice.
            consent: how the speaker agreed.
            transcript: what is said, exactly; None: recognized by Whisper, an extra.
            source: whose voice it is.

        Raises:
            AudioError: silent, too short or too long.
            BackendError: a package is missing.
            VoiceError: the name cannot be used, or no consent was given.
        """
        if not NAME.fullmatch(name):
            raise VoiceError(f"voice name {name[:80]!r}: 1 to 64 letters, digits, _ and -")
        if not consent.strip():
            raise VoiceError(f"voice {name!r}: say in consent= how the speaker agreed to the copy")
        if transcript is None:
            transcript = self._stages.transcribe(recording, sample_rate)
        with self._turn:  # on a GPU nothing may allocate while a step is captured
            reference = self._stages.analyse()(recording, sample_rate, transcript)
        facts = VoiceFacts("", source, "", consent, date.today().isoformat())
        return StepVoice(name, reference, facts).checked()


def without_quiet_edges(
    samples: FloatArray, sample_rate: int, *, start: bool, end: bool
) -> FloatArray:
    """Cut the silence beside an exact pause, so that the pause is as long as it says."""
    window = round(WINDOW_S * sample_rate)
    n_windows = len(samples) // window
    level = np.sqrt(np.mean(samples[: n_windows * window].reshape(n_windows, window) ** 2, axis=1))
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (QUIET_DB / 20))
    if not len(loud):
        return samples
    first = int(loud[0]) * window if start else 0
    last = (int(loud[-1]) + 1) * window if end else len(samples)
    return samples[first:last]
