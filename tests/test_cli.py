"""The command line: files, streams, exit codes, one clear line for every fault."""

import io
import json
import signal
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

import steptts
from steptts import Audio, WeightsError, cli, playback
from tests import fakes


class Run:
    """What a command did."""

    def __init__(self, code: int, out: bytes, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Steptts = Callable[..., Run]


@pytest.fixture
def steptts_run(
    packs: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Steptts:
    """Runs a command in this process, on the fake model and the fake voices."""
    monkeypatch.setattr("steptts.tts.load_model", lambda model: fakes.model())
    monkeypatch.setattr("steptts.voice.packs_folder", lambda: packs)

    def run(*arguments: str, stdin: bytes | None = None) -> Run:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        before = signal.getsignal(signal.SIGTERM)
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        signal.signal(signal.SIGTERM, before)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        return Run(int(left.value.code or 0), out, err.decode())

    return run


def test_say_writes_the_file_that_its_name_asks_for(steptts_run: Steptts, tmp_path: Path) -> None:
    for suffix in (".wav", ".flac", ".mp3", ".ogg", ".opus"):
        done = steptts_run("say", "Hello there.", "-o", str(tmp_path / f"hello{suffix}"))
        assert (done.code, done.out, done.err) == (0, b"", "")
        assert Audio.read(tmp_path / f"hello{suffix}").duration > 0.5


def test_say_with_a_seed_twice_gives_equal_files(steptts_run: Steptts, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        steptts_run("say", "Hello.", "-o", str(tmp_path / name), "--seed", "7", "--speed", "1.5")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_text_comes_from_stdin_and_sound_goes_to_stdout(steptts_run: Steptts) -> None:
    done = steptts_run("say", "-o", "-", stdin="\ufeffHello, 你好。".encode())
    assert done.code == 0
    with wave.open(io.BytesIO(done.out)) as file:
        assert file.getframerate() == fakes.RATE
    raw = steptts_run("say", "-", "-o", "-", "--raw", stdin="Hello, 你好。".encode())
    assert raw.out == done.out[44:]


def test_subtitles_and_facts_come_with_the_sound(steptts_run: Steptts, tmp_path: Path) -> None:
    arguments = ("say", "One, two. Three.", "-o", str(tmp_path / "x.wav"), "--json")
    done = steptts_run(
        *arguments, "--srt", str(tmp_path / "x.srt"), "--voice", "leo", "--seed", "3"
    )
    facts = json.loads(done.out)
    assert (facts["voice"], facts["seed"]) == ("leo", 3)
    assert [word[0] for word in facts["words"]] == ["One", "two", "Three"]
    assert facts["seconds"] == pytest.approx(Audio.read(tmp_path / "x.wav").duration, abs=1e-3)
    srt = (tmp_path / "x.srt").read_text()
    assert srt.startswith("1\n00:00:00,")
    assert "One, two." in srt
    assert "Three." in srt


def test_a_score_is_written_edited_and_performed(steptts_run: Steptts, tmp_path: Path) -> None:
    path = tmp_path / "score.json"
    assert steptts_run("score", "Hello there.", "-o", str(path), "--voice", "leo").code == 0
    score = steptts.Score.from_json(path.read_bytes())
    path.write_text(score.fitted(2.0).to_json())
    done = steptts_run("say", "--score", str(path), "-o", str(tmp_path / "x.wav"), "--json")
    assert json.loads(done.out)["voice"] == "leo"
    assert Audio.read(tmp_path / "x.wav").duration == pytest.approx(2.0, abs=1e-3)
    assert steptts.Score.from_json(steptts_run("score", "Hello there.").out).voice == "ava"


def test_without_a_file_the_sound_is_played(
    steptts_run: Steptts, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Audio] = []
    monkeypatch.setattr(playback, "players", lambda: {"fake": heard.append})
    assert steptts_run("say", "Hello. You there.").code == 0
    assert len(heard) == 2


def test_voices_are_listed_for_people_and_for_machines(steptts_run: Steptts) -> None:
    assert [line.split()[0] for line in steptts_run("voices").out.splitlines()] == [
        b"ava",
        b"leo",
        b"mei",
    ]
    facts = json.loads(steptts_run("voices", "--json").out)
    assert facts[2]["name"] == "mei"
    assert facts[2]["licence"] == "CC0-1.0"


def test_phones_show_the_pronunciation(steptts_run: Steptts) -> None:
    assert steptts_run("phones", "Hello.").out.decode().strip() == "həlˈO ."
    assert json.loads(steptts_run("phones", "Hello.", "--json").out)[0]["language"] == "en"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("say", "", "-o", "x.wav"), 3, "nothing to speak"),
        (("say", "***", "-o", "x.wav"), 3, "nothing to speak"),
        (("say", "a " * 60_000, "-o", "x.wav"), 3, "120000 characters, at most 100000"),
        (("say", "Hello.", "-o", "x.wav", "--voice", "avva"), 4, "did you mean ava"),
        (("say", "Hello.", "-o", "x.wav", "--voice", "none.voice"), 4, "No such file"),
        (("say", "Hello.", "-o", "nowhere/x.wav"), 1, "cannot write nowhere/x.wav: No such file"),
        (("say", "Hello.", "-o", "x.xyz"), 2, "end its name in"),
        (("say", "Hello.", "-o", "x.wav", "--speed", "9"), 2, "--speed"),
        (("say", "Hello.", "-o", "x.wav", "--seed", "-1"), 2, "--seed"),
        (("say", "Hello.", "--raw"), 2, "--raw needs -o"),
        (("say", "Hello.", "-o", "-", "--json"), 2, "both want stdout"),
        (("say", "Hello.", "--score", "x.json", "-o", "x.wav"), 2, "not both"),
        (("say", "--score", "x.json", "-o", "x.wav"), 3, "cannot read score x.json"),
        (
            ("say", "Hello.", "-o", "x.wav", "--srt", "nowhere/x.srt"),
            1,
            "cannot write nowhere/x.srt",
        ),
        (("say", "Hello.", "-o", "x.wav", "--lexicon", "none.txt"), 3, "none.txt"),
        (("whistle",), 2, "No such command"),
        (("say", "Bonjour.", "-l", "fr", "-o", "x.wav"), 1, "steptts[espeak]"),
    ],
)
def test_a_fault_is_one_line_with_its_exit_code_and_no_file(
    steptts_run: Steptts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("steptts.text.espeak.find_spec", lambda name: None)  # not installed
    done = steptts_run(*arguments)
    plain = " ".join(done.err.replace("│", " ").split())
    assert (done.code, done.out) == (code, b"")
    assert said in plain
    if code != 2:
        assert done.err.startswith("steptts: ")
        assert done.err.count("\n") == 1
    left = {path.name for path in tmp_path.iterdir()} - {"voices", "x.wav"}
    assert not left
    assert not (tmp_path / "x.wav").exists() or "--srt" in arguments


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        (b"Hello \xff\xfe", "byte 6 is 0xff"),
        (b"", "nothing to speak"),
        (b"a" * 500_000, "over 100000 characters"),
    ],
)
def test_bad_stdin_is_refused(
    steptts_run: Steptts, tmp_path: Path, stdin: bytes, said: str
) -> None:
    done = steptts_run("say", "-o", str(tmp_path / "x.wav"), stdin=stdin)
    assert done.code == 3
    assert said in done.err


