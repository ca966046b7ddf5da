"""`steptts convert`: from a downloaded checkpoint to a model folder of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steptts.step_audio.published_files import PublishedFolders

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

FolderArgument = Annotated[Path, typer.Argument(help="Step-Audio-TTS-3B as it was downloaded.")]
OutOption = Annotated[Path, typer.Option("--output", "-o", help="A new folder; 7.2 to 8.9 GB.")]
TokenizerOption = Annotated[
    Path | None, typer.Option(help="Step-Audio-Tokenizer; needed to clone and register voices.")
]
SpeakersOption = Annotated[
    Path | None, typer.Option(help="Folder of speakers_info.json and NAME_prompt.wav.")
]


@app.command()
def convert(
    folder: FolderArgument,
    output: OutOption,
    tokenizer: TokenizerOption = None,
    speakers: SpeakersOption = None,
) -> None:
    """Check every file of the checkpoint and write it in our form, once; its code is never run."""
    from steptts.step_audio.convert import convert as write

    typer.echo(str(write(PublishedFolders(folder, tokenizer, speakers), output)))
