"""How fast the language model decodes, with random weights of the real size.

    steptts bench lm --device cuda
    steptts bench lm --device cpu                  (a reduced size)
    steptts bench lm --device cpu --size real

Prints a table and, as its last line, JSON. Needs torch, NumPy and safetensors, no checkpoint. Speed
is measured through the stage, drawing included, after a prompt; the fraction is bytes
read per id (weights and cache) times ids per second over the copy bandwidth of the same process.
On a CPU a second is one of computing; give --threads 1 where the cores are shared.
"""

import argparse
import gc
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from steptts.nets.fused_decoding import DEFAULT_TILE, FusedDecoder, Tile, can_fuse
from steptts.nets.quantized import quantize
from steptts.nets.step1_lm import Step1Config, Step1LM
from steptts.nets.transformer import TransformerConfig
from steptts.sampling import Sampling
from steptts.text.prompt import LMPrompt
from steptts.tokens import IDS_PER_SECOND
from steptts.torch_stages.lm import BLOCK_IDS, LMOptions, TorchTokenLM

REDUCED = Step1Config(
    TransformerConfig(width=512, n_layers=4, n_heads=8, n_kv_heads=2, ff_width=1408),
    vocabulary=8_192,
)
PROMPTS = {"cuda": (700, 650), "cpu": (100, 80)}
"""Ids of the prompt, and how many of them a voice shares."""
TILES = (
    DEFAULT_TILE,
    Tile(rows=8, columns=1024, warps=4),
    Tile(rows=4, columns=1024, warps=4),
    Tile(rows=8, columns=1024, warps=8),
    Tile(rows=16, columns=512, warps=8),
)
LEAST_IDS = 2 * BLOCK_IDS + 1  # the first block, and on CUDA the second, are not timed
COPY_BYTES = {"cuda": 2 << 30, "cpu": 1 << 28}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    way: str
    tokens_per_second: float = 0.0
    fraction: float = 0.0
    gigabytes: float = 0.0
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        if not self.tokens_per_second:
            return (self.way, "-", "-", "-", "-", "-", self.note)
        speed = self.tokens_per_second
        return (
            self.way,
            f"{speed:.1f}",
            f"{1000 / speed:.3f}",
            f"{IDS_PER_SECOND / speed:.3f}",
            f"{100 * self.fraction:.1f}",
            f"{self.gigabytes:.2f}",
            self.note,
        )


HEADINGS = ("way", "tok/s", "ms/tok", "rtf", "% of copy", "GB", "note")


@dataclass
class Bench:
    """What the measurements share."""

    device: torch.device
    dtype: torch.dtype
    config: Step1Config
    n_ids: int
    deadline: float
    prompt: int
    shared: int
    bandwidth: float = 0.0
    rows: list[Row] = field(default_factory=list)

    def late(self) -> bool:
        """Whether no further way should be begun."""
        return time.monotonic() > self.deadline

    def add(self, row: Row) -> None:
        """Keep a row and show it at once."""
        self.rows.append(row)
        print("  ".join(f"{cell:>9}" if i else f"{cell:<34}" for i, cell in enumerate(row.cells())))
        sys.stdout.flush()


def copy_bandwidth(device: torch.device) -> float:
    """Bytes per second that a large copy reads and writes; the best of ten."""
    source = torch.empty(COPY_BYTES[device.type], dtype=torch.uint8, device=device).fill_(1)
    target = torch.empty_like(source)
    seconds = []
    for _ in range(11):
        begin = _now(device)
        target.copy_(source)
        seconds.append(_now(device) - begin)
    return 2 * source.nbytes / min(seconds[1:])


def random_lm(
    config: Step1Config, weights: str, device: torch.device, dtype: torch.dtype | None = None
) -> tuple[Step1LM, torch.Tensor]:
    """A network with random weights made on the device, and its text embedding.

    Args:
        config: sizes.
        weights: "float", "int8" or "int4".
        device: where they are made and stay.
        dtype: None: bfloat16 on CUDA, float32 elsewhere.
    """
    kind = dtype or (torch.bfloat16 if device.type == "cuda" else torch.float32)
    with torch.device("meta"):
        network = Step1LM(config).to(kind)
    network = network.to_empty(device=device).requires_grad_(False)
    torch.manual_seed(0)
    for name, parameter in network.named_parameters():
        if name.endswith("norm.weight"):
            parameter.fill_(1.0)
        else:
            parameter.normal_(std=0.02)
    if weights != "float":
        quantize(network.transformer, weights, device, kind)
    rows = (config.vocabulary, config.blocks.width)
    embedding = torch.empty(rows, dtype=kind, device=device).normal_(std=0.02)
    return network, embedding


