"""A random checkpoint in the published layout, small enough to speak in a test.

Sizes come from the recorded small models; "end" is made likely, so that passages end.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import soundfile
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file, save_file
from torch import Tensor

from steptts.step_audio.lm_checkpoint import published_shapes, read_config
from steptts.step_audio.published_files import MUSIC, SINGLE_SHARD, SPEECH, PublishedFolders
from steptts.text.prompt import EOT
from tests.recorded import golden, golden_json

VOCABULARY = 5664  # of the toy tokenizer
LM = {
    "architectures": ["Step1ForCausalLM"],
    "model_type": "step1",
    "bos_token_id": 1,
    "pad_token_id": 0,
    "eos_token_id": EOT,
    "max_seq_len": 32768,
    "rms_norm_eps": 1e-5,
    "torch_dtype": "bfloat16",
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_attention_heads": 4,
    "num_attention_groups": 2,
    "num_hidden_layers": 2,
    "vocab_size": VOCABULARY,
}
YAML = """\
# the shape of the published file, its tags included
__set_seed1: !apply:random.seed [1986]
sample_rate: 22050
spk_embed_dim: 192

flow: !new:cosyvoice.flow.flow.MaskedDiffWithXvec
    input_size: {input_size}
    output_size: 80
    spk_embed_dim: !ref <spk_embed_dim>
    output_type: 'mel'
    vocab_size: {vocab_size}
    input_frame_rate: {input_frame_rate} # 5 ids every 120 ms
    encoder: !new:cosyvoice.transformer.encoder.ConformerEncoder
        output_size: {output_size}
        attention_heads: {attention_heads}
        linear_units: {linear_units}
        num_blocks: {num_blocks}
    decoder: !new:cosyvoice.flow.flow_matching.ConditionalCFM
        cfm_params: !new:omegaconf.DictConfig
            content:
                sigma_min: 1e-06
        estimator: !new:cosyvoice.flow.decoder.ConditionalDecoder
            in_channels: 320
            out_channels: 80
            channels: [{channels}, {channels}]
            attention_head_dim: {attention_head_dim}
            n_blocks: {n_blocks}
            num_mid_blocks: {num_mid_blocks}
            num_heads: {num_heads}

hift: !new:cosyvoice.hifigan.generator.HiFTGenerator
    in_channels: 80
    base_channels: {base_channels}
    sampling_rate: !ref <sample_rate>
    f0_predictor: !new:cosyvoice.hifigan.f0_predictor.ConvRNNF0Predictor
        cond_channels: {cond_channels}
