"""Text to speech that speaks at once, offline.

    from steptts import TTS
    TTS().speak("Hello, world!").save("hello.wav")

Importing this loads neither NumPy nor a runtime: each name is read when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from steptts.errors import (
    AudioError,
    BackendError,
    GenerationError,
    ManifestError,
    NetworkError,
    PlaybackError,
    ScoreError,
    StepTTSError,
    TagError,
    TextError,
    VoiceError,
    WeightsError,
)

if TYPE_CHECKING:
    from steptts.audio import Audio
    from steptts.score import Score
    from steptts.text.tags import TagWarning
    from steptts.tts import TTS
    from steptts.voice import Voice

__version__ = "0.1.0"

__all__ = [
    "TTS",
    "Audio",
    "AudioError",
    "BackendError",
    "GenerationError",
    "ManifestError",
    "NetworkError",
    "PlaybackError",
    "Score",
    "ScoreError",
    "StepTTSError",
    "TagError",
    "TagWarning",
    "TextError",
    "Voice",
    "VoiceError",
    "WeightsError",
]

_HOMES = {
    "TTS": "steptts.tts",
    "Audio": "steptts.audio",
    "Score": "steptts.score",
    "TagWarning": "steptts.text.tags",
    "Voice": "steptts.voice",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _HOMES:
        raise AttributeError(f"module 'steptts' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value  # the next look-up does not come here
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
