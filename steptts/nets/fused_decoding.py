"""One decode step of the language model through the kernels of `decode_kernels.py`.

Knows shapes, buffers and the order of launches; the arithmetic is in the kernels.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import cast

import torch
from torch import Tensor, nn

from steptts.nets.quantized import Int4Linear, Int8Linear
from steptts.nets.step1_lm import Step1LM
from steptts.nets.transformer import Block, Cache, alibi_slopes

PIECE = 64  # positions of the cache per program of the attention
LEAST_DOT = 16  # tl.dot multiplies at least 16 x 16


@dataclass(frozen=True, slots=True)
class Tile:
    """Part of a weight that one program reads at a time.

    Attributes:
        rows: outputs per program; a power of two.
        columns: inputs per turn of its loop; a power of two.
        warps: 32 threads each.
    """

    rows: int
    columns: int
    warps: int


DEFAULT_TILE = Tile(rows=8, columns=512, warps=4)


def can_fuse(network: Step1LM) -> bool:
    """Whether Triton is installed and the network has shapes that the kernels take."""
    blocks = network.config.blocks
    width = blocks.head_width
    fits = blocks.causal and blocks.alibi and not blocks.round_bias
    return bool(find_spec("triton")) and fits and width >= LEAST_DOT and width & (width - 1) == 0


class FusedDecoder:
    """Appends one id to one row of a cache; buffers are fixed, so a step can be captured."""

    def __init__(self, network: Step1LM, cache: Cache, tile: Tile = DEFAULT_TILE) -> None:
        """Allocate the vectors between the kernels.

        Args:
            network: see `can_fuse`.
            cache: [L, 1, K, S, D], contiguous.
            tile: how the weights are read.
        """
        blocks = network.config.blocks
        like = network.audio_embedding
        self._network, self._cache, self.tile = network, cache, tile
        self._x = like.new_zeros(blocks.width)
        self._queries = like.new_zeros(blocks.width)
        self._attended = like.new_zeros(blocks.width)
        self._hidden = like.new_zeros(blocks.ff_width)
        self._logits = torch.zeros(network.config.n_logits, device=like.device)
        self._slopes = alibi_slopes(blocks.n_heads, like.device)
        self._pieces = -(-cache.keys.shape[3] // PIECE)
        sums = (self._pieces, blocks.n_heads, blocks.head_width)
        self._piece_sum = torch.zeros(sums, device=like.device)
        self._piece_top = torch.zeros(sums[:2], device=like.device)
        self._piece_total = torch.zeros(sums[:2], device=like.device)

    def decode(self, audio_id: Tensor, length: Tensor) -> Tensor:
        """Append an id [1] at position `length` [1]; logits after it, float32 [n_logits].

        The result is a buffer that the next step overwrites.
        """
        self._x.copy_(self._network.audio_embedding.index_select(0, audio_id)[0])
        for index, layer in enumerate(self._network.transformer.layers):
            self._attend(cast("Block", layer), index, length)
            self._feed_forward(cast("Block", layer))
        return self._head()

    def _attend(self, layer: Block, index: int, length: Tensor) -> None:
        from steptts.nets import decode_kernels as kernels

        c = self._network.config.blocks
        keys, values = self._cache.keys[index], self._cache.values[index]
        room = keys.shape[2]
        packed = _Weight.of(layer.attention.qkv)
        kernels.qkv_kernel[self._grid(c.width + 2 * c.kv_width)](
            self._x, layer.attention_norm.weight, *packed.tensors, self._queries, keys, values,
            length, room, c.eps, c.head_width**-0.5, c.width, c.kv_width, c.head_width,
            *self._how(packed, c.width), num_warps=self.tile.warps,
        )  # fmt: skip
        pieces = self._piece_sum, self._piece_top, self._piece_total
        groups = c.n_heads // c.n_kv_heads
        kernels.attention_kernel[(c.n_kv_heads, self._pieces)](
            self._queries, keys, values, self._slopes, length, *pieces, c.n_heads, groups, room,
            c.head_width, max(LEAST_DOT, _power_of_two(groups)), PIECE,
        )  # fmt: skip
        kernels.join_kernel[(c.n_heads,)](
            *pieces, length, self._attended, c.n_heads, c.head_width, PIECE,
            _power_of_two(self._pieces),
        )  # fmt: skip
        self._add_product(layer.attention.out, self._attended)

    def _feed_forward(self, layer: Block) -> None:
        from steptts.nets import decode_kernels as kernels

        c = self._network.config.blocks
        packed = _Weight.of(layer.ff.gate_up)
        kernels.gate_up_kernel[self._grid(c.ff_width)](
            self._x, layer.ff_norm.weight, *packed.tensors, self._hidden, c.ff_width, c.eps,
            c.width, *self._how(packed, c.width), num_warps=self.tile.warps,
        )  # fmt: skip
        self._add_product(layer.ff.down, self._hidden)

    def _add_product(self, linear: nn.Module, y: Tensor) -> None:
        from steptts.nets import decode_kernels as kernels

        packed = _Weight.of(linear)
        kernels.add_product_kernel[self._grid(len(self._x))](
            self._x, y, *packed.tensors, len(self._x), len(y), *self._how(packed, len(y)),
            num_warps=self.tile.warps,
        )  # fmt: skip

    def _head(self) -> Tensor:
        from steptts.nets import decode_kernels as kernels

        c = self._network.config.blocks
        head = self._network.head.weight
        kernels.head_kernel[self._grid(len(head))](
            self._x, self._network.transformer.norm.weight, head, self._logits, len(head), c.eps,
            c.width, self.tile.rows, _columns(self.tile, c.width), num_warps=self.tile.warps,
        )  # fmt: skip
        return self._logits

    def _grid(self, n: int) -> tuple[int]:
        return (-(-n // self.tile.rows),)

    def _how(self, packed: "_Weight", inputs: int) -> tuple[int, int, int, int]:
        """Kind, group, rows and columns of a product."""
        columns = max(_columns(self.tile, inputs), packed.group)
        return packed.kind, packed.group, self.tile.rows, columns


@dataclass(frozen=True, slots=True)
class _Weight:
    """A linear layer's weight as the kernels take it; unused parts repeat the weight."""

    tensors: tuple[Tensor, Tensor, Tensor]
    kind: int
    group: int

    @classmethod
    def of(cls, linear: nn.Module) -> "_Weight":
        from steptts.nets import decode_kernels as kernels

        if isinstance(linear, Int8Linear):
            return cls((linear.weight, linear.scale, linear.scale), kernels.INT8, 1)
        if isinstance(linear, Int4Linear):
            return cls((linear.weight, linear.scale, linear.lowest), kernels.INT4, linear.group)
        assert isinstance(linear, nn.Linear)
        return cls((linear.weight, linear.weight, linear.weight), kernels.FLOAT, 1)


def _columns(tile: Tile, inputs: int) -> int:
    return min(tile.columns, _power_of_two(inputs))


def _power_of_two(n: int) -> int:
    """The least power of two that is not below n."""
    return 1 << (n - 1).bit_length()
