"""Fetching published files: what is there already, what must still come, and whether it is whole.

Every file is hashed once when it has come; ``fetched.json`` beside the files records size, time of
change and SHA-256, so a second call fetches nothing and a broken one goes on where it stopped.
Where the source announces a SHA-256, what came must have it. Knows no model and no protocol:
`fetching_sources` does.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from steptts import places
from steptts.errors import NetworkError, StepTTSError
from steptts.manifest import file_sha256
from steptts.replacing import replaced

RECORD = "fetched.json"
SPARE_BYTES = 1 << 28  # of disk, left free

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that a source offers.

    Attributes:
        path: inside the repository, with "/".
        size: bytes; None where the source does not tell.
        sha256: 64 hexadecimal digits; "" where the source does not tell.
        url: where a plain download finds it; "" where the source's own client fetches.
    """

    path: str
    size: int | None = None
    sha256: str = ""
    url: str = ""


class Source(Protocol):
    """Where repositories are published."""

    @property
    def name(self) -> str:
        """For people."""

    def files(self, repository: str) -> Sequence[RemoteFile]:
        """What a repository holds."""

    def download(self, repository: str, file: RemoteFile, folder: Path) -> None:
        """Write a file below a folder; what came before a break is not fetched again."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of a file that came whole."""

    size: int
    changed_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path, sha256: str) -> Known:
        """The facts of a file that is there."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns, sha256)


def fetch(
    source: Source, repository: str, folder: Path, wanted: Callable[[str], bool], *, spare: int = 0
) -> Path:
    """Fetch the wanted files of a repository into a folder.

    Args:
        source: where from.
        repository: its name there.
        folder: where to.
        wanted: whether a path is needed.
        spare: bytes of disk that will be needed afterwards.

    Returns:
        the folder.

    Raises:
        NetworkError: offline, not reachable, not there, or a file came damaged.
        StepTTSError: the disk has too little room, or cannot be written to.
    """
    if places.offline():
        raise NetworkError(
            f"{repository} would have to be fetched, and {places.OFFLINE} forbids it; unset it"
        )
    files = [file for file in source.files(repository) if wanted(file.path)]
    for file in files:
        _check_path(repository, file.path)
    known = recorded(folder)
    missing = [file for file in files if not _is_here(folder, file, known)]
    _check_disk(folder, sum(file.size or 0 for file in missing) + spare)
    for file in missing:
        _log.info("fetching %s of %s from %s", _shown(file), repository, source.name)
        try:
            source.download(repository, file, folder)
            known[file.path] = _accepted(folder / file.path, file)
            _write_record(folder, known)
        except OSError as reason:
            raise StepTTSError(
                f"cannot write {folder / file.path}: {reason.strerror or reason}"
            ) from None
    return folder


def recorded(folder: Path) -> dict[str, Known]:
    """What came whole, by path; a record that cannot be read counts as none.

    A file that changed since is left out.
    """
    try:
        found: Any = json.loads((folder / RECORD).read_bytes())
        known = {path: Known(**facts) for path, facts in found.items()}
    except (OSError, ValueError, RecursionError, TypeError, AttributeError):
        return {}
    return {path: facts for path, facts in known.items() if _unchanged(folder / path, facts)}


def require(folder: Path, repository: str, paths: Iterable[str]) -> None:
    """Make sure that files came whole at some time.

    Raises:
        NetworkError: one did not.
    """
    there = recorded(folder)
    missing = [path for path in paths if path not in there]
    if missing:
        raise NetworkError(
            f"{folder} lacks {', '.join(missing[:5])} of {repository}; fetch again, with network"
        )


def _is_here(folder: Path, file: RemoteFile, known: dict[str, Known]) -> bool:
    facts = known.get(file.path)
    return facts is not None and file.sha256 in ("", facts.sha256)


def _unchanged(path: Path, facts: Known) -> bool:
    try:
        return Known.of(path, facts.sha256) == facts
    except OSError:
        return False


def _accepted(path: Path, file: RemoteFile) -> Known:
    """The facts of a file that has come, if they are as announced; else it is removed."""
    facts = Known.of(path, file_sha256(path))
    if file.size not in (None, facts.size) or file.sha256 not in ("", facts.sha256):
        path.unlink()
        raise NetworkError(
            f"{file.path} came damaged: {facts.size} bytes with SHA-256 {facts.sha256[:12]}..., "
            f"announced were {file.size} with {file.sha256[:12] or 'none'}...; fetch again"
        )
    return facts


def _check_path(repository: str, path: str) -> None:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in path:
        raise NetworkError(f"{repository} offers a file {path[:80]!r} that leads out of its folder")


def _check_disk(folder: Path, needed: int) -> None:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if free < needed + SPARE_BYTES:
        raise StepTTSError(
            f"{there} has {free / 1e9:.1f} GB free, {needed / 1e9:.1f} GB are needed; make room, "
            f"or set {places.HOME} to a folder on another disk"
        )


def _write_record(folder: Path, known: dict[str, Known]) -> None:
    facts = {path: asdict(known[path]) for path in sorted(known)}
    with replaced(folder / RECORD) as file:
        file.write(json.dumps(facts, indent=2, ensure_ascii=False).encode())


def _shown(file: RemoteFile) -> str:
    return file.path if file.size is None else f"{file.path} ({file.size / 1e6:,.1f} MB)"
