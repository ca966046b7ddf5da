"""Voices of the published checkpoint: a reference analysed once, kept in one file.

    NAME.voice: a safetensors file with audio_ids [n], mel [80, frames], speaker_embedding [192];
    its header holds the facts. Nothing in it can carry code.

A voice of another analysis is refused: ids, mel and embedding would not be those that the model
was made for. Knows no networks.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steptts.errors import GenerationError, VoiceError
from steptts.reference import MEL_FRAMES_PER_SECOND, Reference
from steptts.replacing import replaced
from steptts.stages import FloatArray
from steptts.step_audio.voice_analysis import FINGERPRINT
from steptts.strict import Record, parse_json
from steptts.tokens import GROUP_SECONDS, IDS_PER_SECOND, check

NAME = re.compile(r"[\w-]{1,64}")
KEY = "step-audio-voice"
FORMAT_VERSION = 1
TENSORS = ("audio_ids", "mel", "speaker_embedding")
MEL_BINS, EMBEDDING_SIZE = 80, 192
MAX_BYTES = 1 << 24  # 30 s are 0.9 MB


@dataclass(frozen=True, slots=True)
class VoiceFacts:
    """Where a voice comes from.

    Attributes:
        speaker: name under which the checkpoint knows the speaker; "" for a cloned voice.
        source: whose voice, or which recording.
        licence: SPDX name, or "" where none was given.
        consent: how the speaker agreed.
        created: date, YYYY-MM-DD.
    """

    speaker: str
    source: str
    licence: str
    consent: str
    created: str


@dataclass(frozen=True, eq=False)
class StepVoice:
    """A voice that this family speaks with.

    Attributes:
        name: letters and digits of any script, _ and -.
        reference: the analysed recording and its transcript.
        facts: where it comes from.
    """

    name: str
    reference: Reference
    facts: VoiceFacts

    @property
    def duration(self) -> float:
        """Seconds of the recording."""
        return len(self.reference.audio_ids) / IDS_PER_SECOND

    def save(self, path: str | Path) -> Path:
        """Write a `.voice` file in one step.

        Raises:
            VoiceError: the voice is not whole, or the path cannot be written.
        """
        from safetensors.numpy import save

        target = Path(path)
        if target.suffix != ".voice":
            raise VoiceError(f"voice file {target.name!r} must end in .voice")
        self.checked()
        facts = {
            "version": FORMAT_VERSION,
            "analysis": FINGERPRINT,
            "name": self.name,
            "transcript": self.reference.transcript,
            **asdict(self.facts),
        }
        tensors = {
            "audio_ids": np.array(self.reference.audio_ids, np.int32),
            "mel": np.ascontiguousarray(self.reference.mel, np.float32),
            "speaker_embedding": np.ascontiguousarray(self.reference.speaker_embedding, np.float32),
        }
        content = save(tensors, metadata={KEY: json.dumps(facts, ensure_ascii=False)})
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with replaced(target) as file:
                file.write(content)
        except OSError as reason:
            raise VoiceError(f"cannot write {target}: {reason.strerror}") from None
        return target

    def checked(self) -> StepVoice:
        """The voice itself, if it is whole.

        Raises:
            VoiceError: name, ids, mel or embedding cannot be used.
        """
        if not NAME.fullmatch(self.name):
            raise VoiceError(f"voice name {self.name[:80]!r}: 1 to 64 letters, digits, _ and -")
        try:
            check(self.reference.audio_ids)
        except GenerationError as reason:
            raise VoiceError(f"voice {self.name!r}: {reason}") from None
        if not self.reference.audio_ids or not self.reference.mel.size:
            raise VoiceError(f"voice {self.name!r} holds no sound; clone it again")
        _check_array(self.name, "mel", self.reference.mel, (MEL_BINS, None))
        _check_array(
            self.name, "speaker embedding", self.reference.speaker_embedding, (EMBEDDING_SIZE,)
        )
        seconds = self.reference.mel.shape[1] / MEL_FRAMES_PER_SECOND
        if abs(seconds - self.duration) > GROUP_SECONDS:
            raise VoiceError(
                f"voice {self.name!r}: {self.duration:.2f} s of ids and {seconds:.2f} s of mel do "
                "not describe the same stretch; clone it again"
            )
        return self

    @classmethod
    def load(cls, path: str | Path) -> StepVoice:
        """Read a `.voice` file of this family.

        Raises:
            VoiceError: missing, damaged, of another family or analysis.
        """
        source = Path(path)
        tensors, text = _read(source)
        where = f"header of {source.name}"
        record = Record(parse_json(text, where, VoiceError), where, VoiceError)
        record.integer("version", FORMAT_VERSION, FORMAT_VERSION)
        analysis = record.string("analysis")
        if analysis != FINGERPRINT:
            raise VoiceError(
                f"{source.name} was analysed by {analysis[:60]!r}, this version needs "
                f"{FINGERPRINT!r}; clone the recording again"
            )
        name, transcript = record.string("name"), record.string("transcript")
        keys = ("speaker", "source", "licence", "consent", "created")
        facts = VoiceFacts(**{key: record.string(key) for key in keys})
        record.close()
        ids = _ids(source, tensors["audio_ids"])
        reference = Reference(ids, tensors["mel"], tensors["speaker_embedding"], transcript)
        return cls(name, reference, facts).checked()


def voice_names(folder: Path) -> tuple[str, ...]:
    """Names of the voices in a folder, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.voice")))


def find_voice(folder: Path, name: str) -> StepVoice:
    """Read a voice by name; a name is looked up, never used as a path.

    Raises:
        VoiceError: there is none; the message lists near names.
    """
    names = voice_names(folder)
    if name not in names:
        near = get_close_matches(name[:64], names, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}?" if near else f"there is {', '.join(names)}"
        way = hint if names else "this model folder has no voices; make one with clone"
        raise VoiceError(f"no voice named {name[:64]!r}; {way}")
    return StepVoice.load(folder / f"{name}.voice")


def _read(path: Path) -> tuple[dict[str, npt.NDArray[Any]], str]:
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > MAX_BYTES:
            raise VoiceError(f"{path} is over {MAX_BYTES} bytes; it is not a voice")
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(KEY)
            if text is None or set(file.keys()) != set(TENSORS):
                raise VoiceError(f"{path} is no voice of the published checkpoint; clone it again")
            return {name: file.get_tensor(name) for name in TENSORS}, text
    except OSError as reason:
        raise VoiceError(f"cannot read voice file {path}: {reason.strerror}") from None
    except (SafetensorError, TypeError, ValueError) as reason:
        raise VoiceError(f"{path} is not a voice file: {str(reason)[:120]}") from None


def _ids(path: Path, array: npt.NDArray[Any]) -> tuple[int, ...]:
    if array.ndim != 1 or array.dtype != np.int32:
        raise VoiceError(
            f"{path}: audio_ids are {array.dtype} {list(array.shape)}, must be int32 [n]"
        )
    return tuple(array.tolist())


def _check_array(voice: str, name: str, array: FloatArray, shape: tuple[int | None, ...]) -> None:
    """Compare with sizes; None fits any."""
    fits = len(shape) == array.ndim and all(
        size in (None, found) for size, found in zip(shape, array.shape, strict=True)
    )
    if not fits or array.dtype != np.float32 or not np.isfinite(array).all():
        wanted = ["n" if size is None else size for size in shape]
        raise VoiceError(
            f"voice {voice!r}: {name} is {array.dtype} {list(array.shape)}, must be finite "
            f"float32 {wanted}"
        )
