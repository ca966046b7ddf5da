"""Utterances made of harmonics: what training and data tests use instead of a teacher."""

import numpy as np

from steptts.distill.edits import Edit
from steptts.distill.recipes import Recipe
from steptts.distill.render import Rendering

UNITS = 48  # 1.2 s


def utterance(seed: int) -> tuple[Recipe, Rendering]:
    """A second of two gliding vowels: harmonics of the labelled pitch."""
    rng = np.random.default_rng(seed)
    symbols = np.array([0, 25, 50, 30, 0])
    recipe = Recipe(
        str(seed),
        "en",
        seed % 2,
        np.arange(5),
        np.arange(5),
        symbols,
        np.zeros(5, np.int64),
        np.array([False, True, False, True, False]),
        1.0,
        Edit(),
    )
    durations = np.array([8, 12, 4, 16, 4])
    f0 = np.full(2 * UNITS, 3, np.float32)
    f0[16:40], f0[48:80] = rng.uniform(100, 200), rng.uniform(100, 200)
    phase = 2 * np.pi * np.cumsum(np.repeat(f0, 300)) / 24_000
    voiced = np.repeat(f0 > 50, 300)
    wave = 0.1 * voiced * sum(np.cos(k * phase) for k in range(1, 6))
    loudness = 10 * np.log10((wave.reshape(-1, 600) ** 2).mean(1) + 1e-8)
    samples = (wave * 32767).astype(np.int16)
    return recipe, Rendering(seed, durations, UNITS - 44, f0, loudness.astype(np.float32), samples)
