"""Every training program on a made corpus: it learns, and resumes as if never interrupted."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from steptts.distill.corpus import Corpus  # noqa: E402
from steptts.distill.lm import LMTask  # noqa: E402
from steptts.distill.loop import LoopConfig, Parts, Task, fit  # noqa: E402
from steptts.distill.mel_decoder import MelDecoderTask  # noqa: E402
from steptts.distill.phone_recognizer import (  # noqa: E402
    PhoneDistance,
    PhoneRecognizerTask,
)
from steptts.distill.planner import PlannerTask  # noqa: E402
from steptts.distill.prepare import prepare, write_corpus  # noqa: E402
from steptts.distill.repair import RepairTask  # noqa: E402
from steptts.distill.tokenizers import TokenizerTask, load_codec, write_ids  # noqa: E402
from steptts.distill.vocoder import VocoderTask  # noqa: E402
from steptts.nets.mel_decoder import MelDecoder, MelDecoderConfig  # noqa: E402
from steptts.text.phones import SYMBOLS  # noqa: E402
from tests.distill.made_speech import utterance  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = [utterance(i) for i in range(8)]
    rows = [prepare(*pair) for pair in made]
    out: Path = tmp_path_factory.mktemp("corpus")
    embeddings = np.random.default_rng(0).standard_normal((2, 256)).astype(np.float32)
    write_corpus(rows, [recipe for recipe, _ in made], embeddings, out)
    return out


def corpus(folder: Path, waves: bool = True) -> Corpus:
    return Corpus(folder, "cpu", waves=waves, seed=1, held_out=2)


def test_labels_add_up_to_the_audio(folder: Path) -> None:
    loaded = corpus(folder)
    assert loaded.samples is not None
    assert len(loaded.samples) == int(loaded.n_patches.sum()) * 480
    assert len(loaded.f0) == 2 * len(loaded.symbols)


def test_batches_depend_on_seed_and_step_alone(folder: Path) -> None:
    one, two = corpus(folder), corpus(folder)
    rows = one.utterances(5, 4)
    assert torch.equal(rows, two.utterances(5, 4))
    assert torch.equal(one.crops(5, rows, 30)[0], two.crops(5, rows, 30)[0])


def test_held_out_utterances_are_never_drawn(folder: Path) -> None:
    loaded = corpus(folder)
    drawn = torch.cat([loaded.utterances(step, 8) for step in range(20)])
    assert not set(drawn.tolist()) & set(loaded.held_out.tolist())


class Killed(Exception):
    """Stands for a kill in the middle of a run."""


def watched(task: Task, killed_at: int | None = None) -> tuple[Task, dict[int, dict[str, float]]]:
    """The task and, as it runs, its losses by step in full precision."""
    seen: dict[int, dict[str, float]] = {}
    update = task.update

    def watch(step: int, lr: float, progress: float) -> Parts:
        if step == killed_at:
            raise Killed
        parts = update(step, lr, progress)
        seen[step] = {name: float(value) for name, value in parts.items()}
        return parts

    task.update = watch  # type: ignore[method-assign]
    return task, seen


def make(stage: str, folder: Path) -> Task:
    """A task of small batches; its nets start from the global seed."""
    if not (folder / "ids.npy").exists():
        np.save(folder / "ids.npy", np.arange(8 * 10 * 5).reshape(-1, 5).astype(np.int16))
    if stage == "repair":
        if not (folder / "mel.pt").exists():
            with torch.random.fork_rng():
                decoder = MelDecoder(MelDecoderConfig(len(SYMBOLS)))
            torch.save(decoder.state_dict(), folder / "mel.pt")
        return RepairTask(corpus(folder), 2, folder / "mel.pt", absent=0.3)
    made: dict[str, Callable[[Corpus, int], Task]] = {
        "tokenizers": TokenizerTask,
        "planner": PlannerTask,
        "lm": LMTask,
        "mel-decoder": MelDecoderTask,
        "vocoder": VocoderTask,
        "phone-recognizer": PhoneRecognizerTask,
    }
    return made[stage](corpus(folder), 2)


@pytest.mark.parametrize(
    "stage",
    ["tokenizers", "planner", "lm", "phone-recognizer", "mel-decoder", "vocoder", "repair"],
)
def test_a_killed_run_goes_on_with_the_losses_of_an_unbroken_one(
    folder: Path, tmp_path: Path, stage: str
) -> None:
    config = LoopConfig(steps=4, lr=1e-3, warm_up=1, log_every=1, seed=3, checkpoint_seconds=0)

    torch.manual_seed(0)
    whole, unbroken = watched(make(stage, folder))
    fit(whole, config, tmp_path / "whole")

    torch.manual_seed(0)
    first, _ = watched(make(stage, folder), killed_at=2)
    with pytest.raises(Killed):
        fit(first, config, tmp_path / "broken")
    torch.manual_seed(99)  # other weights and other noise: the checkpoint must replace them
    torch.rand(7)
    second, after = watched(make(stage, folder))
    fit(second, config, tmp_path / "broken")

    assert after == {step: unbroken[step] for step in (2, 3)}
    assert len({str(losses) for losses in unbroken.values()}) == 4, "steps draw different batches"
    for name, value in second.net.state_dict().items():
        assert torch.equal(value, whole.net.state_dict()[name]), name
    rows = (tmp_path / "broken" / "log.jsonl").read_text().splitlines()
    assert [json.loads(row)["step"] for row in rows] == [1, 2, 3, 4, 4]  # and the judgement


def test_rows_of_undone_steps_leave_the_log(folder: Path, tmp_path: Path) -> None:
    config = LoopConfig(steps=2, lr=1e-3, warm_up=1, log_every=1)
    fit(PlannerTask(corpus(folder), 2), config, tmp_path)
    with (tmp_path / "log.jsonl").open("a") as log:
        log.write('{"step": 3, "seconds": 1.0, "duration": 9.0}\n{"step": 4, "sec')
    fit(PlannerTask(corpus(folder), 2), replace(config, steps=3), tmp_path)
    rows = [json.loads(row) for row in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [1, 2, 2, 3, 3]
    assert rows[3]["duration"] != 9.0


def test_every_stage_learns_its_corpus(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = LoopConfig(steps=12, lr=4e-3, warm_up=2, ema=0.3, log_every=1)
    fit(TokenizerTask(corpus(folder), 2), config, tmp_path / "tokenizers")
    used = write_ids(load_codec(tmp_path / "tokenizers" / "weights.pt", "cpu"), corpus(folder))
    assert used["semantic_use"] > 0
    fit(LMTask(corpus(folder), 2), config, tmp_path / "lm")
    fit(MelDecoderTask(corpus(folder), 2), config, tmp_path / "mel")
    fit(PlannerTask(corpus(folder), 4), config, tmp_path / "planner")
    for name, loss in (
        ("tokenizers", "mel"),
        ("lm", "linguistic"),
        ("mel", "mel"),
        ("planner", "duration"),
    ):
        rows = [
            line
            for line in (tmp_path / name / "log.jsonl").read_text().splitlines()
            if f'"{loss}"' in line
        ]
        values = [float(line.split(f'"{loss}": ')[1].split(",")[0].rstrip("}")) for line in rows]
        assert values[-1] < 0.9 * values[0], f"{name}: {values[0]} to {values[-1]}"


def test_vocoder_improves_and_is_repaired_on_predicted_mels(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    if not (folder / "ids.npy").exists():
        np.save(folder / "ids.npy", np.zeros((8 * 10, 5), np.int16))
    task = VocoderTask(corpus(folder), 2, adversarial=False)
    with torch.no_grad():
        first = task.validate(task.net)["spectral"]
    last = fit(task, LoopConfig(steps=8, lr=2e-3, warm_up=1, ema=0.3), tmp_path / "vocoder")
    assert last["spectral"] < first
    fit(MelDecoderTask(corpus(folder), 2), LoopConfig(steps=1), tmp_path / "mel")
    repair = RepairTask(corpus(folder), 2, tmp_path / "mel" / "weights.pt")
    with torch.no_grad():
        on_true, on_predicted = (t.validate(task.net)["spectral"] for t in (task, repair))
    assert on_predicted > 1.02 * on_true, "a decoder of one step makes other mels"
    parts = repair.update(0, 1e-4, 0.0)
    assert "judge" in parts
    assert "adversarial" not in parts  # judges that have learned nothing are not listened to
    monkeypatch.setattr("steptts.distill.waveform_losses.JUDGES_ALONE", 0)
    parts = repair.update(1, 1e-4, 0.0)
    assert all(torch.isfinite(value).all() for value in parts.values())
    assert {"judge", "adversarial", "features"} <= parts.keys()


def test_a_recogniser_learns_phones_and_later_stages_listen_to_it(
    folder: Path, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    config = LoopConfig(steps=25, lr=3e-3, warm_up=2, ema=0.3, log_every=1)
    recogniser = PhoneRecognizerTask(corpus(folder), 4)
    with torch.no_grad():
        before = recogniser.validate(recogniser.net)["right"]
    assert fit(recogniser, config, tmp_path / "phones")["right"] > before + 0.1
    ears = PhoneDistance(tmp_path / "phones" / "weights.pt", "cpu")
    rows = torch.arange(4)
    mel = corpus(folder).frame_batch(rows, *corpus(folder).crops(0, rows, 60))["mel"]
    assert float(ears(mel, mel)) == 0
    blurred = torch.nn.functional.avg_pool1d(mel.transpose(1, 2), 9, 1, 4).transpose(1, 2)
    assert 0 < float(ears(mel, 0.5 * mel + 0.5 * blurred)) < float(ears(mel, blurred))

    mels = MelDecoderTask(corpus(folder), 2, phones=ears)
    fit(mels, LoopConfig(steps=12, lr=4e-3, warm_up=2, ema=0.3, log_every=1), tmp_path / "mel")
    rows_of_log = [json.loads(x) for x in (tmp_path / "mel" / "log.jsonl").read_text().splitlines()]
    assert rows_of_log[-2]["phones"] < 0.9 * rows_of_log[0]["phones"]
    made = tmp_path / "mel" / "weights.pt"
    plain, listening = (RepairTask(corpus(folder), 2, made, phones=p) for p in (None, ears))
    real = torch.rand(2, 84 * 240) - 0.5
    fake = (0.5 * real).requires_grad_()
    apart = listening._loss(real, fake, -1.0)[0] - plain._loss(real, fake, -1.0)[0]
    apart.backward()
    assert apart > 0
    assert fake.grad is not None
    assert fake.grad.abs().sum() > 0
