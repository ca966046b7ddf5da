"""From a model's name or folder to an engine that is ready: the only file that knows the families.

Reads the manifest, checks the checksums, then hands the folder to the family's own ``load``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steptts import places
from steptts.errors import BackendError, ManifestError, ScoreError
from steptts.manifest import MANIFEST_FILE, Manifest, read_manifest
from steptts.stages import TextEngine
from steptts.verifying import verify

if TYPE_CHECKING:
    from steptts.stages import Engine

DEFAULT_MODEL = "embedded"
SHIPPED = Path(__file__).resolve().parent / "embedded" / "weights"
# family -> module with load(folder, manifest) -> Engine; imported only when a model asks for it
FAMILIES = {
    "embedded": "steptts.embedded.engine",
    "step-audio-tts-3b": "steptts.step_audio.model",
}
# Those that take device, dtype, weights, n_steps, reference and voices, by `options_of`, and keep
# voices of their own, by `voices_of`. The others run on the CPU alone.
WITH_OPTIONS = ("step-audio-tts-3b",)
FETCHED = ("step-audio-tts-3b",)


@dataclass(frozen=True)
class LoadedModel:
    """An engine and the manifest that it was made from."""

    engine: Engine | TextEngine
    manifest: Manifest

    @property
    def planner(self) -> Engine:
        """The engine, if it writes scores.

        Raises:
            ScoreError: it reads text by itself.
        """
        if isinstance(self.engine, TextEngine):
            raise ScoreError(
                f"the model {self.manifest.family!r} reads text and neither writes nor performs "
                f"scores; use TTS({DEFAULT_MODEL!r})"
            )
        return self.engine


def model_folder(model: str | Path) -> Path:
    """The folder of a model: the shipped one or a fetched one by name, any other by path.

    Raises:
        ManifestError: no such model, or it was not fetched yet.
    """
    if model == DEFAULT_MODEL:
        return SHIPPED
    if model in FETCHED:
        folder = places.models() / str(model)
        if not (folder / MANIFEST_FILE).is_file():
            raise ManifestError(
                f"the model {model} is not in {folder}; get it with: steptts fetch {model}"
            )
        return folder
    folder = Path(model)
    if not folder.is_dir():
        known = " or ".join(repr(name) for name in (DEFAULT_MODEL, *FETCHED))
        raise ManifestError(f"no model {str(model)[:120]!r}: use {known}, or a model folder's path")
    return folder


def load_model(model: str | Path = DEFAULT_MODEL, **options: Any) -> LoadedModel:  # noqa: ANN401
    """Check a model folder and make its engine.

    Args:
        model: a name or a folder.
        **options: device, dtype, weights, n_steps, reference, voices: see `steptts.TTS`.

    Raises:
        ManifestError: no such folder, a malformed manifest, or an unknown family.
        WeightsError: a file is missing or fails its checksum.
        BackendError: a stage needs a package that is not installed, an option does not fit, or too
            little memory is free.
    """
    folder = model_folder(model)
    manifest = read_manifest(folder)
    module = _family(folder, manifest)
    if manifest.family in WITH_OPTIONS:
        chosen = {"options": module.options_of(**options)}  # before 8 GB are looked at
    else:
        _refuse_options(manifest.family, options)
        chosen = {}
    verify(folder, manifest)
    return LoadedModel(module.load(folder, manifest, **chosen), manifest)


def own_voices(model: str | Path, voices: Path | None = None) -> tuple[str, ...] | None:
    """Names of the voices of a model that has its own kind; None: it uses packs.

    Reads no weights.

    Args:
        model: a name or a folder.
        voices: their folder; None: the model's own.

    Raises:
        ManifestError: as `load_model`.
    """
    folder = model_folder(model)
    if folder == SHIPPED:
        return None
    manifest = read_manifest(folder)
    module = _family(folder, manifest)
    if manifest.family not in WITH_OPTIONS:
        return None
    names: tuple[str, ...] = module.voices_of(folder, voices)
    return names


def _family(folder: Path, manifest: Manifest) -> Any:  # noqa: ANN401 - a module
    if manifest.family not in FAMILIES:
        known = ", ".join(sorted(FAMILIES))
        raise ManifestError(
            f"{folder}: family {manifest.family[:80]!r} is unknown (known: {known}); "
            "upgrade: pip install --upgrade steptts"
        )
    return import_module(FAMILIES[manifest.family])


def _refuse_options(family: str, options: dict[str, Any]) -> None:
    given = dict(options)
    given.pop("voices", None)  # packs, which TTS reads by itself
    if str(given.get("device", "cpu")) == "cpu":
        given.pop("device", None)
    if given:
        told = ", ".join(f"{name}={value!r}" for name, value in given.items())
        raise BackendError(
            f"the model {family!r} runs on the CPU as it is; leave out {told}, or use "
            f"TTS({WITH_OPTIONS[0]!r})"
        )
