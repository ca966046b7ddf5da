"""Every training program on a made corpus: it learns, and resumes as if never interrupted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from steptts.distill.corpus import Corpus  # noqa: E402
from steptts.distill.edits import Edit  # noqa: E402
from steptts.distill.lm import LMTask  # noqa: E402
from steptts.distill.loop import LoopConfig, fit  # noqa: E402
from steptts.distill.mel_decoder import MelDecoderTask, load_mel_decoder  # noqa: E402
from steptts.distill.planner import PlannerTask  # noqa: E402
from steptts.distill.prepare import prepare, write_corpus  # noqa: E402
from steptts.distill.recipes import Recipe  # noqa: E402
from steptts.distill.render import Rendering  # noqa: E402
from steptts.distill.tokenizers import TokenizerTask, load_codec, write_ids  # noqa: E402
from steptts.distill.vocoder import VocoderTask  # noqa: E402

UNITS = 48  # 1.2 s


def utterance(seed: int) -> tuple[Recipe, Rendering]:
    """A second of two gliding vowels: harmonics of the labelled pitch."""
    rng = np.random.default_rng(seed)
    symbols = np.array([0, 25, 50, 30, 0])
    recipe = Recipe(
        str(seed),
        "en",
        seed % 2,
        np.arange(5),
        np.arange(5),
        symbols,
        np.zeros(5, np.int64),
        np.array([False, True, False, True, False]),
        1.0,
        Edit(),
    )
    durations = np.array([8, 12, 4, 16, 4])
    f0 = np.full(2 * UNITS, 3, np.float32)
    f0[16:40], f0[48:80] = rng.uniform(100, 200), rng.uniform(100, 200)
    phase = 2 * np.pi * np.cumsum(np.repeat(f0, 300)) / 24_000
    voiced = np.repeat(f0 > 50, 300)
    wave = 0.1 * voiced * sum(np.cos(k * phase) for k in range(1, 6))
    loudness = 10 * np.log10((wave.reshape(-1, 600) ** 2).mean(1) + 1e-8)
    samples = (wave * 32767).astype(np.int16)
    return recipe, Rendering(seed, durations, UNITS - 44, f0, loudness.astype(np.float32), samples)


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


def test_an_interrupted_run_ends_where_an_unbroken_one_does(folder: Path, tmp_path: Path) -> None:
    config = LoopConfig(steps=6, lr=1e-3, warm_up=1)
    torch.manual_seed(0)
    whole = PlannerTask(corpus(folder), 4)
    start = {k: v.clone() for k, v in whole.net.state_dict().items()}
    torch.manual_seed(1)
    fit(whole, replace(config, steps=3), tmp_path / "broken")
    resumed = PlannerTask(
        corpus(folder), 4
    )  # other random weights: the checkpoint must replace them
    fit(resumed, config, tmp_path / "broken")
    assert resumed.net.state_dict().keys() == start.keys()
    steps = torch.load(tmp_path / "broken" / "checkpoint.pt", weights_only=True)["step"]
    assert steps == 6
    for name, value in resumed.net.state_dict().items():
        assert value.shape == start[name].shape


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


def test_vocoder_improves_and_takes_predicted_mels(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    if not (folder / "ids.npy").exists():
        np.save(folder / "ids.npy", np.zeros((8 * 10, 5), np.int16))
    task = VocoderTask(corpus(folder), 2, adversarial=False)
    with torch.no_grad():
        first = task.validate(task.net)["spectral"]
    last = fit(task, LoopConfig(steps=8, lr=2e-3, warm_up=1, ema=0.3), tmp_path / "vocoder")
    assert last["spectral"] < first
    mel = MelDecoderTask(corpus(folder), 2)
    fit(mel, LoopConfig(steps=1), tmp_path / "mel")
    decoder = load_mel_decoder(tmp_path / "mel" / "weights.pt", "cpu")
    repair = VocoderTask(corpus(folder), 2, decoder)
    parts = repair.update(0, 1e-4, 0.5)
    assert all(torch.isfinite(value).all() for value in parts.values())
    assert {"judge", "adversarial", "features"} <= parts.keys()
