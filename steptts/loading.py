"""From a model folder to an engine that is ready: the only file that knows the families.

Reads the manifest, checks every checksum, then hands the folder to the family's own ``load``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from steptts.errors import ManifestError
from steptts.manifest import Manifest, read_manifest, verify_files

if TYPE_CHECKING:
    from steptts.stages import Engine

DEFAULT_MODEL = "embedded"
SHIPPED = Path(__file__).resolve().parent / "embedded" / "weights"
# family -> module with load(folder, manifest) -> Engine; imported only when a model asks for it
FAMILIES = {"embedded": "steptts.embedded.engine"}


@dataclass(frozen=True)
class LoadedModel:
    """An engine and the manifest that it was made from."""

    engine: Engine
    manifest: Manifest


def model_folder(model: str | Path) -> Path:
    """The folder of a model: the shipped one by name, any other by path.

    Raises:
        ManifestError: neither a known name nor a folder.
    """
    if model == DEFAULT_MODEL:
        return SHIPPED
    folder = Path(model)
    if not folder.is_dir():
        raise ManifestError(
            f"no model {str(model)[:120]!r}: use {DEFAULT_MODEL!r} or a model folder's path"
        )
    return folder


def load_model(model: str | Path = DEFAULT_MODEL) -> LoadedModel:
    """Check a model folder and make its engine.

    Raises:
        ManifestError: no such folder, a malformed manifest, or an unknown family.
        WeightsError: a file is missing or fails its checksum.
        BackendError: a stage needs a package that is not installed.
    """
    folder = model_folder(model)
    manifest = read_manifest(folder)
    if manifest.family not in FAMILIES:
        known = ", ".join(sorted(FAMILIES))
        raise ManifestError(
            f"{folder}: family {manifest.family[:80]!r} is unknown (known: {known}); "
            "upgrade: pip install --upgrade steptts"
        )
    verify_files(folder, manifest)
    engine: Engine = import_module(FAMILIES[manifest.family]).load(folder, manifest)
    return LoadedModel(engine, manifest)
