"""The published language model as a stage, on CUDA or a CPU.

Keys and values lie in fixed buffers. `prefill` and `step` give logits to any sampler; `draw_blocks`
also draws on the device, one captured CUDA graph per step, and the host reads ids a block late.
The part of a prompt that a voice shares is read once and kept.

Knows no text, no folder layout and no policy but `Sampling`.
Held to the golden suite `lm` by tests/torch_stages/test_lm.py.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor

from steptts.errors import GenerationError, WeightsError
from steptts.nets.fused_decoding import DEFAULT_TILE, Tile, can_fuse
from steptts.nets.quantized import KINDS, quantize
from steptts.nets.step1_lm import Step1Config, Step1LM
from steptts.nets.transformer import Cache
from steptts.sampling import Sampling
from steptts.stages import FloatArray
from steptts.tokens import END, GROUP, N_AUDIO_IDS
from steptts.torch_stages.decoding import Decoding, DecodingOptions
from steptts.torch_stages.weights import fill

PREFILL_IDS = 256
"""Positions read at once: bounds the scores to 48 heads x 256 x room and keeps results equal
whether the shared part came from the store or not."""
BLOCK_IDS = GROUP * 3  # 0.36 s, the smallest stretch that lands on whole mel frames


class Prompt(Protocol):
    """What the stage reads of a prompt."""

    @property
    def ids(self) -> tuple[int, ...]:
        """Ids in the model's own vocabulary."""

    @property
    def n_shared(self) -> int:
        """So many first ids depend on the voice alone."""


class LMCache(NamedTuple):
    """Fixed buffers and how many positions of them are filled; may be continued from once."""

    buffers: Cache
    length: int


@dataclass(frozen=True, slots=True)
class LMOptions:
    """How a language model runs.

    Attributes:
        room: positions of prompt and output together. 4,096 are 134 MB in bfloat16 at the
            published size, and 76 s of sound after a prompt of 900 ids.
        kept_voices: shared prompt parts that are kept (about 25 MB each).
        graphs: capture the decode step; None: on CUDA.
        fused: decode through Triton kernels; None: on CUDA where Triton is installed and the
            sizes fit.
        tile: how those kernels read the weights.
    """

    room: int = 4096
    kept_voices: int = 4
    graphs: bool | None = None
    fused: bool | None = None
    tile: Tile = DEFAULT_TILE


class TorchTokenLM:
    """TokenLM of `steptts.stages`, and the drawing one of `steptts.sampling`."""

    def __init__(
        self, network: Step1LM, embedding: Tensor, options: LMOptions | None = None
    ) -> None:
        """Keep a network that is loaded, on its device.

        Args:
            network: in the dtype of its vectors.
            embedding: rows of the whole vocabulary [V, W]; may stay on the host, memory-mapped.
            options: room, store, graphs.
        """
        self.network = network.eval().requires_grad_(False)
        self.embedding = embedding.requires_grad_(False)
        self.options = options or LMOptions()
        self._voices: OrderedDict[tuple[int, ...], Cache] = OrderedDict()
        self._idle: list[Decoding] = []

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return self.network.audio_embedding.device

    def prefill(self, prompt: Prompt) -> tuple[FloatArray, LMCache]:
        """Read the whole prompt; logits [n_logits] of the first audio id, and the cache.

        Raises:
            GenerationError: the prompt does not fit the room.
        """
        buffers = self.network.transformer.empty_cache(1, self.options.room)
        logits = self._read_prompt(prompt, buffers)
        return _to_numpy(logits), LMCache(buffers, len(prompt.ids))

    def step(self, audio_id: int, cache: LMCache) -> tuple[FloatArray, LMCache]:
        """Append one audio id; logits [n_logits] of the next one, and the cache.

        Raises:
            GenerationError: the room is full.
        """
        if cache.length >= self.options.room:
            raise GenerationError(f"the room of {self.options.room} positions is full")
        ids = torch.tensor([audio_id], device=self.device)
        start = torch.tensor([cache.length], device=self.device)
        logits = self.network.decode(ids, _first(cache.buffers, cache.length + 1), start)
        return _to_numpy(logits[0]), LMCache(cache.buffers, cache.length + 1)

    def draw_blocks(
        self, prompt: Prompt, sampling: Sampling, min_ids: int, uniforms: FloatArray
    ) -> Iterator[tuple[int, ...]]:
        """Yield drawn ids in blocks; see `steptts.sampling.SelfSamplingLM`.

        Raises:
            GenerationError: the room is full before the numbers are used up; holds the ids so far.
        """
        decoding = self._idle.pop() if self._idle else self._new_decoding()
        try:
            yield from self._draw(decoding, prompt, sampling, min_ids, uniforms)
        finally:
            self._idle.append(decoding)

    def _draw(
        self,
        decoding: Decoding,
        prompt: Prompt,
        sampling: Sampling,
        min_ids: int,
        uniforms: FloatArray,
    ) -> Iterator[tuple[int, ...]]:
        decoding.settle()
        logits = self._read_prompt(prompt, decoding.cache)
        decoding.begin(logits, len(prompt.ids), sampling, min_ids, uniforms)
        room = self.options.room - len(prompt.ids)
        ids: list[int] = []
        for block in decoding.blocks(min(len(uniforms), room), BLOCK_IDS):
            if END in block:
                yield block[: block.index(END) + 1]
                return
            ids += block
            yield block
        if room < len(uniforms):
            raise GenerationError(
                f"the room of {self.options.room} positions is full after {len(ids)} audio ids; "
                "shorten the text or the reference",
                tuple(ids),
            )

    def _new_decoding(self) -> Decoding:
        graphs, fused = self.options.graphs, self.options.fused
        on_cuda = self.device.type == "cuda"
        options = DecodingOptions(
            self.options.room,
            graphs=on_cuda if graphs is None else graphs,
            fused=on_cuda and can_fuse(self.network) if fused is None else fused,
            tile=self.options.tile,
        )
        return Decoding(self.network, options)

    def _read_prompt(self, prompt: Prompt, buffers: Cache) -> Tensor:
        """Fill buffers with the prompt; logits [n_logits] after it."""
        n_ids = len(prompt.ids)
        if not 0 <= prompt.n_shared < n_ids < self.options.room:
            raise GenerationError(
                f"a prompt of {n_ids} ids does not fit the room of {self.options.room}; "
                "shorten the text or the reference"
            )
        shared = prompt.ids[: prompt.n_shared]
        if shared:
            self._read_shared(shared, buffers)
        return self._read(prompt.ids[prompt.n_shared :], prompt.n_shared, buffers)

    def _read_shared(self, shared: tuple[int, ...], buffers: Cache) -> None:
        if shared in self._voices:
            self._voices.move_to_end(shared)
            for buffer, kept in zip(buffers, self._voices[shared], strict=True):
                buffer[:, :, :, : len(shared)] = kept
            return
        self._read(shared, 0, buffers)
        keys, values = _first(buffers, len(shared))
        self._voices[shared] = Cache(keys.clone(), values.clone())
        while len(self._voices) > self.options.kept_voices:
            self._voices.popitem(last=False)

    def _read(self, ids: Sequence[int], start: int, buffers: Cache) -> Tensor:
        for begin in range(0, len(ids), PREFILL_IDS):
            part = torch.tensor(ids[begin : begin + PREFILL_IDS], device=self.embedding.device)
            x = self.embedding[part].to(self.device, self.network.audio_embedding.dtype)
            end = start + begin + len(part)
            at = torch.tensor([start + begin], device=self.device)
            logits = self.network.prefill(x[None], _first(buffers, end), at)
        return logits[0]


