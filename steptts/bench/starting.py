"""How long it takes to begin: importing the package, and a new process to its first sample."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from steptts.errors import BackendError
from steptts.evaluate.report import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEAVY = (
    "matplotlib", "numpy", "onnx", "onnxruntime", "pypinyin", "safetensors", "scipy", "soundfile",
    "soxr", "torch", "typer",
)  # fmt: skip
_IMPORT = (
    "import json, sys, time; begin = time.perf_counter(); import steptts; "
    "spent = time.perf_counter() - begin; print(json.dumps([spent, sorted(sys.modules)]))"
)
COLD_TEXT = "Hello there, this is how long it takes to begin."


def import_figures(n_times: int = 20) -> tuple[list[Figure], list[str]]:
    """Returns the best import time over fresh processes, and the heavy modules that came along."""
    times, loaded = [], set[str]()
    for _ in range(n_times):
        done = subprocess.run(
            [sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BackendError(f"`import steptts` failed: {done.stderr.strip()[-300:]}")
        spent, modules = json.loads(done.stdout)
        times.append(spent)
        loaded |= {module for module in modules if module in HEAVY}
    figures = [
        Figure(f"import steptts, best of {n_times}", min(times) * 1e3, "ms"),
        Figure("import steptts, median", float(np.median(times)) * 1e3, "ms"),
    ]
    return figures, sorted(loaded)


def our_command(*, model: str | None = None, voice: str = "") -> list[str]:
    """Returns the command that speaks `COLD_TEXT` as raw samples on stdout."""
    run = "import sys; from steptts.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", run, "say", COLD_TEXT, "-o", "-", "--raw"]
    if voice:
        command += ["--voice", voice]
    if model:
        raise BackendError(f"cold start is measured on the default model, not on {model!r}")
    return command


def cold_start_figures(commands: Mapping[str, Sequence[str]], n_times: int = 5) -> list[Figure]:
    """Returns the time from starting each command to its first sample, taking turns.

    The files are in the page cache after the first round, which is not counted.
    """
    times: dict[str, list[float]] = {name: [] for name in commands}
    for round_number in range(n_times + 1):
        for name, command in commands.items():
            spent = seconds_to_first_byte(command)
            if round_number:
                times[name].append(spent)
    return [
        Figure(f"{name}: new process to first sample, {kind}", pick(own) * 1e3, "ms")
        for name, own in times.items()
        for kind, pick in (("median", lambda x: float(np.median(x))), ("best", min))
    ]


def seconds_to_first_byte(command: Sequence[str]) -> float:
    """Returns how long a command takes to put its first byte on stdout.

    Raises:
        BackendError: it ends without a byte.
    """
    begin = time.perf_counter()
    with subprocess.Popen(
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        first = process.stdout.read(1)
        spent = time.perf_counter() - begin
        _, said = process.communicate()
    if not first:
        raise BackendError(f"`{command[0]} ...` wrote nothing: {said.decode()[-300:]}")
    return spent
