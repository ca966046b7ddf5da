"""Trains the source-filter vocoder: spectral losses, then adversarial, then on predicted mels.

Choose vocoders by pitch error and DistillMOS, never by spectral loss: two heads 6 % apart in loss
were 1.9 MOS apart.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from steptts.distill.corpus import SAMPLES_PER_PATCH, Corpus, mel_filters
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.distill.mel_decoder import decode
from steptts.nets.discriminators import Discriminators, fool_loss, judge_loss
from steptts.nets.mel_decoder import MelDecoder
from steptts.nets.source_filter import SourceFilter, SourceFilterConfig, phase_of_fundamental

PATCHES = 42  # 0.84 s of waveform
CONTEXT = 24  # patches of context on each side for the mel decoder
ADVERSARIAL_FROM = 0.08  # share of the run
SCALES = ((512, 128, 64), (1024, 256, 100), (2048, 512, 160))
PHASE = 0.5  # weight of the phase; without it harmonics add up to any pulse shape, heard as buzz
PREDICTED = 0.75  # share of crops with predicted mel once a mel decoder is given


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


class VocoderTask:
    """Vocoder and discriminators; with ``mel_decoder`` most crops use its mel and voicing."""

    def __init__(
        self,
        corpus: Corpus,
        batch: int,
        mel_decoder: MelDecoder | None = None,
        *,
        adversarial: bool = True,
        absent: float = 0.0,
    ) -> None:
        """Create nets and optimisers."""
        self.corpus, self.batch, self.mel_decoder = corpus, batch, mel_decoder
        self.absent = absent
        self.net: nn.Module = SourceFilter(SourceFilterConfig()).to(corpus.device)
        self.judges = Discriminators().to(corpus.device)
        self.spectral = SpectralLoss().to(corpus.device)
        self.optimizer = optimiser(self.net, 0.99, 0.8)
        self.judge_optimizer = optimiser(self.judges, 0.99, 0.8)
        self.adversarial_from = ADVERSARIAL_FROM if mel_decoder is None else 0.0
        if not adversarial:
            self.adversarial_from = float("inf")

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Both nets and both optimisers."""
        return {
            "net": self.net,
            "judges": self.judges,
            "optimizer": self.optimizer,
            "judge_optimizer": self.judge_optimizer,
        }

    def _batch(self, step: int, held_out: bool) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        rows = self.corpus.utterances(step, self.batch, held_out=held_out)
        side = CONTEXT if self.mel_decoder is not None else 0
        batch = self.corpus.frame_batch(rows, *self.corpus.crops(step, rows, PATCHES + 2 * side))
        mel, voiced = batch["mel"], batch["voiced"]
        if self.mel_decoder is not None:
            with torch.no_grad(), precision(self.corpus.device):
                guess, logits = decode(self.mel_decoder, batch, False, self.absent)
            pick = torch.rand(len(rows), device=mel.device) < (1.0 if held_out else PREDICTED)
            mel = torch.where(pick[:, None, None], guess, mel)
            voiced = torch.where(pick[:, None], (logits > 0).float(), voiced)
        frames = slice(2 * side, 2 * (side + PATCHES))
        samples = slice(side * SAMPLES_PER_PATCH, (side + PATCHES) * SAMPLES_PER_PATCH)
        return (
            mel[:, frames],
            batch["f0"][:, frames],
            voiced[:, frames],
            batch["samples"][:, samples],
        )

    def _speak(
        self, net: nn.Module, mel: Tensor, f0: Tensor, voiced: Tensor, real: Tensor
    ) -> Tensor:
        """A performance whose fundamental runs in phase with the real one.

        Nothing tells the net when the next pulse is due, so that phases could not be compared. In
        step with the real fundamental, those of the other harmonics are a property of the voice.
        """
        ahead = phase_of_fundamental(real, f0)
        with precision(self.corpus.device):
            out: Tensor = net(mel, f0, voiced, torch.randn_like(real), ahead)
        return out.float()

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step of the judges and one of the vocoder."""
        mel, f0, voiced, real = self._batch(step, held_out=False)
        fake = self._speak(self.net, mel, f0, voiced, real)
        spectral = self.spectral(real, fake)
        parts: Parts = {"spectral": spectral.detach()}
        loss = 10.0 * spectral
        if progress >= self.adversarial_from:
            with precision(self.corpus.device):
                judged = self.judges(torch.cat([real, fake.detach()]))
                real_out = [(s.chunk(2)[0], [f.chunk(2)[0] for f in fs]) for s, fs in judged]
                fake_out = [(s.chunk(2)[1], [f.chunk(2)[1] for f in fs]) for s, fs in judged]
            judge = judge_loss(real_out, fake_out)
            apply(self.judges, self.judge_optimizer, judge, lr * 0.5, 100.0)
            self.judges.requires_grad_(False)
            with precision(self.corpus.device):
                with torch.no_grad():
                    real_out = self.judges(real)
                fake_out = self.judges(fake)
            self.judges.requires_grad_(True)
            adversarial, features = fool_loss(real_out, fake_out)
            loss = loss + 3.0 * adversarial + 6.0 * features
            parts |= {
                "judge": judge.detach(),
                "adversarial": adversarial.detach(),
                "features": features.detach(),
            }
        parts["norm"] = apply(self.net, self.optimizer, loss, lr, 20.0).detach()
        return parts

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Spectral loss on held-out utterances."""
        mel, f0, voiced, real = self._batch(0, held_out=True)
        return {"spectral": float(self.spectral(real, self._speak(net, mel, f0, voiced, real)))}
