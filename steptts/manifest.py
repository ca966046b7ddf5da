"""What a model folder holds: ``manifest.json``, read strictly, and the checksums it promises.

Knows files and their hashes, not what is in them: `loading` turns a manifest into a model.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from steptts.errors import ManifestError, WeightsError
from steptts.strict import Record, parse_json

MANIFEST_FILE = "manifest.json"
MAX_MANIFEST_BYTES = 1 << 20
RUNTIMES = ("numpy", "onnx", "torch")
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")  # one name: no folders, no ".."
HASH = re.compile(r"[0-9a-f]{64}")
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Stage:
    """One stage of a model.

    Attributes:
        runtime: "numpy", "onnx" or "torch".
        file: name of the weights inside the model folder.
        sha256: of the file, 64 hexadecimal digits.
        config: what the stage needs to know besides its weights.
    """

    runtime: str
    file: str
    sha256: str
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """What a model folder holds.

    Attributes:
        family: which code performs the model, for example "embedded".
        version: of the weights, free text such as "1.0".
        analysis: fingerprint of the analysis; voices must carry the same.
        sample_rate: of the waveform, in hertz.
        stages: by name.
    """

    family: str
    version: str
    analysis: str
    sample_rate: int
    stages: dict[str, Stage]

    def stage(self, name: str) -> Stage:
        """The stage of this name.

        Raises:
            ManifestError: there is none.
        """
        if name not in self.stages:
            there = ", ".join(sorted(self.stages))
            raise ManifestError(f"model has no stage {name!r}; it has {there}")
        return self.stages[name]


def read_manifest(folder: Path) -> Manifest:
    """Read ``manifest.json`` of a model folder; the files are not touched.

    Raises:
        ManifestError: missing, unreadable, or a key is unknown, missing or of another type.
    """
    path = folder / MANIFEST_FILE
    try:
        if path.stat().st_size > MAX_MANIFEST_BYTES:
            raise ManifestError(f"{path} is over {MAX_MANIFEST_BYTES} bytes; it is not a manifest")
        text = path.read_bytes()
    except OSError as reason:
        raise ManifestError(
            f"no readable {MANIFEST_FILE} in {folder} ({reason.strerror}); "
            "name a model folder or reinstall: pip install --force-reinstall steptts"
        ) from None
    record = Record(parse_json(text, str(path), ManifestError), str(path), ManifestError)
    stages = record.mapping("stages")
    manifest = Manifest(
        family=record.string("family"),
        version=record.string("version"),
        analysis=record.string("analysis"),
        sample_rate=record.integer("sample_rate", 8_000, 192_000),
        stages={
            name: _read_stage(value, f"{path}, stage {name!r}") for name, value in stages.items()
        },
    )
    record.close()
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write ``manifest.json`` so that `read_manifest` gives an equal manifest."""
    stages = {name: vars(stage) for name, stage in manifest.stages.items()}
    path = folder / MANIFEST_FILE
    text = json.dumps({**vars(manifest), "stages": stages}, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum; 20 MB take about 20 ms.

    Raises:
        WeightsError: a file is missing, unreadable or altered.
    """
    for name, stage in manifest.stages.items():
        check_file(folder, name, stage)


def check_file(folder: Path, name: str, stage: Stage) -> None:
    """Compare the file of one stage with its checksum.

    Raises:
        WeightsError: it is missing, unreadable or altered.
    """
    found = file_sha256(folder / stage.file)
    if found != stage.sha256:
        raise WeightsError(
            f"{folder / stage.file} (stage {name!r}) is damaged: SHA-256 is {found[:12]}..., "
            f"the manifest says {stage.sha256[:12]}...; install or fetch the model again"
        )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits.

    Raises:
        WeightsError: the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
    except OSError as reason:
        raise WeightsError(
            f"cannot read {path} ({reason.strerror}); install or fetch the model again"
        ) from None
    return digest.hexdigest()


def _read_stage(value: object, where: str) -> Stage:
    record = Record(value, where, ManifestError)
    stage = Stage(
        runtime=record.string("runtime", among=RUNTIMES),
        file=record.string("file"),
        sha256=record.string("sha256"),
        config=record.mapping("config"),
    )
    record.close()
    if not FILE_NAME.fullmatch(stage.file):
        raise ManifestError(
            f"{where}: file {stage.file[:80]!r} must be a plain name in the model folder"
        )
    if not HASH.fullmatch(stage.sha256):
        raise ManifestError(f"{where}: sha256 {stage.sha256[:80]!r} must be 64 hexadecimal digits")
    return stage
