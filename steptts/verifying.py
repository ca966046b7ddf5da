"""Checksums of a model folder, compared once for large files.

8 GB take 10 s and more to hash, so a file that was found right is noted in ``verified.json`` beside
it, with its size and time of change; while both stay as they were, it is not read again. Small
files are compared at every load. Delete the note to have everything compared anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from steptts.errors import WeightsError
from steptts.manifest import Manifest, Stage, check_file
from steptts.replacing import replaced

NOTE = "verified.json"
LARGE = 64 << 20  # bytes; smaller ones take at most 0.1 s each
MAX_NOTE_BYTES = 1 << 20


def verify(folder: Path, manifest: Manifest) -> None:
    """Make sure that every file is what the manifest says.

    Raises:
        WeightsError: a file is missing, unreadable or altered.
    """
    noted = _read(folder)
    found: dict[str, Any] = {}
    for name, stage in manifest.stages.items():
        facts = _facts(folder / stage.file, stage)
        if facts["size"] < LARGE:
            check_file(folder, name, stage)
            continue
        if noted.get(stage.file) != facts:
            check_file(folder, name, stage)
        found[stage.file] = facts
    if found != noted:
        _write(folder, found)


def note(folder: Path, manifest: Manifest) -> None:
    """Note files whose checksums were computed just now, from what was written."""
    stages = manifest.stages.values()
    facts = {stage.file: _facts(folder / stage.file, stage) for stage in stages}
    _write(folder, {file: fact for file, fact in facts.items() if fact["size"] >= LARGE})


def _facts(path: Path, stage: Stage) -> dict[str, Any]:
    try:
        stat = path.stat()
    except OSError as reason:
        raise WeightsError(
            f"cannot read {path} ({reason.strerror}); install or fetch the model again"
        ) from None
    return {"size": stat.st_size, "changed_ns": stat.st_mtime_ns, "sha256": stage.sha256}


def _read(folder: Path) -> dict[str, Any]:
    """What was noted; a note that cannot be read only means that files are compared again."""
    path = folder / NOTE
    try:
        if path.stat().st_size > MAX_NOTE_BYTES:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(folder: Path, facts: dict[str, Any]) -> None:
    """Note; a folder that cannot be written to is compared again the next time."""
    if not facts:
        return
    try:
        with replaced(folder / NOTE) as file:
            file.write(json.dumps(facts, indent=2).encode())
    except OSError:
        return
