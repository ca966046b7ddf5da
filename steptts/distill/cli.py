"""``steptts distill``: from texts to a model folder, stage by stage or all at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from steptts.distill.loop import Task

app = typer.Typer(help="Render teacher speech and train the small model.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option(help="Corpus folder.")]
Out = Annotated[Path, typer.Option(help="Folder of the run: checkpoint, weights, log.")]
Device = Annotated[str, typer.Option(help="cpu or cuda.")]
Seconds = Annotated[float, typer.Option(help="Time budget; training resumes where it stopped.")]
Steps = Annotated[int, typer.Option(help="Step budget.")]
Batch = Annotated[int, typer.Option(help="Utterances or crops a step.")]
Rate = Annotated[float, typer.Option(help="Peak learning rate.")]
Start = Annotated[Path | None, typer.Option(help="Checkpoint of an earlier run.")]
Absent = Annotated[float, typer.Option(help="Share of crops decoded without audio ids.")]
Seed = Annotated[int, typer.Option(help="Seed of batches and noise.")]


def _continue_from(task: Task, start: Path | None, device: str) -> None:
    """Give a new run the nets and optimisers of an earlier one."""
    if start is None:
        return
    import torch

    saved = torch.load(start, map_location=device, weights_only=True)
    for name, part in task.state().items():
        part.load_state_dict(saved["state"][name])


@app.command()
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


@app.command()
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


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="Corpus folder.")],
) -> None:
    """Count and draw what a corpus holds: report.json and report.png in its folder."""
    from steptts.distill.corpus_report import write_report

    typer.echo(json.dumps(write_report(folder, {}), ensure_ascii=False))


@app.command()
def merge(
    out: Annotated[Path, typer.Argument(help="New corpus folder.")],
    folders: Annotated[list[Path], typer.Argument(help="Corpora to join, in this order.")],
) -> None:
    """Join corpora, for example of shards; speakers are matched by name and embedding."""
    from steptts.distill.merge import merge as merged

    typer.echo(json.dumps(merged(out, folders), ensure_ascii=False))


@app.command()
def tokenizers(
    folder: Folder,
    out: Out,
    device: Device = "cpu",
    steps: Steps = 12_000,
    seconds: Seconds = float("inf"),
    batch: Batch = 16,
    lr: Rate = 1e-3,
    seed: Seed = 0,
) -> None:
    """Train both tokenizers and write the corpus' ids."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.loop import LoopConfig, fit
    from steptts.distill.tokenizers import TokenizerTask, load_codec, write_ids

    corpus = Corpus(folder, device, waves=True, seed=seed)
    config = LoopConfig(steps, seconds, lr, seed=seed)
    result = fit(TokenizerTask(corpus, batch), config, out)
    result |= write_ids(load_codec(out / "weights.pt", device), corpus)
    typer.echo(json.dumps(result))


@app.command()
def planner(
    folder: Folder,
    out: Out,
    device: Device = "cpu",
    steps: Steps = 20_000,
    seconds: Seconds = float("inf"),
    batch: Batch = 16,
    lr: Rate = 1e-3,
    seed: Seed = 0,
    start: Start = None,
) -> None:
    """Train the planner: phones to durations, pitch and energy."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.loop import LoopConfig, fit
    from steptts.distill.planner import PlannerTask

    corpus = Corpus(folder, device, waves=False, seed=seed)
    task = PlannerTask(corpus, batch)
    _continue_from(task, start, device)
    typer.echo(json.dumps(fit(task, LoopConfig(steps, seconds, lr, seed=seed), out)))


@app.command()
def lm(
    folder: Folder,
    out: Out,
    device: Device = "cpu",
    steps: Steps = 20_000,
    seconds: Seconds = float("inf"),
    batch: Batch = 16,
    lr: Rate = 1.5e-3,
    seed: Seed = 0,
) -> None:
    """Train the super-frame token language model."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.lm import LMTask
    from steptts.distill.loop import LoopConfig, fit

    corpus = Corpus(folder, device, waves=False, seed=seed)
    typer.echo(
        json.dumps(fit(LMTask(corpus, batch), LoopConfig(steps, seconds, lr, seed=seed), out))
    )


