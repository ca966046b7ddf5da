"""The benchmark of the whole path runs through on a CPU, and its player counts gaps rightly."""

import json

import pytest

torch = pytest.importorskip("torch")

from steptts.nets.hift import HiftConfig  # noqa: E402
from steptts.nets.step1_lm import Step1Config  # noqa: E402
from steptts.nets.transformer import TransformerConfig  # noqa: E402
from steptts.step_audio import bench_speech  # noqa: E402
from tests.torch_stages import golden_flow  # noqa: E402


def test_a_player_waits_where_a_chunk_comes_after_the_sound_before_it_ended() -> None:
    in_time = [(0.1, 500), (0.5, 500), (1.0, 500)]
    assert bench_speech.longest_gap(in_time, 1000) == 0
    late = [(0.1, 500), (0.9, 500)]
    assert bench_speech.longest_gap(late, 1000) == pytest.approx(0.3)
    twice = [(0.0, 100), (0.4, 100), (0.6, 100)]
    assert bench_speech.longest_gap(twice, 1000) == pytest.approx(0.3)


def test_all_figures_are_printed_and_the_last_line_is_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = Step1Config(TransformerConfig(32, 1, 2, 1, 64), vocabulary=6000)
    monkeypatch.setattr(bench_speech, "REDUCED", tiny)
    monkeypatch.setattr(bench_speech, "TokenToMelConfig", golden_flow.config)
    monkeypatch.setattr(bench_speech, "HiftConfig", lambda: HiftConfig(80, 32, 32))
    bench_speech.main(["--device", "cpu", "--seconds", "1.2", "--prompt", "0.4"])
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["first_audio"] <= found["first_audio_worst"]
    assert 0 < found["first_audio"] / 1000 < found["rtf_chunked"] * 1.2
    assert found["rtf_whole"] > 0
