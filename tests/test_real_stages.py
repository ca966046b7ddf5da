"""The real stages with random weights: text to sound through graphs, manifest and checksums."""

import dataclasses
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from steptts import TTS, Score, WeightsError
from steptts.export.embedded import write_graph
from steptts.export.graphs import graph_specs
from steptts.manifest import Manifest, Stage, file_sha256, read_manifest, write_manifest
from steptts.nets.mel_decoder import MelDecoder, MelDecoderConfig
from steptts.nets.planner import Planner, PlannerConfig
from steptts.nets.source_filter import SourceFilter, SourceFilterConfig
from steptts.nets.super_frame_lm import SuperFrameLM, SuperFrameLMConfig
from steptts.text.phones import SYMBOLS
from tests import fakes

TEXT = "Hello there, 2.5 things. [pause 0.8s] 你好，世界。"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder as `export` writes it, of networks that have learned nothing."""
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    n = len(SYMBOLS)
    nets = (
        Planner(PlannerConfig(n)),
        SuperFrameLM(SuperFrameLMConfig(n)),
        MelDecoder(MelDecoderConfig(n)),
        SourceFilter(SourceFilterConfig()),
    )
    stages = {}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter warns of what it traces
        for spec in graph_specs(*[net.eval() for net in nets]):
            path = folder / f"{spec.name}.onnx"
            write_graph(spec, path, "float32")
            stages[spec.name] = Stage("onnx", path.name, file_sha256(path))
    write_manifest(folder, Manifest("embedded", "random", fakes.ANALYSIS, fakes.RATE, stages))
    return folder


@pytest.fixture
def spoken(model: Path, packs: Path) -> TTS:
    return TTS(model, voices=packs)


def test_the_same_seed_gives_the_same_samples_and_another_seed_others(spoken: TTS) -> None:
    one, two, three = (spoken.speak(TEXT, seed=seed).samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, three)


def test_the_sound_lasts_as_long_as_the_score_says(spoken: TTS) -> None:
    audio = spoken.speak(TEXT)
    assert audio.score is not None
    assert audio.duration == pytest.approx(audio.score.duration, abs=1e-3)
    fitted = spoken.speak(audio.score.fitted(audio.duration * 1.2))
    assert fitted.duration == pytest.approx(audio.duration * 1.2, abs=1e-3)


def test_a_score_saved_and_read_is_performed_alike(spoken: TTS) -> None:
    score = spoken.score(TEXT)
    again = spoken.speak(Score.from_json(score.to_json())).samples
    np.testing.assert_array_equal(again, spoken.speak(score).samples)


def test_a_text_and_its_score_sound_alike_where_no_exact_pause_is_cut(spoken: TTS) -> None:
    text = "Hello there, 2.5 things. 你好，世界。"
    np.testing.assert_array_equal(
        spoken.speak(spoken.score(text)).samples, spoken.speak(text).samples
    )


def test_a_pause_lies_between_the_words_and_is_silent(spoken: TTS) -> None:
    audio = spoken.speak(TEXT)
    before = next(word for word in audio.words if word.text == "things")
    after = audio.words[audio.words.index(before) + 1]
    assert after.start - before.end == pytest.approx(0.8, abs=2e-3)
    middle = round((before.end + after.start) / 2 * audio.sample_rate)
    assert not audio.samples[middle - 6_000 : middle + 6_000].any()


def test_another_voice_changes_the_sound(spoken: TTS) -> None:
    one, two = (spoken.speak("Hello.", voice=name).samples for name in ("ava", "mei"))
    assert not np.array_equal(one, two)


def test_a_graph_that_is_no_graph_is_refused_in_one_error(
    model: Path, tmp_path: Path, packs: Path
) -> None:
    manifest = read_manifest(model)
    for stage in manifest.stages.values():
        (tmp_path / stage.file).write_bytes((model / stage.file).read_bytes())
    (tmp_path / "lm.onnx").write_bytes(b"not a graph")
    changed = dataclasses.replace(manifest.stage("lm"), sha256=file_sha256(tmp_path / "lm.onnx"))
    write_manifest(
        tmp_path, dataclasses.replace(manifest, stages={**manifest.stages, "lm": changed})
    )
    with pytest.raises(WeightsError, match=r"lm\.onnx"):
        TTS(tmp_path, voices=packs).load()
