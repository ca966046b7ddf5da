"""CPU seconds per second of audio, real-time factor and first audio, of systems taking turns."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from steptts.bench.process_facts import cpu_seconds, peak_bytes
from steptts.evaluate.intervals import Interval, ratio_interval
from steptts.evaluate.report import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steptts.bench.speaking_process import OurProcess, SpeakingProcess

WARM_UP = ("This sentence is only here to warm things up.", "So is this one, which comes second.")
MEGABYTE = 1e6


@dataclass
class Usage:
    """What one system used, sentence by sentence: CPU, wall and audio seconds."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    audio: list[float] = field(default_factory=list)


def take_turns(systems: Mapping[str, SpeakingProcess], texts: Sequence[str]) -> dict[str, Usage]:
    """Lets each system speak each text; who begins alternates, so that noise hits all alike."""
    names = list(systems)
    for name in names:
        for text in WARM_UP:
            systems[name].say(text)
    usages = {name: Usage() for name in names}
    for index, text in enumerate(texts):
        for name in names[index % len(names) :] + names[: index % len(names)]:
            _measure(systems[name], text, usages[name])
    return usages


def _measure(system: SpeakingProcess, text: str, usage: Usage) -> None:
    cpu, begin = cpu_seconds(system.pid), time.perf_counter()
    audio = system.say(text)
    usage.wall.append(time.perf_counter() - begin)
    usage.cpu.append(cpu_seconds(system.pid) - cpu)
    usage.audio.append(audio.duration)


def speed_figures(usages: Mapping[str, Usage]) -> list[Figure]:
    """Returns the cost of each system and, where there are two, the ratio of first to second."""
    figures = []
    for name, usage in usages.items():
        figures += [
            Figure.of(f"{name}: CPU", ratio_interval(usage.cpu, usage.audio), "CPU-s/s"),
            Figure.of(f"{name}: real-time factor", ratio_interval(usage.wall, usage.audio)),
            Figure(f"{name}: text to whole sentence, median", median_ms(usage.wall), "ms"),
        ]
    if len(usages) == 2:
        ours, peer = usages
        ratio = cost_ratio(usages[ours], usages[peer])
        figures.append(Figure.of(f"CPU of {ours} / CPU of {peer}", ratio))
    return figures


def cost_ratio(first: Usage, second: Usage, *, n_draws: int = 2_000) -> Interval:
    """Returns the ratio of CPU per audio second, and its interval over paired sentences."""
    n_texts = len(first.cpu)
    drawn = np.random.default_rng(0).integers(0, n_texts, size=(n_draws, n_texts))
    rows = np.vstack([np.arange(n_texts), drawn])  # row 0 is the sample itself
    costs = [np.array(u.cpu)[rows].sum(1) / np.array(u.audio)[rows].sum(1) for u in (first, second)]
    ratios = costs[0] / np.maximum(costs[1], 1e-9)
    low, high = np.quantile(ratios[1:], [0.025, 0.975])
    return Interval(float(ratios[0]), float(low), float(high))


def median_ms(seconds: Sequence[float]) -> float:
    """Returns the median in milliseconds."""
    return float(np.median(seconds)) * 1e3


def first_audio_figures(ours: OurProcess, texts: Sequence[str]) -> list[Figure]:
    """Returns how long `stream` takes to its first piece and to its first audible sample."""
    ours.first_audio(WARM_UP[0])
    answers = [ours.first_audio(text) for text in texts]
    figures = []
    for key, name in (
        ("first_piece_ms", "first audio"),
        ("first_audible_ms", "first audible sample"),
    ):
        times = [answer[key] for answer in answers]
        figures.append(Figure(f"ours: {name}, median", float(np.median(times)), "ms"))
        figures.append(Figure(f"ours: {name}, 95 %", float(np.quantile(times, 0.95)), "ms"))
    return figures


def memory_figures(systems: Mapping[str, SpeakingProcess]) -> list[Figure]:
    """Returns the largest memory that each process has had so far."""
    return [
        Figure(f"{name}: peak memory", peak_bytes(system.pid) / MEGABYTE, "MB")
        for name, system in systems.items()
    ]
