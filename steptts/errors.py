"""The error tree. Every error names the value that caused it and the way out.

Imports nothing, so that every other module may raise from here.
"""


class StepTTSError(Exception):
    """Root of all errors that this library raises on purpose."""


class ManifestError(StepTTSError):
    """A model folder does not hold what its manifest says."""


class WeightsError(ManifestError):
    """Weights are missing, surplus, of another shape, or fail their checksum."""


class BackendError(StepTTSError):
    """A stage needs a package or device that is not there; the message names the command."""


class PlaybackError(BackendError):
    """Nothing on this machine can play sound."""


class NetworkError(StepTTSError):
    """Something could not be fetched: no network, no such thing there, or it came damaged."""


class VoiceError(StepTTSError):
    """A voice is unknown, unreadable, or made by another analysis."""


class TextError(StepTTSError):
    """The text holds nothing that can be spoken, or cannot be read."""


class TagError(TextError):
    """An instruction tag is unknown or malformed."""


class AudioError(StepTTSError):
    """Audio is unreadable, too short, silent, or cannot be written."""


class ScoreError(StepTTSError):
    """A score is malformed or cannot be performed."""


class GenerationError(StepTTSError):
    """The language model did not say "end"; what it said so far is kept.

    Attributes:
        audio_ids: the ids generated before the room ran out.
    """

    def __init__(self, message: str, audio_ids: tuple[int, ...] = ()) -> None:
        """Keep the message and the ids so far."""
        super().__init__(message)
        self.audio_ids = audio_ids
