"""Makes clean rendered speech sound like recordings: rooms, microphones, noise, telephones.

Works on mel power, where a microphone is a curve, a room a smear over time and noise a sum, so that
a batch costs milliseconds. Phases are not modelled: noise adds in power, which is right on average.

Axes: B rows, T frames of 10 ms, M mel bins.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

N_COSINES = 6
COLOUR_DB = 3.0  # standard deviation of each cosine of a microphone's curve
ROOM_FRAMES = 40  # 0.4 s of reverberation are kept
LOWEST_FLOOR, HIGHEST_FLOOR = -8.0, -4.5  # decades under the loudest cell: the recorder's own floor
CUT_DB = -40.0


def with_faults(power: Tensor, generator: torch.Generator) -> Tensor:
    """Mel power [B, T, M] as if recorded elsewhere; every row has its own luck."""
    rows = len(power)

    def chosen(share: float) -> Tensor:
        return (torch.rand(rows, 1, 1, generator=generator) < share).float()

    power = torch.lerp(power, _in_room(power, generator), chosen(0.4))
    power = power + chosen(0.65) * _noise(power, generator)
    power = power * torch.pow(10.0, chosen(0.85) * _colour(power, generator) / 10)
    power = power * torch.pow(10.0, _band_limit(power, chosen(0.25), chosen(0.25), generator) / 10)
    decades = _uniform(LOWEST_FLOOR, HIGHEST_FLOOR, rows, generator)
    floor = power.amax((1, 2), keepdim=True) * torch.pow(10.0, decades)
    return torch.maximum(power, floor)


def _uniform(low: float, high: float, rows: int, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(rows, 1, 1, generator=generator)


def _colour(power: Tensor, generator: torch.Generator) -> Tensor:
    """A smooth curve over the bins in dB [B, 1, M]."""
    rows, _, bins = power.shape
    at = torch.arange(bins) / bins
    k = torch.arange(1, N_COSINES + 1)
    phase = 2 * math.pi * torch.rand(rows, N_COSINES, 1, generator=generator)
    size = COLOUR_DB * torch.randn(rows, N_COSINES, 1, generator=generator)
    waves = size * torch.cos(math.pi * k[:, None] * at + phase)
    return waves.sum(1, keepdim=True)


def _noise(power: Tensor, generator: torch.Generator) -> Tensor:
    """Steady coloured noise [B, T, M], 3 to 40 dB below the speech."""
    rows = len(power)
    snr = _uniform(3.0, 40.0, rows, generator)
    curve = torch.pow(10.0, (3 * _colour(power, generator)).clamp(-30, 30) / 10)
    # A mel cell of white noise is a sum of few squares: about a gamma variable of shape 3.
    draws = torch.rand((3, *power.shape), generator=generator).clamp(min=1e-6)
    noise = curve * -torch.log(draws).mean(0)
    level = power.mean((1, 2), keepdim=True) / noise.mean((1, 2), keepdim=True)
    return noise * level * torch.pow(10.0, -snr / 10)


def _in_room(power: Tensor, generator: torch.Generator) -> Tensor:
    """Direct sound and a decaying tail, 2 to 20 dB weaker in all."""
    rows = len(power)
    seconds = _uniform(0.1, 0.7, rows, generator)  # until the tail has lost 60 dB
    time = torch.arange(1, ROOM_FRAMES) * 0.01
    tail = torch.pow(10.0, -6.0 * time / seconds)
    weaker = torch.pow(10.0, -_uniform(2.0, 20.0, rows, generator) / 10)
    tail = tail / tail.sum(-1, keepdim=True) * weaker
    kernel = torch.cat([torch.ones(rows, 1, 1), tail], -1)  # [B, 1, ROOM_FRAMES]
    signal = power.permute(2, 0, 1)  # bins are the batch, rows the channels
    padded = F.pad(signal, (ROOM_FRAMES - 1, 0))
    smeared = F.conv1d(padded, kernel.flip(-1), groups=rows)
    out: Tensor = smeared.permute(1, 2, 0)
    return out


def _band_limit(power: Tensor, top: Tensor, bottom: Tensor, generator: torch.Generator) -> Tensor:
    """Gain in dB [B, 1, M]: chosen rows lose what is above 3.4 to 6 kHz, or below 100 to 350 Hz."""
    rows, _, bins = power.shape
    low, high = (1127 * math.log1p(hz / 700) for hz in (20.0, 8_000.0))
    mel = low + (high - low) * (torch.arange(bins) + 1) / (bins + 1)
    hertz = 700 * torch.expm1(mel / 1127)
    above = hertz > _uniform(3_400.0, 6_000.0, rows, generator)
    below = hertz < _uniform(100.0, 350.0, rows, generator)
    return CUT_DB * (top * above + 0.5 * bottom * below).clamp(max=1)
