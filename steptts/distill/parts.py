"""A corpus folder that grows in parts, so that a kill costs minutes and not the night.

While rendering, every few minutes a part appears under ``parts/``, whole or not at all. At the
end all parts are joined into the flat arrays of the folder, which is what trainers read, and
removed. The ledger beside the arrays counts what was kept, rejected and measured, and which
recipes are done, so the same command goes on where it stopped.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steptts.distill.prepare import EACH, FLAT
from steptts.errors import StepTTSError
from steptts.replacing import replaced

Array = NDArray[np.generic]
LEDGER = "ledger.json"
NAMES = "speaker_names.json"
PARTS, JOINING, JOINED = "parts", ".joining", ".joined"
SEEN = "seen"  # rows of the recipe file that are done: kept, rejected or too long


@dataclass(slots=True)
class Ledger:
    """What a part or a corpus holds and what it cost.

    Attributes:
        recipes: checksum of what was rendered, "" for corpora merged of several.
        utterances: kept. audio_seconds: of them. wall_seconds, cpu_seconds: of rendering,
            checking and labelling. rejected: utterances by reason. heard: how many the judges
            heard. measured: values by name, of kept and rejected ones.
    """

    recipes: str = ""
    utterances: int = 0
    audio_seconds: float = 0.0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    rejected: dict[str, int] = field(default_factory=dict)
    heard: int = 0
    measured: dict[str, list[float]] = field(default_factory=dict)

    def add(self, other: Ledger) -> None:
        """Count another ledger in."""
        self.utterances += other.utterances
        self.audio_seconds += other.audio_seconds
        self.wall_seconds += other.wall_seconds
        self.cpu_seconds += other.cpu_seconds
        self.heard += other.heard
        for reason, count in other.rejected.items():
            self.rejected[reason] = self.rejected.get(reason, 0) + count
        for name, values in other.measured.items():
            self.measured.setdefault(name, []).extend(values)


def read_ledger(folder: Path) -> Ledger:
    """The ledger of a part or corpus; an empty one for a corpus that was written without."""
    path = folder / LEDGER
    return Ledger(**json.loads(path.read_text())) if path.exists() else Ledger()


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """Write it at once."""
    with replaced(folder / LEDGER) as file:
        file.write(json.dumps(asdict(ledger)).encode())


class Parts:
    """The parts of one corpus folder."""

    def __init__(self, folder: Path, recipes: str) -> None:
        """Open the folder, finish a join that a kill interrupted, and drop what it tore.

        Raises:
            StepTTSError: the folder's corpus was made of other recipes, or cannot be resumed.
        """
        self.folder, self.recipes = folder, recipes
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
        for torn in (*(folder / PARTS).glob(".*"), folder / JOINING):
            shutil.rmtree(torn, ignore_errors=True)
        if (folder / JOINED).exists():
            self._take_over()
        if (folder / "n_patches.npy").exists() and not (folder / f"{SEEN}.npy").exists():
            raise StepTTSError(f"{folder} holds a corpus that cannot grow; choose a new folder")
        for source in self._sources():
            if read_ledger(source).recipes != recipes:
                raise StepTTSError(
                    f"{folder} was begun with other recipes or settings; choose a new folder"
                )

    def _sources(self) -> list[Path]:
        joined = [self.folder] if (self.folder / f"{SEEN}.npy").exists() else []
        return joined + sorted((self.folder / PARTS).glob("[0-9]*"))

    def seen(self) -> set[int]:
        """Rows of the recipe file that need not be rendered again."""
        rows: set[int] = set()
        for source in self._sources():
            rows.update(np.load(source / f"{SEEN}.npy").tolist())
        return rows

    def total(self) -> Ledger:
        """All parts together."""
        out = Ledger(self.recipes)
        for source in self._sources():
            out.add(read_ledger(source))
        return out

    def write(self, arrays: dict[str, Array], seen: Sequence[int], ledger: Ledger) -> None:
        """Add a part; ``arrays`` is empty where everything was rejected."""
        number = len(list((self.folder / PARTS).glob("[0-9]*")))
        torn = self.folder / PARTS / f".{number:05d}"
        torn.mkdir()
        for name, array in {**arrays, SEEN: np.array(seen, np.int32)}.items():
            np.save(torn / f"{name}.npy", array)
        ledger.recipes = self.recipes
        write_ledger(torn, ledger)
        torn.rename(self.folder / PARTS / f"{number:05d}")

    def join(self, embeddings: NDArray[np.float32], names: Sequence[str]) -> Ledger:
        """Make one corpus of all parts and remove them; returns its ledger.

        Raises:
            StepTTSError: no utterance was kept.
        """
        total, sources = self.total(), self._sources()
        if not total.utterances:
            raise StepTTSError(
                f"nothing was kept in {self.folder} (rejected: {total.rejected}); "
                "give more --seconds or look at the limits"
            )
        torn = self.folder / JOINING
        torn.mkdir()
        full = [s for s in sources if (s / "n_patches.npy").exists()]
        for name in (*FLAT, *EACH):
            join_arrays([s / f"{name}.npy" for s in full], torn / f"{name}.npy")
        join_arrays([s / f"{SEEN}.npy" for s in sources], torn / f"{SEEN}.npy")
        np.save(torn / "embeddings.npy", embeddings)
        (torn / NAMES).write_text(json.dumps(list(names)))
        write_ledger(torn, total)
        torn.rename(self.folder / JOINED)  # from here on a kill loses nothing: see __init__
        self._take_over()
        return total

    def _take_over(self) -> None:
        """Move joined arrays to their place, then remove the parts that they were made of."""
        joined = self.folder / JOINED
        (self.folder / "ids.npy").unlink(missing_ok=True)  # tokens of fewer utterances
        for path in joined.iterdir():
            path.replace(self.folder / path.name)
        shutil.rmtree(self.folder / PARTS)
        (self.folder / PARTS).mkdir()
        joined.rmdir()


def join_arrays(sources: Iterable[Path], target: Path) -> None:
    """Concatenate array files along their first axis without holding them in memory."""
    opened = [np.load(path, mmap_mode="r") for path in sources]
    shape = (sum(len(array) for array in opened), *opened[0].shape[1:])
    out = np.lib.format.open_memmap(target, "w+", opened[0].dtype, shape)
    at = 0
    for array in opened:
        out[at : at + len(array)] = array
        at += len(array)
    out.flush()
