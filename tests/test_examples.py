"""The examples and the blocks of the README run as they are printed, here on a fake model."""

import io
import re
import runpy
import shlex
import sys
from pathlib import Path

import pytest

from steptts import TTS, cli, playback
from tests import fakes

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.split("   #")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if re.match(r"(echo .*\| )?steptts (say|sing|rap|tags|voices|score|phones|--version)", line)
    and "--model" not in line  # fetched by the line before it
]


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("steptts.tts.load_model", lambda model: fakes.model())
    monkeypatch.setattr("steptts.voice.packs_folder", lambda: packs)
    monkeypatch.setattr(playback, "players", lambda: {"fake": lambda audio: None})


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_an_example_runs(path: Path) -> None:
    runpy.run_path(str(path), run_name="__main__")


def test_the_python_blocks_of_the_readme_run() -> None:
    assert PYTHON
    for block in PYTHON:
        exec(compile(block, "README.md", "exec"), {})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(
    command: str, tts: TTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Hello.")))
    Path("score.json").write_text(tts.score("Hello.").to_json(), encoding="utf-8")
    tts.voice(tts.voices[0]).save("me.voice")
    words = shlex.split(command.split("steptts ", 1)[1])
    for mark in (">", "|"):  # what a shell does with the output is its own business
        words = words[: words.index(mark)] if mark in words else words
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert not left.value.code
