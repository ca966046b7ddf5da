"""Texts to recipes: the project's own front end writes the phones that the teacher will speak."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from steptts.distill.recipes import Mixture, Recipe, make_recipe, write_recipes
from steptts.distill.speakers import Speaker, main_speakers, mixed_speakers
from steptts.errors import TextError
from steptts.text.frontend import to_utterances
from steptts.text.words import Word

Row = tuple[str, str, str]  # id, language, text
BRITISH = frozenset(("emma", "george"))


def _phonemized(row: Row) -> tuple[Row, dict[str, list[list[Word]]]]:
    """Words of every utterance of a text, for each accent that applies; empty where unreadable."""
    _, language, text = row
    out: dict[str, list[list[Word]]] = {}
    for accent in ("us", "gb") if language == "en" else ("us",):
        try:
            spoken = to_utterances(text, language=language, accent=accent)
            out[accent] = [list(u.words) for u in spoken]
        except TextError:
            out[accent] = []
    return row, out


def plan_recipes(
    texts: Path, out: Path, packs: Path, n_mixed: int, passes: int, limit: int, jobs: int, seed: int
) -> dict[str, float]:
    """Write ``recipes.npz`` and ``speakers.json``; returns counts."""
    with texts.open() as file:
        parsed = [json.loads(line) for line in file]
    rows: list[Row] = [(r["id"], r["language"], r["text"]) for r in parsed]
    rows = rows[: limit or len(rows)]
    names = sorted(p.stem for p in packs.glob("*.bin"))
    speakers = main_speakers()
    n_main = len(speakers)
    speakers += mixed_speakers(n_mixed, names, np.random.default_rng(seed))
    recipes: list[Recipe] = []
    with multiprocessing.Pool(max(jobs, 1)) as pool:
        for row, words in pool.imap(_phonemized, rows, chunksize=64):
            for k in range(passes):
                recipes += _drawn(row, words, speakers, n_main, seed + k)
    write_recipes(recipes, speakers, out)
    chinese = sum(r.language == "zh" for r in recipes)
    return {"texts": len(rows), "recipes": len(recipes), "mandarin": chinese}


def _drawn(
    row: Row, words: dict[str, list[list[Word]]], speakers: list[Speaker], n_main: int, seed: int
) -> Iterator[Recipe]:
    """Recipes of one text; a British voice reads British phones."""
    for k in range(len(words["us"])):
        args = (f"{row[0]}.{k}", row[1])
        recipe = make_recipe(*args, words["us"][k], speakers, n_main, Mixture(), seed)
        if recipe is not None and speakers[recipe.speaker].name in BRITISH and row[1] == "en":
            if k >= len(words.get("gb", [])):
                continue
            british = make_recipe(*args, words["gb"][k], speakers, n_main, Mixture(), seed)
            recipe = british
        if recipe is not None:
            yield recipe
