"""Names and shapes of the published language model, and the one table that renames them.

Projections that read the same input are joined, so that decoding launches fewer kernels; the head
is cut to the rows that can be legal: 5,120 audio ids and "end". Knows no file format.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from steptts.errors import WeightsError
from steptts.nets.step1_lm import Step1Config
from steptts.nets.transformer import TransformerConfig
from steptts.tokens import N_AUDIO_IDS

END_ROW = 3  # <|EOT|>, the stop token of the published model

OUTER = {
    "embedding": ("model.embed_tokens.weight",),
    "head.weight": ("lm_head.weight",),
    "transformer.norm.weight": ("model.norm.weight",),
}
LAYER = {
    "attention.qkv.weight": tuple(f"self_attn.{part}_proj.weight" for part in "qkv"),
    "attention.out.weight": ("self_attn.o_proj.weight",),
    "attention_norm.weight": ("input_layernorm.weight",),
    "ff.gate_up.weight": ("mlp.gate_proj.weight", "mlp.up_proj.weight"),
    "ff.down.weight": ("mlp.down_proj.weight",),
    "ff_norm.weight": ("post_attention_layernorm.weight",),
}


@dataclass(frozen=True, slots=True)
class HeadRows:
    """Which rows of the published head are kept: audio ids from `first`, then "end"."""

    first: int
    end: int = END_ROW

    def cut(self, head: Tensor) -> Tensor:
        """From [V, W] to [N_AUDIO_IDS + 1, W]."""
        return torch.cat(
            [head[self.first : self.first + N_AUDIO_IDS], head[self.end : self.end + 1]]
        )


def table(n_layers: int) -> dict[str, tuple[str, ...]]:
    """Our name to the published names that are joined, in order, along the rows."""
    layers = {
        f"transformer.layers.{layer}.{ours}": tuple(f"model.layers.{layer}.{t}" for t in theirs)
        for layer in range(n_layers)
        for ours, theirs in LAYER.items()
    }
    return {**OUTER, **layers}


def published_shapes(config: Step1Config) -> dict[str, tuple[int, ...]]:
    """Every tensor of the published file and its shape; 291 of them at the published size."""
    c = config.blocks
    rows = {"embed_tokens": config.vocabulary, "lm_head": config.vocabulary}
    rows |= {"q_proj": c.width, "o_proj": c.width, "k_proj": c.kv_width, "v_proj": c.kv_width}
    rows |= {"gate_proj": c.ff_width, "up_proj": c.ff_width, "down_proj": c.width}
    shapes: dict[str, tuple[int, ...]] = {}
    for theirs in table(c.n_layers).values():
        for name in theirs:
            part = name.split(".")[-2]
            columns = c.ff_width if part == "down_proj" else c.width
            shapes[name] = (rows[part], columns) if part in rows else (c.width,)
    return shapes


def joined_shapes(config: Step1Config) -> dict[str, tuple[int, ...]]:
    """Every tensor of the converted file and its shape, in the order of `renamed`."""
    published = published_shapes(config)
    shapes = {
        ours: (sum(published[name][0] for name in theirs), *published[theirs[0]][1:])
        for ours, theirs in table(config.blocks.n_layers).items()
    }
    return {**shapes, "head.weight": (config.n_logits, config.blocks.width)}


def read_config(published: Mapping[str, Any], where: str) -> Step1Config:
    """Sizes from the published `config.json`.

    Args:
        published: the parsed file. Keys that say nothing about sizes are not looked at; in
            particular the head is never tied, whatever the file says.
        where: what to call it in errors.

    Raises:
        WeightsError: another architecture, or a size is missing or no whole number.
    """
    if published.get("model_type") != "step1":
        raise WeightsError(
            f"{where}: model_type is {published.get('model_type')!r}, must be 'step1'"
        )

    def size(key: str) -> int:
        value = published.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise WeightsError(f"{where}: {key} is {value!r}, must be a whole number above 0")
        return value

    eps = published.get("rms_norm_eps")
    if not isinstance(eps, float) or not 0 < eps < 1:
        raise WeightsError(f"{where}: rms_norm_eps is {eps!r}, must be in (0, 1)")
    try:
        blocks = TransformerConfig(
            width=size("hidden_size"),
            n_layers=size("num_hidden_layers"),
            n_heads=size("num_attention_heads"),
            n_kv_heads=size("num_attention_groups"),
            ff_width=size("intermediate_size"),
            eps=eps,
        )
    except ValueError as reason:
        raise WeightsError(f"{where}: {reason}") from None
    return Step1Config(blocks, vocabulary=size("vocab_size"))


def renamed(
    read: Callable[[str], Tensor], n_layers: int, head_rows: HeadRows | None
) -> Iterator[tuple[str, Tensor]]:
    """Tensors under our names, one at a time.

    Args:
        read: gives a published tensor.
        n_layers: number of blocks.
        head_rows: rows of the head to keep; None keeps the whole vocabulary.
    """
    for ours, theirs in table(n_layers).items():
        parts = [read(name) for name in theirs]
        tensor = parts[0] if len(parts) == 1 else torch.cat(parts)
        if ours == "head.weight" and head_rows is not None:
            tensor = head_rows.cut(tensor)
        yield ours, tensor