def bytes_per_id(network: Step1LM, length: float) -> float:
    """Bytes of weights and cache that one step reads."""
    tensors = [*network.transformer.parameters(), *network.transformer.buffers()]
    weights = sum(tensor.nbytes for tensor in tensors) + network.head.weight.nbytes
    c = network.config.blocks
    return weights + 2 * c.n_layers * c.kv_width * network.head.weight.element_size() * length


def measure(bench: Bench, way: str, lm: TorchTokenLM, n_ids: int) -> None:
    """Decode n_ids ids after the prompt, twice, and add the faster as a row."""
    _reset_peak(bench.device)
    try:
        speed = max(_decode_speed(bench, lm, n_ids) for _ in range(2))
    except Exception as reason:  # one way that fails must not hide the others
        bench.add(Row(way, note=f"{type(reason).__name__}: {str(reason)[:200]}"))
        return
    read = bytes_per_id(lm.network, bench.prompt + n_ids / 2)
    fraction = read * speed / bench.bandwidth
    bench.add(Row(way, speed, fraction, _gigabytes(bench.device)))


def _decode_speed(bench: Bench, lm: TorchTokenLM, n_ids: int) -> float:
    """Ids per second between the first block and the last one."""
    blocks = _blocks(bench, lm, n_ids)
    first = len(next(blocks))
    begin = _now(bench.device)
    rest = sum(len(block) for block in blocks)
    seconds = _now(bench.device) - begin
    # On CUDA the second block is already on its way when the first one is read.
    started = first if bench.device.type == "cuda" else 0
    return (rest - started) / seconds


def _blocks(bench: Bench, lm: TorchTokenLM, n_ids: int) -> Iterator[tuple[int, ...]]:
    ids = np.random.default_rng(1).integers(5, bench.config.vocabulary, bench.prompt)
    prompt = LMPrompt(tuple(ids.tolist()), bench.shared)
    uniforms = np.random.default_rng(2).random(n_ids, np.float32)
    return lm.draw_blocks(prompt, Sampling(), 1 << 30, uniforms)


def measure_prefill(bench: Bench, lm: TorchTokenLM) -> dict[str, float]:
    """Milliseconds to read a prompt of a new voice, and of a kept one."""
    ids = np.random.default_rng(7).integers(5, bench.config.vocabulary, (3, bench.prompt)).tolist()
    seconds = []
    for prompt in (ids[0], ids[1], ids[1]):
        begin = _now(bench.device)
        lm.prefill(LMPrompt(tuple(prompt), bench.shared))
        seconds.append(_now(bench.device) - begin)
    found = {"new_voice_ms": 1000 * seconds[1], "kept_voice_ms": 1000 * seconds[2]}
    print(
        f"prefill of {bench.prompt} ids: {found['new_voice_ms']:.1f} ms; "
        f"with {bench.shared} of them kept: {found['kept_voice_ms']:.1f} ms"
    )
    return found


def agreement(bench: Bench, network: Step1LM, embedding: torch.Tensor) -> str:
    """How far the logits of the fused step are from the plain ones, after the same prompt."""
    prompt = embedding[torch.arange(5, 205, device=bench.device)][None]
    start = torch.zeros(1, dtype=torch.long, device=bench.device)
    length, audio_id = start + prompt.shape[1], start + 7
    caches = [network.transformer.empty_cache(1, 512) for _ in range(2)]
    for cache in caches:
        network.prefill(prompt, cache, start)
    plain = network.decode(audio_id, caches[0], length)[0]
    fused = FusedDecoder(network, caches[1]).decode(audio_id, length)
    difference = float((plain - fused).abs().max() / plain.std())
    return f"fused and plain logits differ by {difference:.4f} standard deviations at most"


