"""Judges for adversarial training: of waveforms (vocoder) and of log-mels (mel decoder).

Period discriminators see every p-th sample (HiFi-GAN, arXiv 2010.05646); resolution
discriminators see magnitude spectra (UnivNet, arXiv 2106.07889); the mel discriminator sees
patches of the log-mel (as in pix2pix, arXiv 1611.07004). All are slim: at the published widths
the waveform judges cost 8.0 CPU seconds a step of 5 s of audio, 35 times the vocoder itself.

Axes: B rows, N samples, F mel frames, M mel bins.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

PERIODS = (2, 3, 5, 7, 11)
RESOLUTIONS = ((512, 128), (1024, 256), (2048, 512))
Judged = tuple[Tensor, list[Tensor]]  # scores, and the features of all layers


def _judged(layers: nn.ModuleList, out: nn.Module, y: Tensor) -> Judged:
    features = []
    for layer in layers:
        y = F.leaky_relu(layer(y), 0.1)
        features.append(y)
    return out(y), features


class PeriodDiscriminator(nn.Module):
    """Two-dimensional convolutions over [N / period, period]."""

    def __init__(self, period: int, widths: tuple[int, ...] = (12, 32, 96, 192)) -> None:
        """Create the layers."""
        super().__init__()
        self.period = period
        layers = [
            weight_norm(nn.Conv2d(a, b, (5, 1), (3, 1), padding=(2, 0)))
            for a, b in pairwise((1, *widths))
        ]
        last = weight_norm(nn.Conv2d(widths[-1], widths[-1], (5, 1), padding=(2, 0)))
        self.layers = nn.ModuleList([*layers, last])
        self.out = weight_norm(nn.Conv2d(widths[-1], 1, (3, 1), padding=(1, 0)))

    def forward(self, x: Tensor) -> Judged:
        """Samples [B, N] -> scores and the features of all layers."""
        x = F.pad(x, (0, -x.shape[1] % self.period), mode="reflect")
        return _judged(self.layers, self.out, x.view(x.shape[0], 1, -1, self.period))


def _plane_layers(
    widths: tuple[int, ...], strides: tuple[tuple[int, int], ...]
) -> tuple[nn.ModuleList, nn.Module]:
    layers = nn.ModuleList(
        weight_norm(nn.Conv2d(a, b, (3, 5), stride, padding=(1, 2)))
        for (a, b), stride in zip(pairwise((1, *widths)), strides, strict=True)
    )
    return layers, weight_norm(nn.Conv2d(widths[-1], 1, 3, padding=1))


class ResolutionDiscriminator(nn.Module):
    """Two-dimensional convolutions over a magnitude spectrum."""

    window: Tensor

    def __init__(self, n_fft: int, hop: int) -> None:
        """Create the layers."""
        super().__init__()
        self.n_fft, self.hop = n_fft, hop
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)
        self.layers, self.out = _plane_layers((8, 16, 32, 32), ((1, 2), (2, 2), (2, 2), (1, 2)))

    def forward(self, x: Tensor) -> Judged:
        """Samples [B, N] -> scores and the features of all layers."""
        with torch.autocast(x.device.type, enabled=False):
            spec = torch.stft(
                x.float(), self.n_fft, self.hop, window=self.window, return_complex=True
            )
            # The root's slope is infinite at zero: keep a floor under it.
            power = spec.real.square() + spec.imag.square() + 1e-8
            y = power.pow(0.15).transpose(1, 2)[:, None]  # B 1 T K
        return _judged(self.layers, self.out, y)


class Discriminators(nn.Module):
    """All judges of waveforms."""

    def __init__(self) -> None:
        """Create five period and three resolution discriminators."""
        super().__init__()
        self.parts = nn.ModuleList(
            [
                *(PeriodDiscriminator(p) for p in PERIODS),
                *(ResolutionDiscriminator(n, h) for n, h in RESOLUTIONS),
            ]
        )

    def forward(self, x: Tensor) -> list[Judged]:
        """Samples [B, N] -> for each discriminator its scores and features."""
        return [part(x) for part in self.parts]


class MelDiscriminator(nn.Module):
    """Judges patches of a log-mel, about 0.2 s by a third of the bins."""

    def __init__(self) -> None:
        """Create the layers."""
        super().__init__()
        self.layers, self.out = _plane_layers((32, 64, 64, 64), ((1, 2), (2, 2), (2, 2), (1, 1)))

    def forward(self, mel: Tensor) -> list[Judged]:
        """Log-mel [B, F, M] -> scores and the features of all layers, as one judge."""
        return [_judged(self.layers, self.out, mel[:, None] * 0.25 + 0.5)]


def judge_loss(real: list[Judged], fake: list[Judged]) -> Tensor:
    """Least squares: real towards 1, fake towards 0; mean over discriminators."""
    losses = [
        ((1 - r.float()) ** 2).mean() + (f.float() ** 2).mean()
        for (r, _), (f, _) in zip(real, fake, strict=True)
    ]
    return torch.stack(losses).mean()


def fool_loss(real: list[Judged], fake: list[Judged]) -> tuple[Tensor, Tensor]:
    """Adversarial loss of the vocoder and its feature matching loss."""
    adversarial = torch.stack([((1 - f.float()) ** 2).mean() for f, _ in fake]).mean()
    distances = [
        (a.detach() - b).abs().float().mean() / a.detach().abs().float().mean().clamp(min=1e-4)
        for (_, xs), (_, ys) in zip(real, fake, strict=True)
        for a, b in zip(xs, ys, strict=True)
    ]
    return adversarial, torch.stack(distances).mean()
