"""Decoding on the device: draw, append, compute, again, without the host in between.

All state is in tensors of fixed shape, so one step can be captured in a CUDA graph and replayed.
The host launches the next block before it reads the last one and never waits for a single id. Steps
run on a stream of their own, so that sound of one block is made while the next one is drawn.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from steptts.nets.fused_decoding import DEFAULT_TILE, FusedDecoder, Tile
from steptts.nets.step1_lm import Step1LM
from steptts.nets.transformer import Cache
from steptts.sampling import Sampling
from steptts.stages import FloatArray
from steptts.torch_stages.device_sampling import DeviceSampler

BUCKET = 512
"""Attention reads whole buckets of positions: few graphs, and at most 512 masked positions."""
Graphs = dict[tuple[int, Sampling], torch.cuda.CUDAGraph]
"""Captured steps, by bucket and by the rules of drawing."""
WARM_UPS = 2  # steps before a capture: the first ones choose kernels and allocate workspaces


class State(NamedTuple):
    """What one step reads and writes.

    Attributes:
        logits: float32 [n_logits], of the id to be drawn next.
        length: [1], positions filled.
        drawn: [1], number of ids drawn.
        uniforms: [room + 1], the numbers to draw with.
        ids: [room + 1], what was drawn.
    """

    logits: Tensor
    length: Tensor
    drawn: Tensor
    uniforms: Tensor
    ids: Tensor


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How a step is computed.

    Attributes:
        room: positions of prompt and output together.
        graphs: capture each kind of step once; needs CUDA.
        fused: through the kernels of `decode_kernels.py`; needs Triton, see `can_fuse`.
        tile: how those read the weights.
    """

    room: int
    graphs: bool
    fused: bool
    tile: Tile = DEFAULT_TILE


class Decoding:
    """Buffers of one running utterance; may be begun again and again."""

    def __init__(self, network: Step1LM, options: DecodingOptions) -> None:
        """Allocate.

        Args:
            network: on its device.
            options: room and ways.
        """
        room = options.room
        device = network.audio_embedding.device
        self.cache = network.transformer.empty_cache(1, room)
        self._network = network
        self._room = room
        self._state = State(
            logits=torch.zeros(network.config.n_logits, device=device),
            length=torch.zeros(1, dtype=torch.long, device=device),
            drawn=torch.zeros(1, dtype=torch.long, device=device),
            uniforms=torch.zeros(room + 1, device=device),
            ids=torch.zeros(room + 1, dtype=torch.long, device=device),
        )
        self._fused = FusedDecoder(network, self.cache, options.tile) if options.fused else None
        self._graphs: Graphs | None = {} if options.graphs else None
        self._samplers: dict[Sampling, DeviceSampler] = {}
        self._start = 0
        self._stream = None
        if device.type == "cuda":
            self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]

    def settle(self) -> None:
        """Let what follows on the current stream wait for steps that still run."""
        if self._stream is not None:
            torch.cuda.current_stream().wait_stream(self._stream)

    def begin(
        self, logits: Tensor, length: int, sampling: Sampling, min_ids: int, uniforms: FloatArray
    ) -> None:
        """Set the state to: prompt of `length` read into the cache, nothing drawn."""
        device = self._state.logits.device
        if sampling not in self._samplers:
            self._samplers[sampling] = DeviceSampler(sampling, device)
        self._sampler = self._samplers[sampling]
        self._sampler.begin(min_ids)
        self._start = length
        self._state.logits.copy_(logits)
        self._state.length.fill_(length)
        self._state.drawn.zero_()
        used = min(len(uniforms), self._room + 1)
        self._state.uniforms[:used] = torch.from_numpy(uniforms[:used]).to(device)
        if self._stream is not None:
            self._stream.wait_stream(torch.cuda.current_stream())

    def blocks(self, n_ids: int, block: int) -> Iterator[tuple[int, ...]]:
        """Draw n_ids ids; on CUDA one block is computed ahead of the one that is yielded."""
        ahead = self._state.ids.device.type == "cuda"
        pending: list[_Copied] = []
        for first in range(0, n_ids, block):
            stop = min(first + block, n_ids)
            with torch.cuda.stream(self._stream) if ahead else nullcontext():
                for drawn in range(first, stop):
                    self._advance(self._start + drawn)
                pending.append(_Copied.of(self._state.ids[first:stop]))
            if len(pending) > ahead:
                yield pending.pop(0).read()
        for copied in pending:
            yield copied.read()

    def _advance(self, position: int) -> None:
        """One step that appends at this position."""
        bucket = self._room  # the fused attention stops by itself where the cache ends
        if self._fused is None:
            bucket = min((position // BUCKET + 1) * BUCKET, self._room)
        if self._graphs is None:
            self._step(bucket)
            return
        key = bucket, self._sampler.sampling
        if key not in self._graphs:
            self._graphs[key] = self._capture(bucket)
        self._graphs[key].replay()

    def _step(self, bucket: int) -> None:
        """Draw an id from the logits, append it, compute the logits of the next one."""
        state = self._state
        uniform = state.uniforms.index_select(0, state.drawn)
        audio_id = self._sampler.draw(state.logits, state.drawn, uniform)
        state.ids.index_copy_(0, state.drawn, audio_id)
        state.logits.copy_(self._logits_after(audio_id, bucket))
        state.length.add_(1)
        state.drawn.add_(1)

    def _logits_after(self, audio_id: Tensor, bucket: int) -> Tensor:
        if self._fused is not None:
            return self._fused.decode(audio_id, self._state.length)
        cache = Cache(self.cache.keys[:, :, :, :bucket], self.cache.values[:, :, :, :bucket])
        return self._network.decode(audio_id, cache, self._state.length)[0]

    def _capture(self, bucket: int) -> torch.cuda.CUDAGraph:
        """Capture a step; the steps that warm it up all write to the same, next position."""
        kept = [tensor.clone() for tensor in (*self._state, self._sampler.state())]
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UPS):
                self._step(bucket)
                self._restore(kept)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self._step(bucket)
        return graph

    def _restore(self, kept: list[Tensor]) -> None:
        for tensor, old in zip((*self._state, self._sampler.state()), kept, strict=True):
            tensor.copy_(old)


class _Copied(NamedTuple):
    """Ids on their way to the host."""

    ids: Tensor
    arrived: torch.cuda.Event | None

    @classmethod
    def of(cls, ids: Tensor) -> "_Copied":
        if ids.device.type != "cuda":
            return cls(ids.clone(), None)
        host = torch.empty(ids.shape, dtype=ids.dtype, pin_memory=True)
        host.copy_(ids, non_blocking=True)
        arrived = torch.cuda.Event()  # type: ignore[no-untyped-call]
        arrived.record()
        return cls(host, arrived)

    def read(self) -> tuple[int, ...]:
        if self.arrived is not None:
            self.arrived.synchronize()
        return tuple(self.ids.tolist())
