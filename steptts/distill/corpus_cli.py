"""Commands that make a corpus: what to render, the rendering, its report, joining corpora."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from steptts.distill.options import Device, Folder, Seconds, Seed


def recipes(
    texts: Annotated[Path, typer.Argument(help="JSON lines of texts; see steptts.distill.texts.")],
    out: Annotated[Path, typer.Option(help="Folder for recipes.npz and speakers.json.")],
    packs: Annotated[Path, typer.Option(help="Folder of the teacher's style packs (*.bin).")],
    n_mixed: Annotated[int, typer.Option(help="Mixed speakers beside the shipped ones.")] = 240,
    passes: Annotated[int, typer.Option(help="Times each text is used, by different voices.")] = 1,
    limit: Annotated[int, typer.Option(help="Texts at most; 0 for all.")] = 0,
    jobs: Annotated[int, typer.Option(help="Processes.")] = 2,
    seed: Seed = 0,
) -> None:
    """Write down what to render: phones, voice, speed and prosody edit of every text."""
    from steptts.distill.plan_recipes import plan_recipes

    typer.echo(json.dumps(plan_recipes(texts, out, packs, n_mixed, passes, limit, jobs, seed)))


def render(
    folder: Folder,
    recipes: Annotated[Path, typer.Option(help="Folder of recipes.npz.")],
    teacher: Annotated[Path, typer.Option(help="The teacher's ONNX file.")],
    packs: Annotated[Path, typer.Option(help="Folder of the teacher's style packs (*.bin).")],
    device: Device = "cpu",
    seconds: Seconds = float("inf"),
    batch_seconds: Annotated[float, typer.Option(help="Audio seconds a batch.")] = 10.0,
    shard: Annotated[str, typer.Option(help="i/n: render the i-th of n parts.")] = "0/1",
    jobs: Annotated[int, typer.Option(help="Processes that check and label; 0: none.")] = 2,
    sound: Annotated[bool, typer.Option(help="Off: durations and pitch only.")] = True,
    fused: Annotated[bool, typer.Option(help="Compile the decoder, bfloat16: faster.")] = False,
    judges: Annotated[
        Path | None, typer.Option(help="Folder of the judges: Whisper and DistillMOS hear.")
    ] = None,
    check_share: Annotated[
        float, typer.Option(min=0, max=1, help="Of unedited utterances that judges hear.")
    ] = 0.1,
    part_minutes: Annotated[float, typer.Option(help="Between parts; a kill costs one.")] = 3.0,
) -> None:
    """Render recipes with the teacher, check them, prepare training arrays; resumable.

    Run it again after a kill, or with more --seconds, and it goes on where it stopped. The report
    is printed and lies beside the arrays as report.json and report.png.
    """
    from steptts.distill.make_corpus import CorpusJob, make_corpus
    from steptts.evaluate.judge_files import judges_folder

    job = CorpusJob(
        recipes,
        teacher,
        packs,
        folder,
        device,
        seconds,
        batch_seconds,
        shard,
        jobs,
        sound,
        fused,
        None if judges is None else judges_folder(judges),
        check_share,
        60 * part_minutes,
    )
    typer.echo(json.dumps(make_corpus(job), ensure_ascii=False))


def report(
    folder: Annotated[Path, typer.Argument(help="Corpus folder.")],
) -> None:
    """Count and draw what a corpus holds: report.json and report.png in its folder."""
    from steptts.distill.corpus_report import write_report

    typer.echo(json.dumps(write_report(folder, {}), ensure_ascii=False))


def merge(
    out: Annotated[Path, typer.Argument(help="New corpus folder.")],
    folders: Annotated[list[Path], typer.Argument(help="Corpora to join, in this order.")],
) -> None:
    """Join corpora, for example of shards; speakers are matched by name and embedding."""
    from steptts.distill.merge import merge as merged

    typer.echo(json.dumps(merged(out, folders), ensure_ascii=False))
