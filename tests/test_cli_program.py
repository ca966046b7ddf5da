"""The command line as a program: signals, pipes, terminals, memory, what --help loads."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from steptts import Audio

# A program that speaks on the fake model: for what only a process of its own can show.
PROGRAM = """
import sys, time
from pathlib import Path
from tests import fakes
import steptts.tts, steptts.voice
from steptts.cli import main
engine = fakes.FakeEngine()
perform = engine.perform
def slow(*a, **k):
    time.sleep({delay})
    return perform(*a, **k)
engine.perform = slow
steptts.tts.load_model = lambda model: fakes.model(engine)
steptts.voice.packs_folder = lambda: Path({packs!r})
main(sys.argv[1:])
"""


def start(packs: Path, *arguments: str, delay: float = 0.0) -> subprocess.Popen[bytes]:
    program = PROGRAM.format(packs=str(packs), delay=delay)
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_no_partial_file(
    packs: Path, tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    (tmp_path / "out").mkdir()
    text = "One sentence. " * 200
    process = start(packs, "say", text, "-o", str(tmp_path / "out" / "x.wav"), delay=0.1)
    deadline = time.monotonic() + 30
    while not any((tmp_path / "out").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(sent)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in err
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_goes_away_ends_the_program_quietly(packs: Path) -> None:
    process = start(packs, "say", "One sentence. " * 200, "-o", "-")
    assert process.stdout is not None
    assert process.stdout.read(4) == b"RIFF"
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=30) == 141


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_audio_is_not_written_to_a_terminal() -> None:
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "steptts.cli", "say", "Hello.", "-o", "-"]
    done = subprocess.run(command, stdout=follower, stderr=subprocess.PIPE, check=False)
    os.close(follower)
    os.close(leader)
    assert done.returncode == 2
    assert b"not written to a terminal" in b" ".join(done.stderr.split())


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_long_text_shows_its_progress_on_a_terminal_only(packs: Path, tmp_path: Path) -> None:
    import pty

    text = "This is one sentence of many. " * 30
    leader, follower = pty.openpty()
    program = PROGRAM.format(packs=str(packs), delay=0.01)
    command = [sys.executable, "-c", program, "say", text, "-o", str(tmp_path / "x.wav")]
    subprocess.run(command, stderr=follower, check=True, cwd=Path(__file__).parents[1])
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert "speaking" in shown
    assert "100%" in shown
    piped = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[1])
    assert (piped.stdout, piped.stderr) == (b"", b"")


def test_a_long_text_is_written_in_bounded_memory(packs: Path, tmp_path: Path) -> None:
    chapter = " ".join(f"Sentence number {i} has exactly ten words in it." for i in range(250))
    sizes = {}
    for name, text in (("short", "One sentence."), ("long", chapter)):
        program = PROGRAM.format(packs=str(packs), delay=0).replace(
            "main(sys.argv[1:])",
            "import resource\n"
            "try: main(sys.argv[1:])\n"
            "except SystemExit as left: assert not left.code\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)",
        )
        done = subprocess.run(
            [sys.executable, "-c", program, "say", text, "-o", str(tmp_path / f"{name}.wav")],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[1],
        )
        sizes[name] = int(done.stdout) / 1024
    seconds = Audio.read(tmp_path / "long.wav", max_seconds=3600).duration
    assert seconds > 600
    assert sizes["long"] - sizes["short"] < 25, (
        sizes
    )  # as float32 it would be 10 * 60 * 96 kB = 58 MB


def test_help_lists_every_command_without_loading_what_they_need() -> None:
    code = (
        "import sys\n"
        "from steptts.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'onnxruntime', 'torch', 'soundfile', 'soxr'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for command in ("say", "voices", "score", "phones", "doctor", "evaluate", "bench", "distill"):
        assert command in done.stdout
