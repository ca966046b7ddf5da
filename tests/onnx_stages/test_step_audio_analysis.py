"""The ONNX analysis stages feed their networks as the published ones are fed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from onnx import TensorProto, helper  # noqa: E402

from steptts.errors import AudioError, BackendError, WeightsError  # noqa: E402
from steptts.features import speaker_features, whisper_log_mel  # noqa: E402
from steptts.onnx_stages import step_audio_analysis as stage  # noqa: E402
from steptts.stages import FloatArray  # noqa: E402


def write(path: Path, nodes: list[Any], inputs: list[Any], output: Any) -> Path:  # noqa: ANN401
    graph = helper.make_graph(nodes, "made_up", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return path


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> stage.SemanticTokenizer:
    """The loudest mel bin of each 4 frames, plus 1,000 x the frames of the block."""
    nodes = [
        helper.make_node("MaxPool", ["feats"], ["pooled"], kernel_shape=[4], strides=[4]),
        helper.make_node("ArgMax", ["pooled"], ["bins"], axis=1, keepdims=0),
        helper.make_node("Cast", ["length"], ["frames"], to=TensorProto.INT64),
        helper.make_node("Mul", ["frames", "thousand"], ["offset"]),
        helper.make_node("Add", ["bins", "offset"], ["ids"]),
    ]
    nodes.insert(0, helper.make_node("Constant", [], ["thousand"], value_int=1_000))
    inputs = [
        helper.make_tensor_value_info("feats", TensorProto.FLOAT, [1, 128, "T"]),
        helper.make_tensor_value_info("length", TensorProto.INT32, [1]),
    ]
    output = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "N"])
    path = write(tmp_path_factory.mktemp("onnx") / "tokenizer.onnx", nodes, inputs, output)
    return stage.SemanticTokenizer(stage.open_session(path))


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> stage.CampPlus:
    """Twice the highest value of each of 80 bins."""
    nodes = [
        helper.make_node("ReduceMax", ["fbank"], ["top"], axes=[1], keepdims=0),
        helper.make_node("Add", ["top", "top"], ["vector"]),
    ]
    inputs = [helper.make_tensor_value_info("fbank", TensorProto.FLOAT, [1, "T", 80])]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, 80])
    path = write(tmp_path_factory.mktemp("onnx") / "speaker.onnx", nodes, inputs, output)
    return stage.CampPlus(stage.open_session(path))


def tone(seconds: float) -> FloatArray:
    n = int(seconds * 16_000)
    wave = 0.4 * np.sin(np.arange(n) * 0.2) + 0.1 * np.sin(np.arange(n) ** 1.1)
    return np.asarray(wave, np.float32)


def test_the_tokenizer_reads_the_mel_and_its_length(tokenizer: stage.SemanticTokenizer) -> None:
    mel = whisper_log_mel(tone(0.8))
    expected = mel.reshape(128, 20, 4).max(axis=2).argmax(axis=0) + 80_000
    assert tokenizer.encode(tone(0.8)) == tuple(expected)


def test_long_clips_are_read_30_seconds_at_a_time(tokenizer: stage.SemanticTokenizer) -> None:
    codes = tokenizer.encode(tone(30.8))
    assert len(codes) == 750 + 20
    assert [code // 1_000 for code in (codes[0], codes[-1])] == [3_000, 80]


def test_a_rest_under_30_ms_is_left_out(tokenizer: stage.SemanticTokenizer) -> None:
    assert len(tokenizer.encode(tone(30.029))) == 750


def test_a_code_beyond_the_clip_is_cut() -> None:
    class Generous:
        def get_inputs(self) -> list[object]:
            return [type("Entry", (), {"name": name}) for name in ("a", "b")]

        def run(self, outputs: None, feed: dict[str, FloatArray]) -> list[object]:
            return [np.arange(100)]

    assert stage.SemanticTokenizer(Generous()).encode(tone(1.0)) == tuple(range(25))


def test_the_embedding_comes_from_centred_features(speaker: stage.CampPlus) -> None:
    vector = speaker.embed(tone(0.5))
    assert vector.dtype == np.float32
    np.testing.assert_allclose(vector, 2 * speaker_features(tone(0.5)).max(axis=0), rtol=1e-6)


def test_clips_that_are_too_short_are_refused(
    tokenizer: stage.SemanticTokenizer, speaker: stage.CampPlus
) -> None:
    with pytest.raises(AudioError, match="479 samples"):
        tokenizer.encode(tone(1.0)[:479])
    with pytest.raises(AudioError, match=r"0\.39 s"):
        speaker.embed(tone(0.39))


def test_rates_and_sizes_are_the_published_ones(tokenizer: stage.SemanticTokenizer) -> None:
    assert tokenizer.codebook_size == 4_096
    assert tokenizer.tokens_per_second == 25


def test_files_that_cannot_be_read_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"absent\.onnx is missing"):
        stage.open_session(tmp_path / "absent.onnx")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no graph")
    with pytest.raises(WeightsError, match=r"broken\.onnx cannot be read"):
        stage.open_session(broken)


def test_cuda_without_its_build_is_refused_with_the_way_out(tmp_path: Path) -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime has CUDA")
    with pytest.raises(BackendError, match="pip install onnxruntime-gpu"):
        stage.open_session(tmp_path / "any.onnx", device="cuda")
