"""Options of the command line that say how something is spoken; `steptts.cli` uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

PitchOption = Annotated[
    float, typer.Option("--pitch", min=-12.0, max=12.0, help="Semitones higher or lower.")
]
EnergyOption = Annotated[
    float, typer.Option("--energy", min=-20.0, max=12.0, help="dB louder or softer.")
]
DurationOption = Annotated[
    Optional[float],  # noqa: UP045 - typer reads it at run time on Python 3.10 too
    typer.Option("--duration", metavar="SECONDS", help="Speak in exactly this time."),
]
MelodyOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--melody", metavar="NOTES|FILE.mid|NAME", help="What (sing) sings."),
]
BpmOption = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option("--bpm", help="Beats a minute of (sing) and (rap)."),
]
LenientOption = Annotated[
    bool, typer.Option("--lenient", help="Drop unknown tags with a warning, do not refuse them.")
]
SrtInOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--srt-in", metavar="FILE", help="Speak these subtitles at their times, no TEXT."),
]
LateOption = Annotated[
    str,
    typer.Option(
        "--late", metavar="error|delay", help="What a subtitle does that is too long for its time."
    ),
]
