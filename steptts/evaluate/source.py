"""Where the speech to be judged comes from, ours, a peer's or a folder's, and opens it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steptts.evaluate.judging_texts import JudgingText
    from steptts.evaluate.spoken import Spoken

_LANGUAGES = {"english": "en", "mandarin": "zh"}


@dataclass(frozen=True)
class Source:
    """Where the speech to be judged comes from."""

    system: str = "ours"
    model: str | None = None
    folder: Path | None = None
    voices: str = ""
    split: str = "test"
    texts: Path | None = None
    n: int | None = None
    seeds: int = 1
    judges: Path | None = None
    threads: int = 1
    keep: Path | None = None

    @property
    def voice_list(self) -> list[str]:
        """The voices by name; [""] leaves the choice to the system."""
        return [voice.strip() for voice in self.voices.split(",")]


def texts_of(name: str, source: Source) -> Sequence[JudgingText]:
    """Returns the sentences to be spoken: the source's own, or those of the named set."""
    from steptts.evaluate.judging_texts import judging_texts, read_texts

    if source.texts is not None:
        return read_texts(source.texts, source.n)
    return judging_texts(name, source.split, source.n)


@contextmanager
def speech_of(name: str, source: Source) -> Iterator[Iterator[Spoken]]:
    """Gives the speech of a source one utterance at a time, and ends the system afterwards.

    Raises:
        typer.BadParameter: a folder is judged that is not named, or would be kept again.
    """
    from steptts.evaluate.spoken import read_folder, write_folder
    from steptts.evaluate.systems import opened
    from steptts.evaluate.systems import render as rendered

    if source.system == "folder":
        if source.folder is None or source.keep is not None:
            raise typer.BadParameter("--system folder needs --folder FOLDER and keeps nothing")
        yield islice(read_folder(source.folder, language=_LANGUAGES.get(name)), source.n)
        return
    texts = texts_of(name, source)
    with opened(source.system, model=source.model, judges=source.judges) as system:
        speech = rendered(system, texts, voices=source.voice_list, seeds=source.seeds)
        yield speech if source.keep is None else write_folder(source.keep, speech)