"""
SPEAKERS = {"Tingting": "你好", "TingtingRAP": "(RAP)你好"}


def build(root: Path) -> PublishedFolders:
    """Write the two repositories and the speakers below a folder."""
    folders = PublishedFolders(root / "tts", root / "tokenizer", root / "speakers")
    _write_language_model(folders.tts)
    for folder in (SPEECH, MUSIC):
        _write_acoustics(folders.tts / folder)
    _write_tokenizers(root / "tokenizer")
    (root / "speakers").mkdir()
    info = json.dumps(SPEAKERS, ensure_ascii=False)
    (root / "speakers" / "speakers_info.json").write_text(info, "utf-8")
    for seed, name in enumerate(SPEAKERS):
        path = root / "speakers" / f"{name}_prompt.wav"
        soundfile.write(path, recording(44_100, 1.5, seed), 44_100)
    return folders


def recording(sample_rate: int, seconds: float, seed: int = 0) -> np.ndarray:
    """Something like a voice: harmonics that swell four times a second, half a second of quiet."""
    time = np.arange(round(sample_rate * seconds)) / sample_rate
    f0 = 120 + 30 * seed + 20 * np.sin(2 * np.pi * time)
    phase = 2 * np.pi * np.cumsum(f0) / sample_rate
    voiced = sum(np.sin(h * phase) / h for h in range(1, 6))
    wave = 0.2 * voiced * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    quiet = np.zeros(sample_rate // 4)
    return np.concatenate([quiet, wave, quiet]).astype(np.float32)


def _write_language_model(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(LM), "utf-8")
    shutil.copyfile(golden("prompt") / "tokenizer.model", folder / "tokenizer.model")
    save_file(language_model(), folder / SINGLE_SHARD)


def language_model() -> dict[str, Tensor]:
    """Random weights; channel 0 is steady, and the row of "end" looks at it alone."""
    torch.manual_seed(1)
    tensors = {}
    for name, shape in published_shapes(read_config(LM, "tiny")).items():
        steady = "norm" in name
        tensors[name] = torch.ones(shape) if steady else 0.05 * torch.randn(shape)
    tensors["model.embed_tokens.weight"].normal_()
    tensors["model.embed_tokens.weight"][:, 0] = 3.0
    head = tensors["lm_head.weight"].normal_(std=0.15)
    head[:, 0] = 0.0
    head[EOT] = 0.0
    head[EOT, 0] = 1.6
    return {name: tensor.bfloat16() for name, tensor in tensors.items()}


def _write_acoustics(folder: Path) -> None:
    folder.mkdir(parents=True)
    torch.save(load_file(golden("flow") / "model.safetensors"), folder / "flow.pt")
    torch.save(load_file(golden("hift") / "model.safetensors"), folder / "hift.pt")
    flow, hift = golden_json("flow", "config.json"), golden_json("hift", "config.json")
    estimator = flow["decoder"]["estimator"]
    sizes = {**flow, **flow["encoder"], **estimator, "channels": estimator["channels"][0]}
    sizes |= {**hift, "cond_channels": hift["f0_predictor"]["cond_channels"]}
    sizes |= {"output_size": flow["encoder"]["output_size"]}
    (folder / "cosyvoice.yaml").write_text(YAML.format(**sizes), "utf-8")
    rng = np.random.default_rng(0)
    _save(
        folder / "campplus.onnx",
        [
            helper.make_node("ReduceMax", ["fbank"], ["top"], axes=[1], keepdims=0),
            helper.make_node("MatMul", ["top", "weight"], ["vector"]),
        ],
        [helper.make_tensor_value_info("fbank", TensorProto.FLOAT, [1, "T", 80])],
        helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, 192]),
        {"weight": rng.standard_normal((80, 192)).astype(np.float32)},
    )


def _write_tokenizers(folder: Path) -> None:
    inner = folder / "dengcunqin" / "paraformer"
    inner.mkdir(parents=True)
    encoder = load_file(golden("sanm") / "model.safetensors")
    named = {n if n.startswith("encoder.") else f"encoder.{n}": t for n, t in encoder.items()}
    torch.save({**named, "decoder.unused.weight": torch.zeros(3)}, inner / "model.pt")
    sizes = golden_json("sanm", "config.json")["encoder_conf"]
    lines = [f"    {key}: {str(value).lower()}" for key, value in sizes.items()]
    (inner / "config.yaml").write_text("\n".join(["encoder_conf:", *lines, ""]), "utf-8")
    shutil.copyfile(golden("features") / "am.mvn", inner / "am.mvn")
    centroids = np.random.default_rng(0).standard_normal((1024, sizes["output_size"]))
    np.save(folder / "linguistic_tokenizer.npy", centroids.astype(np.float32))
    _save(
        folder / "speech_tokenizer_v1.onnx",
        [
            helper.make_node("MaxPool", ["feats"], ["pooled"], kernel_shape=[4], strides=[4]),
            helper.make_node("ArgMax", ["pooled"], ["ids"], axis=1, keepdims=0),
        ],
        [
            helper.make_tensor_value_info("feats", TensorProto.FLOAT, [1, 128, "T"]),
            helper.make_tensor_value_info("length", TensorProto.INT32, [1]),
        ],
        helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "N"]),
        {},
    )


def _save(
    path: Path,
    nodes: list[Any],
    inputs: list[Any],
    output: Any,  # noqa: ANN401
    constants: dict[str, np.ndarray],
) -> None:
    stored = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "made_up", inputs, [output], stored)
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path
    )
