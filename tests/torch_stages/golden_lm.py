"""The recorded random language models, made ready under our names."""

import json
from dataclasses import replace

import torch
from safetensors.torch import load_file
from torch import Tensor

from steptts.nets.step1_lm import Step1LM
from steptts.nets.transformer import TransformerConfig
from steptts.step_audio.lm_checkpoint import published_shapes, read_config, renamed
from steptts.torch_stages.weights import fill
from tests.recorded import golden
from tests.recorded_cases import case_names, of_case

MODELS = sorted(path.parent.name for path in golden("lm").glob("*/model.safetensors"))
CASES = [
    (model, case)
    for model in MODELS
    for case in case_names(golden("lm") / model / "cases.safetensors", "input_ids")
]


def golden_case(model: str, case: str) -> dict[str, Tensor]:
    """Tensors of one case by name."""
    return of_case(load_file(golden("lm") / model / "cases.safetensors"), case)


def golden_model(model: str, **changes: bool) -> tuple[Step1LM, Tensor]:
    """The network with its whole head, and the text embedding [V, W]."""
    folder = golden("lm") / model
    config = read_config(json.loads((folder / "config.json").read_text("utf-8")), model)
    blocks: TransformerConfig = replace(config.blocks, **changes)
    config = replace(config, blocks=blocks, n_logits=config.vocabulary)
    weights = load_file(folder / "model.safetensors")
    assert {name: tuple(w.shape) for name, w in weights.items()} == published_shapes(config)
    ours = dict(renamed(weights.__getitem__, config.blocks.n_layers, None))
    embedding = ours.pop("embedding")
    with torch.device("meta"):
        network = Step1LM(config)
    return fill(network, {**ours, "audio_embedding": embedding}, model), embedding
