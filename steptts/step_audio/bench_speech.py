"""Time to the first sound and real-time factor of the whole path, with random weights.

    steptts bench speech --device cuda
    steptts bench speech --device cpu       (a small language model, 1 step)

Language model, mel decoder and vocoder of the real size work as in `StepAudio.stream` and `speak`,
on a voice that was used before, until a fixed number of ids is said. Times are medians of runs
after one that captures graphs. Prints a table and, as the last line, JSON; needs no checkpoint.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import torch

from steptts.nets.hift import Hift, HiftConfig
from steptts.nets.step1_lm import Step1Config
from steptts.nets.token_to_mel import TokenToMel, TokenToMelConfig
from steptts.reference import Reference
from steptts.sampling import Sampling
from steptts.stages import FloatArray
from steptts.step_audio.acoustic import Acoustic
from steptts.step_audio.bench_flow import Table, random_voice
from steptts.step_audio.bench_lm import REDUCED, random_lm
from steptts.step_audio.speaker import in_chunks
from steptts.text.prompt import LMPrompt
from steptts.tokens import GROUP, IDS_PER_SECOND
from steptts.torch_stages.flow_solver import FlowSettings
from steptts.torch_stages.lm import LMOptions, TorchTokenLM
from steptts.torch_stages.mel_decoder import FlowMelDecoder
from steptts.torch_stages.vocoder import HiftVocoder

N_SHARED, N_TEXT = 650, 50  # ids of instruction and voice, and of the text


@dataclass(frozen=True)
class Path:
    """What speaks, and how much.

    Attributes:
        lm: the language model.
        acoustic: mel decoder and vocoder.
        voice: the reference.
        n_ids: audio ids of the sentence.
    """

    lm: TorchTokenLM
    acoustic: Acoustic
    voice: Reference
    n_ids: int

    def ids(self, seed: int) -> Iterator[int]:
        """Ids as the language model draws them."""
        random = np.random.default_rng(seed)
        shared = np.random.default_rng(0).integers(5, 5_000, N_SHARED)
        text = random.integers(5, 5_000, N_TEXT)
        prompt = LMPrompt((*shared.tolist(), *text.tolist()), N_SHARED)
        uniforms = random.random(self.n_ids, np.float32)
        for block in self.lm.draw_blocks(prompt, Sampling(), 1 << 30, uniforms):
            yield from block

    def whole(self, seed: int) -> FloatArray:
        """The sentence in one piece."""
        return self.acoustic.synthesize(tuple(self.ids(seed)), self.voice, seed=seed)

    def chunks(self, seed: int) -> Iterator[FloatArray]:
        """The sentence as it is made."""
        sound = self.acoustic.stream(self.voice, seed=seed)
        return in_chunks(self.ids(seed), sound, [], nullcontext())


def random_path(device: torch.device, options: argparse.Namespace) -> Path:
    """Build everything on the device."""
    on_cuda = device.type == "cuda"
    dtype = torch.bfloat16 if on_cuda else torch.float32
    network, embedding = random_lm(Step1Config() if on_cuda else REDUCED, options.weights, device)
    torch.manual_seed(0)
    with torch.device(device):
        flow = TokenToMel(TokenToMelConfig()).eval().requires_grad_(False)
        hift = Hift(HiftConfig()).eval().requires_grad_(False)
    flow.estimator.to(dtype).fuse()
    settings = FlowSettings(n_steps=options.steps)
    acoustic = Acoustic(FlowMelDecoder(flow, settings, bucketed=on_cuda), HiftVocoder(hift))
    n_ids = int(options.seconds * IDS_PER_SECOND) // GROUP * GROUP
    lm = TorchTokenLM(network, embedding, LMOptions(room=2048))
    return Path(lm, acoustic, random_voice(options.prompt), n_ids)


def measure(path: Path, table: Table, repeats: int) -> None:
    """Stream and speak, after one run of each that is left out."""
    audio_s = path.n_ids / IDS_PER_SECOND
    first, total, late = [], [], []
    for run in range(repeats + 1):
        arrivals = list(_arrivals(lambda run=run: path.chunks(run)))  # type: ignore[misc]
        if run:
            first.append(arrivals[0][0])
            total.append(arrivals[-1][0])
            late.append(longest_gap(arrivals, path.acoustic.sample_rate))
    table.add("first audio", 1000 * statistics.median(first), "ms", "kept voice, chunked")
    table.add("first audio, worst", 1000 * max(first), "ms", f"of {repeats}")
    table.add("rtf, chunked", statistics.median(total) / audio_s, "", f"{audio_s:.1f} s of sound")
    table.add("longest gap of a player", 1000 * max(late), "ms", "0: it never ran dry")
    spoken = []
    for run in range(repeats + 1):
        begin = time.perf_counter()
        path.whole(100 + run)
        spoken.append(time.perf_counter() - begin)
    table.add("rtf, whole", statistics.median(spoken[1:]) / audio_s, "", f"{audio_s:.1f} s")


def longest_gap(arrivals: Sequence[tuple[float, int]], sample_rate: int) -> float:
    """Seconds that a player which starts with the first chunk would have to wait at most.

    Args:
        arrivals: when each chunk came, in seconds, and its samples.
        sample_rate: of the samples.
    """
    ends = arrivals[0][0]
    worst = 0.0
    for moment, n_samples in arrivals:
        worst = max(worst, moment - ends)
        ends = max(ends, moment) + n_samples / sample_rate
    return worst


def _arrivals(begin: Callable[[], Iterator[FloatArray]]) -> Iterator[tuple[float, int]]:
    start = time.perf_counter()
    for samples in begin():
        if len(samples):
            yield time.perf_counter() - start, len(samples)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="times the whole path with random weights")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--weights", choices=("float", "int8", "int4"), default="float")
    parser.add_argument("--seconds", type=float, help="of speech; 10 on a GPU, 1 on a CPU")
    parser.add_argument("--prompt", type=float, default=3.0, help="seconds of the reference")
    parser.add_argument("--steps", type=int, help="Euler steps; 10 on a GPU, 1 on a CPU")
    parser.add_argument("--repeats", type=int, help="runs; 10 on a GPU, 1 on a CPU")
    parser.add_argument("--threads", type=int, default=1, help="of a CPU")
    options = parser.parse_args(arguments)
    device = torch.device(options.device)
    on_cuda = device.type == "cuda"
    torch.set_num_threads(options.threads)
    options.seconds = options.seconds or (10.0 if on_cuda else 1.0)
    options.steps = options.steps or (10 if on_cuda else 1)
    table = Table()
    begin = time.perf_counter()
    path = random_path(device, options)
    table.add("building", time.perf_counter() - begin, "s")
    measure(path, table, options.repeats or (10 if on_cuda else 1))
    if on_cuda:
        table.add("GPU memory, peak", torch.cuda.max_memory_allocated(device) / 1e9, "GB")
    table.add("whole run", time.perf_counter() - begin, "s")
    name = torch.cuda.get_device_name(device) if on_cuda else f"CPU, {options.threads} threads"
    facts = {"bench": "speech", "device": name, "torch": torch.__version__}
    print(json.dumps({**facts, **vars(options), **table.rows}))


if __name__ == "__main__":
    main()
