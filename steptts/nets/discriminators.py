"""Judges of waveforms for adversarial training of the vocoder.

Period discriminators see every p-th sample (HiFi-GAN, arXiv 2010.05646); resolution
discriminators see magnitude spectra (UnivNet, arXiv 2106.07889). Both are slim, because at this
size they cost several times the vocoder itself.

Axes: B rows, N samples.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

PERIODS = (2, 3, 5, 7, 11)
RESOLUTIONS = ((512, 128), (1024, 256), (2048, 512))


class PeriodDiscriminator(nn.Module):
    """Two-dimensional convolutions over [N / period, period]."""

    def __init__(self, period: int, widths: tuple[int, ...] = (24, 64, 192, 384)) -> None:
        """Create the layers."""
        super().__init__()
        self.period = period
        sizes = (1, *widths)
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(a, b, (5, 1), (3, 1), padding=(2, 0))) for a, b in pairwise(sizes)
        )
        self.last = weight_norm(nn.Conv2d(widths[-1], widths[-1], (5, 1), padding=(2, 0)))
        self.out = weight_norm(nn.Conv2d(widths[-1], 1, (3, 1), padding=(1, 0)))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Samples [B, N] -> scores and the features of all layers."""
        x = F.pad(x, (0, -x.shape[1] % self.period), mode="reflect")
        y = x.view(x.shape[0], 1, -1, self.period)
        features = []
        for layer in (*self.layers, self.last):
            y = F.leaky_relu(layer(y), 0.1)
            features.append(y)
        return self.out(y), features


class ResolutionDiscriminator(nn.Module):
    """Two-dimensional convolutions over a magnitude spectrum."""

    window: Tensor

    def __init__(self, n_fft: int, hop: int, width: int = 32) -> None:
        """Create the layers."""
        super().__init__()
        self.n_fft, self.hop = n_fft, hop
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)
        strides = ((1, 1), (1, 2), (1, 2), (1, 2), (1, 1))
        sizes = (1, *(width,) * len(strides))
        self.layers = nn.ModuleList(
            weight_norm(
                nn.Conv2d(
                    a,
                    b,
                    (3, 9) if i < 4 else (3, 3),
                    s,
                    padding=(1, 4) if i < 4 else (1, 1),
                )
            )
            for i, (a, b, s) in enumerate(zip(sizes, sizes[1:], strides, strict=False))
        )
        self.out = weight_norm(nn.Conv2d(width, 1, 3, padding=1))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Samples [B, N] -> scores and the features of all layers."""
        with torch.autocast(x.device.type, enabled=False):
            spec = torch.stft(
                x.float(), self.n_fft, self.hop, window=self.window, return_complex=True
            )
            y = (spec.abs() + 1e-4).pow(0.3).transpose(1, 2)[:, None]  # B 1 T K
        features = []
        for layer in self.layers:
            y = F.leaky_relu(layer(y), 0.1)
            features.append(y)
        return self.out(y), features


class Discriminators(nn.Module):
    """All of them."""

    def __init__(self) -> None:
        """Create five period and three resolution discriminators."""
        super().__init__()
        self.parts = nn.ModuleList(
            [
                *(PeriodDiscriminator(p) for p in PERIODS),
                *(ResolutionDiscriminator(n, h) for n, h in RESOLUTIONS),
            ]
        )

    def forward(self, x: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        """Samples [B, N] -> for each discriminator its scores and features."""
        return [part(x) for part in self.parts]


def judge_loss(
    real: list[tuple[Tensor, list[Tensor]]], fake: list[tuple[Tensor, list[Tensor]]]
) -> Tensor:
    """Least squares: real towards 1, fake towards 0; mean over discriminators."""
    losses = [
        ((1 - r.float()) ** 2).mean() + (f.float() ** 2).mean()
        for (r, _), (f, _) in zip(real, fake, strict=True)
    ]
    return torch.stack(losses).mean()


def fool_loss(
    real: list[tuple[Tensor, list[Tensor]]], fake: list[tuple[Tensor, list[Tensor]]]
) -> tuple[Tensor, Tensor]:
    """Adversarial loss of the vocoder and its feature matching loss."""
    adversarial = torch.stack([((1 - f.float()) ** 2).mean() for f, _ in fake]).mean()
    distances = [
        (a.detach() - b).abs().mean() / a.detach().abs().mean().clamp(min=1e-4)
        for (_, xs), (_, ys) in zip(real, fake, strict=True)
        for a, b in zip(xs, ys, strict=True)
    ]
    return adversarial, torch.stack(distances).mean()
