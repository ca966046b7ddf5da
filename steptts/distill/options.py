"""Command-line options that the stages of the distillation share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Option(help="Corpus folder.")]
Out = Annotated[Path, typer.Option(help="Folder of the run: checkpoint, weights, log.")]
Device = Annotated[str, typer.Option(help="cpu or cuda.")]
Seconds = Annotated[float, typer.Option(help="Time budget; training resumes where it stopped.")]
Steps = Annotated[int, typer.Option(help="Step budget.")]
Batch = Annotated[int, typer.Option(help="Utterances or crops a step.")]
Rate = Annotated[float, typer.Option(help="Peak learning rate.")]
Start = Annotated[
    Path | None, typer.Option(help="Checkpoint of an earlier run; its net may be smaller.")
]
Absent = Annotated[float, typer.Option(help="Share of crops decoded without audio ids.")]
Seed = Annotated[int, typer.Option(help="Seed of batches and noise.")]
PhonesFile = Annotated[
    Path | None, typer.Option("--phones", help="Weights of a phone recogniser that listens.")
]
