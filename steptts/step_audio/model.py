"""From a converted folder to an engine: devices, precisions, memory, stages.

The language model and the speech acoustics are loaded at once; those of music and the analysis of
recordings when they are first needed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steptts.errors import BackendError, ManifestError, WeightsError
from steptts.manifest import Manifest, Stage, read_manifest
from steptts.step_audio.acoustic import Acoustic
from steptts.step_audio.engine import StepAudio
from steptts.step_audio.memory import Memory, cache_bytes, check_room, lm_bytes
from steptts.step_audio.sizes import from_sizes
from steptts.step_audio.speaker import REFERENCE_POSITIONS, Stages, Style
from steptts.step_audio.transcribe import transcribe
from steptts.step_audio.voice_analysis import VoiceAnalysis
from steptts.step_audio.voices import voice_names
from steptts.text.prompt import TextTokenizer
from steptts.verifying import verify

if TYPE_CHECKING:
    import torch

    from steptts.nets.step1_lm import Step1Config
    from steptts.sampling import SelfSamplingLM
    from steptts.torch_stages.flow_solver import FlowSettings
    from steptts.torch_stages.lm import LMOptions, TorchTokenLM

DTYPES = ("bfloat16", "float16", "float32")
WEIGHTS = ("float", "int8", "int4")
MOST_STEPS = 100
VOICES = "voices"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a model is loaded.

    Attributes:
        device: "cuda", "cuda:1", "cpu"; None: CUDA where there is one.
        dtype: "bfloat16", "float16" or "float32" of the language model; None: bfloat16 on CUDA,
            float32 elsewhere.
        weights: "float", "int8" or "int4" of the language model's blocks.
        lm: room, kept voices, graphs; None: the defaults of the stage.
        flow: steps, schedule, guidance, longest prompt; None: those of the reference.
        style: sampling, context, whether as the reference.
        voices: folder of voice files; None: the one in the model folder.
        verify: compare every file with its checksum first, see `verifying`.
    """

    device: str | None = None
    dtype: str | None = None
    weights: str = "float"
    lm: LMOptions | None = None
    flow: FlowSettings | None = None
    style: Style | None = None
    voices: Path | None = None
    verify: bool = True


def options_of(
    *,
    device: str | None = None,
    dtype: str | None = None,
    weights: str | None = None,
    n_steps: int | None = None,
    reference: bool | None = None,
    voices: Path | None = None,
) -> LoadOptions:
    """Options as `steptts.TTS` takes them, checked before anything is read.

    Args:
        device: see `LoadOptions`.
        dtype: see `LoadOptions`.
        weights: see `LoadOptions`.
        n_steps: of the mel decoder; None: 10.
        reference: see `Style`; prompt and output may then fill 8,192 positions, as they do there.
        voices: see `LoadOptions`.

    Raises:
        BackendError: a choice that does not exist, or torch is not installed.
    """
    need_torch()
    from steptts.torch_stages.flow_solver import FlowSettings
    from steptts.torch_stages.lm import LMOptions

    _check_precision(dtype, weights or "float")
    if n_steps is not None and not 1 <= n_steps <= MOST_STEPS:
        raise BackendError(f"n_steps {n_steps} must be in 1 to {MOST_STEPS}")
    _device(device)
    return LoadOptions(
        device=device,
        dtype=dtype,
        weights=weights or "float",
        lm=LMOptions(room=REFERENCE_POSITIONS) if reference else None,
        flow=None if n_steps is None else FlowSettings(n_steps=n_steps),
        style=Style(reference=bool(reference)),
        voices=voices,
    )


def voices_of(folder: Path, voices: Path | None = None) -> tuple[str, ...]:
    """Names of the voices of a converted folder, or of another folder of voice files."""
    return voice_names(voices or folder / VOICES)


def need_torch() -> None:
    """Make sure that what computes is installed.

    Raises:
        BackendError: it is not.
    """
    for package in ("torch", "sentencepiece"):
        if find_spec(package) is None:
            raise BackendError(
                f"the published checkpoint needs {package}: pip install 'steptts[torch]'"
            )


