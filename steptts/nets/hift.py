"""HiFT: log-mel to waveform, by filtering a harmonic source and an inverse Fourier transform.

Knows the published parameter names with weight norm folded (reference.md 4); ``fold_weight_norm``
folds it. Knows nothing of seeds or chunks.

Legend: B batch, T mel frames, N samples = 256 T, K spectrum frames = 64 T + 1, C channels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.nets.harmonic_source import HarmonicSource

N_FFT = 16
HOP = 4
BINS = N_FFT // 2 + 1  # 9
UPSAMPLE = 8  # twice: 8 * 8 * HOP = 256 samples per frame
KERNELS = (3, 7, 11)
SOURCE_KERNELS = (7, 11)
DILATIONS = (1, 3, 5)
SLOPE = 0.1  # of leaky ReLU between the stages
LAST_SLOPE = 0.01
LOUDEST = 100.0  # magnitude of a bin
LIMIT = 0.99
SNAKE_EPS = 1e-9


@dataclass(frozen=True, slots=True)
class HiftConfig:
    """Sizes of the vocoder; the defaults are the published ones."""

    mel_bins: int = 80
    base_channels: int = 512
    f0_channels: int = 512
    sample_rate: int = 22_050


class Hift(nn.Module):
    """Pitch predictor, source and filter, each usable alone."""

    def __init__(self, config: HiftConfig) -> None:
        """Build all parts with random weights."""
        super().__init__()
        c = config.base_channels
        self.config = config
        self.m_source = HarmonicSource(config.sample_rate)
        self.f0_predictor = F0Predictor(config.mel_bins, config.f0_channels)
        self.conv_pre = nn.Conv1d(config.mel_bins, c, 7, padding=3)
        self.ups = nn.ModuleList(
            nn.ConvTranspose1d(c >> i, c >> (i + 1), 2 * UPSAMPLE, UPSAMPLE, padding=UPSAMPLE // 2)
            for i in range(2)
        )
        self.source_downs = nn.ModuleList(
            [nn.Conv1d(2 * BINS, c // 2, 16, 8, padding=4), nn.Conv1d(2 * BINS, c // 4, 1)]
        )
        self.source_resblocks = nn.ModuleList(
            SnakeBlock(c >> (i + 1), kernel) for i, kernel in enumerate(SOURCE_KERNELS)
        )
        self.resblocks = nn.ModuleList(
            SnakeBlock(c >> (i + 1), kernel) for i in range(2) for kernel in KERNELS
        )
        self.conv_post = nn.Conv1d(c // 4, 2 * BINS, 7, padding=3)

    def filter(self, mel: Tensor, source: Tensor) -> Tensor:
        """Shape a source [B, 1, N] by a mel [B, mel_bins, T] to a waveform [B, N] within 0.99."""
        magnitude, phase = self.spectrum(mel, source)
        return inverse_transform(magnitude, phase).clamp(-LIMIT, LIMIT)

    def spectrum(self, mel: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
        """Magnitude and phase in radians of the waveform, each [B, 9, K]; float32.

        The convolutions run in the dtype of their weights; the last one, whose exponential is
        taken, and the transforms in float32.
        """
        dtype = self.conv_pre.weight.dtype
        excitation = transform(source).to(dtype)  # [B, 18, K]
        x = self.conv_pre(mel.to(dtype))
        for i, up in enumerate(self.ups):
            x = up(F.leaky_relu(x, SLOPE))
            if i == 1:
                x = F.pad(x, (1, 0), mode="reflect")  # 64 T to K
            x = x + self.source_resblocks[i](self.source_downs[i](excitation))
            branches = self.resblocks[i * len(KERNELS) : (i + 1) * len(KERNELS)]
            x = sum(block(x) for block in branches) / len(KERNELS)
        x = self.conv_post(F.leaky_relu(x, LAST_SLOPE).float())
        return x[:, :BINS].exp(), x[:, BINS:].sin()

    def body_to(self, dtype: torch.dtype) -> None:
        """Run the convolutions between mel and spectrum in another dtype."""
        for part in (self.conv_pre, self.ups, self.source_downs):
            part.to(dtype)
        for part in (self.source_resblocks, self.resblocks):
            part.to(dtype)


class F0Predictor(nn.Module):
    """Mel to pitch: five convolutions and a line."""

    def __init__(self, mel_bins: int, channels: int) -> None:
        """Build the layers; ``condnet`` counts places as the checkpoint does."""
        super().__init__()
        layers: list[nn.Module] = []
        for i in range(5):
            layers += [nn.Conv1d(channels if i else mel_bins, channels, 3, padding=1), nn.ELU()]
        self.condnet = nn.Sequential(*layers)
        self.classifier = nn.Linear(channels, 1)

    def forward(self, mel: Tensor) -> Tensor:
        """[B, mel_bins, T] to hertz [B, T]."""
        h: Tensor = self.condnet(mel).transpose(1, 2)
        return cast("Tensor", self.classifier(h)).squeeze(-1).abs()


class Snake(nn.Module):
    """Activation x + sin(alpha x)^2 / alpha, with alpha learned for each channel."""

    def __init__(self, channels: int) -> None:
        """Begin with alpha 1."""
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, N] to [B, C, N]."""
        alpha = self.alpha[:, None]
        return torch.addcmul(x, torch.sin(x * alpha).square(), 1.0 / (alpha + SNAKE_EPS))


