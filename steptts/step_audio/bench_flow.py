"""Times the acoustic half of the published checkpoint at its real size, with random weights.

    steptts bench flow --device cuda
    steptts bench flow --device cpu

Needs torch and NumPy, no checkpoint and no network. Prints a table and, as the last line, JSON. It
also compares what graphs and buckets give with the plain loop in float32. Times are medians of runs
after one that is left out: on a GPU by the clock, up to a synchronisation; on a CPU the seconds
that the process was computing, which neighbours disturb less (one thread by default).
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch

from steptts.flow import COSINE, PRUNED
from steptts.nets.hift import Hift, HiftConfig
from steptts.nets.token_to_mel import TokenToMel, TokenToMelConfig, conditions
from steptts.reference import Reference, n_mel_frames
from steptts.stages import FloatArray
from steptts.torch_stages.flow_solver import FlowSettings, FlowSolver
from steptts.torch_stages.mel_decoder import IDS_PER_SECOND, FlowMelDecoder, frame_noise
from steptts.torch_stages.mel_stream import LOOK_AHEAD
from steptts.torch_stages.vocoder import HiftVocoder

FIRST_CHUNK = 15 + LOOK_AHEAD  # ids
FRAME_STEP_FLOP = 172.35e6  # both halves of the guidance; performance.md 2.5, counted
FRAME_PAIR_STEP_FLOP = 90_112  # attention, times frames squared


@dataclass
class Table:
    """Rows as they are measured; printed at once, so that a cut run still says something."""

    rows: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str, note: str = "") -> None:
        """Keep and print one figure."""
        self.rows[re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")] = value
        print(f"{name:<42} {value:>11.5g} {unit:<7} {note}", flush=True)


@dataclass(frozen=True)
class Bench:
    """Sizes of a run.

    Attributes:
        device: torch device.
        dtype: of the velocity network.
        prompt: seconds of the reference.
        seconds: seconds of speech.
        n_steps: Euler steps.
        repeats: runs of which the median is taken.
    """

    device: torch.device
    dtype: torch.dtype
    prompt: float
    seconds: float
    n_steps: int
    repeats: int

    def timed(self, call: Callable[[], object]) -> float:
        """Median seconds of a call, after one that is left out."""
        clock = time.perf_counter if self.on_cuda else time.process_time
        call()
        spent = []
        for _ in range(self.repeats):
            self._wait()
            begin = clock()
            call()
            self._wait()
            spent.append(clock() - begin)
        return statistics.median(spent)

    def _wait(self) -> None:
        if self.on_cuda:
            torch.cuda.synchronize(self.device)

    @property
    def on_cuda(self) -> bool:
        """Whether graphs can be captured."""
        return self.device.type == "cuda"


def random_voice(seconds: float) -> Reference:
    """A reference of noise, in whole groups."""
    rng = np.random.default_rng(0)
    n_ids = int(seconds * IDS_PER_SECOND / 15) * 15
    mel = rng.standard_normal((80, n_mel_frames(n_ids, IDS_PER_SECOND)), dtype=np.float32)
    return Reference(random_ids(n_ids), mel, rng.standard_normal(192, dtype=np.float32))


def random_ids(n: int) -> tuple[int, ...]:
    """Ids in groups L L S S S."""
    rng = np.random.default_rng(n)
    low, high = rng.integers(0, 1_024, n), rng.integers(1_024, 5_120, n)
    return tuple(int(i) for i in np.where(np.arange(n) % 5 < 2, low, high))


def bench_flow(bench: Bench, table: Table) -> FloatArray:
    """Encoder, velocity and whole decoding; gives a mel for the vocoder."""
    torch.manual_seed(0)
    with torch.device(bench.device):
        network = TokenToMel(TokenToMelConfig()).eval().requires_grad_(False)
    voice, ids = random_voice(bench.prompt), random_ids(int(bench.seconds * IDS_PER_SECOND))
    frames = n_mel_frames(len(ids), IDS_PER_SECOND)
    total = voice.mel.shape[1] + frames
    table.add("mel frames, prompt + target", total, "frames", f"{voice.mel.shape[1]} + {frames}")
    noise = frame_noise(0, 0, 0, total)
    settings = FlowSettings(n_steps=bench.n_steps)
    given = _given(network, voice, ids, frames)
    table.add(
        "encoder and length regulator",
        bench.timed(lambda: _given(network, voice, ids, frames)),
        "s",
    )
    state = torch.from_numpy(noise).to(bench.device)[None]
    exact = FlowSolver(network.estimator, settings).solve(state, given)
    network.estimator.to(bench.dtype).fuse()
    eager = FlowSolver(network.estimator, settings)
    spent = bench.timed(lambda: eager.solve(state, given))
    flop = FRAME_STEP_FLOP * total + FRAME_PAIR_STEP_FLOP * total**2
    rate = flop * bench.n_steps / spent / 1e12
    table.add("flow step, eager", spent / bench.n_steps, "s", f"{rate:.2f} TFLOP/s")
    _compare(table, "eager against float32, mean", eager.solve(state, given), exact)
    padded = _bench_buckets(bench, table, network, (state, given, exact), flop)
    table.add("flow step", min(spent, padded) / bench.n_steps, "s", "the faster of the two")
    decoder = FlowMelDecoder(network, settings, bucketed=bench.on_cuda)
    spent = bench.timed(lambda: decoder.decode(ids, voice, seed=1))
    table.add("decode, ids to mel on the host", spent, "s")
    audio_s = frames * 256 / 22_050
    table.add("rtf of the flow", spent / audio_s, "", f"{bench.n_steps} steps, {audio_s:.2f} s")
    if bench.on_cuda:
        _bench_variants(bench, table, network, voice, ids)
    return decoder.decode(ids, voice, seed=1)


def _given(network: TokenToMel, voice: Reference, ids: Sequence[int], frames: int) -> torch.Tensor:
    device = network.input_embedding.weight.device
    with torch.inference_mode():
        h = network.encode(torch.tensor([*voice.audio_ids, *ids], device=device)[None])
        mu = network.regulate(h, len(voice.audio_ids), voice.mel.shape[1], frames)
        speaker = network.speaker(torch.from_numpy(voice.speaker_embedding).to(device)[None])
        prompt = torch.from_numpy(np.pad(voice.mel, ((0, 0), (0, frames)))).to(device)[None]
        return conditions(mu, speaker, prompt)


def _bench_buckets(
    bench: Bench,
    table: Table,
    network: TokenToMel,
    case: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
    flop: float,
) -> float:
    state, given, exact = case
    solver = FlowSolver(network.estimator, FlowSettings(n_steps=bench.n_steps), bucketed=True)
    begin = time.perf_counter()
    mel = solver.solve(state, given)
    kind = "graph" if bench.on_cuda else "masked bucket"
    if bench.on_cuda:
        torch.cuda.synchronize(bench.device)
        table.add("capture of one bucket", time.perf_counter() - begin, "s")
    spent = bench.timed(lambda: solver.solve(state, given))
    rate = flop * bench.n_steps / spent / 1e12
    table.add(f"flow step, {kind}", spent / bench.n_steps, "s", f"{rate:.2f} TFLOP/s")
    _compare(table, f"{kind} against float32, mean", mel, exact)
    again = solver.solve(state, given)
    table.add(f"{kind} run twice, largest difference", float((mel - again).abs().max()), "")
    return spent


def _bench_variants(
    bench: Bench, table: Table, network: TokenToMel, voice: Reference, ids: tuple[int, ...]
) -> None:
    first = FlowMelDecoder(network, FlowSettings(n_steps=bench.n_steps), bucketed=True)
    spent = bench.timed(lambda: first.decode(ids[:FIRST_CHUNK], voice, seed=1))
    table.add("decode of the first chunk", spent, "s", f"{FIRST_CHUNK} ids, all steps")
    for n_steps, schedule in ((7, PRUNED), (5, PRUNED), (2, COSINE)):
        settings = FlowSettings(n_steps=n_steps, schedule=schedule)
        fewer = FlowMelDecoder(network, settings, bucketed=True)
        spent = bench.timed(partial(fewer.decode, ids, voice, seed=1))
        table.add(f"decode in {n_steps} steps, {schedule}", spent, "s")


def bench_vocoder(bench: Bench, table: Table, mel: FloatArray) -> None:
    """Mel to waveform, in float32 and, on a GPU, with half-precision convolutions."""
    torch.manual_seed(0)
    with torch.device(bench.device):
        network = Hift(HiftConfig()).eval().requires_grad_(False)
    vocoder = HiftVocoder(network)
    quiet = np.clip(mel, -8, 0)
    audio_s = mel.shape[1] * 256 / 22_050
    spent = bench.timed(lambda: vocoder.synthesize(quiet, seed=1))
    table.add("vocoder, for a second of sound", spent / audio_s, "s")
    table.add("rtf of the vocoder", spent / audio_s, "")
    chunk = quiet[:, :31]
    spent = bench.timed(lambda: vocoder.stream(seed=1).push(chunk))
    table.add("vocoder, first chunk", spent, "s", f"{chunk.shape[1]} frames")
    if bench.on_cuda:
        wave = vocoder.synthesize(quiet, seed=1)
        network.body_to(torch.bfloat16)
        spent = bench.timed(lambda: vocoder.synthesize(quiet, seed=1))
        table.add("vocoder in bfloat16, for a second", spent / audio_s, "s")
        off = vocoder.synthesize(quiet, seed=1) - wave
        share = float(np.sqrt(np.mean(off**2) / np.mean(wave**2)))
        table.add("vocoder in bfloat16, relative error", share, "")


def _compare(table: Table, name: str, mel: torch.Tensor, exact: torch.Tensor) -> None:
    share = float((mel - exact).abs().mean() / exact.std())
    table.add(name, share, "", "of the standard deviation")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="times flow and vocoder with random weights")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--prompt", type=float, default=3.0, help="seconds of the reference")
    parser.add_argument("--seconds", type=float, help="of speech; 10 on a GPU, 1 on a CPU")
    parser.add_argument("--steps", type=int, help="Euler steps; 10 on a GPU, 1 on a CPU")
    parser.add_argument("--repeats", type=int, help="runs; 10 on a GPU, 1 on a CPU")
    parser.add_argument("--threads", type=int, default=1, help="of a CPU")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    device = torch.device(chosen.device)
    on_cuda = device.type == "cuda"
    if on_cuda and not torch.cuda.is_available():
        parser.error("this torch sees no CUDA GPU; use --device cpu")
    bench = Bench(
        device=device,
        dtype=torch.bfloat16 if on_cuda else torch.float32,
        prompt=chosen.prompt,
        seconds=chosen.seconds or (10.0 if on_cuda else 1.0),
        n_steps=chosen.steps or (10 if on_cuda else 1),
        repeats=chosen.repeats or (10 if on_cuda else 1),
    )
    table = Table()
    begin = time.perf_counter()
    mel = bench_flow(bench, table)
    bench_vocoder(bench, table, mel)
    parts = table.rows["rtf_of_the_flow"] + table.rows["rtf_of_the_vocoder"]
    table.add("rtf of flow and vocoder", parts, "")
    if on_cuda:
        table.add("GPU memory, peak", torch.cuda.max_memory_allocated(device) / 2**20, "MiB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS, KiB elsewhere
    table.add("host memory, peak", peak / 2 ** (20 if sys.platform == "darwin" else 10), "MiB")
    table.add("whole run", time.perf_counter() - begin, "s")
    name = torch.cuda.get_device_name(device) if on_cuda else f"CPU, {chosen.threads} threads"
    facts = {"device": name, "torch": torch.__version__, "dtype": str(bench.dtype)[6:]}
    sizes = {"prompt_s": bench.prompt, "n_steps": bench.n_steps, "repeats": bench.repeats}
    print(json.dumps({**facts, **sizes, **table.rows}))


if __name__ == "__main__":
    main()