def load(
    folder: Path,
    manifest: Manifest | None = None,
    *,
    options: LoadOptions | None = None,
    lm: SelfSamplingLM[Any] | None = None,
) -> StepAudio:
    """Make an engine of a converted folder.

    Args:
        folder: written by `convert`.
        manifest: of the folder, if it was read and its files were verified already.
        options: device, precision, stages.
        lm: a language model that runs elsewhere (`vllm_lm`); None: the folder's own is loaded.

    Raises:
        ManifestError: the manifest is missing or malformed.
        WeightsError: a file is missing, altered, or does not fit its sizes.
        BackendError: a package or device is missing, or too little memory is free.
    """
    options = options or LoadOptions()
    if manifest is None:
        manifest = read_manifest(folder)
        if options.verify:
            verify(folder, manifest)
    parts = _Parts(folder, manifest, options)
    parts.check_memory(with_lm=lm is None)
    with _told_where_memory_ends(parts.device):
        own = parts.language_model() if lm is None else lm
        speech = parts.acoustic("")
    stages = Stages(
        text=TextTokenizer(folder / manifest.stage("text").file),
        lm=own,
        speech=speech,
        music=lru_cache(maxsize=1)(partial(parts.acoustic, "music_")),
        analyse=lru_cache(maxsize=1)(parts.analysis),
        transcribe=transcribe,
        voices=options.voices or folder / VOICES,
    )
    return StepAudio(stages, options.style)


@contextmanager
def _told_where_memory_ends(device: torch.device) -> Iterator[None]:
    import torch

    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as reason:
        told = str(reason).split(". ")[0][:200]
        raise BackendError(
            f"{device} ran out of memory while the model was loaded ({told}); use weights='int8' "
            "or 'int4', or close other programs"
        ) from None


def load_analysis(folder: Path, manifest: Manifest, *, device: str = "cpu") -> VoiceAnalysis:
    """Only what reads recordings, to register voices.

    Raises:
        WeightsError: the folder was converted without the tokenizer repository.
    """
    return _Parts(folder, manifest, LoadOptions(device=device)).analysis()


