"""The vocoder's arithmetic at run time: pulses, noise, transforms. NumPy only.

The same formulas as ``nets.source_filter`` (tests compare them); the inverse transform is the
exact one, not a convolution with a truncated basis.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steptts.frames import ENVELOPE_STEPS, HOP_LENGTH, LOUDEST, QUIETEST, SAMPLE_RATE

N_FFT = 1024
N_BINS = N_FFT // 2 + 1
SIDE = (N_FFT - HOP_LENGTH) // 2
MAX_LOG_GAIN = 4.0
WINDOW = np.hanning(N_FFT + 1)[:-1].astype(np.float32)  # periodic

FloatArray = NDArray[np.float32]
ComplexArray = NDArray[np.complex64]


def upsample(x: FloatArray, samples: int = HOP_LENGTH) -> FloatArray:
    """Values [T] in the middle of ``samples`` each to samples, straight lines between."""
    centres = np.arange(len(x)) * samples + (samples - 1) / 2
    return np.interp(np.arange(len(x) * samples), centres, x).astype(np.float32)


def envelope(logarithms: FloatArray) -> FloatArray:
    """Logarithms of gains [T, 4], four values a frame, to gains of samples [240 T]."""
    values = np.clip(logarithms.ravel(), QUIETEST, LOUDEST)
    return np.exp(upsample(values, HOP_LENGTH // ENVELOPE_STEPS))


def pulse_train(f0: FloatArray, voiced: FloatArray) -> FloatArray:
    """Band-limited pulses of unit power, F0 in Hz [T] -> [240 T]; silent where not voiced."""
    hertz = upsample(f0)
    phase = np.cumsum(hertz.astype(np.float64) / SAMPLE_RATE)
    angle = (2 * np.pi * (phase - np.floor(phase))).astype(np.float32)
    k = np.floor(0.5 * SAMPLE_RATE / np.maximum(hertz, 20.0))
    half = np.sin(angle / 2)
    small = np.abs(half) < 1e-4
    ratio = np.sin((k + 0.5) * angle) / (2 * np.where(small, 1.0, half))
    pulses = np.where(small, k, ratio - 0.5) * np.sqrt(2 / k)
    return (pulses * upsample(voiced)).astype(np.float32)


def stft(samples: FloatArray) -> ComplexArray:
    """Samples [240 T] -> spectrum [T, 513]; frame i is centred on sample 240 i + 120."""
    padded = np.pad(samples, SIDE)
    rows = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP_LENGTH]
    spectrum: ComplexArray = np.fft.rfft(rows * WINDOW, axis=1).astype(np.complex64)
    return spectrum


def istft(spectrum: ComplexArray) -> FloatArray:
    """Inverse of ``stft``: overlap-add divided by the summed squared windows."""
    rows = np.fft.irfft(spectrum, N_FFT, axis=1).astype(np.float32) * WINDOW
    n = (len(rows) - 1) * HOP_LENGTH + N_FFT
    summed, weight = np.zeros(n, np.float32), np.zeros(n, np.float32)
    squared = WINDOW**2
    for i, row in enumerate(rows):
        summed[i * HOP_LENGTH : i * HOP_LENGTH + N_FFT] += row
        weight[i * HOP_LENGTH : i * HOP_LENGTH + N_FFT] += squared
    out: FloatArray = (summed / np.maximum(weight, np.float32(1e-3)))[SIDE : n - SIDE]
    return out


def synthesize(
    raw: FloatArray, f0: FloatArray, voiced: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Filter parameters [T, 1547], F0 in Hz and voicing [T] -> waveform [240 T]."""
    filters, envelopes = np.split(raw, [3 * N_BINS], axis=1)
    gain, angle, hiss = np.split(filters, 3, axis=1)
    beat, breath = np.split(envelopes, 2, axis=1)
    noise = rng.standard_normal(len(f0) * HOP_LENGTH, dtype=np.float32)
    turn = np.exp(np.minimum(gain, MAX_LOG_GAIN) + 1j * angle)
    spectrum = stft(pulse_train(f0, voiced) * envelope(beat)) * turn
    spectrum += stft(noise * envelope(breath)) * np.exp(np.minimum(hiss, MAX_LOG_GAIN))
    return istft(spectrum.astype(np.complex64))
