"""``steptts distill``: from texts to a model folder, stage by stage or all at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from steptts.distill.corpus_cli import merge, recipes, render, report
from steptts.distill.options import Device
from steptts.distill.training_cli import (
    lm,
    mel_decoder,
    phone_recognizer,
    planner,
    plot,
    repair,
    speaker_encoder,
    tokenizers,
    vocoder,
)

app = typer.Typer(help="Render teacher speech and train the small model.", no_args_is_help=True)

# the help lists the commands in this order
app.command()(recipes)
app.command()(render)
app.command()(report)
app.command()(merge)
app.command()(tokenizers)
app.command()(planner)
app.command()(lm)
app.command("phone-recognizer")(phone_recognizer)
app.command("mel-decoder")(mel_decoder)
app.command()(vocoder)
app.command()(repair)
app.command("speaker-encoder")(speaker_encoder)
app.command()(plot)


@app.command()
def pack(
    runs: Annotated[Path, typer.Argument(help="Folder of runs, each with weights.pt.")],
    out: Annotated[Path, typer.Argument(help="Folder for NAME.safetensors, float16.")],
) -> None:
    """Write the averaged weights of every run as float16 safetensors."""
    from steptts.distill.pipeline import pack_weights

    typer.echo(json.dumps(pack_weights(runs, out)))


@app.command()
def export(
    runs: Annotated[Path, typer.Argument(help="Folder of finished runs.")],
    out: Annotated[Path, typer.Argument(help="Model folder to write.")],
    version: Annotated[str, typer.Option(help="Version of the weights.")] = "0.1",
    repaired: Annotated[
        bool, typer.Option(help="Off: the vocoder as it was before its repair.")
    ] = True,
    packs: Annotated[Path | None, typer.Option(help="Style packs: also write voices.")] = None,
    voices: Annotated[Path | None, typer.Option(help="Folder for the voices.")] = None,
    created: Annotated[str, typer.Option(help="Date of the voices, YYYY-MM-DD.")] = "",
    lm: Annotated[bool, typer.Option(help="Off: speak from the score alone.")] = True,
) -> None:
    """Write a model folder of ONNX graphs, and the voices with their samples."""
    from steptts.distill.voice_packs import write_samples, write_voice_packs
    from steptts.export.embedded import ANALYSIS, export_embedded

    sizes = export_embedded(runs, out, version, lm=lm, repaired=repaired)
    if packs is not None and voices is not None:
        write_voice_packs(packs, voices, ANALYSIS, created)
        write_samples(voices, out)
    typer.echo(json.dumps(sizes))


@app.command("add-speaker-encoder")
def add_speaker_encoder(
    weights: Annotated[Path, typer.Argument(help="weights.pt of its run.")],
    model: Annotated[Path, typer.Argument(help="Model folder that lacks it, or has an older one.")],
) -> None:
    """Put the speaker encoder into a model folder, so that it can clone."""
    from steptts.export import embedded

    typer.echo(json.dumps({"speaker_encoder": embedded.add_speaker_encoder(weights, model)}))


@app.command("all")
def everything(
    source: Annotated[
        Path, typer.Argument(help="JSON lines of texts, or a folder of recipes made of them.")
    ],
    teacher: Annotated[Path, typer.Option(help="The teacher's ONNX file.")],
    packs: Annotated[Path, typer.Option(help="Folder of the teacher's style packs.")],
    out: Annotated[Path, typer.Option(help="Folder of corpus, runs, logs and model.")],
    budget: Annotated[float, typer.Option(help="Seconds for rendering and training.")],
    device: Device = "cpu",
    jobs: Annotated[int, typer.Option(help="Processes that prepare labels.")] = 2,
    judges: Annotated[Path | None, typer.Option(help="Judges that hear the rendered.")] = None,
    lm: Annotated[bool, typer.Option(help="Off: no token ids, for less than 20 hours.")] = True,
) -> None:
    """From texts to a model folder: render, train every stage, export; resumable.

    The model is then spoken with: steptts say --model OUT/model
    """
    from steptts.distill.pipeline import Chain

    Chain(source, teacher, packs, out, budget, device, jobs, judges, lm).run()


if __name__ == "__main__":
    app()
