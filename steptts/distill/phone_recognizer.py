"""Trains a recogniser of phones on true mels, and asks it how far made mels are from them.

It is trained on the teacher's labels alone: the recognisers that judge the finished model have no
part in it.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.distill.corpus import Corpus
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.nets.discriminators import features_apart
from steptts.nets.phone_recognizer import PhoneRecognizer
from steptts.text.phones import SYMBOLS

PATCHES = 120  # crops of 2.4 s
SMOOTHING = 0.05
# Natural logarithms: of loudness, of the spectrum's slope and of its bend.
LOUDNESS, SLOPE, BEND = 0.7, 0.6, 0.3
NOISY = 0.5  # share of crops with steady noise, 2.5 to 10.5 nats below their loudest point


def coloured(mel: Tensor) -> Tensor:
    """Log-mel [B, F, M] as through another room and microphone, and half of it in noise."""
    n, frames, bins = mel.shape
    place = torch.linspace(-1, 1, bins, device=mel.device)
    by = torch.randn(3, n, 1, 1, device=mel.device)
    out = (
        mel + LOUDNESS * by[0] + SLOPE * by[1] * place + BEND * by[2] * torch.cos(torch.pi * place)
    )
    loudest = mel.amax((1, 2), keepdim=True)
    below = 2.5 + 8 * torch.rand(n, 1, 1, device=mel.device)
    noise = loudest - below + 0.4 * torch.randn(n, frames, bins, device=mel.device)
    noisy = torch.rand(n, 1, 1, device=mel.device) < NOISY
    return torch.where(noisy, torch.logaddexp(out, noise), out)


class PhoneRecognizerTask:
    """Cross-entropy of the phone that the labels give each patch."""

    def __init__(self, corpus: Corpus, batch: int) -> None:
        """Create net and optimiser on the corpus' device."""
        self.corpus, self.batch = corpus, batch
        self.net: nn.Module = PhoneRecognizer(len(SYMBOLS)).to(corpus.device)
        self.optimizer = optimiser(self.net)

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Net and optimiser."""
        return {"net": self.net, "optimizer": self.optimizer}

    def _recognised(
        self, net: nn.Module, step: int, held_out: bool
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits [N, S] and true phones [N] of all patches that sound or pause, and their loss."""
        rows = self.corpus.utterances(step, self.batch, held_out=held_out)
        batch = self.corpus.frame_batch(rows, *self.corpus.crops(step, rows, PATCHES))
        mel = batch["mel"] if held_out else coloured(batch["mel"])
        with precision(self.corpus.device):
            logits = net(mel)[0]
        within = batch["mask"] > 0
        said, true = logits.float()[within], batch["symbols"][within]
        return said, true, F.cross_entropy(said, true, label_smoothing=SMOOTHING)

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step."""
        loss = self._recognised(self.net, step, held_out=False)[2]
        apply(self.net, self.optimizer, loss, lr, 1.0)
        return {"phones": loss.detach()}

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Loss and share of patches named right on held-out utterances."""
        said, true, loss = self._recognised(net, 0, held_out=True)
        return {"phones": float(loss), "right": float((said.argmax(-1) == true).float().mean())}


class PhoneDistance:
    """How far made mels are from real ones in the ears of a finished recogniser."""

    def __init__(self, path: Path, device: str) -> None:
        """Load its weights."""
        self.device = device
        self.net = PhoneRecognizer(len(SYMBOLS)).to(device)
        self.net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
        self.net.eval().requires_grad_(False)

    def __call__(self, real: Tensor, made: Tensor) -> Tensor:
        """Log-mels [B, F, M], F even; gradients reach the made one alone."""
        with precision(self.device):
            with torch.no_grad():
                wanted = self.net(real)[1]
            return features_apart(wanted, self.net(made)[1])
