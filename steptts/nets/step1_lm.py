"""The Step1 language model: embedding rows of the audio ids, blocks, and a head of its own.

The table of text embeddings is not in the network: only a prompt needs it, so it can stay on the
host (0.43 GB in bfloat16 at the published size). The head is never tied to an embedding.

Knows nothing of prompts, sampling or files.
"""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from steptts.nets.transformer import Cache, Transformer, TransformerConfig

PUBLISHED_BLOCKS = TransformerConfig(
    width=3072, n_layers=32, n_heads=48, n_kv_heads=4, ff_width=8192
)


@dataclass(frozen=True, slots=True)
class Step1Config:
    """Sizes of the language model; the defaults are the published ones.

    Attributes:
        blocks: the stack.
        vocabulary: rows of the text embedding, audio ids included.
        n_logits: rows of the head: audio ids and "end", or the whole vocabulary.
    """

    blocks: TransformerConfig = PUBLISHED_BLOCKS
    vocabulary: int = 74_752
    n_logits: int = 5_121

    @property
    def n_parameters(self) -> int:
        """Numbers in the published checkpoint: table, whole head and blocks; 3.53 billion."""
        c = self.blocks
        attention = 2 * c.width * (c.width + c.kv_width)
        layer = attention + 3 * c.width * c.ff_width + 2 * c.width
        return 2 * self.vocabulary * c.width + c.n_layers * layer + c.width


class Step1LM(nn.Module):
    """Vectors in, logits out; the audio rows of the embedding are at hand for decoding."""

    def __init__(self, config: Step1Config) -> None:
        """Build with random weights."""
        super().__init__()
        self.config = config
        width = config.blocks.width
        self.audio_embedding = nn.Parameter(torch.zeros(config.n_logits, width))
        self.transformer = Transformer(config.blocks)
        self.head = nn.Linear(width, config.n_logits, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Logits at every position: [B, T, W] to [B, T, n_logits]."""
        return cast("Tensor", self.head(self.transformer(x)))

    def prefill(self, x: Tensor, cache: Cache, start: Tensor) -> Tensor:
        """Read T positions into the cache; logits after the last one, float32 [B, n_logits].

        Args:
            x: [B, T, W], rows of the text embedding.
            cache: changed in place.
            start: [B] integer, where each row begins.
        """
        y = self.transformer.step_in_place(x, cache, start)
        return cast("Tensor", self.head(y[:, -1])).float()

    def decode(self, ids: Tensor, cache: Cache, start: Tensor) -> Tensor:
        """Append one audio id per row [B]; logits after it, float32 [B, n_logits]."""
        return self.prefill(self.audio_embedding[ids].unsqueeze(1), cache, start)
