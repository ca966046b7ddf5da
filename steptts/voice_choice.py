"""Who speaks: from what the caller named to a voice, if it fits the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from steptts.errors import VoiceError
from steptts.sound_files import SUFFIXES
from steptts.voice import Voice, find_voice

if TYPE_CHECKING:
    from steptts.stages import OwnVoice


def named_voice(name: str | Path | Voice | OwnVoice, folder: Path | None = None) -> Voice:
    """Find a voice by name, or read its file; a voice stays as it is.

    Args:
        name: a name, the path of a ``.voice`` file or of a pack folder, or a voice.
        folder: of the packs that have names; None: those that come with the library.

    Raises:
        VoiceError: unknown, unreadable, a recording, or of a model that keeps voices of its own.
    """
    if not isinstance(name, (str, Path, Voice)):
        raise VoiceError(
            f"voice {name.name[:64]!r} was made for another model; make it again for this one"
        )
    if isinstance(name, Voice):
        return name
    if Path(name).suffix.lower() in SUFFIXES:
        raise VoiceError(
            f"{str(name)!r} is a recording; copy its voice with clone, which asks for consent"
        )
    if isinstance(name, Path) or name.endswith(".voice"):
        return Voice.load(name)
    return find_voice(name, folder)


def fitting(voice: Voice, analysis: str) -> Voice:
    """The voice itself, if a model with this analysis can speak with it.

    Args:
        voice: to be checked.
        analysis: fingerprint in the model's manifest.

    Raises:
        VoiceError: the voice was made for another analysis.
    """
    if voice.facts.analysis != analysis:
        raise VoiceError(
            f"voice {voice.name!r} was made for analysis {voice.facts.analysis[:40]!r}, this "
            f"model needs {analysis[:40]!r}; make the voice again for this model"
        )
    return voice