def test_a_damaged_model_is_one_line_and_exit_code_4(
    steptts_run: Steptts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def damaged(model: str) -> None:
        raise WeightsError("planner.onnx is damaged")

    monkeypatch.setattr("steptts.tts.load_model", damaged)
    done = steptts_run("say", "Hello.", "-o", str(tmp_path / "x.wav"))
    assert (done.code, done.err) == (4, "steptts: planner.onnx is damaged\n")
    assert not (tmp_path / "x.wav").exists()


def test_without_a_player_the_exit_code_is_6(
    steptts_run: Steptts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "players", dict)
    assert steptts_run("say", "Hello.").code == 6


def test_a_bug_is_one_line_too_and_debug_shows_it(
    steptts_run: Steptts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(model: str) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("steptts.tts.load_model", broken)
    done = steptts_run("say", "Hello.", "-o", str(tmp_path / "x.wav"))
    assert done.code == 1
    assert done.err.startswith("steptts: internal error: ZeroDivisionError: oops")
    with pytest.raises(ZeroDivisionError):
        cli.main(["--debug", "say", "Hello.", "-o", str(tmp_path / "x.wav")])


def test_a_delegated_command_gets_all_its_arguments(
    steptts_run: Steptts, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []

    class Module:
        @staticmethod
        def app(args: list[str], prog_name: str) -> None:
            given.append((args, prog_name))

    monkeypatch.setattr(cli, "import_module", lambda name: Module)
    assert steptts_run("bench", "--help", "x", "--runs", "3").code == 0
    assert given == [(["--help", "x", "--runs", "3"], "steptts bench")]


def test_the_version_is_printed(steptts_run: Steptts) -> None:
    assert steptts_run("--version").out.decode() == f"steptts {steptts.__version__}\n"
