"""One voice speaking passages: prompt, audio ids, sound, with retries and seeds.

Knows stages by what they do; texts are cut already (`passages.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from steptts.errors import GenerationError, VoiceError
from steptts.sampling import Limits, Sampling, SelfSamplingLM, generate, generate_ids
from steptts.step_audio.acoustic import RAMP, Acoustic, AcousticStream
from steptts.step_audio.passages import Passage, estimated_seconds
from steptts.step_audio.voices import StepVoice, find_voice, voice_names
from steptts.text.prompt import Encoder, SpokenTurn, instruction, write_prompt
from steptts.tokens import GROUP

if TYPE_CHECKING:
    from steptts.reference import Reference
    from steptts.stages import FloatArray, TokenLM
    from steptts.text.prompt import LMPrompt

Turn = AbstractContextManager[Any]  # a lock, or nothing
SINGING_VOICE = {"rap": "RAP", "hum": "哼唱"}
"""What a speaker's name ends with in the voice that raps or hums."""
REFERENCE_POSITIONS = 8192
"""Of prompt and output together, in the reference."""
SLOWEST_PACE, FASTEST_PACE = 2.0, 0.5
"""Of a voice against the estimate; beyond, its transcript is not believed."""


@dataclass(frozen=True)
class Stages:
    """What the engine is made of.

    Attributes:
        text: the text tokenizer.
        lm: the language model.
        speech: mel decoder and vocoder.
        music: loads those of rapping and humming when they are first needed.
        analyse: loads what reads a recording, when it is first needed.
        transcribe: recording and rate to what is said in it.
        voices: folder of the voices of this model.
    """

    text: Encoder
    lm: TokenLM[Any, Any] | SelfSamplingLM[Any]
    speech: Acoustic
    music: Callable[[], Acoustic]
    analyse: Callable[[], Callable[[FloatArray, int, str], Reference]]
    transcribe: Callable[[FloatArray, int], str]
    voices: Path


@dataclass(frozen=True, slots=True)
class Style:
    """How the engine speaks.

    Attributes:
        sampling: rules of drawing.
        bos_after_bot: see `write_prompt`.
        carry: give the passage before as context, too. It keeps the manner over a long text, and
            it costs the stored prompt of the voice.
        reference: draw ids as the reference does, without slots, checks and retries, of the whole
            text in one go. Only ids that are no audio ids cannot come: the head has no rows for
            them.
    """

    sampling: Sampling = field(default_factory=Sampling)
    bos_after_bot: bool = True
    carry: bool = False
    reference: bool = False


