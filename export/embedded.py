"""Trained weights of the small model to a model folder: five ONNX graphs and a manifest.

Large weights are stored as int8 with a scale per output channel (float16 for the vocoder) and
turned back to float32 by the runtime's constant folding when the graph is loaded: a quarter of
the bytes, the arithmetic of float32.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from steptts.errors import WeightsError
from steptts.export.graphs import GraphSpec, graph_specs, speaker_encoder_spec
from steptts.manifest import Manifest, Stage, read_manifest, write_manifest
from steptts.nets.mel_decoder import MelDecoder, MelDecoderConfig
from steptts.nets.planner import Planner, PlannerConfig
from steptts.nets.source_filter import SourceFilter, SourceFilterConfig
from steptts.nets.speaker_encoder import SpeakerEncoder, SpeakerEncoderConfig
from steptts.nets.super_frame_lm import SuperFrameLM, SuperFrameLMConfig
from steptts.text.phones import SYMBOLS

ANALYSIS = "embedded-1"  # voices: standardised [timbre | prosody] style of the teacher, 256
OPSET = 17
Net = TypeVar("Net", bound=nn.Module)
SMALL = 2048  # elements; smaller weights stay float32


def write_graph(spec: GraphSpec, path: Path, storage: str) -> None:
    """Export one graph and shrink its weights to ``storage`` (int8, float16 or float32)."""
    spec.module.eval()
    torch.onnx.export(
        spec.module,
        tuple(spec.inputs.values()),
        str(path),
        input_names=list(spec.inputs),
        output_names=list(spec.outputs),
        dynamic_axes=spec.free,
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(str(path))
    shrink(model, storage)
    onnx.save(model, str(path))


def shrink(model: onnx.ModelProto, storage: str) -> None:
    """Store large float32 weights small; Cast and Mul nodes restore them at load time."""
    if storage == "float32":
        return
    graph = model.graph
    nodes: list[onnx.NodeProto] = []
    for tensor in list(graph.initializer):
        weight = numpy_helper.to_array(tensor)
        if weight.dtype != np.float32 or weight.size < SMALL:
            continue
        graph.initializer.remove(tensor)
        small, scale = _smaller(weight, storage)
        name = tensor.name
        graph.initializer.append(numpy_helper.from_array(small, f"{name}.{storage}"))
        cast = name if scale is None else f"{name}.cast"
        nodes.append(onnx.helper.make_node("Cast", [f"{name}.{storage}"], [cast], to=1))
        if scale is not None:
            graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
            nodes.append(onnx.helper.make_node("Mul", [cast, f"{name}.scale"], [name]))
    for node in reversed(nodes):
        graph.node.insert(0, node)


def _smaller(
    weight: np.ndarray[Any, Any], storage: str
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    if storage == "float16" or weight.ndim != 2:
        return weight.astype(np.float16), None
    # MatMul weights are [in, out]; tables are [rows, width]: one scale a column serves both.
    scale = np.maximum(np.abs(weight).max(axis=0, keepdims=True), 1e-8) / 127
    return np.round(weight / scale).astype(np.int8), scale.astype(np.float32)


def read_nets(
    runs: Path, *, lm: bool = True, repaired: bool = True
) -> tuple[Planner, SuperFrameLM | None, MelDecoder, SourceFilter]:
    """The averaged nets of finished runs, the vocoder as repaired or as it was before.

    Raises:
        WeightsError: a run has no weights or they do not fit.
    """
    n = len(SYMBOLS)
    return (
        _read(runs / "planner", Planner(PlannerConfig(n))),
        _read(runs / "lm", SuperFrameLM(SuperFrameLMConfig(n))) if lm else None,
        _read(runs / "mel-decoder", MelDecoder(MelDecoderConfig(n))),
        _read(runs / ("repair" if repaired else "vocoder"), SourceFilter(SourceFilterConfig())),
    )


def _read(run: Path, net: Net) -> Net:
    path = run / "weights.pt"
    try:
        net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError) as error:
        raise WeightsError(f"{path}: {error}") from error
    net.eval()
    return net


def export_embedded(
    runs: Path,
    folder: Path,
    version: str,
    storage: dict[str, str] | None = None,
    *,
    lm: bool = True,
    repaired: bool = True,
) -> dict[str, float]:
    """Write a model folder from finished runs; returns megabytes by stage.

    Without ``lm`` the model speaks from the score alone; ``repaired``: see `read_nets`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    storage = storage or {}
    stages, sizes = {}, {}
    for spec in graph_specs(*read_nets(runs, lm=lm, repaired=repaired)):
        path = folder / f"{spec.name}.onnx"
        default = "float16" if spec.name == "vocoder" else "int8"
        write_graph(spec, path, storage.get(spec.name, default))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        stages[spec.name] = Stage("onnx", path.name, digest)
        sizes[spec.name] = path.stat().st_size / 1e6
    write_manifest(folder, Manifest("embedded", version, ANALYSIS, 24_000, stages))
    return sizes


def add_speaker_encoder(weights: Path, folder: Path) -> float:
    """Write the speaker encoder into a model folder, or replace the one there; returns megabytes.

    Raises:
        WeightsError: the weights are missing or do not fit.
        ManifestError: the folder holds no model.
    """
    manifest = read_manifest(folder)
    encoder = SpeakerEncoder(SpeakerEncoderConfig())
    try:
        encoder.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError) as error:
        raise WeightsError(f"{weights}: {error}") from error
    spec = speaker_encoder_spec(encoder)
    path = folder / f"{spec.name}.onnx"
    write_graph(spec, path, "int8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.stages[spec.name] = Stage("onnx", path.name, digest)
    write_manifest(folder, manifest)
    return path.stat().st_size / 1e6
