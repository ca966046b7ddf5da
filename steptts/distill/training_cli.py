"""Commands that train a stage of the small model on a corpus, and draw how the training went."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steptts.distill.options import (
    Absent,
    Batch,
    Device,
    Folder,
    Out,
    PhonesFile,
    Rate,
    Seconds,
    Seed,
    Start,
    Steps,
)

if TYPE_CHECKING:
    from steptts.distill.loop import LoopConfig, Task


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
    from steptts.distill.loop import LoopConfig
    from steptts.distill.planner import PlannerTask

    corpus = Corpus(folder, device, waves=False, seed=seed)
    task = PlannerTask(corpus, batch)
    _train(task, LoopConfig(steps, seconds, lr, seed=seed), out, start, device)


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
    from steptts.distill.loop import LoopConfig

    corpus = Corpus(folder, device, waves=False, seed=seed)
    _train(LMTask(corpus, batch), LoopConfig(steps, seconds, lr, seed=seed), out, None, device)


def phone_recognizer(
    folder: Folder,
    out: Out,
    device: Device = "cpu",
    steps: Steps = 1_200,
    seconds: Seconds = float("inf"),
    batch: Batch = 24,
    lr: Rate = 1.5e-3,
    seed: Seed = 0,
) -> None:
    """Train a recogniser of phones, to whom later stages listen."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.loop import LoopConfig
    from steptts.distill.phone_recognizer import PhoneRecognizerTask

    task = PhoneRecognizerTask(Corpus(folder, device, waves=True, seed=seed), batch)
    config = LoopConfig(steps, seconds, lr, warm_up=50, ema=0.99, seed=seed)
    _train(task, config, out, None, device)


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
    phones: PhonesFile = None,
) -> None:
    """Train the mel decoder: audio ids and score to log-mel."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.loop import LoopConfig
    from steptts.distill.mel_decoder import MelDecoderTask
    from steptts.distill.phone_recognizer import PhoneDistance

    corpus = Corpus(folder, device, waves=True, seed=seed)
    config = LoopConfig(steps, seconds, lr, seed=seed)
    ears = None if phones is None else PhoneDistance(phones, device)
    task = MelDecoderTask(corpus, batch, absent, adversarial_from=adversarial_from, phones=ears)
    _train(task, config, out, start, device)


def vocoder(
    folder: Folder,
    out: Out,
    device: Device = "cpu",
    steps: Steps = 40_000,
    seconds: Seconds = float("inf"),
    batch: Batch = 8,
    lr: Rate = 8e-4,
    seed: Seed = 0,
    start: Start = None,
    adversarial: Annotated[bool, typer.Option(help="Off: spectral losses only.")] = True,
) -> None:
    """Train the vocoder on the recordings' mel."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.loop import LoopConfig
    from steptts.distill.vocoder import VocoderTask

    task = VocoderTask(
        Corpus(folder, device, waves=True, seed=seed), batch, adversarial=adversarial
    )
    config = LoopConfig(steps, seconds, lr, final=0.1, seed=seed)
    _train(task, config, out, start, device)


def repair(
    folder: Folder,
    out: Out,
    mel_decoder: Annotated[Path, typer.Option(help="Weights of the mel decoder.")],
    device: Device = "cpu",
    steps: Steps = 40_000,
    seconds: Seconds = float("inf"),
    batch: Batch = 8,
    lr: Rate = 4e-4,
    seed: Seed = 0,
    absent: Absent = 0.0,
    start: Start = None,
    phones: PhonesFile = None,
) -> None:
    """Train the vocoder on, from --start, with the mels of the mel decoder."""
    from steptts.distill.corpus import Corpus
    from steptts.distill.loop import LoopConfig
    from steptts.distill.phone_recognizer import PhoneDistance
    from steptts.distill.repair import RepairTask

    corpus = Corpus(folder, device, waves=True, seed=seed)
    ears = None if phones is None else PhoneDistance(phones, device)
    task = RepairTask(corpus, batch, mel_decoder, absent, phones=ears)
    config = LoopConfig(steps, seconds, lr, final=0.1, seed=seed)
    _train(task, config, out, start, device)


def speaker_encoder(
    folder: Annotated[list[Path], typer.Option(help="Corpus folder; may be given again.")],
    speakers: Annotated[Path, typer.Option(help="speakers.json beside the corpora's recipes.")],
    out: Out,
    judges: Annotated[Path | None, typer.Option(help="Folder of the judges.")] = None,
    texts: Annotated[
        Path | None, typer.Option(help="Of distill.texts; timbre is learned from their speech.")
    ] = None,
    model: Annotated[
        str, typer.Option(help="That speaks the texts: embedded, or a folder.")
    ] = "embedded",
    n_own: Annotated[int, typer.Option(min=300, help="Clips that it speaks.")] = 1_200,
    steps: Steps = 1_500,
    seconds: Seconds = float("inf"),
    batch: Batch = 48,
    lr: Rate = 1.5e-3,
    seed: Seed = 0,
    start: Start = None,
) -> None:
    """Train the speaker encoder of cloning: a clip to the embedding of who speaks.

    Called again with another model, it only solves anew for the way to that model's voices.
    """
    from steptts.distill.continuing import continue_from
    from steptts.distill.loop import LoopConfig, fit
    from steptts.distill.own_speech import own_speech, read_texts
    from steptts.distill.recipes import read_speakers
    from steptts.distill.speaker_clips import SpeakerClips
    from steptts.distill.speaker_encoder import SpeakerEncoderTask, finish
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.similarity import Resemblyzer

    ears = Resemblyzer(judges_folder(judges))
    clips = SpeakerClips(folder, read_speakers(speakers), ears)
    task = SpeakerEncoderTask(clips, batch, seed)
    continue_from(task, start, "cpu")
    about = {"clips": len(clips.clips), "speakers": len(clips.by_speaker)}
    trained = fit(task, LoopConfig(steps, seconds, lr), out)
    known = clips.embeddings.numpy()
    own = own_speech(model, known, read_texts(texts), n_own, seed) if texts is not None else ()
    typer.echo(json.dumps(about | trained | finish(clips, out / "weights.pt", own)))


def plot(
    run: Annotated[Path, typer.Argument(help="Folder of a training run.")],
    out: Annotated[Path, typer.Option(help="Image file.")],
) -> None:
    """Draw the losses of a run."""
    from steptts.distill.plots import plot_run

    typer.echo(str(plot_run(run, out)))


def _train(task: Task, config: LoopConfig, out: Path, start: Path | None, device: str) -> None:
    """Train, from an earlier run if one is given, and print the judgement."""
    from steptts.distill.continuing import continue_from
    from steptts.distill.loop import fit

    continue_from(task, start, device)
    typer.echo(json.dumps(fit(task, config, out)))