class Speaker:
    """One voice, speed and seed, for the passages of one text.

    Stages keep buffers that one call must have for itself, so whoever calls them has the turn. A
    language model that says `many_at_once` sees to that by itself.
    """

    def __init__(
        self,
        stages: Stages,
        style: Style,
        voice: StepVoice,
        *,
        speed: float,
        seed: int,
        turn: Turn,
    ) -> None:
        """Begin with nothing said."""
        self._stages, self._style, self._voice = stages, style, voice
        self._speed, self._seed = speed, seed
        self._turn = turn
        self._lm_turn = nullcontext() if getattr(stages.lm, "many_at_once", False) else turn
        self._n_passages = 0
        self._before: SpokenTurn | None = None

    def whole(self, passage: Passage) -> FloatArray:
        """Speak a passage in one piece [samples].

        Raises:
            GenerationError: no attempt ended by itself.
            WeightsError: it is to be sung, and the music files are not there.
        """
        voice, seed = self._voice_for(passage), self._next_seed()
        acoustic, prompt = self._acoustic(passage), self._prompt(passage, voice)
        limits = passage.limits(pace_of(voice))
        if self._style.reference:
            limits = Limits(max_ids=max(1, REFERENCE_POSITIONS - len(prompt.ids)))
        with self._lm_turn:
            audio_ids = generate(
                self._stages.lm,
                prompt,
                seed=seed,
                sampling=self._style.sampling,
                limits=limits,
                reference=self._style.reference,
            )
        self._before = SpokenTurn(passage.prompt_text, audio_ids)
        with self._turn:
            return acoustic.synthesize(audio_ids, voice.reference, seed=seed, speed=self._speed)

    def chunks(self, passage: Passage) -> Generator[FloatArray, None, None]:
        """Speak a passage in chunks; an attempt that fails before the first one is repeated.

        Raises:
            GenerationError: as `whole`, or sound was given already.
        """
        voice, seed = self._voice_for(passage), self._next_seed()
        acoustic, prompt = self._acoustic(passage), self._prompt(passage, voice)
        limits = passage.limits(pace_of(voice))
        for attempt in range(limits.attempts):
            said: list[int] = []
            given = False
            ids = generate_ids(
                self._stages.lm,
                prompt,
                seed=seed,
                sampling=self._style.sampling,
                limits=limits,
                attempt=attempt,
            )
            drawn = in_turn(ids, self._lm_turn)
            with self._turn:
                sound = acoustic.stream(voice.reference, seed=seed, speed=self._speed)
            try:
                for samples in in_chunks(drawn, sound, said, self._turn):
                    given = True
                    yield samples
            except GenerationError:
                if given or attempt + 1 == limits.attempts:
                    raise
            else:
                self._before = SpokenTurn(passage.prompt_text, tuple(said))
                return

    def _next_seed(self) -> int:
        """A seed of its own for each passage, so that equal sentences are not said alike."""
        sequence = np.random.SeedSequence([self._seed, self._n_passages])
        self._n_passages += 1
        return int(sequence.generate_state(1)[0])

    def _voice_for(self, passage: Passage) -> StepVoice:
        """The voice, or, where its speaker has one that raps or hums, that one.

        Any other voice sings from its spoken reference, as a cloned one does in the reference.
        """
        if passage.mode == "speech":
            return self._voice
        name = (self._voice.facts.speaker or self._voice.name) + SINGING_VOICE[passage.mode]
        if name not in voice_names(self._stages.voices):
            return self._voice
        return find_voice(self._stages.voices, name)

    def _acoustic(self, passage: Passage) -> Acoustic:
        if passage.mode == "speech":
            return self._stages.speech
        with self._turn:
            return self._stages.music()

    def _prompt(self, passage: Passage, voice: StepVoice) -> LMPrompt:
        turn = SpokenTurn(voice.reference.transcript, voice.reference.audio_ids)
        if self._style.carry and self._before is not None:
            turn = SpokenTurn(
                turn.text + self._before.text, turn.audio_ids + self._before.audio_ids
            )
        return write_prompt(
            self._stages.text,
            instruction(passage.mode, voice.facts.speaker),
            turn,
            passage.prompt_text,
            bos_after_bot=self._style.bos_after_bot,
        )


def default_name(names: Sequence[str]) -> str:
    """The voice that speaks where none is named: the first one that is no singer's.

    Raises:
        VoiceError: there is none.
    """
    speaking = [name for name in names if not name.endswith(tuple(SINGING_VOICE.values()))]
    if not speaking:
        raise VoiceError("this model folder has no voice that speaks; make one with clone")
    return speaking[0]


def pace_of(voice: StepVoice) -> float:
    """Seconds that a voice takes for what is estimated at one second; 1 where nobody knows."""
    text = voice.reference.transcript
    if not text.strip():
        return 1.0
    return float(np.clip(voice.duration / estimated_seconds(text), FASTEST_PACE, SLOWEST_PACE))


def in_turn(ids: Generator[int, None, None], turn: Turn) -> Iterator[int]:
    """The ids; each is drawn with the turn, so that other threads come in between."""
    try:
        while True:
            with turn:
                audio_id = next(ids, None)
            if audio_id is None:
                return
            yield audio_id
    finally:
        with turn:
            ids.close()  # gives the buffers of the language model back


def in_chunks(
    ids: Iterator[int], sound: AcousticStream, said: list[int], turn: Turn
) -> Iterator[FloatArray]:
    """Sound of the ids, in chunks that grow; the ids are gathered in `said`."""
    sizes = iter(RAMP)
    size = next(sizes)
    waiting: list[int] = []
    for audio_id in ids:
        said.append(audio_id)
        waiting.append(audio_id)
        if len(waiting) == size * GROUP:
            with turn:
                samples = sound.push(waiting)
            waiting, size = [], next(sizes, size)
            if len(samples):
                yield samples
    with turn:
        samples = sound.push(waiting, last=True)
    yield samples
