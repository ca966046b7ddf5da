"""How large the package is: the wheel, what it unpacks to, and with all it depends on."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from steptts.errors import BackendError
from steptts.evaluate.report import Figure

MEGABYTE = 1e6
_LEFT_OUT = shutil.ignore_patterns(
    ".*", "runs", "build", "dist", "shared", "tests", "__pycache__", "*.egg-info"
)


def size_figures(
    wheel: Path | None = None, source: Path | None = None, *, dependencies: bool = False
) -> list[Figure]:
    """Returns sizes in megabytes (10^6 bytes).

    Args:
        wheel: a wheel that is there already.
        source: folder with pyproject.toml to build one from, where `wheel` is None.
        dependencies: also install the wheel with all that it needs into a temporary folder.

    Raises:
        BackendError: there is neither wheel nor source, or pip failed.
    """
    with tempfile.TemporaryDirectory(prefix="steptts-size-") as name:
        folder = Path(name)
        path = wheel if wheel is not None else build_wheel(source, folder)
        figures = [
            Figure("wheel", path.stat().st_size / MEGABYTE, "MB"),
            Figure("unpacked", unpacked_bytes(path) / MEGABYTE, "MB"),
        ]
        if dependencies:
            target = folder / "installed"
            _pip("install", "--target", str(target), str(path))
            figures.append(Figure("installed, all in all", tree_bytes(target) / MEGABYTE, "MB"))
    return figures


def build_wheel(source: Path | None, folder: Path) -> Path:
    """Builds a wheel from a copy of a source tree, which stays as it is."""
    if source is None or not (source / "pyproject.toml").is_file():
        message = f"no wheel given, and no pyproject.toml in {source}: use --wheel or --source"
        raise BackendError(message)
    copy = folder / "source"
    shutil.copytree(source, copy, ignore=_LEFT_OUT)
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(copy))
    return next(folder.glob("*.whl"))


def unpacked_bytes(wheel: Path) -> int:
    """Returns the size of a wheel's files, unpacked."""
    with zipfile.ZipFile(wheel) as archive:
        return sum(member.file_size for member in archive.infolist())


def tree_bytes(folder: Path) -> int:
    """Returns the size of all files below a folder, byte code left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sum(path.stat().st_size for path in files)


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackendError(f"`pip {' '.join(arguments)}` failed: {done.stderr.strip()[-500:]}")
