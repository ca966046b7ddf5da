"""What is known of a recording whose voice is to be copied, and choosing its best few seconds.

Knows the rates that tie audio ids to mel frames. Knows neither who made the analysis nor which
model reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steptts.errors import VoiceError
from steptts.stages import FloatArray
from steptts.tokens import GROUP

MEL_FRAMES_PER_SECOND = 22_050 / 256  # 86.13
WHOLE = 3 * GROUP  # 15 ids = 0.36 s = 31.0 frames: the shortest stretch of whole frames


@dataclass(frozen=True, eq=False)
class Reference:
    """Analysis of one trimmed recording; every part describes the same stretch of it.

    Attributes:
        audio_ids: interleaved ids in 0..5119, groups L L S S S.
        mel: log-mel [80, frames] at 86.13 frames per second.
        speaker_embedding: [192], any length (the mel decoder normalises it).
        transcript: what is said, or "" where nobody has told.
    """

    audio_ids: tuple[int, ...]
    mel: FloatArray
    speaker_embedding: FloatArray
    transcript: str = ""


def n_mel_frames(n_audio_ids: int, ids_per_second: float) -> int:
    """Mel frames of so many audio ids, rounded down as in the reference."""
    return int(n_audio_ids / ids_per_second * 22_050 / 256)


def crop(reference: Reference, seconds: float, ids_per_second: float) -> Reference:
    """Keep the stretch with the least silence, for the mel decoder only.

    The work of the mel decoder grows with prompt and target together, so a long prompt costs more
    than it gives. The transcript is dropped: it says more than the stretch holds.

    Args:
        reference: the whole analysis.
        seconds: at most so long; rounded down to multiples of 0.36 s.
        ids_per_second: rate of the audio ids.

    Returns:
        the stretch, or the reference itself where it is short enough.

    Raises:
        VoiceError: less than 0.36 s are asked for.
    """
    n_ids = int(seconds * ids_per_second / WHOLE + 1e-6) * WHOLE
    if n_ids == 0:
        raise VoiceError(f"cannot crop a reference to {seconds} s: at least 0.36 s are needed")
    if n_ids >= len(reference.audio_ids):
        return reference
    frames = n_mel_frames(n_ids, ids_per_second)
    loudness = np.concatenate([[0.0], np.cumsum(reference.mel.mean(axis=0, dtype=np.float64))])
    starts = range(0, len(reference.audio_ids) - n_ids + 1, GROUP)
    places = [(s, round(s / ids_per_second * MEL_FRAMES_PER_SECOND)) for s in starts]
    inside = [(s, f) for s, f in places if f + frames <= reference.mel.shape[1]]
    if not inside:
        return reference
    start, frame = max(inside, key=lambda at: loudness[at[1] + frames] - loudness[at[1]])
    return Reference(
        reference.audio_ids[start : start + n_ids],
        reference.mel[:, frame : frame + frames],
        reference.speaker_embedding,
    )
