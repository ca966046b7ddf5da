"""What the vocoder and the joint repair are trained on: spectra beside real ones, and judges."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from steptts.distill.corpus import mel_filters
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.nets.discriminators import Discriminators, fool_loss, judge_loss

SCALES = ((512, 128, 64), (1024, 256, 100), (2048, 512, 160))
PHASE = 0.5  # weight of the phase; without it harmonics add up to any pulse shape, heard as buzz
# At half the vocoder's falling rate the judges never told real from made in 1,550 steps.
JUDGE_RATE = 1e-3
JUDGES_ALONE = 60  # steps that judges learn before anyone listens to them
SPECTRAL, ADVERSARIAL, FEATURES = 3.0, 3.0, 6.0  # weights


class SpectralLoss(nn.Module):
    """L1 of log-mel, relative error of magnitudes and phase, at three resolutions."""

    def __init__(self) -> None:
        """Create filters and windows."""
        super().__init__()
        for n_fft, _, bins in SCALES:
            self.register_buffer(f"filters{n_fft}", mel_filters(n_fft, bins), persistent=False)
            self.register_buffer(f"window{n_fft}", torch.hann_window(n_fft), persistent=False)

    def forward(self, real: Tensor, fake: Tensor) -> Tensor:
        """Samples [B, N] both."""
        losses = []
        for n_fft, hop, _ in SCALES:
            window, filters = getattr(self, f"window{n_fft}"), getattr(self, f"filters{n_fft}")
            both = torch.stft(
                torch.cat([real, fake]), n_fft, hop, window=window, return_complex=True
            )
            # The square root's slope is infinite at zero: keep a floor under it.
            magnitude = (both.real.square() + both.imag.square() + 1e-9).sqrt()
            a, b = magnitude.chunk(2)
            mel_a, mel_b = (torch.log(m.transpose(1, 2) @ filters + 1e-5) for m in (a, b))
            relative = (a - b).norm(dim=(1, 2)) / a.norm(dim=(1, 2)).clamp(min=1e-3)
            phase = out_of_phase(*both.chunk(2))
            losses.append((mel_a - mel_b).abs().mean() + 0.5 * relative.mean() + PHASE * phase)
        return torch.stack(losses).mean()


def out_of_phase(real: Tensor, fake: Tensor) -> Tensor:
    """Mean of 1 - cos of the angle between two complex spectra, weighted by the real loudness."""
    loud = real.abs()
    cosine = (real * fake.conj()).real / (loud * fake.abs() + 1e-6)
    weight = loud.sqrt()
    out: Tensor = (weight * (1 - cosine)).sum() / weight.sum().clamp(min=1e-3)
    return out


def steps_taken(optimizer: torch.optim.Optimizer) -> int:
    """How many steps an optimiser has made, earlier runs that it continues included."""
    first = next(iter(optimizer.state.values()), None)  # all of them have stepped together
    return 0 if first is None else int(first["step"])


class WaveformLoss:
    """Spectral loss and, where asked, that of judges which learn as they are used."""

    def __init__(self, device: str) -> None:
        """Create filters, judges and their optimiser."""
        self.device = device
        self.spectral = SpectralLoss().to(device)
        self.judges = Discriminators().to(device)
        self.judge_optimizer = optimiser(self.judges, 0.99, 0.8)

    def __call__(self, real: Tensor, fake: Tensor, *, judged: bool) -> tuple[Tensor, Parts]:
        """Weighted loss of made samples [B, N] beside real ones, and its parts.

        With ``judged`` the judges also make a step of their own.
        """
        spectral = self.spectral(real, fake)
        parts: Parts = {"spectral": spectral.detach()}
        loss = SPECTRAL * spectral
        if judged:
            parts["judge"] = self._judge(real, fake.detach())
            if steps_taken(self.judge_optimizer) > JUDGES_ALONE:
                adversarial, features = self._fool(real, fake)
                loss = loss + ADVERSARIAL * adversarial + FEATURES * features
                parts |= {"adversarial": adversarial.detach(), "features": features.detach()}
        return loss, parts

    def _judge(self, real: Tensor, fake: Tensor) -> Tensor:
        """One step of the judges; returns their loss."""
        with precision(self.device):
            judged = self.judges(torch.cat([real, fake]))
        real_out = [(scores.chunk(2)[0], features) for scores, features in judged]
        fake_out = [(scores.chunk(2)[1], features) for scores, features in judged]
        loss = judge_loss(real_out, fake_out)
        apply(self.judges, self.judge_optimizer, loss, JUDGE_RATE, 100.0)
        return loss.detach()

    def _fool(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """What the judges say of the made samples: adversarial and feature loss."""
        self.judges.requires_grad_(False)
        with precision(self.device):
            with torch.no_grad():
                real_out = self.judges(real)
            fake_out = self.judges(fake)
        self.judges.requires_grad_(True)
        return fool_loss(real_out, fake_out)
