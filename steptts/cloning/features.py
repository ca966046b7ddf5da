"""A clean clip to what the speaker encoder reads: log-mel frames of its speech.

The same function serves training and run time. Knows no network.
"""

from __future__ import annotations

import numpy as np

from steptts.features import ANALYSIS_RATE, KALDI_BINS, kaldi_fbank
from steptts.stages import FloatArray

SAMPLE_RATE = ANALYSIS_RATE  # 16 kHz: most recordings have that much
N_BINS = KALDI_BINS
STACK = 4  # frames that the encoder reads at once
FRAME_SECONDS = 0.01
SILENCE_NATS = 6.9  # 30 dB below the loud frames: a pause, which tells nothing of a voice
LOUD_PERCENTILE = 95


def clip_features(waveform: FloatArray) -> FloatArray:
    """Log-mel of the frames that sound, in order, without the pauses.

    Args:
        waveform: [samples] at 16 kHz, any level.

    Returns:
        [frames, 80]; frames are 10 ms apart and a multiple of 4, none for silence.
    """
    fbank = kaldi_fbank(waveform, "povey")
    if not len(fbank):
        return fbank
    level = np.log(np.exp(fbank.astype(np.float64)).mean(axis=1))
    sounding = fbank[level > np.percentile(level, LOUD_PERCENTILE) - SILENCE_NATS]
    whole: FloatArray = sounding[: len(sounding) // STACK * STACK]
    return whole
