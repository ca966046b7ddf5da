"""`steptts sing`, `steptts rap` and `steptts score --plot`, on the fake model."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from steptts import Audio, Score, cli
from tests import fakes

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(packs: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process; gives exit code, stdout and stderr."""
    monkeypatch.setattr("steptts.tts.load_model", lambda model: fakes.model())
    monkeypatch.setattr("steptts.voice.packs_folder", lambda: packs)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        sys.stdout.flush()
        return int(left.value.code or 0), *capfd.readouterr()

    return run


def test_sing_tells_the_key_and_writes_sound_and_score(run: Run, tmp_path: Path) -> None:
    sound, score = tmp_path / "song.wav", tmp_path / "song.json"
    options = ("--melody", "C4 D4 E4:2", "--bpm", "60", "--score-out", str(score), "--json")
    code, out, err = run("sing", "Do re mi.", "-o", str(sound), *options)
    assert code == 0
    report = json.loads(out)
    assert f"(key {report['key']:+d})" in err or "(key 0)" in err
    written = Score.from_json(score.read_bytes())
    assert [note.pitch for note in written.notes] == [p + report["key"] for p in (60, 62, 64)]
    assert Audio.read(sound).duration == pytest.approx(written.duration, abs=0.01)


def test_rap_writes_clicks_as_long_as_the_rap(run: Run, tmp_path: Path) -> None:
    sound, clicks = tmp_path / "rap.wav", tmp_path / "clicks.wav"
    code, _, err = run("rap", "Hello you.\nHello me.", "-o", str(sound), "--clicks", str(clicks))
    assert (code, err) == (0, "")
    assert Audio.read(clicks).duration == pytest.approx(Audio.read(sound).duration, abs=0.01)


def test_the_tunes_are_listed_with_their_origins(run: Run) -> None:
    code, out, _ = run("sing", "--tunes")
    assert code == 0
    assert "Beethoven" in out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--melody", "H4"), 3, "'H4'"),
        (("--melody", "C4", "--bpm", "1"), 3, "bpm 1"),
        (("--melody", "none.mid"), 3, "none.mid"),
        (("-o", "song.xyz"), 2, "xyz"),
    ],
)
def test_what_cannot_be_sung_is_refused(
    run: Run, arguments: tuple[str, ...], code: int, message: str, tmp_path: Path
) -> None:
    target = () if "-o" in arguments else ("-o", str(tmp_path / "x.wav"))
    found, _, err = run("sing", "la la", *target, *arguments)
    assert found == code
    assert message in err


def test_lyrics_with_a_singing_tag_are_not_sung_twice(run: Run, tmp_path: Path) -> None:
    code, _, err = run("sing", "(sing) la la", "-o", str(tmp_path / "x.wav"))
    assert code == 2
    assert "steptts say" in err


def test_a_score_is_drawn_over_its_performance(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the evaluate extra")
    picture = tmp_path / "song.png"
    code, out, _ = run("score", "(sing) 你好 la la", "--melody", "C4 D4", "--plot", str(picture))
    assert (code, out) == (0, "")
    assert picture.read_bytes().startswith(b"\x89PNG")
    code, _, err = run("score", "Hello.", "--plot", str(tmp_path / "song.what"))
    assert code == 1
    assert "song.what" in err


def test_help_is_there_without_loading_numpy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from steptts.cli import app\n"
        "done = CliRunner().invoke(app, ['sing', '--help']); assert 'LYRICS' in done.output\n"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
