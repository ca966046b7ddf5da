"""The texts that speech is judged on, as shipped with the package.

The "test" texts are for published figures, the "dev" texts for choices while building. Neither is
ever trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from steptts.errors import TextError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SETS = ("english", "mandarin", "hard")
SPLITS = ("test", "dev")
_HAN = range(0x4E00, 0xA000)


@dataclass(frozen=True, slots=True)
class JudgingText:
    """A text to be spoken, and its language, "en" or "zh"."""

    text: str
    language: str


def judging_texts(name: str, split: str = "test", n: int | None = None) -> list[JudgingText]:
    """Returns the first `n` texts of a set ("english", "mandarin" or "hard"), or all.

    Raises:
        TextError: there is no such set or split, or it has fewer than `n` texts.
    """
    if name not in SETS or split not in SPLITS:
        raise TextError(f"no texts {name!r}, {split!r}: sets are {SETS}, splits are {SPLITS}")
    file = f"{name}.txt" if split == "test" else f"{name}_{split}.txt"
    source = (files("steptts.evaluate") / "data" / file).read_text(encoding="utf-8")
    return _first(parse(source), n, name)


def read_texts(path: Path, n: int | None = None) -> list[JudgingText]:
    """Returns the texts of a file of one's own, one a line; lines that begin with # are comments.

    Raises:
        TextError: the file is missing, or holds fewer than `n` texts.
    """
    if not path.is_file():
        raise TextError(f"{path} is missing; give a text file with one sentence a line")
    return _first(parse(path.read_text(encoding="utf-8")), n, str(path))


def parse(source: str) -> list[JudgingText]:
    """Returns one text for each line that is neither empty nor a comment."""
    lines = (line.strip() for line in source.splitlines())
    return [JudgingText(line, language_of(line)) for line in lines if line and line[0] != "#"]


def language_of(text: str) -> str:
    """Returns "zh" for a text with a Chinese character in it, else "en"."""
    return "zh" if any(ord(character) in _HAN for character in text) else "en"


def _first(texts: Sequence[JudgingText], n: int | None, name: str) -> list[JudgingText]:
    if n is not None and not 0 < n <= len(texts):
        raise TextError(f"{name} has {len(texts)} texts, {n} were asked for")
    return list(texts[:n])
