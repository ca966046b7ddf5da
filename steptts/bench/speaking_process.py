"""The measured processes: ours, and the protocol that Piper's fits as well."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from steptts.audio import Audio
from steptts.errors import BackendError

if TYPE_CHECKING:
    from types import TracebackType


class SpeakingProcess(Protocol):
    """A process that waits for lines of text and writes a WAV file for each."""

    @property
    def pid(self) -> int:
        """Process id."""

    def say(self, text: str) -> Audio:
        """Returns the speech of one text, once it is written."""


class OurProcess:
    """This library in a process of its own, `steptts.bench.speaker`."""

    def __init__(self, *, model: str | None = None, voice: str = "") -> None:
        """Starts the process and waits until the model is loaded.

        Raises:
            BackendError: it could not start; the message ends with what it said.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="steptts-bench-")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "steptts.bench.speaker", model or "", voice],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._read()

    @property
    def pid(self) -> int:
        """Process id, for reading CPU time and memory."""
        return self._process.pid

    def __enter__(self) -> OurProcess:
        """Gives itself; the process ends with the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the process."""
        self.close()

    def say(self, text: str) -> Audio:
        """Returns the speech of one text."""
        path = Path(self._folder.name) / "speech.wav"
        self._ask({"text": text, "path": str(path)})
        return Audio.read(path)

    def first_audio(self, text: str) -> dict[str, float]:
        """Streams a text; returns `first_piece_ms` and `first_audible_ms`."""
        return self._ask({"text": text, "stream": True})

    def close(self) -> None:
        """Ends the process and removes its files."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(timeout=30)
        self._errors.close()
        self._folder.cleanup()

    def _ask(self, wish: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(timeout=30)
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace").strip()
            self.close()
            raise BackendError(f"the speaking process stopped: {said[-500:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer
