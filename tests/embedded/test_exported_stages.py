"""Small random nets, exported: ONNX Runtime says what torch says."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from steptts.errors import WeightsError  # noqa: E402
from steptts.export.embedded import read_nets, write_graph  # noqa: E402
from steptts.export.graphs import graph_specs  # noqa: E402
from steptts.frames import frames  # noqa: E402
from steptts.nets.mel_decoder import MelDecoder, MelDecoderConfig  # noqa: E402
from steptts.nets.planner import Planner, PlannerConfig  # noqa: E402
from steptts.nets.source_filter import SourceFilter, SourceFilterConfig  # noqa: E402
from steptts.nets.super_frame_lm import SuperFrameLM, SuperFrameLMConfig  # noqa: E402
from steptts.onnx_stages.embedded import (  # noqa: E402
    FilterStage,
    MelDecoderStage,
    PlannerStage,
    SuperFrameLMStage,
)
from steptts.onnx_stages.session import OnnxGraph  # noqa: E402
from steptts.text.phones import SYMBOLS  # noqa: E402

Nets = tuple[Planner, SuperFrameLM, MelDecoder, SourceFilter]
Graphs = dict[str, OnnxGraph]

# The exporter announces its own retirement.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

N = len(SYMBOLS)
VOICE = np.random.default_rng(1).standard_normal(256).astype(np.float32)
LAID = frames(
    [0, 20, 40, 25, 0],
    [0, 0, 0, 1, 0],
    [False, True, False, False, False],
    np.array([0.1, 0.08, 0.12, 0.2, 0.1], np.float32),
    [None, (120.0,) * 3, None, (140.0,) * 3, None],
    np.array([-70, -20, -30, -20, -70], np.float32),
)


@pytest.fixture(scope="module")
def nets() -> Nets:
    torch.manual_seed(0)
    return (
        Planner(PlannerConfig(N, width=32, ff_width=48, n_encoder_layers=1, n_layers=1)).eval(),
        SuperFrameLM(
            SuperFrameLMConfig(N, patch_width=16, width=32, n_layers=1, ff_width=48, head_width=16)
        ).eval(),
        MelDecoder(MelDecoderConfig(N, style_width=8, width=16, ff_width=32, n_blocks=1)).eval(),
        SourceFilter(SourceFilterConfig(width=16, ff_width=32, n_blocks=1)).eval(),
    )


@pytest.fixture(scope="module")
def graphs(nets: Nets, tmp_path_factory: pytest.TempPathFactory) -> Graphs:
    folder: Path = tmp_path_factory.mktemp("model")
    for spec in graph_specs(*nets):
        write_graph(spec, folder / f"{spec.name}.onnx", "float32")
    return {path.stem: OnnxGraph(path) for path in folder.glob("*.onnx")}


def test_planner_walks_as_in_torch(nets: Nets, graphs: Graphs) -> None:
    planner = nets[0]
    symbols, marks = np.array([0, 20, 40, 25, 0]), np.array([0, 0, 0, 1, 0])
    starts = np.array([0, 1, 0, 0, 0])
    stage = PlannerStage(graphs["planner_encoder"], graphs["planner_walk"])
    ours = stage.plan(symbols, marks, starts, VOICE)
    with torch.no_grad():
        args = [torch.from_numpy(x)[None] for x in (symbols, marks, starts, VOICE)]
        states, past, cache = (
            planner.encode(*args),
            torch.zeros(1, 1, 6),
            planner.walk.empty_cache(),
        )
        rows = []
        for i in range(5):
            noise = torch.zeros(1, 1, 288)
            past, cache = planner.step(states[:, i : i + 1], past, noise, cache)
            rows.append(past[0, 0].numpy())
    np.testing.assert_allclose(ours, np.stack(rows), atol=2e-5)


def test_steps_say_the_ids_of_the_whole_pass(nets: Nets, graphs: Graphs) -> None:
    lm = nets[1]
    ids = SuperFrameLMStage(graphs["lm"]).say(LAID, VOICE)
    with torch.no_grad():
        said = torch.from_numpy(ids)[None]
        logits = lm(
            torch.from_numpy(LAID.symbols)[None],
            torch.from_numpy(LAID.marks)[None],
            torch.from_numpy(LAID.features)[None],
            said,
            said,
            torch.from_numpy(VOICE)[None],
        )
    likeliest = torch.stack([part.argmax(-1)[0] for part in logits], -1).numpy()
    np.testing.assert_array_equal(ids, likeliest)


def test_ids_stay_inside_their_slot(graphs: Graphs) -> None:
    n = len(LAID.symbols) // 6
    noise = np.random.default_rng(0).gumbel(size=(n, 5, 4096)).astype(np.float32) * 50
    ids = SuperFrameLMStage(graphs["lm"]).say(LAID, VOICE, noise)
    assert ids[:, :2].max() < 1024
    assert ids.min() >= 0
    assert ids[:, 2:].max() < 4096


def test_mel_decoder_and_vocoder_equal_torch(nets: Nets, graphs: Graphs) -> None:
    ids = np.random.default_rng(0).integers(0, 1024, (len(LAID.symbols) // 6, 5))
    mel, voiced = MelDecoderStage(graphs["mel_decoder"]).decode(LAID, ids, VOICE)
    with torch.no_grad():
        t = torch.from_numpy
        args = (
            LAID.symbols,
            LAID.marks,
            LAID.features,
            ids[:, :2].reshape(-1),
            ids[:, 2:].reshape(-1),
            VOICE,
        )
        expected = nets[2](*(t(np.ascontiguousarray(a))[None] for a in args))
        raw = nets[3].trunk(t(mel)[None], t(np.log(LAID.f0 / 200))[None], t(voiced)[None])
    np.testing.assert_allclose(mel, expected[0][0].numpy(), atol=1e-4)
    ours = FilterStage(graphs["vocoder"]).filters(mel, np.log(LAID.f0 / 200), voiced)
    np.testing.assert_allclose(ours, raw[0].numpy(), atol=1e-3)


def test_weights_stored_as_int8_change_little(nets: Nets, tmp_path: Path) -> None:
    spec = next(s for s in graph_specs(*nets) if s.name == "vocoder")
    write_graph(spec, tmp_path / "a.onnx", "float32")
    write_graph(spec, tmp_path / "b.onnx", "int8")
    assert (tmp_path / "b.onnx").stat().st_size < 0.5 * (tmp_path / "a.onnx").stat().st_size
    mel = np.random.default_rng(0).standard_normal((1, 20, 100)).astype(np.float32)
    feed = {
        "mel": mel,
        "log_f0": np.zeros((1, 20), np.float32),
        "voiced": np.ones((1, 20), np.float32),
    }
    (full,), (small,) = (
        OnnxGraph(tmp_path / "a.onnx")(**feed),
        OnnxGraph(tmp_path / "b.onnx")(**feed),
    )
    assert np.corrcoef(full.ravel(), small.ravel())[0, 1] > 0.999


@pytest.mark.parametrize("repaired", [True, False])
def test_a_model_without_a_language_model_needs_none_of_its_weights(
    tmp_path: Path, repaired: bool
) -> None:
    vocoder = SourceFilter(SourceFilterConfig())
    runs = {
        "planner": Planner(PlannerConfig(len(SYMBOLS))),
        "mel-decoder": MelDecoder(MelDecoderConfig(len(SYMBOLS))),
        "repair" if repaired else "vocoder": vocoder,
    }
    for name, net in runs.items():
        (tmp_path / name).mkdir()
        torch.save(net.state_dict(), tmp_path / name / "weights.pt")
    nets = read_nets(tmp_path, lm=False, repaired=repaired)
    assert [spec.name for spec in graph_specs(*nets)] == [
        "planner_encoder",
        "planner_walk",
        "mel_decoder",
        "vocoder",
    ]
    assert torch.equal(nets[3].trunk.head.weight, vocoder.trunk.head.weight)
    with pytest.raises(WeightsError, match="lm"):
        read_nets(tmp_path, repaired=repaired)
