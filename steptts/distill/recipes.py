"""Recipes: what to render, as data. A recipe and its seed decide every sample.

A recipe file is an ``.npz`` of flat arrays (one row of offsets an utterance) beside a JSON file
of speakers: 60,000 utterances take 6 MB, so a recipe set travels where audio cannot.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steptts.dialects import DIALECTS
from steptts.distill.accents import accented_words
from steptts.distill.edits import KINDS, NEUTRAL, RAPPED, SHAPED, SUNG, Edit
from steptts.distill.speakers import Speaker
from steptts.distill.teacher_phones import MAX_TOKENS, teacher_tokens
from steptts.text.phones import SYMBOLS as _SYMBOLS
from steptts.text.phones import is_vowel, read
from steptts.text.words import Word

MIN_TOKENS = 6
_LIMIT_TOKENS = 230  # about 15 s; longer utterances render worse and fill buckets badly


@dataclass(frozen=True, slots=True)
class Recipe:
    """One utterance to render.

    Attributes:
        text_id: of the text collection. language: "en" or "zh". speaker: index.
        tokens, owners: teacher tokens and the phone of ours that owns each.
        symbols, marks, starts: our phones.
        speed: the teacher's speed input. edit: prosody edit.
    """

    text_id: str
    language: str
    speaker: int
    tokens: NDArray[np.int64]
    owners: NDArray[np.int64]
    symbols: NDArray[np.int64]
    marks: NDArray[np.int64]
    starts: NDArray[np.bool_]
    speed: float
    edit: Edit

    def nucleus(self) -> NDArray[np.bool_]:
        """Tokens whose phone carries a syllable."""
        vowels = np.array([is_vowel(s) for s in _SYMBOLS])
        return np.asarray(vowels[self.symbols[self.owners]])


@dataclass(frozen=True, slots=True)
class Mixture:
    """Shares of the data; what is left is neutral.

    Attributes:
        main: share of utterances by the shipped voices. home: of those, share in the voice's own
            language. shaped, sung, rapped, paced: shares of edits; paced is a wide speed range.
        accented: share of Mandarin utterances for each dialect.
    """

    main: float = 0.65
    home: float = 0.7
    shaped: float = 0.18
    sung: float = 0.08
    rapped: float = 0.04
    paced: float = 0.08
    accented: float = 0.02


def make_recipe(
    text_id: str,
    language: str,
    words: list[Word],
    speakers: list[Speaker],
    n_main: int,
    mixture: Mixture,
    seed: int,
) -> Recipe | None:
    """Draw speaker, speed and edit for a text; None when it is too short or too long."""
    rng = np.random.default_rng([zlib.crc32(text_id.encode()), seed])
    if rng.random() < mixture.main or len(speakers) == n_main:
        home = [i for i in range(n_main) if speakers[i].own_language == language]
        away = [i for i in range(n_main) if speakers[i].own_language != language]
        speaker = int(rng.choice(home if rng.random() < mixture.home else away))
    else:
        speaker = int(rng.integers(n_main, len(speakers)))
    kinds = (SHAPED, SUNG, RAPPED, "paced", *DIALECTS, NEUTRAL)
    accents = [mixture.accented * (language == "zh")] * len(DIALECTS)
    m = mixture
    shares = np.array([m.shaped, m.sung, m.rapped, m.paced, *accents, 0.0])
    shares[-1] = 1 - shares.sum()
    kind = str(rng.choice(kinds, p=shares))
    if kind in DIALECTS:
        words = accented_words(words, kind)
    tokens, owners = teacher_tokens(words)
    if not MIN_TOKENS <= len(tokens) <= min(_LIMIT_TOKENS, MAX_TOKENS):
        return None
    phones = read(words)
    speed = float(rng.uniform(0.7, 1.4) if kind == "paced" else rng.uniform(0.9, 1.15))
    edit = Edit(
        kind if kind != "paced" else NEUTRAL,
        shift=float(rng.uniform(-3, 4)) if kind in (SHAPED, SUNG) else 0.0,
        spread=float(rng.uniform(0.5, 1.5)) if kind == SHAPED else (0.5 if kind == RAPPED else 1.0),
        bpm=float(rng.uniform(72, 118)),
        seed=int(rng.integers(2**31)),
    )
    return Recipe(
        text_id,
        language,
        speaker,
        np.array(tokens),
        np.array(owners),
        np.array(phones.symbols),
        np.array(phones.marks),
        np.array(phones.starts),
        speed,
        edit,
    )


def write_recipes(recipes: list[Recipe], speakers: list[Speaker], folder: Path) -> None:
    """Write ``recipes.npz`` and ``speakers.json`` to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = [r.edit.kind for r in recipes]
    np.savez_compressed(
        folder / "recipes.npz",
        n_tokens=np.array([len(r.tokens) for r in recipes], np.int32),
        n_phones=np.array([len(r.symbols) for r in recipes], np.int32),
        tokens=np.concatenate([r.tokens for r in recipes]).astype(np.uint8),
        owners=np.concatenate([r.owners for r in recipes]).astype(np.uint8),
        symbols=np.concatenate([r.symbols for r in recipes]).astype(np.uint8),
        marks=np.concatenate([r.marks for r in recipes]).astype(np.uint8),
        starts=np.concatenate([r.starts for r in recipes]),
        chinese=np.array([r.language == "zh" for r in recipes]),
        speaker=np.array([r.speaker for r in recipes], np.int16),
        speed=np.array([r.speed for r in recipes], np.float32),
        kind=np.array([KINDS.index(k) for k in kinds], np.uint8),
        shift=np.array([r.edit.shift for r in recipes], np.float32),
        spread=np.array([r.edit.spread for r in recipes], np.float32),
        bpm=np.array([r.edit.bpm for r in recipes], np.float32),
        seed=np.array([r.edit.seed for r in recipes], np.int64),
    )
    (folder / "speakers.json").write_text(json.dumps([asdict(s) for s in speakers]))


