"""Judges for adversarial training: of waveforms (vocoder) and of log-mels (mel decoder).

All see log magnitudes, the waveform judges of short-time spectra (as in UnivNet, arXiv 2106.07889,
which takes plain magnitudes); the mel discriminator sees patches of the log-mel (as in pix2pix,
arXiv 1611.07004). What a small vocoder does wrong lies between the harmonics, 10 to 20 dB
below them: the logarithm shows it, plain magnitudes drown it. After 200 steps of 8 crops of 0.84 s
against a vocoder that stood still, judges of log magnitudes had a loss of 0.33 (all bins as
channels) and 0.45 (planes), of magnitudes to the power of 0.3 0.49 to 0.50, of samples folded by
period (HiFi-GAN, arXiv 2010.05646) 0.50, which is chance, at 0.013, 0.025, 0.025 and 0.063 CPU
seconds a second of audio.

Axes: B rows, N samples, T spectra, F mel frames, M mel bins.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

ROWS = ((256, 64), (512, 128))  # (n_fft, hop) of judges that take bins as channels
PLANES = ((512, 128), (1024, 256), (2048, 512))  # of judges that move over bins
FLOOR = 1e-6  # of power, 15 dB above the rounding of 16-bit samples
Judged = tuple[Tensor, list[Tensor]]  # scores, and the features of all layers


def _judged(layers: nn.ModuleList, out: nn.Module, y: Tensor) -> Judged:
    features = []
    for layer in layers:
        y = F.leaky_relu(layer(y), 0.1)
        features.append(y)
    return out(y), features


class LogSpectrum(nn.Module):
    """Samples [B, N] -> log power of short-time spectra [B, n_fft / 2 + 1, T], about -1 to 2."""

    window: Tensor

    def __init__(self, n_fft: int, hop: int) -> None:
        """Create the window."""
        super().__init__()
        self.n_fft, self.hop = n_fft, hop
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Transform, always in float32."""
        with torch.autocast(x.device.type, enabled=False):
            spec = torch.stft(
                x.float(), self.n_fft, self.hop, window=self.window, return_complex=True
            )
            power = spec.real.square() + spec.imag.square()
            return torch.log(power + FLOOR) * 0.15 + 1.0


class RowDiscriminator(nn.Module):
    """One-dimensional convolutions over time; all bins of a spectrum are channels."""

    def __init__(self, n_fft: int, hop: int, width: int = 192) -> None:
        """Create the layers."""
        super().__init__()
        self.spectrum = LogSpectrum(n_fft, hop)
        first = weight_norm(nn.Conv1d(n_fft // 2 + 1, width, 3, padding=1))
        rest = [
            weight_norm(nn.Conv1d(width, width, 5, stride, padding=2, groups=groups))
            for stride, groups in ((2, 1), (2, 4), (1, 4))
        ]
        self.layers = nn.ModuleList([first, *rest])
        self.out = weight_norm(nn.Conv1d(width, 1, 3, padding=1))

    def forward(self, x: Tensor) -> Judged:
        """Samples [B, N] -> scores and the features of all layers."""
        return _judged(self.layers, self.out, self.spectrum(x))


def _plane_layers(
    widths: tuple[int, ...], strides: tuple[tuple[int, int], ...]
) -> tuple[nn.ModuleList, nn.Module]:
    layers = nn.ModuleList(
        weight_norm(nn.Conv2d(a, b, (3, 5), stride, padding=(1, 2)))
        for (a, b), stride in zip(pairwise((1, *widths)), strides, strict=True)
    )
    return layers, weight_norm(nn.Conv2d(widths[-1], 1, 3, padding=1))


class PlaneDiscriminator(nn.Module):
    """Two-dimensional convolutions over time and frequency."""

    def __init__(self, n_fft: int, hop: int) -> None:
        """Create the layers."""
        super().__init__()
        self.spectrum = LogSpectrum(n_fft, hop)
        self.layers, self.out = _plane_layers((8, 16, 32, 32), ((1, 2), (2, 2), (2, 2), (1, 2)))

    def forward(self, x: Tensor) -> Judged:
        """Samples [B, N] -> scores and the features of all layers."""
        return _judged(self.layers, self.out, self.spectrum(x).transpose(1, 2)[:, None])


class Discriminators(nn.Module):
    """All judges of waveforms."""

    def __init__(self) -> None:
        """Create two judges of rows and three of planes."""
        super().__init__()
        self.parts = nn.ModuleList(
            [
                *(RowDiscriminator(n, h) for n, h in ROWS),
                *(PlaneDiscriminator(n, h) for n, h in PLANES),
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


def features_apart(real: Sequence[Tensor], made: Sequence[Tensor]) -> Tensor:
    """Distance of two sets of features: mean of each layer's, as a share of the real size."""
    distances = [
        (a.detach() - b).abs().float().mean() / a.detach().abs().float().mean().clamp(min=1e-4)
        for a, b in zip(real, made, strict=True)
    ]
    return torch.stack(distances).mean()


def fool_loss(real: list[Judged], fake: list[Judged]) -> tuple[Tensor, Tensor]:
    """Adversarial loss of the vocoder and its feature matching loss."""
    adversarial = torch.stack([((1 - f.float()) ** 2).mean() for f, _ in fake]).mean()
    layers = ([layer for _, features in side for layer in features] for side in (real, fake))
    return adversarial, features_apart(*layers)
