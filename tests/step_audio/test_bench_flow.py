"""The benchmark of flow and vocoder runs through and ends with a line of JSON."""

import json

import pytest

torch = pytest.importorskip("torch")

from steptts.nets.hift import HiftConfig  # noqa: E402
from steptts.step_audio import bench_flow  # noqa: E402
from tests.torch_stages import golden_flow  # noqa: E402


def test_all_figures_are_printed_and_the_last_line_is_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_flow, "TokenToMelConfig", golden_flow.config)
    monkeypatch.setattr(bench_flow, "HiftConfig", lambda: HiftConfig(80, 32, 32))
    bench_flow.main(["--device", "cpu", "--prompt", "0.4", "--seconds", "0.4", "--steps", "2"])
    lines = capsys.readouterr().out.splitlines()
    found = json.loads(lines[-1])
    assert found["n_steps"] == 2
    assert found["masked_bucket_against_float32_mean"] < 1e-4
    assert found["masked_bucket_run_twice_largest_difference"] == 0
    parts = found["rtf_of_the_flow"] + found["rtf_of_the_vocoder"]
    assert found["rtf_of_flow_and_vocoder"] == pytest.approx(parts)
    assert len(lines) == 1 + len(found) - 6  # one row for each figure, six facts only in JSON


def test_a_missing_gpu_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(SystemExit):
        bench_flow.main(["--device", "cuda"])
    assert "use --device cpu" in capsys.readouterr().err
