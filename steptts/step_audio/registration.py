"""Registers the speakers that come with the checkpoint: their recordings, analysed once.

    speakers_info.json        name to what is said
    NAME_prompt.wav           the recording

A speaker "X" may have "XRAP" and "X哼唱" beside it, which rap and hum. Own ones can be added to the
folder in the same way before it is converted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from steptts.errors import AudioError, VoiceError
from steptts.sound_files import read
from steptts.step_audio.published_files import read_json
from steptts.step_audio.voices import NAME, StepVoice, VoiceFacts

if TYPE_CHECKING:
    from steptts.reference import Reference
    from steptts.stages import FloatArray

INFO = "speakers_info.json"
LONGEST_S = 60.0


def read_speakers(speakers: Path) -> dict[str, str]:
    """What is said by each speaker of a folder, if all recordings can be read.

    Raises:
        WeightsError: the list is missing or no JSON object.
        VoiceError: a name, a transcript or a recording cannot be used.
    """
    info = read_json(speakers / INFO)
    for name, transcript in info.items():
        if not NAME.fullmatch(name):
            raise VoiceError(
                f"{speakers / INFO}: speaker {name[:80]!r}: 1 to 64 letters, digits, _ and -"
            )
        if not isinstance(transcript, str):
            raise VoiceError(f"{speakers / INFO}: {name!r} must be given what is said, as text")
        try:
            read(_recording(speakers, name), LONGEST_S)
        except AudioError as reason:
            raise VoiceError(f"speaker {name!r}: {reason}") from None
    return info


def _recording(speakers: Path, name: str) -> Path:
    return speakers / f"{name}_prompt.wav"


def register_speakers(
    speakers: Path, analyse: Callable[[FloatArray, int, str], Reference], voices: Path
) -> tuple[str, ...]:
    """Analyse every speaker of a folder and write its voice file.

    Args:
        speakers: folder of `speakers_info.json`.
        analyse: recording, rate and transcript to a reference.
        voices: folder to write to.

    Returns:
        the names.

    Raises:
        WeightsError: the list is missing or no JSON object.
        VoiceError: a recording is missing or cannot be used.
    """
    info = read_speakers(speakers)
    for name, transcript in info.items():
        recording = _recording(speakers, name)
        try:
            reference = analyse(*read(recording, LONGEST_S), transcript)
        except AudioError as reason:
            raise VoiceError(f"speaker {name!r}: {reason}") from None
        facts = VoiceFacts(
            speaker=name,
            source=f"Step-Audio, {recording.name}",
            licence="Apache-2.0",
            consent="published with the checkpoint",
            created=date.today().isoformat(),
        )
        StepVoice(name, reference, facts).save(voices / f"{name}.voice")
    return tuple(info)
