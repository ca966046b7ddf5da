"""From the published files to a model folder of ours, once.

    lm.safetensors            joined projections, head cut to 5,121 rows, dtype as published
    flow, vocoder             of speech; weight norm folded
    music_flow, music_vocoder of rapping and humming, where they were downloaded
    linguistic                encoder, statistics and codebook in one file
    semantic.onnx speaker.onnx tokenizer.model    as published

Everything is checked before anything is written, and the manifest comes last, so a folder without
one was never finished. No code of the checkpoint is run.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from steptts.errors import WeightsError
from steptts.features import read_cmvn
from steptts.manifest import Manifest, Stage, file_sha256, write_manifest
from steptts.step_audio.model import VOICES, load_analysis, need_torch
from steptts.step_audio.published_files import (
    MUSIC,
    SPEECH,
    PublishedFolders,
    Shards,
    read_json,
    read_pt,
)
from steptts.step_audio.registration import read_speakers, register_speakers
from steptts.step_audio.sizes import to_sizes
from steptts.step_audio.tensor_file import write_tensors
from steptts.step_audio.voice_analysis import FINGERPRINT
from steptts.text.prompt import EOT, TextTokenizer
from steptts.tokens import N_AUDIO_IDS, N_LINGUISTIC
from steptts.verifying import note

if TYPE_CHECKING:
    from torch import Tensor, nn

    from steptts.features import Cmvn
    from steptts.stages import FloatArray

FAMILY = "step-audio-tts-3b"
VERSION = "1"
SAMPLE_RATE = 22_050

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Plan:
    """A stage that was checked and can be written."""

    name: str
    file: str
    write: Callable[[Path], object]
    runtime: str = "torch"
    config: dict[str, Any] = field(default_factory=dict)


def convert(published: PublishedFolders, target: Path) -> Path:
    """Convert a downloaded checkpoint.

    Args:
        published: where it was downloaded to.
        target: a folder to create; needs about 7.2 GB, 0.5 GB more with music and 1.2 GB more for
            cloning. The work needs 1 GB of memory beside the page cache.

    Returns:
        the target, ready to load.

    Raises:
        WeightsError: a file is missing, damaged, or not what the configuration says, or the target
            cannot be written.
        VoiceError: a speaker's recording cannot be used.
        BackendError: torch or sentencepiece is not installed.
    """
    need_torch()
    if published.speakers is not None and published.tokenizer is None:
        raise WeightsError("speakers cannot be registered without Step-Audio-Tokenizer; fetch it")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WeightsError(f"{target} is not an empty folder; name a new one")
    if published.speakers is not None:
        read_speakers(published.speakers)
    plans = [*_language_model(published), *_acoustics(published, SPEECH, "")]
    if published.has_music:
        plans += _acoustics(published, MUSIC, "music_")
    if published.tokenizer is not None:
        plans += _analysis(published)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise WeightsError(f"cannot write {target}: {reason.strerror}") from None
    stages = {}
    for plan in plans:
        _log.info("writing %s", plan.file)
        plan.write(target / plan.file)
        digest = file_sha256(target / plan.file)
        stages[plan.name] = Stage(plan.runtime, plan.file, digest, plan.config)
    manifest = Manifest(FAMILY, VERSION, FINGERPRINT, SAMPLE_RATE, stages)
    if published.speakers is not None:
        _log.info("analysing the speakers of %s", published.speakers)
        analyse = load_analysis(target, manifest)
        register_speakers(published.speakers, analyse, target / VOICES)
    note(target, manifest)
    write_manifest(target, manifest)
    return target


def _language_model(published: PublishedFolders) -> list[_Plan]:
    from steptts.step_audio.lm_checkpoint import (
        HeadRows,
        joined_shapes,
        published_shapes,
        read_config,
        renamed,
    )

    path = published.file("config.json")
    settings = read_json(path)
    config = read_config(settings, str(path))
    if settings.get("eos_token_id") != EOT:
        raise WeightsError(f"{path}: eos_token_id is {settings.get('eos_token_id')}, must be {EOT}")
    offset = TextTokenizer(published.file("tokenizer.model")).audio_offset
    if offset + N_AUDIO_IDS > config.vocabulary:
        raise WeightsError(
            f"{path}: vocab_size {config.vocabulary} has no room for {N_AUDIO_IDS} audio ids "
            f"from {offset} on; tokenizer.model is of another model"
        )
    shards = Shards(published.tts)
    shapes = published_shapes(config)
    shards.check(shapes)
    dtype = str(shards[next(iter(shapes))].dtype)
    tensors = (shards.__getitem__, config.blocks.n_layers, HeadRows(offset))
    return [
        _Plan(
            "lm",
            "lm.safetensors",
            lambda to: write_tensors(to, joined_shapes(config), dtype, renamed(*tensors)),
            config={"sizes": to_sizes(config), "audio_offset": offset, "dtype": dtype},
        ),
        _copied("text", "tokenizer.model", published.file("tokenizer.model")),
    ]


def _acoustics(published: PublishedFolders, folder: str, prefix: str) -> list[_Plan]:
    """Mel decoder and vocoder of speech, or of music."""
    from steptts.nets.hift import Hift, fold_weight_norm
    from steptts.nets.token_to_mel import TokenToMel
    from steptts.step_audio.published_yaml import (
        flow_config,
        hift_config,
        ids_per_second,
        read_scalars,
    )

    yaml = read_scalars(published.file(f"{folder}/cosyvoice.yaml"))
    rate = ids_per_second(yaml)
    flow = read_pt(published.file(f"{folder}/flow.pt"))
    rows = flow["input_embedding.weight"].shape[0] if "input_embedding.weight" in flow else 0
    flow_sizes = flow_config(yaml, rows)
    _check_fits(flow, lambda: TokenToMel(flow_sizes), f"{folder}/flow.pt")
    hift = fold_weight_norm(read_pt(published.file(f"{folder}/hift.pt")))
    hift_sizes = hift_config(yaml)
    _check_fits(hift, lambda: Hift(hift_sizes), f"{folder}/hift.pt")
    return [
        _tensors(f"{prefix}flow", flow, {"sizes": to_sizes(flow_sizes), "ids_per_second": rate}),
        _tensors(f"{prefix}vocoder", hift, {"sizes": to_sizes(hift_sizes)}),
    ]


def _analysis(published: PublishedFolders) -> list[_Plan]:
    """What registers and clones voices."""
    from steptts.nets.sanm import SanmEncoder
    from steptts.step_audio.published_yaml import read_scalars, sanm_config
    from steptts.torch_stages.tokenizers import PREFIX, load_linguistic_tokenizer

    path = published.tokenizer_file("model.pt")
    tensors = {n: t for n, t in read_pt(path).items() if n.startswith(PREFIX)}
    sizes = sanm_config(read_scalars(path.with_name("config.yaml")))
    bare = {name.removeprefix(PREFIX): tensor for name, tensor in tensors.items()}
    _check_fits(bare, lambda: SanmEncoder(sizes), path.name)
    cmvn = read_cmvn(published.tokenizer_file("am.mvn"))
    codebook = _read_codebook(published.tokenizer_file("linguistic_tokenizer.npy"))
    load_linguistic_tokenizer(tensors, cmvn, codebook, sizes, source=path.name)
    whole = {**tensors, **_statistics(cmvn, codebook)}
    return [
        _tensors("linguistic", whole, {"sizes": to_sizes(sizes)}),
        _copied("semantic", "semantic.onnx", published.tokenizer_file("speech_tokenizer_v1.onnx")),
        _copied("speaker", "speaker.onnx", published.file(f"{SPEECH}/campplus.onnx")),
    ]


def _statistics(cmvn: Cmvn, codebook: FloatArray) -> dict[str, Tensor]:
    import torch

    arrays = {"cmvn.shift": cmvn.shift, "cmvn.rescale": cmvn.rescale, "centroids": codebook}
    return {name: torch.from_numpy(np.ascontiguousarray(a)) for name, a in arrays.items()}


def _read_codebook(path: Path) -> FloatArray:
    try:
        codebook = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError) as reason:
        raise WeightsError(f"{path} is no NumPy array: {reason}; fetch it again") from None
    if codebook.ndim != 2 or len(codebook) != N_LINGUISTIC or codebook.dtype != np.float32:
        raise WeightsError(
            f"{path}: {codebook.dtype} {list(codebook.shape)}, must be float32 [{N_LINGUISTIC}, n]"
        )
    return np.asarray(codebook, np.float32)


def _check_fits(tensors: Mapping[str, Tensor], build: Callable[[], nn.Module], source: str) -> None:
    """Compare with the parameters of a network without memory."""
    import torch

    from steptts.torch_stages.weights import fill

    with torch.device("meta"):
        network = build()
    fill(network, tensors, source)


def _tensors(name: str, tensors: Mapping[str, Tensor], config: dict[str, Any]) -> _Plan:
    """A stage whose tensors are written in float32."""
    shapes = {key: tuple(tensor.shape) for key, tensor in tensors.items()}
    return _Plan(
        name,
        f"{name}.safetensors",
        lambda to: write_tensors(
            to, shapes, "torch.float32", ((key, t.float()) for key, t in tensors.items())
        ),
        config=config,
    )


def _copied(name: str, file: str, source: Path) -> _Plan:
    runtime = "onnx" if source.suffix == ".onnx" else "numpy"
    return _Plan(name, file, lambda to: _copy(source, to), runtime=runtime)


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as reason:
        raise WeightsError(f"cannot copy {source} to {target}: {reason.strerror}") from None