class SnakeBlock(nn.Module):
    """Three residual pairs of convolutions, the first of each pair dilated."""

    def __init__(self, channels: int, kernel: int) -> None:
        """Build the pairs."""
        super().__init__()
        self.convs1 = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=d, padding=(kernel - 1) * d // 2)
            for d in DILATIONS
        )
        self.convs2 = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, padding=(kernel - 1) // 2) for _ in DILATIONS
        )
        self.activations1 = nn.ModuleList(Snake(channels) for _ in DILATIONS)
        self.activations2 = nn.ModuleList(Snake(channels) for _ in DILATIONS)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, N] to [B, C, N]."""
        for i in range(len(DILATIONS)):
            h = self.convs1[i](self.activations1[i](x))
            x = x + cast("Tensor", self.convs2[i](self.activations2[i](h)))
        return x


def transform(waveform: Tensor) -> Tensor:
    """Short-time Fourier transform [B, 1, N] to 9 real and 9 imaginary rows [B, 18, N / 4 + 1].

    A matrix product: no complex numbers, and full float32 where convolutions would be rounded to
    10 bits (TF32, on by default on GPUs).
    """
    padded = F.pad(waveform, (N_FFT // 2, N_FFT // 2), mode="reflect")
    frames = padded[:, 0].unfold(1, N_FFT, HOP)  # [B, K, 16]
    angle, window = _angles(waveform)
    basis = torch.cat([angle.cos(), -angle.sin()]) * window  # [18, 16]
    return (frames @ basis.T).transpose(1, 2)


def inverse_transform(magnitude: Tensor, phase: Tensor) -> Tensor:
    """Waveform of a spectrum: magnitude [B, 9, K], cut at 100, and phase to [B, 4 (K - 1)]."""
    magnitude = magnitude.clamp(max=LOUDEST)
    rows = torch.cat([magnitude * phase.cos(), magnitude * phase.sin()], dim=1)  # [B, 18, K]
    angle, window = _angles(magnitude)
    share = torch.full_like(angle[:, :1], 2.0 / N_FFT)  # bins 1 to 7 stand for two
    share[0] = share[-1] = 1.0 / N_FFT
    basis = torch.cat([angle.cos() * share, -angle.sin() * share]) * window  # [18, 16]
    summed = _overlap_add(rows.transpose(1, 2) @ basis)
    weight = _overlap_add(window.square().expand(1, rows.shape[2], N_FFT))
    edge = N_FFT // 2
    return summed[:, edge:-edge] / weight[:, edge:-edge]


def _overlap_add(frames: Tensor) -> Tensor:
    """Sum frames [B, K, 16] that begin 4 samples after each other to [B, 4 (K + 3)]."""
    quarters = frames.unflatten(2, (N_FFT // HOP, HOP))  # type: ignore[no-untyped-call]
    n = N_FFT // HOP
    shifted = [F.pad(quarters[:, :, i], (0, 0, i, n - 1 - i)) for i in range(n)]
    return torch.stack(shifted).sum(dim=0).flatten(1)


def _angles(like: Tensor) -> tuple[Tensor, Tensor]:
    """Angles 2 pi k n / 16 [9, 16] and the periodic Hann window [16]."""
    n = torch.arange(N_FFT, device=like.device, dtype=like.dtype)
    k = torch.arange(BINS, device=like.device, dtype=like.dtype)
    angle = (2 * math.pi / N_FFT) * ((k[:, None] * n) % N_FFT)  # wrapped: exact zeros of sine
    return angle, 0.5 - 0.5 * torch.cos((2 * math.pi / N_FFT) * n)


def fold_weight_norm(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Replace each ``weight_g`` and ``weight_v`` by the weight ``g v / |v|`` that they stand for.

    The length |v| is over all dimensions but the first. Other tensors pass through, so folding
    twice changes nothing.
    """
    folded = {}
    for name, value in tensors.items():
        if name.endswith(".weight_v") and f"{name[:-1]}g" in tensors:
            length = value.flatten(1).norm(dim=1).view(-1, *[1] * (value.dim() - 1))
            folded[name[:-2]] = tensors[f"{name[:-1]}g"] * value / length
        elif not (name.endswith(".weight_g") and f"{name[:-1]}v" in tensors):
            folded[name] = value
    return folded