class _Parts:
    """The stages of one folder, made on demand."""

    def __init__(self, folder: Path, manifest: Manifest, options: LoadOptions) -> None:
        import torch

        _check_precision(options.dtype, options.weights)
        self._folder, self._manifest, self._options = folder, manifest, options
        self.device = _device(options.device)
        on_cuda = self.device.type == "cuda"
        default = torch.bfloat16 if on_cuda else torch.float32
        self.dtype = getattr(torch, options.dtype) if options.dtype else default

    def check_memory(self, *, with_lm: bool = True) -> None:
        """Tell what will be needed, and stop where it is not there."""
        needed = self._memory(self._options.weights)
        if not with_lm:
            needed = replace(needed, language_model=0, cache=0)
        _log.info("loading needs %s on %s", needed, self.device)
        others = [weights for weights in WEIGHTS if with_lm and weights != self._options.weights]
        check_room(needed, self.device, **{weights: self._memory(weights) for weights in others})

    def language_model(self) -> TorchTokenLM:
        """The language model on its device."""
        from steptts.torch_stages.lm import load_lm

        stage = self._manifest.stage("lm")
        return load_lm(
            self._tensors(stage),
            self._lm_sizes(),
            audio_offset=_number(stage, "audio_offset"),
            device=str(self.device),
            dtype=self.dtype,
            weights=self._options.weights,
            options=self._options.lm,
            source=stage.file,
        )

    def acoustic(self, prefix: str) -> Acoustic:
        """Mel decoder and vocoder, of speech ("") or of music ("music_")."""
        from steptts.nets.hift import HiftConfig
        from steptts.nets.token_to_mel import TokenToMelConfig
        from steptts.torch_stages.mel_decoder import load_mel_decoder
        from steptts.torch_stages.vocoder import load_vocoder

        if f"{prefix}flow" not in self._manifest.stages:
            raise WeightsError(
                f"{self._folder} has no {prefix}flow: rapping and humming need the folder "
                "CosyVoice-300M-25Hz-Music; fetch it, convert again, or leave out the tag"
            )
        flow, vocoder = (self._manifest.stage(prefix + name) for name in ("flow", "vocoder"))
        return Acoustic(
            load_mel_decoder(
                self._tensors(flow),
                from_sizes(TokenToMelConfig, _sizes(flow), flow.file),
                self._options.flow,
                ids_per_second=float(flow.config["ids_per_second"]),
                device=str(self.device),
                source=flow.file,
            ),
            load_vocoder(
                self._tensors(vocoder),
                from_sizes(HiftConfig, _sizes(vocoder), vocoder.file),
                device=str(self.device),
                source=vocoder.file,
            ),
        )

    def analysis(self) -> VoiceAnalysis:
        """Tokenizers and speaker encoder."""
        from steptts.features import Cmvn
        from steptts.nets.sanm import SanmConfig
        from steptts.onnx_stages.step_audio_analysis import (
            CampPlus,
            SemanticTokenizer,
            open_session,
        )
        from steptts.torch_stages.tokenizers import load_linguistic_tokenizer

        if "linguistic" not in self._manifest.stages:
            raise WeightsError(
                f"{self._folder} cannot analyse recordings: fetch Step-Audio-Tokenizer and "
                "convert again; speaking with existing voices works"
            )
        stage = self._manifest.stage("linguistic")
        tensors = self._tensors(stage)
        shift, rescale, centroids = (
            tensors.pop(name).numpy() for name in ("cmvn.shift", "cmvn.rescale", "centroids")
        )
        linguistic = load_linguistic_tokenizer(
            tensors,
            Cmvn(shift, rescale),
            centroids,
            from_sizes(SanmConfig, _sizes(stage), stage.file),
            device=str(self.device),
            source=stage.file,
        )
        semantic, speaker = (
            open_session(self._folder / self._manifest.stage(name).file)
            for name in ("semantic", "speaker")
        )
        return VoiceAnalysis(linguistic, SemanticTokenizer(semantic), CampPlus(speaker))

    def _lm_sizes(self) -> Step1Config:
        from steptts.nets.step1_lm import Step1Config

        stage = self._manifest.stage("lm")
        return from_sizes(Step1Config, _sizes(stage), stage.file)

    def _tensors(self, stage: Stage) -> dict[str, torch.Tensor]:
        """All tensors of a file, mapped into memory."""
        from safetensors import SafetensorError, safe_open

        path = self._folder / stage.file
        try:
            with safe_open(path, framework="pt") as file:
                return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError, ValueError) as reason:
            raise WeightsError(f"{path} is damaged: {reason}; convert again") from None

    def _memory(self, weights: str) -> Memory:
        from steptts.torch_stages.lm import LMOptions

        sizes, lm = self._lm_sizes(), self._options.lm or LMOptions()
        item = self.dtype.itemsize
        kept = lm.kept_voices * min(lm.room, 800)
        acoustics = sum(
            (self._folder / stage.file).stat().st_size
            for name, stage in self._manifest.stages.items()
            if name in ("flow", "vocoder")
        )
        return Memory(
            lm_bytes(sizes, weights, item), cache_bytes(sizes, lm.room + kept, item), acoustics
        )


def _check_precision(dtype: str | None, weights: str) -> None:
    if dtype not in (None, *DTYPES):
        raise BackendError(f"dtype {dtype!r} must be one of {', '.join(DTYPES)}")
    if weights not in WEIGHTS:
        raise BackendError(f"weights {weights!r} must be one of {', '.join(WEIGHTS)}")


def _device(name: str | None) -> torch.device:
    import torch

    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as reason:
        raise BackendError(f"device {name!r}: {str(reason)[:100]}; use 'cuda' or 'cpu'") from None
    if device.type not in ("cuda", "cpu"):
        raise BackendError(f"device {name!r} was never tried; use 'cuda' or 'cpu'")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise BackendError("device 'cuda': this torch finds no GPU; use device='cpu'")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise BackendError(
            f"device {name!r}: there are {torch.cuda.device_count()} GPUs, from 0 on"
        )
    return device


def _sizes(stage: Stage) -> dict[str, Any]:
    sizes = stage.config.get("sizes")
    if not isinstance(sizes, dict):
        raise ManifestError(f"stage {stage.file} has no sizes; convert the checkpoint again")
    return sizes


def _number(stage: Stage, key: str) -> int:
    value = stage.config.get(key)
    if not isinstance(value, int):
        raise ManifestError(f"stage {stage.file}: {key} is {value!r}; convert it again")
    return value
