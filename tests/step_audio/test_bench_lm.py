"""The benchmark of the language model runs on a CPU at a reduced size and ends in JSON."""

import json

import pytest

torch = pytest.importorskip("torch")

from steptts.bench.cli import app as steptts_bench  # noqa: E402
from steptts.nets.step1_lm import Step1Config  # noqa: E402
from steptts.nets.transformer import TransformerConfig  # noqa: E402
from steptts.step_audio import bench_lm  # noqa: E402


def test_the_benchmark_prints_a_table_and_ends_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = Step1Config(TransformerConfig(64, 1, 2, 1, 96), vocabulary=6000)
    monkeypatch.setattr(bench_lm, "REDUCED", tiny)
    monkeypatch.setitem(bench_lm.COPY_BYTES, "cpu", 1 << 20)
    wanted = ["lm", "--device", "cpu", "--ids", "1", "--seconds", "9999"]
    steptts_bench(wanted, standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()
    summary = json.loads(lines[-1])
    assert [row["way"] for row in summary["rows"]] == ["float32", "int8", "int4"]
    assert summary["parameters"] == tiny.n_parameters
    assert summary["copy_gb_per_s"] > 0
    for row in summary["rows"]:
        assert row["tok_per_s"] > 0, row
        assert 0 < row["fraction"] < 100
        assert "note" not in row
    assert lines[2].split()[:2] == ["way", "tok/s"]


def test_bytes_per_id_are_weights_and_cache() -> None:
    with torch.device("meta"):
        network = bench_lm.Step1LM(Step1Config()).bfloat16()
    weights = bench_lm.bytes_per_id(network, 0)
    assert weights / 1e9 == pytest.approx(6.18, abs=0.03)
    assert bench_lm.bytes_per_id(network, 1000) - weights == 1000 * (32 << 10)
