"""Utterances of a corpus of teacher speech, with all that is known of them; reads plain arrays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from steptts.errors import AudioError
from steptts.frames import FRAMES_PER_PATCH, HOP_LENGTH, PATCHES_PER_SUPER_FRAME, Frames
from steptts.voice import Voice
from steptts.voice_facts import VoiceFacts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from steptts.stages import FloatArray

_NAMES = "speaker_names.json"


@dataclass(frozen=True, eq=False)
class Labelled:
    """One utterance of a corpus with everything that is known of it.

    Attributes:
        symbols, marks, starts: of its phones. language: "en" or "zh".
        voice: embedding [256] and name. frames: its score as the networks read it.
        voiced: of every 10 ms frame. ids: [J, 5], None in a corpus without.
        samples: of the teacher.
    """

    symbols: list[int]
    marks: list[int]
    starts: list[bool]
    language: str
    voice: Voice
    frames: Frames
    voiced: FloatArray
    ids: NDArray[np.int64] | None
    samples: FloatArray


def read_corpus(folder: Path, n: int | None = None) -> Iterator[Labelled]:
    """Reads the first ``n`` utterances of a corpus, or all.

    Raises:
        AudioError: the folder holds no corpus, or one without sound.
    """
    if not (folder / "n_patches.npy").exists():
        raise AudioError(f"{folder} holds no corpus; make one with `steptts distill render`")

    def load(name: str) -> NDArray[np.generic]:
        array: NDArray[np.generic] = np.load(folder / f"{name}.npy", mmap_mode="r")
        return array

    arrays = {name: load(name) for name in _FLAT}
    if not len(arrays["samples"]):
        raise AudioError(f"{folder} was rendered without sound; there is nothing to compare with")
    ids = load("ids") if (folder / "ids.npy").exists() else None
    patches, phones = load("n_patches").astype(int), load("n_phones").astype(int)
    speakers, chinese, embeddings = load("speaker"), load("chinese"), load("embeddings")
    path = folder / _NAMES
    names = json.loads(path.read_text()) if path.exists() else None
    patch_ends, phone_ends = np.cumsum(patches), np.cumsum(phones)
    for i in range(len(patches) if n is None else min(n, len(patches))):
        at = slice(patch_ends[i] - patches[i], patch_ends[i])
        own = slice(phone_ends[i] - phones[i], phone_ends[i])
        speaker = int(speakers[i])
        name = names[speaker] if names else f"speaker{speaker}"
        yield _labelled(
            {key: array[_part(key, at, own)] for key, array in arrays.items()},
            "zh" if chinese[i] else "en",
            _voice(name, np.asarray(embeddings[speaker], np.float32)),
            None if ids is None else np.asarray(ids[_every(at, PATCHES_PER_SUPER_FRAME)], np.int64),
        )


_FLAT = (
    *("symbols", "marks", "features", "f0", "voiced", "samples"),
    *("phone_symbols", "phone_marks", "phone_starts"),
)


def _part(name: str, at: slice, own: slice) -> slice:
    """The rows of one utterance in a flat array: of patches, 10 ms frames, samples or phones."""
    if name.startswith("phone_"):
        return own
    times = {"f0": FRAMES_PER_PATCH, "voiced": FRAMES_PER_PATCH}
    times["samples"] = FRAMES_PER_PATCH * HOP_LENGTH
    return slice(at.start * times.get(name, 1), at.stop * times.get(name, 1))


def _every(at: slice, n: int) -> slice:
    return slice(at.start // n, at.stop // n)


def _voice(name: str, embedding: FloatArray) -> Voice:
    """A voice of the corpus; it has no accent of its own, since phones are given."""
    facts = VoiceFacts("en", "us", "neutral", "corpus", "", "", "", "")
    return Voice(name, embedding, facts)


def _labelled(
    row: dict[str, NDArray[np.generic]],
    language: str,
    voice: Voice,
    ids: NDArray[np.int64] | None,
) -> Labelled:
    voiced = row["voiced"].astype(bool)
    laid = Frames(
        row["symbols"].astype(np.int64),
        row["marks"].astype(np.int64),
        row["features"].astype(np.float32),
        row["f0"].astype(np.float32),
        voiced,
    )
    return Labelled(
        row["phone_symbols"].tolist(),
        row["phone_marks"].tolist(),
        row["phone_starts"].tolist(),
        language,
        voice,
        laid,
        voiced.astype(np.float32),
        ids,
        row["samples"].astype(np.float32) / np.float32(32768),
    )
