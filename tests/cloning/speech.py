"""Sounds that pass for speech: a buzz with formants in syllables, deterministic."""

import numpy as np

from steptts.stages import FloatArray

RATE = 16_000


def speech(
    seconds: float, *, hertz: float = 150.0, formant: float = 700.0, seed: int = 0
) -> FloatArray:
    """Syllables of 0.4 s at a moving pitch with gaps of 0.2 s, peak 0.5, float32."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    time = np.arange(n) / RATE
    f0 = hertz * (1 + 0.15 * np.sin(2 * np.pi * 0.8 * time))
    phase = 2 * np.pi * np.cumsum(f0) / RATE
    wave = np.zeros(n)
    for k in range(1, 40):
        strength = 1 / (1 + ((k * hertz - formant) / 250) ** 2) + 0.05 / k
        wave += strength * np.sin(k * phase + rng.uniform(0, 6.28))
    sounding = np.clip(np.minimum(time % 0.6, 0.4 - time % 0.6) / 0.02, 0, 1)
    wave *= sounding
    return (0.5 * wave / np.abs(wave).max()).astype(np.float32)
