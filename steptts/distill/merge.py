"""Several corpora become one; speakers are one where name and embedding agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steptts.distill.corpus_report import write_report
from steptts.distill.parts import NAMES, Ledger, join_arrays, read_ledger, write_ledger
from steptts.distill.prepare import EACH, FLAT
from steptts.errors import StepTTSError

IDS = "ids"
SAME = 1e-3  # of embeddings of about unit variance; float32 rounding reaches 1e-6


def merge(out: Path, folders: Sequence[Path]) -> dict[str, object]:
    """Write one corpus made of several, in their order; returns its report.

    Token ids are kept only if every corpus has them, made by the same tokenizers, which nothing
    here can check.

    Raises:
        StepTTSError: there is nothing to merge, or the new folder holds a corpus already.
    """
    for folder in folders:
        if not (folder / "n_patches.npy").exists():
            raise StepTTSError(f"{folder} holds no corpus; render into it first")
    if not folders or (out / "n_patches.npy").exists():
        raise StepTTSError(f"nothing to merge, or {out} holds a corpus already; name a new folder")
    out.mkdir(parents=True, exist_ok=True)
    names, embeddings, tables = joined_speakers([_speakers(folder) for folder in folders])
    speaker = [
        table[np.load(folder / "speaker.npy")]
        for folder, table in zip(folders, tables, strict=True)
    ]
    np.save(out / "speaker.npy", np.concatenate(speaker).astype(np.int16))
    np.save(out / "embeddings.npy", embeddings)
    (out / NAMES).write_text(json.dumps(names))
    ledger = Ledger()
    for folder in folders:
        ledger.add(read_ledger(folder))
    write_ledger(out, ledger)
    with_ids = [folder for folder in folders if (folder / f"{IDS}.npy").exists()]
    kept = (IDS,) if len(with_ids) == len(folders) else ()
    # n_patches comes last: a folder with it holds a whole corpus.
    for name in (*FLAT, *(n for n in EACH[::-1] if n != "speaker"), *kept):
        join_arrays([folder / f"{name}.npy" for folder in folders], out / f"{name}.npy")
    about: dict[str, object] = {
        "merged": [str(folder) for folder in folders],
        "ids": bool(kept),
        "ids_in": len(with_ids),
    }
    return write_report(out, about)


def _speakers(folder: Path) -> tuple[list[str], NDArray[np.float32]]:
    """Names and embeddings [S, 256] of a corpus; "" where an older corpus knows no names."""
    embeddings = np.load(folder / "embeddings.npy")
    path = folder / NAMES
    names = json.loads(path.read_text()) if path.exists() else [""] * len(embeddings)
    return names, embeddings


def joined_speakers(
    tables: Sequence[tuple[list[str], NDArray[np.float32]]],
) -> tuple[list[str], NDArray[np.float32], list[NDArray[np.int64]]]:
    """One table of all speakers, and for each given table where its rows went.

    Speakers are one if their embeddings agree and their names too, where both have one. A name
    that stands for two embeddings is written with a number behind the second.
    """
    names: list[str] = []
    rows: list[NDArray[np.float32]] = []
    places = []
    for own_names, own_rows in tables:
        place = []
        for name, row in zip(own_names, own_rows, strict=True):
            alike = (
                i
                for i, (other, known) in enumerate(zip(names, rows, strict=True))
                if np.abs(known - row).max() < SAME and (not name or not other or name == other)
            )
            found = next(alike, None)
            if found is None:
                found = len(rows)
                names.append(name)
                rows.append(row)
            names[found] = names[found] or name
            place.append(found)
        places.append(np.array(place, np.int64))
    return _distinct(names), np.stack(rows), places


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, told apart by numbers; speakers without one are called by their row."""
    out: list[str] = []
    for row, name in enumerate(names):
        free, number = name or f"speaker{row}", 2
        while free in out:
            free, number = f"{name}-{number}", number + 1
        out.append(free)
    return out
