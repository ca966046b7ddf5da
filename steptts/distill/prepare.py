"""Renderings to training arrays: one pass of ``steptts.frames``, the function of the run time.

Arrays are flat over all utterances, so a trainer keeps a corpus as a few tensors on its device:
patches (20 ms), frames (10 ms), phones, and one row an utterance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steptts.distill.accents import PITCH_SECONDS, pitch_points
from steptts.distill.edits import KINDS, NEUTRAL, UNIT_SECONDS, VOICED_HZ
from steptts.distill.recipes import Recipe
from steptts.distill.render import FLOOR_DB, Rendering
from steptts.distill.teacher_phones import own_durations
from steptts.frames import FRAME_SECONDS, REFERENCE_HZ, frames

FLAT = (
    "symbols",
    "marks",
    "features",
    "f0",
    "voiced",
    "phone_symbols",
    "phone_marks",
    "phone_starts",
    "plan",
    "plan_known",
    "samples",
)
EACH = ("n_patches", "n_phones", "speaker", "chinese", "kind")  # patches, phones, whose, which
PITCH_POINTS = 3


def phone_values(
    recipe: Recipe, rendering: Rendering
) -> tuple[NDArray[np.float32], list[tuple[float, ...] | None], NDArray[np.float32]]:
    """Seconds [N] (padding included), pitch points and dB [N] of our phones."""
    natural = own_durations(rendering.durations, recipe.owners.tolist())
    units = natural.copy()
    units[-1] += rendering.padding
    seconds = (units * UNIT_SECONDS).astype(np.float32)
    owner = np.repeat(np.arange(len(units)), units)
    pitch = pitch_points(units, rendering.f0)
    power = 10 ** (rendering.loudness / 10)
    mean = np.bincount(owner, weights=power, minlength=len(units)) / units
    return seconds, pitch, np.maximum(10 * np.log10(mean + 1e-9), FLOOR_DB).astype(np.float32)


def plan_rows(
    recipe: Recipe,
    rendering: Rendering,
    pitch: list[tuple[float, ...] | None],
    energy: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The planner's targets [N, 6] at speed 1 and which of them are known [N, 6]."""
    natural = own_durations(rendering.durations, recipe.owners.tolist())
    seconds = natural * UNIT_SECONDS * recipe.speed
    voiced = np.array([p is not None for p in pitch], np.float32)
    points = np.zeros((len(pitch), PITCH_POINTS))
    for i, values in enumerate(pitch):
        if values is not None:
            grid = (np.arange(PITCH_POINTS) + 0.5) / PITCH_POINTS
            at = (np.arange(len(values)) + 0.5) / len(values)
            points[i] = np.interp(grid, at, np.log(np.asarray(values) / REFERENCE_HZ))
    plan = np.concatenate(
        [np.log(seconds)[:, None], points, (energy / 20 + 1.5)[:, None], voiced[:, None]], axis=1
    )
    known = np.ones_like(plan)
    known[:, 1:4] = voiced[:, None]
    if np.isnan(energy).any():  # rendered without sound
        known[:, 4] = 0
        plan = np.nan_to_num(plan)
    if recipe.edit.kind != NEUTRAL:
        known[:] = 0
    return plan.astype(np.float32), known.astype(np.float32)


def prepare(recipe: Recipe, rendering: Rendering) -> dict[str, NDArray[np.generic]]:
    """All flat arrays of one utterance."""
    seconds, pitch, energy = phone_values(recipe, rendering)
    laid = frames(
        recipe.symbols.tolist(),
        recipe.marks.tolist(),
        recipe.starts.tolist(),
        seconds,
        pitch,
        energy,
    )
    n = len(laid.f0)
    curve_times = np.arange(len(rendering.f0)) * PITCH_SECONDS
    voiced = rendering.f0 > VOICED_HZ
    centres = (np.arange(n) + 0.5) * FRAME_SECONDS
    f0 = np.full(n, 150.0)
    if voiced.any():
        f0 = np.exp(np.interp(centres, curve_times[voiced], np.log(rendering.f0[voiced])))
    nearest = np.minimum(np.round(centres / PITCH_SECONDS).astype(np.int64), len(voiced) - 1)
    plan, known = plan_rows(recipe, rendering, pitch, energy)
    return {
        "symbols": laid.symbols.astype(np.uint8),
        "marks": laid.marks.astype(np.uint8),
        "features": laid.features.astype(np.float16),
        "f0": f0.astype(np.float16),
        "voiced": voiced[nearest],
        "phone_symbols": recipe.symbols.astype(np.uint8),
        "phone_marks": recipe.marks.astype(np.uint8),
        "phone_starts": recipe.starts,
        "plan": plan.astype(np.float32),
        "plan_known": known.astype(np.uint8),
        "samples": rendering.samples,
    }


def corpus_arrays(
    rows: list[dict[str, NDArray[np.generic]]], recipes: list[Recipe]
) -> dict[str, NDArray[np.generic]]:
    """The flat arrays of all utterances, and per utterance what EACH names."""
    out = {name: np.concatenate([row[name] for row in rows]) for name in FLAT}
    out["n_patches"] = np.array([len(row["symbols"]) for row in rows], np.int32)
    out["n_phones"] = np.array([len(row["phone_symbols"]) for row in rows], np.int32)
    out["speaker"] = np.array([r.speaker for r in recipes], np.int16)
    out["chinese"] = np.array([r.language == "zh" for r in recipes])
    out["kind"] = np.array([KINDS.index(r.edit.kind) for r in recipes], np.uint8)
    return out


def write_corpus(
    rows: list[dict[str, NDArray[np.generic]]],
    recipes: list[Recipe],
    embeddings: NDArray[np.float32],
    folder: Path,
) -> None:
    """Write a whole corpus at once: its arrays, and the embeddings of its speakers."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in corpus_arrays(rows, recipes).items():
        np.save(folder / f"{name}.npy", array)
    np.save(folder / "embeddings.npy", embeddings)
