"""Analysis of a recording whose voice is to be copied by the published checkpoint.

The recording is trimmed once, and ids, mel and speaker embedding all see that one clip. (The
reference trims for the ids only, so its mel decoder stretches ids over silence that they do not
describe.) Any sampling rate and number of channels is taken. Knows stages by their shape only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steptts.clip import Span, normalise_peak, resample, speech_span
from steptts.errors import AudioError
from steptts.features import ANALYSIS_RATE, PROMPT_RATE, prompt_mel
from steptts.reference import MEL_FRAMES_PER_SECOND, Reference
from steptts.stages import FloatArray, SpeakerEncoder, SpeechTokenizer
from steptts.tokens import IDS_PER_SECOND, interleave

FINGERPRINT = "step-audio-tts-3b/trim-once/1"
"""Goes into voice files: a change of the analysis changes it, so that old files are refused."""
SHORTEST_S, LONGEST_S = 1.0, 30.0  # of trimmed speech; 3 to 10 s serve best


@dataclass(frozen=True, slots=True)
class VoiceAnalysis:
    """The three networks that read a recording.

    Attributes:
        linguistic: 1,024 codes at 16.667 Hz.
        semantic: 4,096 codes at 25 Hz.
        speaker: embedding [192].
    """

    linguistic: SpeechTokenizer
    semantic: SpeechTokenizer
    speaker: SpeakerEncoder

    def __call__(self, recording: FloatArray, sample_rate: int, transcript: str = "") -> Reference:
        """Analyse a recording.

        Args:
            recording: [samples] or [channels, samples] in [-1, 1].
            sample_rate: any rate in hertz.
            transcript: what is said in it, exactly; "" where nobody has told.

        Returns:
            ids, mel and embedding of the trimmed clip, in whole groups of 120 ms.

        Raises:
            AudioError: the recording is silent, not finite, or holds less than 1 or more than 30
                seconds between its first and last sound.
        """
        mono = _mono(recording)
        at_16k = resample(mono, sample_rate, ANALYSIS_RATE)
        level = normalise_peak(at_16k)
        span = speech_span(level, ANALYSIS_RATE)
        _check_length(span)
        clip = span.cut(level)
        audio_ids = interleave(self.linguistic.encode(clip), self.semantic.encode(clip))
        mel = prompt_mel(span.at(PROMPT_RATE).cut(resample(mono, sample_rate, PROMPT_RATE)))
        frames = round(len(audio_ids) / IDS_PER_SECOND * MEL_FRAMES_PER_SECOND)
        # Level matters to the mel (the copy is as loud as its model) and not to the embedding
        # (its features are centred), so both get the recording's own.
        speaker = self.speaker.embed(span.cut(at_16k))
        return Reference(audio_ids, mel[:, :frames], speaker, transcript)


def _mono(recording: FloatArray) -> FloatArray:
    mono = np.asarray(recording, np.float32)
    if mono.ndim == 2:
        mono = mono.mean(axis=0, dtype=np.float32)
    if mono.ndim != 1:
        raise AudioError(f"recording of shape {list(recording.shape)}: give [channels, samples]")
    if not np.isfinite(mono).all():
        raise AudioError("the recording holds values that are not finite; save it again")
    return mono


def _check_length(span: Span) -> None:
    seconds = span.length / span.sample_rate
    if seconds < SHORTEST_S:
        raise AudioError(
            f"the recording holds {seconds:.1f} s of speech: at least {SHORTEST_S} s are needed, "
            "3 to 10 s serve best"
        )
    if seconds > LONGEST_S:
        raise AudioError(
            f"the recording holds {seconds:.1f} s between its first and last sound: at most "
            f"{LONGEST_S} s can be read; cut it to the best 3 to 10 s"
        )
