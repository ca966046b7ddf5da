"""The Step-1 transformer block: RMSNorm, grouped-query attention with sqrt-ALiBi, SwiGLU.

One configuration serves the 3.5 B language model, the small embedded one (causal, with a key/value
cache) and the phone encoder (bidirectional). There are no biases, no dropout and no position
embedding: only the distance between two positions matters, so a cached key never has to move.

Knows nothing about vocabularies, heads, sampling or files.

Axes: B rows, T new positions, S all positions attended to, W width, H heads, K key/value heads,
G = H / K query heads that share one key/value head, D = W / H, L layers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Sizes and switches of one stack of blocks.

    Attributes:
        width: channels of the residual stream.
        n_layers: number of blocks.
        n_heads: query heads; divides width.
        n_kv_heads: key/value heads; divides n_heads.
        ff_width: inner channels of the SwiGLU.
        causal: a position sees itself and the past only.
        alibi: add -slope[head] * sqrt(distance) to the attention scores.
        eps: added to the mean square inside RMSNorm.
        round_bias: round slope * sqrt(distance) to the model's dtype as the reference's fallback
            does. Off, the bias stays float32: at distance 1,000 and slope 0.84 the bfloat16 step
            is already 0.125.
    """

    width: int
    n_layers: int
    n_heads: int
    n_kv_heads: int
    ff_width: int
    causal: bool = True
    alibi: bool = True
    eps: float = 1e-5
    round_bias: bool = False

    def __post_init__(self) -> None:
        """Refuse sizes that do not divide."""
        if self.width % self.n_heads or self.n_heads % self.n_kv_heads:
            raise ValueError(
                f"width {self.width} must be a multiple of n_heads {self.n_heads}, and n_heads "
                f"a multiple of n_kv_heads {self.n_kv_heads}"
            )

    @property
    def head_width(self) -> int:
        """Channels of one head."""
        return self.width // self.n_heads

    @property
    def kv_width(self) -> int:
        """Channels of all key (or value) heads together."""
        return self.head_width * self.n_kv_heads


class Cache(NamedTuple):
    """Keys and values of all layers, a plain pair of tensors [L, B, K, S, D]."""

    keys: Tensor
    values: Tensor


Extend = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""From the new keys and values [B, K, T, D] to all that are attended to [B, K, S, D]."""


class Bias(NamedTuple):
    """What is added to the scores: slopes [K, G, 1, 1] times positions [B or 1, 1, 1, T, S]."""

    slopes: Tensor
    positions: Tensor


def alibi_slopes(n_heads: int, device: torch.device | None = None) -> Tensor:
    """Slopes of the heads: the ladder of the largest power of two, then every other finer rung.

    For 48 heads: 2^(-k/4) for k = 1..32, then 2^(-(2m-1)/8) for m = 1..16. Computed, not kept: a
    buffer would be rounded with the weights when the model is moved to bfloat16.
    """
    whole = 2 ** int(math.log2(n_heads))
    ladder = torch.arange(1, whole + 1, device=device) * (8 / whole)
    finer = (2 * torch.arange(n_heads - whole, device=device) + 1) * (4 / whole)
    return torch.exp2(-torch.cat([ladder, finer]))


def position_bias(queries: Tensor, keys: Tensor, config: TransformerConfig) -> Tensor:
    """Bias before the slope: -sqrt(distance), and -inf where a causal query may not look.

    Args:
        queries: positions of the queries, [..., T], integer.
        keys: positions of the keys, [S], integer.
        config: reads `alibi` and `causal`.

    Returns:
        float32 [..., T, S]; there is no head axis, so a decode step costs S numbers.
    """
    distance = (queries.unsqueeze(-1) - keys).float()
    bias = -distance.abs().sqrt() if config.alibi else torch.zeros_like(distance)
    return bias.masked_fill(distance < 0, -math.inf) if config.causal else bias


class RMSNorm(nn.Module):
    """Divide by the root mean square over the last axis, then scale.

    The factor is taken in float32 and rounded to the input's dtype before both products, as the
    reference does; in float32 the order does not matter.
    """

    def __init__(self, width: int, eps: float) -> None:
        """Start as the identity scale."""
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalize [..., W]."""
        factor = torch.rsqrt(x.float().square().mean(-1, keepdim=True) + self.eps)
        return x * factor.to(x.dtype) * self.weight


