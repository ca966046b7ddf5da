"""Renders a recipe set and writes its training arrays; labels are prepared in worker processes."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from steptts.distill.prepare import prepare, write_corpus
from steptts.distill.recipes import Recipe, read_recipes
from steptts.distill.render import Renderer, Rendering
from steptts.distill.speakers import Packs
from steptts.distill.teacher_weights import load_teacher
from steptts.errors import TextError

PEAK_LIMIT = 0.999
MIN_PHONES_PER_SECOND, MAX_PHONES_PER_SECOND = 3.0, 26.0


def rejected(recipe: Recipe, rendering: Rendering) -> str:
    """Why an utterance is unfit for training, or an empty string.

    Clipped: many samples at full scale. Silent: nothing above -40 dB. Rate: fewer than 3 or more
    than 26 phones a second outside singing.
    """
    if not len(rendering.samples):
        return ""
    if (np.abs(rendering.samples) >= PEAK_LIMIT * 32767).mean() > 1e-4:
        return "clipped"
    if rendering.loudness.max() < -40:
        return "silent"
    rate = len(recipe.symbols) / (rendering.durations.sum() * 0.025)
    if recipe.edit.kind != "sung" and not MIN_PHONES_PER_SECOND < rate < MAX_PHONES_PER_SECOND:
        return "rate"
    return ""


def _labels(job: tuple[Recipe, Rendering]) -> dict[str, np.ndarray]:
    return prepare(*job)


def make_corpus(
    recipes_folder: Path,
    teacher: Path,
    packs_folder: Path,
    folder: Path,
    device: str,
    seconds: float,
    batch_seconds: float,
    shard: str,
    jobs: int,
    sound: bool = True,
    fused: bool = False,
) -> dict[str, float]:
    """Render and prepare; returns hours, rejections by reason and speed."""
    part, n_parts = (int(x) for x in shard.split("/"))
    if not 0 <= part < n_parts:
        raise TextError(f"shard {shard!r} is not i/n with 0 <= i < n")
    recipes, speakers = read_recipes(recipes_folder)
    recipes = recipes[part::n_parts]
    packs = Packs(packs_folder)
    if device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    rows, used, counts = [], [], {"clipped": 0, "silent": 0, "rate": 0}
    began = time.monotonic()
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        renderer = Renderer(load_teacher(teacher), packs, speakers, device, fused=fused)
        waiting = []
        for batch in renderer.render(recipes, int(batch_seconds * 40), seconds, sound=sound):
            kept = []
            for rendering in batch:
                reason = rejected(recipes[rendering.index], rendering)
                if reason:
                    counts[reason] += 1
                else:
                    kept.append(rendering)
            bare = [(recipes[r.index], replace(r, samples=np.zeros(0, np.int16))) for r in kept]
            waiting.append((kept, pool.map_async(_labels, bare)))
        for kept, result in waiting:
            for rendering, row in zip(kept, result.get(), strict=True):
                row["samples"] = rendering.samples
                rows.append(row)
                used.append(recipes[rendering.index])
    rendered = time.monotonic() - began
    embeddings = np.stack([packs.embedding(s) for s in speakers])
    write_corpus(rows, used, embeddings, folder)
    hours = sum(len(row["samples"]) for row in rows) / 24_000 / 3600
    return {
        "utterances": len(rows),
        "hours": hours,
        "render_seconds": rendered,
        "total_seconds": time.monotonic() - began,
        **counts,
    }
