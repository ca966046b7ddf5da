"""Command-line options that the suites share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

SystemOption = Annotated[
    str, typer.Option("--system", "-s", help="Who speaks: ours, piper, espeak-ng or folder.")
]
ModelOption = Annotated[
    Optional[str],  # noqa: UP045 - typer reads it at run time on Python 3.10 too
    typer.Option("--model", help="Model name or folder of ours, or a Piper voice file."),
]
FolderOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--folder", help="Speech to judge: sound files and one .jsonl (--system folder)."),
]
VoicesOption = Annotated[str, typer.Option("--voices", help="Names with commas; they take turns.")]
SplitOption = Annotated[str, typer.Option("--split", help="test for figures, dev for choices.")]
SetOption = Annotated[str, typer.Option("--set", help="english, mandarin or hard.")]
TextsOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--texts", help="Own sentences, one a line, instead of the shipped ones."),
]
CountOption = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--n", min=1, help="How many texts; by default all."),
]
SeedsOption = Annotated[int, typer.Option("--seeds", min=1, help="Times that each text is spoken.")]
JudgesOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--judges", help="Folder of the judges; by default STEPTTS_JUDGES."),
]
ThreadsOption = Annotated[int, typer.Option("--threads", min=1, help="Of each judge.")]
KeepOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--keep", help="New folder for the speech, to be judged again."),
]
DetailsOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--details", help="File for one JSON line per utterance."),
]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="Print Markdown, not a table.")]