def run_floats(bench: Bench) -> dict[str, float]:
    """Eager, captured, fused, with floating weights."""
    network, embedding = random_lm(bench.config, "float", bench.device, bench.dtype)
    kind = str(bench.dtype).removeprefix("torch.")
    room = LMOptions(room=2048)
    plain = TorchTokenLM(network, embedding, replace(room, graphs=False, fused=False))
    if bench.device.type == "cpu":
        measure(bench, f"{kind}", plain, bench.n_ids)
        return measure_prefill(bench, plain)
    measure(bench, f"{kind} eager", plain, min(60, bench.n_ids))
    graph = TorchTokenLM(network, embedding, replace(room, fused=False))
    measure(bench, f"{kind} graph", graph, bench.n_ids)
    found = measure_prefill(bench, plain)
    if can_fuse(network):
        for tile in TILES:
            if bench.late():
                break
            lm = TorchTokenLM(network, embedding, replace(room, tile=tile))
            measure(bench, f"{kind} graph fused {_name(tile)}", lm, bench.n_ids)
        print(agreement(bench, network, embedding))
    return found


def run_rounded(bench: Bench, weights: str) -> None:
    """int8 or int4 weights: fused where Triton is, plain otherwise."""
    network, embedding = random_lm(bench.config, weights, bench.device, bench.dtype)
    room = LMOptions(room=2048)
    if bench.device.type == "cpu" or not can_fuse(network):
        measure(bench, weights, TorchTokenLM(network, embedding, room), bench.n_ids)
        return
    for tile in TILES[:4]:
        if bench.late():
            break
        lm = TorchTokenLM(network, embedding, replace(room, tile=tile))
        measure(bench, f"{weights} graph fused {_name(tile)}", lm, bench.n_ids)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, measure, print."""
    options = _options(arguments)
    device = torch.device(options.device)
    on_cuda = device.type == "cuda"
    dtype = torch.bfloat16 if on_cuda or options.size == "real" else torch.float32
    config = Step1Config() if options.size == "real" or on_cuda else REDUCED
    if options.threads:
        torch.set_num_threads(options.threads)
    n_ids = max(options.ids or (400 if on_cuda else 40), LEAST_IDS)
    deadline = time.monotonic() + options.seconds
    bench = Bench(device, dtype, config, n_ids, deadline, *PROMPTS[device.type])
    bench.bandwidth = copy_bandwidth(device)
    print(
        f"{_device_name(device)}, torch {torch.__version__}, copy {bench.bandwidth / 1e9:.0f} GB/s"
    )
    print(f"{config.n_parameters / 1e9:.2f} B parameters, prompt {bench.prompt}, {n_ids} ids")
    print("  ".join(f"{h:>9}" if i else f"{h:<34}" for i, h in enumerate(HEADINGS)))
    prefill = run_floats(bench)
    for weights in ("int8", "int4"):
        _free(device)
        if bench.late():
            bench.add(Row(weights, note="not begun: out of time (--seconds)"))
        else:
            run_rounded(bench, weights)
    print(json.dumps(_summary(bench, prefill)))


def _summary(bench: Bench, prefill: dict[str, float]) -> dict[str, object]:
    return {
        "bench": "lm_decode",
        "device": _device_name(bench.device),
        "torch": torch.__version__,
        "parameters": bench.config.n_parameters,
        "copy_gb_per_s": round(bench.bandwidth / 1e9, 1),
        "prompt_ids": bench.prompt,
        "ids": bench.n_ids,
        **{name: round(value, 2) for name, value in prefill.items()},
        "rows": [
            {
                "way": row.way,
                "tok_per_s": round(row.tokens_per_second, 1),
                "fraction": round(row.fraction, 4),
                "gigabytes": round(row.gigabytes, 2),
                **({"note": row.note} if row.note else {}),
            }
            for row in bench.rows
        ],
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--size", choices=("auto", "real"), default="auto")
    parser.add_argument(
        "--ids", type=int, default=0, help="ids to decode; 400 on CUDA, 40 on a CPU"
    )
    parser.add_argument("--seconds", type=float, default=120.0, help="begin nothing new after this")
    parser.add_argument("--threads", type=int, default=0, help="of torch on a CPU")
    return parser.parse_args(arguments)


def _name(tile: Tile) -> str:
    return f"{tile.rows}x{tile.columns}/{tile.warps}"


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"


def _now(device: torch.device) -> float:
    """Seconds by the clock on a GPU, of computing on a CPU, which neighbours disturb less."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
        return time.perf_counter()
    return time.process_time()


def _reset_peak(device: torch.device) -> None:
    _free(device)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def _gigabytes(device: torch.device) -> float:
    """Peak of the device's memory, or of the process on a CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e9
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def _free(device: torch.device) -> None:
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
