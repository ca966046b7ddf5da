"""Trains the source-filter vocoder on true mels: spectral losses, then judges as well.

Choose vocoders by pitch error and DistillMOS, never by spectral loss: two heads 6 % apart in loss
were 1.9 MOS apart.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from steptts.distill.corpus import Corpus
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.distill.waveform_losses import WaveformLoss
from steptts.nets.source_filter import SourceFilter, SourceFilterConfig, phase_of_fundamental

PATCHES = 42  # 0.84 s of waveform
ADVERSARIAL_FROM = 0.08  # share of the run


def speak_in_phase(net: nn.Module, mel: Tensor, f0: Tensor, voiced: Tensor, real: Tensor) -> Tensor:
    """A performance [B, 240 T] whose fundamental runs in phase with that of ``real``.

    Nothing tells the net when the next pulse is due, so that phases could not be compared. In
    step with the real fundamental, those of the other harmonics are a property of the voice.
    """
    ahead = phase_of_fundamental(real, f0)
    with precision(real.device.type):
        out: Tensor = net(mel, f0, voiced, torch.randn_like(real), ahead)
    return out.float()


class VocoderTask:
    """The vocoder alone, on the mel of the recordings."""

    def __init__(self, corpus: Corpus, batch: int, *, adversarial: bool = True) -> None:
        """Create nets and optimisers."""
        self.corpus, self.batch = corpus, batch
        self.net: nn.Module = SourceFilter(SourceFilterConfig()).to(corpus.device)
        self.optimizer = optimiser(self.net, 0.99, 0.8)
        self.loss = WaveformLoss(corpus.device)
        self.adversarial_from = ADVERSARIAL_FROM if adversarial else float("inf")

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Both nets and both optimisers."""
        return {
            "net": self.net,
            "judges": self.loss.judges,
            "optimizer": self.optimizer,
            "judge_optimizer": self.loss.judge_optimizer,
        }

    def _spoken(self, net: nn.Module, step: int, held_out: bool) -> tuple[Tensor, Tensor]:
        """Real and made samples [B, N] of a batch."""
        rows = self.corpus.utterances(step, self.batch, held_out=held_out)
        batch = self.corpus.frame_batch(rows, *self.corpus.crops(step, rows, PATCHES))
        real = batch["samples"]
        return real, speak_in_phase(net, batch["mel"], batch["f0"], batch["voiced"], real)

    def _loss(self, real: Tensor, fake: Tensor, progress: float) -> tuple[Tensor, Parts]:
        return self.loss(real, fake, judged=progress >= self.adversarial_from)

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step of the judges and one of the vocoder."""
        loss, parts = self._loss(*self._spoken(self.net, step, held_out=False), progress)
        parts["norm"] = apply(self.net, self.optimizer, loss, lr, 20.0).detach()
        return parts

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Spectral loss on held-out utterances."""
        return {"spectral": float(self.loss.spectral(*self._spoken(net, 0, held_out=True)))}