def load_lm(
    tensors: Mapping[str, Tensor],
    config: Step1Config,
    *,
    audio_offset: int,
    device: str = "cpu",
    dtype: torch.dtype | None = None,
    weights: str = "float",
    options: LMOptions | None = None,
    source: str = "lm",
) -> TorchTokenLM:
    """Build the stage from the tensors of a converted checkpoint.

    Args:
        tensors: "embedding" [V, W] and the names of Step1LM without its audio embedding; may be
            memory-mapped.
        config: sizes.
        audio_offset: row of audio id 0 in the embedding.
        device: torch device.
        dtype: of vectors and floating weights; None: bfloat16 on CUDA, float32 elsewhere.
        weights: "float", "int8" or "int4", of the linear layers in the blocks.
        options: room, store, graphs.
        source: name of the file, for errors.

    Raises:
        WeightsError: tensors are missing, surplus, of another shape or not floating point.
    """
    if weights not in ("float", *KINDS):
        raise WeightsError(f"weights {weights!r} must be float, {' or '.join(KINDS)}")
    where = torch.device(device)
    kind = dtype or (torch.bfloat16 if where.type == "cuda" else torch.float32)
    named = dict(tensors)
    embedding = named.pop("embedding", torch.empty(0, 0))
    expected = (config.vocabulary, config.blocks.width)
    if embedding.shape != expected:
        raise WeightsError(
            f"{source}: embedding {list(embedding.shape)}, expected {list(expected)}"
        )
    if not 0 <= audio_offset <= config.vocabulary - N_AUDIO_IDS:
        raise WeightsError(
            f"{source}: audio ids from {audio_offset} on do not fit a vocabulary of "
            f"{config.vocabulary}; convert it again"
        )
    audio_rows = torch.zeros(config.n_logits, config.blocks.width, dtype=embedding.dtype)
    audio_rows[:N_AUDIO_IDS] = embedding[audio_offset : audio_offset + N_AUDIO_IDS]
    with torch.device("meta"):
        network = Step1LM(config)
    network = fill(network, {**named, "audio_embedding": audio_rows}, source)
    if weights != "float":
        quantize(network.transformer, weights, where, kind)
    return TorchTokenLM(network.to(where, kind), embedding, options)


def _first(buffers: Cache, length: int) -> Cache:
    """The first positions of the buffers, as views."""
    return Cache(buffers.keys[:, :, :, :length], buffers.values[:, :, :, :length])


def _to_numpy(logits: Tensor) -> FloatArray:
    return np.asarray(logits.float().cpu().numpy(), np.float32)
