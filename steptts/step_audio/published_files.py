"""The files of the published checkpoint: where they are, and how they are read without code.

`.pt` files are read as tensors only, safetensors shards are mapped into memory; what does not fit
is refused by name before anything is written. Knows neither networks nor our own format.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from steptts.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor

SPEECH, MUSIC = "CosyVoice-300M-25Hz", "CosyVoice-300M-25Hz-Music"
SINGLE_SHARD = "model-00001.safetensors"
INDEX = "model.safetensors.index.json"
FLOATS = ("BF16", "F16", "F32")
WRAPPERS = ("state_dict", "model_state_dict", "model")  # keys under which FunASR may keep tensors
SHOWN = 5


@dataclass(frozen=True, slots=True)
class PublishedFolders:
    """The two repositories as they were downloaded.

    Attributes:
        tts: Step-Audio-TTS-3B.
        tokenizer: Step-Audio-Tokenizer; None: voices cannot be registered or cloned.
        speakers: folder of `speakers_info.json` and `NAME_prompt.wav`; None: no shipped voices.
    """

    tts: Path
    tokenizer: Path | None = None
    speakers: Path | None = None

    def file(self, name: str) -> Path:
        """A file of the first repository that must be there.

        Raises:
            WeightsError: it is not.
        """
        return _present(self.tts / name)

    @property
    def has_music(self) -> bool:
        """Whether rapping and humming were downloaded, too."""
        return (self.tts / MUSIC / "flow.pt").is_file()

    def tokenizer_file(self, pattern: str) -> Path:
        """The one file of the tokenizer repository, at any depth, that fits a pattern.

        Raises:
            WeightsError: there is none, or more than one.
        """
        assert self.tokenizer is not None
        found = sorted(self.tokenizer.rglob(pattern))
        if len(found) != 1:
            names = ", ".join(str(path.relative_to(self.tokenizer)) for path in found) or "none"
            raise WeightsError(f"{self.tokenizer}: needs one {pattern}, found {names}")
        return found[0]


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object.

    Raises:
        WeightsError: the file is missing or no JSON object.
    """
    try:
        found = json.loads(_present(path).read_bytes())
    except (ValueError, RecursionError) as reason:
        raise WeightsError(f"{path} is not valid JSON: {str(reason)[:120]}") from None
    if not isinstance(found, dict):
        raise WeightsError(f"{path} must hold a JSON object, not {type(found).__name__}")
    return found


def read_pt(path: Path) -> dict[str, Tensor]:
    """Tensors of a `.pt` file by name; anything but tensors and plain values is refused.

    Raises:
        WeightsError: missing, damaged, or it holds code.
    """
    import torch

    try:
        found = torch.load(_present(path), map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError as reason:
        raise WeightsError(f"{path} holds more than tensors and is not opened: {reason}") from None
    except (RuntimeError, OSError, ValueError, EOFError) as reason:
        raise WeightsError(f"{path} is damaged: {str(reason)[:200]}; fetch it again") from None
    for wrapper in WRAPPERS:
        if isinstance(found, Mapping) and isinstance(found.get(wrapper), Mapping):
            found = found[wrapper]
    if not isinstance(found, Mapping) or not all(torch.is_tensor(t) for t in found.values()):
        raise WeightsError(f"{path} holds no plain list of tensors; fetch it again")
    return {str(name): cast("Tensor", tensor) for name, tensor in found.items()}


class Shards:
    """The safetensors files of the language model as one mapping of names to tensors."""

    def __init__(self, folder: Path) -> None:
        """Read the index, or find the one shard.

        Raises:
            WeightsError: a file is missing or damaged, or index and files disagree.
        """
        from safetensors import SafetensorError, safe_open

        self._where: dict[str, Any] = {}
        files = self._files(folder)
        for path in files:
            try:
                shard = safe_open(_present(path), framework="pt")
                self._where |= dict.fromkeys(list(shard.keys()), shard)  # type: ignore[no-untyped-call]
            except (SafetensorError, OSError, ValueError) as reason:
                raise WeightsError(f"{path} is damaged: {reason}; fetch it again") from None
        self.source = ", ".join(path.name for path in files)

    def check(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Compare names, shapes and types with what the configuration asks for.

        Raises:
            WeightsError: tensors are missing, surplus, of another shape or type.
        """
        self._refuse("missing", (name for name in shapes if name not in self._where))
        self._refuse("surplus", (name for name in self._where if name not in shapes))
        slices = {name: self._where[name].get_slice(name) for name in shapes}
        self._refuse(
            "of another shape",
            (
                f"{name} {found.get_shape()}, expected {list(shapes[name])}"
                for name, found in slices.items()
                if tuple(found.get_shape()) != shapes[name]
            ),
        )
        types = {name: str(found.get_dtype()) for name, found in slices.items()}
        wrong = (f"{name} {kind}" for name, kind in types.items() if kind not in FLOATS)
        self._refuse(f"not {' or '.join(FLOATS)}", wrong)
        if len(set(types.values())) > 1:
            raise WeightsError(f"{self.source}: mixes {', '.join(sorted(set(types.values())))}")

    def __getitem__(self, name: str) -> Tensor:
        """One tensor, mapped into memory."""
        return cast("Tensor", self._where[name].get_tensor(name))

    def _files(self, folder: Path) -> list[Path]:
        if not (folder / INDEX).is_file():
            return [folder / SINGLE_SHARD]
        names = read_json(folder / INDEX).get("weight_map")
        if not isinstance(names, dict) or not all(isinstance(n, str) for n in names.values()):
            raise WeightsError(f"{folder / INDEX}: weight_map must map tensors to files")
        if any(Path(name).name != name for name in names.values()):
            raise WeightsError(f"{folder / INDEX}: weight_map leads out of its folder")
        return [folder / name for name in sorted(set(names.values()))]

    def _refuse(self, fault: str, names: Iterable[str]) -> None:
        listed = list(names)
        if listed:
            more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
            raise WeightsError(
                f"{self.source}: {len(listed)} tensors {fault}: {'; '.join(listed[:SHOWN])}{more}"
            )


def _present(path: Path) -> Path:
    if not path.is_file():
        raise WeightsError(f"{path} is missing; get it with: steptts fetch step-audio-tts-3b")
    return path
