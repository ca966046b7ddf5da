"""A recording made ready for cloning, or refused with the reason.

One channel, 16 kHz, silence cut off at both ends, a known level; how long it is, how much of it is
speech and how far the speech stands out from the noise. Knows no network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steptts.clip import normalise_peak, resample, speech_span
from steptts.cloning.features import FRAME_SECONDS, SAMPLE_RATE, clip_features
from steptts.errors import AudioError
from steptts.stages import FloatArray

SHORTEST_S, LONGEST_S = 3.0, 30.0
LEAST_SPEECH_S = 2.0  # in frames that sound
QUIETEST_PEAK = 1e-3  # -60 dBFS
CLIPPED_RUN = 3  # equal samples at the very top: no microphone does that
MOST_CLIPPED = 0.005  # of the samples
NOISIEST_DB = 6.0
FRAME = 512  # 32 ms, every 16 ms
NOISE_PERCENTILE = 10.0  # of each frequency's power over time: what is left when nobody speaks
SMOOTHING_FRAMES = 4
NOISE_BIAS = 2.3  # that percentile of smoothed white noise lies 3.6 dB below its mean
BEST_DB = 60.0


@dataclass(frozen=True, eq=False)
class Recording:
    """A clip that can be cloned.

    Attributes:
        waveform: [samples] at 16 kHz, peak 0.999, speech from end to end.
        features: of the speaker encoder, [frames, 80].
        seconds: between the first and the last sound.
        snr_db: estimated, at most 60.
    """

    waveform: FloatArray
    features: FloatArray
    seconds: float
    snr_db: float


def made_ready(recording: FloatArray, sample_rate: int) -> Recording:
    """Check and prepare a recording.

    Args:
        recording: [samples] or [channels, samples].
        sample_rate: in hertz, any.

    Raises:
        AudioError: of another shape, not finite, silent, clipped, too short, too long or too noisy.
    """
    mono = one_channel(recording)
    _refuse_silence(mono)
    _refuse_clipping(mono)
    level = normalise_peak(resample(mono, sample_rate, SAMPLE_RATE))
    span = speech_span(level, SAMPLE_RATE)
    seconds = span.length / SAMPLE_RATE
    _refuse_length(seconds)
    clip = span.cut(level)
    features = clip_features(clip)
    speech = len(features) * FRAME_SECONDS
    if speech < LEAST_SPEECH_S:
        raise AudioError(
            f"the recording holds {speech:.1f} s of speech in {seconds:.1f} s, at least "
            f"{LEAST_SPEECH_S:.0f} s are needed; give one with fewer pauses"
        )
    snr = estimated_snr(clip)
    if snr < NOISIEST_DB:
        raise AudioError(
            f"the recording is too noisy: speech stands {snr:.0f} dB above the noise, at least "
            f"{NOISIEST_DB:.0f} dB are needed; record in a quieter place or clean it first"
        )
    return Recording(clip, features, seconds, snr)


def one_channel(recording: FloatArray) -> FloatArray:
    """The mean of the channels, [samples].

    Raises:
        AudioError: another shape, no samples, or values that are not finite.
    """
    mono = np.asarray(recording, np.float32)
    if mono.ndim == 2:
        channels_last = mono.shape[1] < mono.shape[0]
        mono = mono.mean(axis=1 if channels_last else 0, dtype=np.float32)
    if mono.ndim != 1 or not mono.size:
        raise AudioError(
            f"recording of shape {list(np.shape(recording))}: give [samples] or [channels, samples]"
        )
    if not np.isfinite(mono).all():
        raise AudioError("the recording holds values that are not finite; save it again")
    return mono


def estimated_snr(waveform: FloatArray) -> float:
    """Decibels of speech above the noise, from what each frequency falls to between sounds.

    Steady noise is found to about 3 dB; music and other talkers are not noise to it.

    Args:
        waveform: [samples] at 16 kHz, at least 0.2 s.
    """
    frames = np.lib.stride_tricks.sliding_window_view(waveform, FRAME)[:: FRAME // 2]
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME))) ** 2
    kernel = np.ones(SMOOTHING_FRAMES) / SMOOTHING_FRAMES
    smooth = np.apply_along_axis(np.convolve, 0, power, kernel, "valid")
    noise = NOISE_BIAS * np.percentile(smooth, NOISE_PERCENTILE, axis=0).sum()
    speech = max(power.mean(axis=0).sum() - noise, 1e-12)
    return float(min(10 * np.log10(speech / max(noise, 1e-12)), BEST_DB))


def _refuse_silence(mono: FloatArray) -> None:
    peak = float(np.abs(mono).max())
    if peak < QUIETEST_PEAK:
        decibels = 20 * np.log10(max(peak, 1e-9))
        raise AudioError(
            f"the recording is silent: its peak is {decibels:.0f} dBFS, at least -60 is needed; "
            "check the microphone"
        )


def _refuse_clipping(mono: FloatArray) -> None:
    size = np.abs(mono)
    top = (size >= 0.999 * size.max()).astype(np.int8)
    runs = np.convolve(top, np.ones(CLIPPED_RUN, np.int8), "valid") == CLIPPED_RUN
    share = float(runs.mean()) if len(runs) else 0.0
    if share > MOST_CLIPPED:
        raise AudioError(
            f"the recording is clipped: {share:.1%} of it is cut off at its peak; "
            "record it again at a lower level"
        )


def _refuse_length(seconds: float) -> None:
    if seconds < SHORTEST_S:
        raise AudioError(
            f"the recording lasts {seconds:.1f} s from its first to its last sound, at least "
            f"{SHORTEST_S:.0f} s are needed; 6 to 15 s serve best"
        )
    if seconds > LONGEST_S:
        raise AudioError(
            f"the recording lasts {seconds:.1f} s from its first to its last sound, at most "
            f"{LONGEST_S:.0f} s are read; cut it to the best 6 to 15 s"
        )
