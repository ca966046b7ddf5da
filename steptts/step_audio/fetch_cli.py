"""`steptts fetch`: the published checkpoint, from the network to a folder that TTS finds."""

from __future__ import annotations

from typing import Annotated

import typer

from steptts import places
from steptts.step_audio.fetch import (
    CONVERTED_BYTES,
    NAME,
    PROGRAM,
    SOURCES,
    Parts,
    fetch_published,
    fetched_before,
    install,
    speakers_source,
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

ModelArgument = Annotated[str, typer.Argument(help=f"What to fetch: {NAME}.")]
SourceOption = Annotated[str, typer.Option("--source", help="huggingface or modelscope.")]
EndpointOption = Annotated[
    str | None, typer.Option("--endpoint", metavar="URL", help="A mirror of the source.")
]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Only convert what was fetched before.")
]
OnlyOption = Annotated[bool, typer.Option("--only-download", help="Do not convert.")]
MusicOption = Annotated[bool, typer.Option(help="What raps and hums, 0.5 GB.")]
CloningOption = Annotated[bool, typer.Option(help="What reads recordings, 1.4 GB.")]
VoicesOption = Annotated[bool, typer.Option(help="The published voices; need --cloning.")]
VoicesFromOption = Annotated[
    str, typer.Option("--voices-from", metavar="URL", help="Another copy of the program's files.")
]


@app.command()
def fetch(
    model: ModelArgument,
    source: SourceOption = "huggingface",
    endpoint: EndpointOption = None,
    offline: OfflineOption = False,
    only_download: OnlyOption = False,
    music: MusicOption = True,
    cloning: CloningOption = True,
    voices: VoicesOption = True,
    voices_from: VoicesFromOption = PROGRAM,
) -> None:
    """Fetch the published 3B checkpoint and convert it; 9.5 GB come, 18.5 GB of disk are needed.

    A broken download goes on where it stopped; every file's SHA-256 is recorded, and compared with
    the one that the source tells. Then TTS("step-audio-tts-3b") finds the model.

    STEPTTS_HOME names the folder of models and downloads (by default the system's folder for such
    data), STEPTTS_OFFLINE=1 forbids the network, HF_TOKEN and HF_ENDPOINT act as in
    huggingface_hub.
    """
    if model != NAME:
        raise typer.BadParameter(f"{model!r} cannot be fetched; there is {NAME}")
    if source not in SOURCES:
        raise typer.BadParameter(f"--source {source!r} must be one of {', '.join(SOURCES)}")
    if voices and not cloning:
        raise typer.BadParameter("--voices needs --cloning; add --no-voices")
    parts = Parts(music=music, tokenizer=cloning, speakers=voices)
    folder = places.downloads() / NAME
    if offline or places.offline():
        published = fetched_before(folder, parts)
    else:
        published = fetch_published(
            SOURCES[source](endpoint),
            folder,
            parts,
            speakers_source(voices_from),
            spare=0 if only_download else CONVERTED_BYTES,
        )
    typer.echo(str(published.tts.parent if only_download else install(published)))
