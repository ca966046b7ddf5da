"""Reads what a process has used, from Linux's /proc, and says what machine this is."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from steptts.errors import BackendError

_CLOCK_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100  # 100 Hz: 10 ms steps
_KIB = 1024


def cpu_seconds(pid: int) -> float:
    """Returns user and system CPU seconds of all threads of a process, in steps of 10 ms.

    Raises:
        BackendError: there is no /proc, or no such process.
    """
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS  # utime and stime, fields 14 and 15


def peak_bytes(pid: int) -> int:
    """Returns the largest resident size that a process has had.

    Raises:
        BackendError: there is no /proc, or no such process.
    """
    for line in _read(pid, "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * _KIB
    raise BackendError(f"process {pid} has ended: it has no VmHWM in /proc/{pid}/status")


def keep_to_cores(n_cores: int) -> int:
    """Keeps this process and its future children to a few cores; returns how many they got."""
    if not hasattr(os, "sched_setaffinity"):
        raise BackendError("this system cannot keep a process to a few cores; run on Linux")
    allowed = sorted(os.sched_getaffinity(0))[:n_cores]
    os.sched_setaffinity(0, allowed)
    return len(allowed)


def machine() -> dict[str, Any]:
    """Returns what a reader needs to judge the figures: processor, load and versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "versions": {name: _version(name) for name in ("steptts", "numpy", "onnxruntime")},
    }


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
    except OSError as error:
        raise BackendError(
            f"cannot read /proc/{pid}/{name}: {error.strerror}; Linux only"
        ) from error


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