@app.command("mel-decoder")
def mel_decoder(
    folder: Folder,
    out: Out,
    device: Device = "cpu",
    steps: Steps = 40_000,
    seconds: Seconds = float("inf"),
    batch: Batch = 16,
    lr: Rate = 1e-3,
    seed: Seed = 0,
    absent: Absent = 0.15,
    start: Start = None,
    adversarial_from: Annotated[
        float, typer.Option(help="Share of the run after which a judge asks for sharp mels.")
    ] = 0.6,
) -> None:
    """Train the mel decoder: audio ids and score to log-mel."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.loop import LoopConfig, fit
    from steptts.distill.mel_decoder import MelDecoderTask

    corpus = Corpus(folder, device, waves=True, seed=seed)
    config = LoopConfig(steps, seconds, lr, seed=seed)
    task = MelDecoderTask(corpus, batch, absent, adversarial_from=adversarial_from)
    _continue_from(task, start, device)
    typer.echo(json.dumps(fit(task, config, out)))


@app.command()
def vocoder(
    folder: Folder,
    out: Out,
    device: Device = "cpu",
    steps: Steps = 40_000,
    seconds: Seconds = float("inf"),
    batch: Batch = 8,
    lr: Rate = 8e-4,
    seed: Seed = 0,
    mel_decoder: Annotated[Path | None, typer.Option(help="Weights: train on its mels.")] = None,
    start: Start = None,
    adversarial: Annotated[bool, typer.Option(help="Off: spectral losses only.")] = True,
    absent: Absent = 0.0,
) -> None:
    """Train the vocoder; with --mel-decoder, repair it on predicted mels."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.loop import LoopConfig, fit
    from steptts.distill.mel_decoder import load_mel_decoder
    from steptts.distill.vocoder import VocoderTask

    corpus = Corpus(folder, device, waves=True, seed=seed)
    decoder = None if mel_decoder is None else load_mel_decoder(mel_decoder, device)
    task = VocoderTask(corpus, batch, decoder, adversarial=adversarial, absent=absent)
    _continue_from(task, start, device)
    typer.echo(json.dumps(fit(task, LoopConfig(steps, seconds, lr, final=0.1, seed=seed), out)))


@app.command("speaker-encoder")
def speaker_encoder(
    folder: Annotated[list[Path], typer.Option(help="Corpus folder; may be given again.")],
    speakers: Annotated[Path, typer.Option(help="speakers.json beside the corpora's recipes.")],
    out: Out,
    judges: Annotated[Path | None, typer.Option(help="Folder of the judges.")] = None,
    steps: Steps = 1_500,
    seconds: Seconds = float("inf"),
    batch: Batch = 32,
    lr: Rate = 1.5e-3,
    seed: Seed = 0,
) -> None:
    """Train the speaker encoder of cloning: a clip to the embedding of who speaks."""
    from steptts.distill.loop import LoopConfig, fit
    from steptts.distill.recipes import read_speakers
    from steptts.distill.speaker_clips import SpeakerClips
    from steptts.distill.speaker_encoder import SpeakerEncoderTask, finish
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.similarity import Resemblyzer

    ears = Resemblyzer(judges_folder(judges))
    clips = SpeakerClips(folder, read_speakers(speakers), ears)
    task = SpeakerEncoderTask(clips, batch, seed)
    about = {"clips": len(clips.clips), "speakers": len(clips.by_speaker)}
    trained = fit(task, LoopConfig(steps, seconds, lr), out)
    typer.echo(json.dumps(about | trained | finish(clips, out / "weights.pt")))


@app.command()
def plot(
    run: Annotated[Path, typer.Argument(help="Folder of a training run.")],
    out: Annotated[Path, typer.Option(help="Image file.")],
) -> None:
    """Draw the losses of a run."""
    from steptts.distill.plots import plot_run

    typer.echo(str(plot_run(run, out)))


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
    vocoder: Annotated[str, typer.Option(help="Name of the vocoder's run.")] = "repair",
    packs: Annotated[Path | None, typer.Option(help="Style packs: also write voices.")] = None,
    voices: Annotated[Path | None, typer.Option(help="Folder for the voices.")] = None,
    created: Annotated[str, typer.Option(help="Date of the voices, YYYY-MM-DD.")] = "",
    lm: Annotated[bool, typer.Option(help="Off: speak from the score alone.")] = True,
) -> None:
    """Write a model folder of ONNX graphs, and the voices with their samples."""
    from steptts.distill.voice_packs import write_samples, write_voice_packs
    from steptts.export.embedded import ANALYSIS, export_embedded

    sizes = export_embedded(runs, out, version, vocoder, lm=lm)
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