class Attention(nn.Module):
    """Grouped-query attention; query head h reads key/value head h // G."""

    def __init__(self, config: TransformerConfig) -> None:
        """Create the packed query-key-value projection and the output projection."""
        super().__init__()
        self.config = config
        self.qkv = nn.Linear(config.width, config.width + 2 * config.kv_width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor, bias: Bias, extend: Extend) -> Tensor:
        """Attend from x [B, T, W] to everything that `extend` returns.

        Args:
            x: normalized input.
            bias: by distance, float32.
            extend: joins new and cached keys and values.
        """
        q, k, v = self._split(self.qkv(x))
        keys, values = extend(k, v)
        batch, kv_heads, groups, new, _ = q.shape
        # Scores in float32: [B, K, G * T, D] @ [B, K, D, S]; keys are never repeated per head.
        scores = q.flatten(2, 3).float() @ keys.float().transpose(-1, -2)
        scores = scores.view(batch, kv_heads, groups, new, -1)
        if self.config.round_bias:
            scores = scores + (bias.slopes * bias.positions).to(x.dtype)
        else:
            scores = torch.addcmul(scores, bias.slopes, bias.positions)
        weights = scores.softmax(-1).to(x.dtype).flatten(2, 3)
        y = (weights @ values).view(batch, kv_heads, groups, new, -1)
        return self.out(y.permute(0, 3, 1, 2, 4).flatten(2))  # type: ignore[no-any-return]

    def _split(self, qkv: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From [B, T, W + 2KD] to q [B, K, G, T, D], scaled, and k, v [B, K, T, D]."""
        c = self.config
        batch, new, _ = qkv.shape
        q, k, v = torch.split(qkv, [c.width, c.kv_width, c.kv_width], -1)
        q = q.view(batch, new, c.n_kv_heads, -1, c.head_width).permute(0, 2, 3, 1, 4)
        k = k.view(batch, new, c.n_kv_heads, c.head_width).transpose(1, 2)
        v = v.view(batch, new, c.n_kv_heads, c.head_width).transpose(1, 2)
        return q * c.head_width**-0.5, k, v


class SwiGLU(nn.Module):
    """down(silu(gate(x)) * up(x)), gate and up packed into one projection."""

    def __init__(self, width: int, ff_width: int) -> None:
        """Create the two projections."""
        super().__init__()
        self.gate_up = nn.Linear(width, 2 * ff_width, bias=False)
        self.down = nn.Linear(ff_width, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Transform [..., W]."""
        gate, up = self.gate_up(x).chunk(2, -1)
        return self.down(nn.functional.silu(gate) * up)  # type: ignore[no-any-return]


class Block(nn.Module):
    """Pre-norm attention and SwiGLU, each with a residual."""

    def __init__(self, config: TransformerConfig) -> None:
        """Create the parts."""
        super().__init__()
        self.attention_norm = RMSNorm(config.width, config.eps)
        self.attention = Attention(config)
        self.ff_norm = RMSNorm(config.width, config.eps)
        self.ff = SwiGLU(config.width, config.ff_width)

    def forward(self, x: Tensor, bias: Bias, extend: Extend) -> Tensor:
        """Transform x [B, T, W]; see Attention.forward."""
        x = x + self.attention(self.attention_norm(x), bias, extend)
        return x + self.ff(self.ff_norm(x))  # type: ignore[no-any-return]


class Transformer(nn.Module):
    """A stack of blocks and a final norm: [B, T, W] to [B, T, W]."""

    def __init__(self, config: TransformerConfig) -> None:
        """Create the blocks."""
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(Block(config) for _ in range(config.n_layers))
        self.norm = RMSNorm(config.width, config.eps)

    def forward(self, x: Tensor, key_mask: Tensor | None = None) -> Tensor:
        """Transform whole sequences without a cache.

        Args:
            x: [B, T, W].
            key_mask: bool [B, T], False where a row is padding; needed only when rows of different
                length meet in a bidirectional stack.
        """
        positions = torch.arange(x.shape[1], device=x.device)
        table = position_bias(positions, positions, self.config)[None]
        if key_mask is not None:
            table = table.masked_fill(~key_mask[:, None], -math.inf)
        bias = self._bias(table)
        for layer in self.layers:
            x = layer(x, bias, _only_new)
        return self.norm(x)  # type: ignore[no-any-return]

    def empty_cache(self, batch: int = 1, capacity: int = 0) -> Cache:
        """Zeros [L, B, K, capacity, D]: 0 to start growing, more for `step_in_place`."""
        c = self.config
        like = self.norm.weight
        shape = (c.n_layers, batch, c.n_kv_heads, capacity, c.head_width)
        return Cache(like.new_zeros(shape), like.new_zeros(shape))

    def step(self, x: Tensor, cache: Cache) -> tuple[Tensor, Cache]:
        """Transform T new positions after the S cached ones; the cache comes back longer.

        Args:
            x: [B, T, W]; T > 1 is a prefill or a part of one.
            cache: S >= 0 positions.

        Returns:
            [B, T, W], and the cache of S + T positions. The given cache is not changed.
        """
        old, new = cache.keys.shape[3], x.shape[1]
        positions = torch.arange(old + new, device=x.device)
        bias = self._bias(position_bias(positions[old:], positions, self.config)[None])
        keys: list[Tensor] = []
        values: list[Tensor] = []
        for index, layer in enumerate(self.layers):
            x = layer(x, bias, _Growing(cache, index, keys, values))
        return self.norm(x), Cache(torch.stack(keys), torch.stack(values))

    def step_in_place(self, x: Tensor, cache: Cache, start: Tensor) -> Tensor:
        """Transform T new positions and write their keys and values into a fixed cache.

        No shape depends on how full the cache is, so a step can be captured in a CUDA graph. Needs
        `causal`: whatever lies behind a row's last position is never looked at.

        Args:
            x: [B, T, W].
            cache: [L, B, K, S, D], S at least start + T; changed in place.
            start: [B] integer, where each row's first new position goes.
        """
        new, capacity = x.shape[1], cache.keys.shape[3]
        positions = start.unsqueeze(1) + torch.arange(new, device=x.device)
        everywhere = torch.arange(capacity, device=x.device)
        bias = self._bias(position_bias(positions, everywhere, self.config))
        for index, layer in enumerate(self.layers):
            x = layer(x, bias, _Fixed(cache, index, positions))
        return self.norm(x)  # type: ignore[no-any-return]

    def _bias(self, table: Tensor) -> Bias:
        """Join slopes and a table of positions [B or 1, T, S]."""
        c = self.config
        if c.alibi:
            slopes = alibi_slopes(c.n_heads, table.device)
        else:
            slopes = torch.ones(c.n_heads, device=table.device)
        return Bias(slopes.view(c.n_kv_heads, -1, 1, 1), table[:, None, None])


def _only_new(keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    return keys, values


class _Growing(NamedTuple):
    """Append to copies; the longer keys and values are collected for the caller."""

    cache: Cache
    layer: int
    keys: list[Tensor]
    values: list[Tensor]

    def __call__(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        self.keys.append(torch.cat([self.cache.keys[self.layer], keys], 2))
        self.values.append(torch.cat([self.cache.values[self.layer], values], 2))
        return self.keys[-1], self.values[-1]


class _Fixed(NamedTuple):
    """Write into the cache at positions [B, T] and attend to all of it."""

    cache: Cache
    layer: int
    positions: Tensor

    def __call__(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        rows = self.positions[:, None, :, None].expand_as(keys)
        all_keys, all_values = self.cache.keys[self.layer], self.cache.values[self.layer]
        return all_keys.scatter_(2, rows, keys), all_values.scatter_(2, rows, values)