def read_recipes(folder: Path) -> tuple[list[Recipe], list[Speaker]]:
    """Read what ``write_recipes`` wrote; text ids become row numbers."""
    data = dict(np.load(folder / "recipes.npz"))
    tokens = _split(data["tokens"], data["n_tokens"])
    owners = _split(data["owners"], data["n_tokens"])
    phones = [_split(data[k], data["n_phones"]) for k in ("symbols", "marks", "starts")]
    recipes = [
        Recipe(
            str(i),
            "zh" if data["chinese"][i] else "en",
            int(data["speaker"][i]),
            tokens[i].astype(np.int64),
            owners[i].astype(np.int64),
            phones[0][i].astype(np.int64),
            phones[1][i].astype(np.int64),
            phones[2][i].astype(np.bool_),
            float(data["speed"][i]),
            Edit(
                KINDS[data["kind"][i]],
                float(data["shift"][i]),
                float(data["spread"][i]),
                float(data["bpm"][i]),
                int(data["seed"][i]),
            ),
        )
        for i in range(len(tokens))
    ]
    return recipes, read_speakers(folder / "speakers.json")


def read_speakers(path: Path) -> list[Speaker]:
    """Read the ``speakers.json`` that lies beside recipes."""
    return list(_speakers(json.loads(path.read_text())))


def _speakers(rows: Iterable[dict[str, object]]) -> Iterator[Speaker]:
    for row in rows:
        yield Speaker(
            str(row["name"]),
            _mix(row["timbre"]),
            {k: _mix(v) for k, v in dict(row["prosody"]).items()},  # type: ignore[call-overload]
            str(row["own_language"]),
        )


def _mix(rows: object) -> tuple[tuple[str, float], ...]:
    return tuple((str(name), float(w)) for name, w in rows)  # type: ignore[attr-defined]


def _split(flat: NDArray[np.uint8], counts: NDArray[np.int32]) -> list[NDArray[np.uint8]]:
    return np.split(flat, np.cumsum(counts)[:-1])
