"""Follows the velocity network from noise to mel, step by step or as one CUDA graph.

A step is about 900 kernels, so 10 steps are 9,000: launched one by one they take 50 ms and more
however short the audio is, in one graph about 12 (at 1.3 us each, performance.md 2.2). Graphs have
fixed shapes, so lengths share buckets; padding is masked exactly, so the bucket changes no number
beyond rounding. Knows nothing of tokens, prompts or voices.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import Tensor

from steptts.flow import COSINE, euler_steps, guide, integrate, time_grid
from steptts.nets.flow_estimator import FlowEstimator
from steptts.nets.masked_norm import Padding

BUCKET = 64  # frames, 0.74 s: on average 32 frames are computed in vain
COARSE_BUCKET = 256
COARSE_FROM = 1_024  # frames, 11.9 s: from here on 256 frames are a small share
LONGEST_GRAPH = 4_096  # frames, 47.6 s: longer is never launch bound
MOST_GRAPHS = 16  # kept at a time; the one unused for longest goes first


@dataclass(frozen=True, slots=True)
class FlowSettings:
    """How the differential equation is followed; the defaults are those of the reference.

    Attributes:
        n_steps: Euler steps; fewer is faster and rougher.
        schedule: "cosine", "uniform" or "pruned" (5 to 7 steps), see flow.time_grid.
        guidance: 0.7; 0 leaves out the second half of every batch (for distilled weights).
        prompt_seconds: longest prompt for the mel decoder; None keeps all of it.
    """

    n_steps: int = 10
    schedule: str = COSINE
    guidance: float = 0.7
    prompt_seconds: float | None = None


def bucket_of(frames: int) -> int:
    """Length of the bucket for so many frames: the next multiple of 64, from 1 024 on of 256."""
    size = BUCKET if frames <= COARSE_FROM else COARSE_BUCKET
    return -(-frames // size) * size


@dataclass(frozen=True, slots=True)
class _Graph:
    """A captured solve and the tensors through which it is fed and read."""

    graph: torch.cuda.CUDAGraph
    noise: Tensor
    given: Tensor
    mask: Tensor
    mel: Tensor


class FlowSolver:
    """Solves for one utterance at a time; state and sums in float32 whatever the network is in.

    Not to be called from two threads at once: a graph has one set of inputs.
    """

    def __init__(
        self, estimator: FlowEstimator, settings: FlowSettings, *, bucketed: bool = False
    ) -> None:
        """Compute what depends on time alone.

        Args:
            estimator: the velocity network, already on its device and in its dtype.
            settings: how to follow it.
            bucketed: pad to buckets, and on CUDA capture each bucket as a graph.
        """
        self.estimator = estimator
        self.settings = settings
        self.bucketed = bucketed
        self._steps = euler_steps(time_grid(settings.n_steps, settings.schedule))
        with torch.inference_mode():
            self._biases = estimator.time_biases([time for time, _ in self._steps])
        self._graphs: OrderedDict[int, _Graph] = OrderedDict()

    @torch.inference_mode()
    def solve(self, noise: Tensor, given: Tensor) -> Tensor:
        """Mel of one utterance.

        Args:
            noise: [1, mel_bins, T] float32.
            given: [2, 3 * mel_bins, T], see token_to_mel.conditions.

        Returns:
            [1, mel_bins, T] float32, prompt frames included.
        """
        frames = noise.shape[2]
        given = given if self.settings.guidance else given[:1]
        if not self.bucketed or bucket_of(frames) > LONGEST_GRAPH:
            return self._follow(noise, given, None)
        fill = bucket_of(frames) - frames
        mask = noise.new_ones(1, 1, frames)
        noise, given, mask = (torch.nn.functional.pad(t, (0, fill)) for t in (noise, given, mask))
        return self._follow_or_replay(noise, given, mask)[:, :, :frames]

    def warm_up(self, frames: int) -> None:
        """Capture the bucket of this length now rather than at the first sentence."""
        weight = self._biases[0]
        bins = self.estimator.config.out_channels
        given = self.estimator.config.in_channels - bins
        noise = torch.zeros(1, bins, frames, device=weight.device)
        self.solve(noise, torch.zeros(2, given, frames, device=weight.device))

    def _follow(self, noise: Tensor, given: Tensor, mask: Tensor | None) -> Tensor:
        dtype, guidance = self._biases[0].dtype, self.settings.guidance
        given = given.to(dtype)
        padding = None if mask is None else Padding.of(mask.to(dtype))

        def velocity(state: Tensor, index: int) -> Tensor:
            rows = state.to(dtype).expand(given.shape[0], -1, -1)
            biases = [bias[index : index + 1] for bias in self._biases]
            out: Tensor = self.estimator(torch.cat([rows, given], dim=1), biases, padding).float()
            return guide(out[:1], out[1:], guidance) if guidance else out

        return integrate(velocity, noise.float(), self._steps)

    def _follow_or_replay(self, noise: Tensor, given: Tensor, mask: Tensor) -> Tensor:
        solved = self._replay if noise.is_cuda else self._follow
        return solved(noise, given, mask)

    def _replay(self, noise: Tensor, given: Tensor, mask: Tensor) -> Tensor:
        frames = noise.shape[2]
        if frames not in self._graphs:
            self._graphs[frames] = self._capture(noise, given, mask)
        self._graphs.move_to_end(frames)
        while len(self._graphs) > MOST_GRAPHS:
            self._graphs.popitem(last=False)
        held = self._graphs[frames]
        held.noise.copy_(noise)
        held.given.copy_(given)
        held.mask.copy_(mask)
        held.graph.replay()
        return held.mel.clone()

    def _capture(self, noise: Tensor, given: Tensor, mask: Tensor) -> _Graph:
        noise, given, mask = noise.clone(), given.clone(), mask.clone()
        beside = torch.cuda.Stream(noise.device)  # type: ignore[no-untyped-call]
        beside.wait_stream(torch.cuda.current_stream(noise.device))
        with torch.cuda.stream(beside):  # a first run chooses algorithms and fills caches
            self._follow(noise, given, mask)
        torch.cuda.current_stream(noise.device).wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        # Other threads (the language model's) may go on allocating while this one captures.
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            mel = self._follow(noise, given, mask)
        return _Graph(graph, noise, given, mask, mel)
