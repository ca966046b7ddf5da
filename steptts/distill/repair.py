"""Repair: the vocoder trained on with the mels that it will be given, a finished mel decoder's.

Only the vocoder learns. Training both as one, the judges' word reaching the mel decoder through
the vocoder, was not better after 500 steps and takes twice the time a step (LOG.md).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from steptts.distill.corpus import SAMPLES_PER_PATCH, Corpus
from steptts.distill.loop import Parts, precision
from steptts.distill.mel_decoder import decode, load_mel_decoder
from steptts.distill.phone_recognizer import PhoneDistance
from steptts.distill.vocoder import PATCHES, VocoderTask, speak_in_phase

CONTEXT = 24  # patches on each side of the waveform that the mel decoder also sees
PHONES = 4.0  # weight of the phones' distance of 0.3, beside a spectral loss of 3 times 1.0
PREDICTED = 0.9  # share of crops with predicted mel; the others keep the vocoder on true ones


class RepairTask(VocoderTask):
    """The vocoder on predicted mel and voicing; judged from the first step on."""

    def __init__(
        self,
        corpus: Corpus,
        batch: int,
        mel_decoder: Path,
        absent: float = 0.0,
        *,
        phones: PhoneDistance | None = None,
    ) -> None:
        """Create nets; ``mel_decoder``: weights; ``absent``: share of crops without audio ids."""
        super().__init__(corpus, batch)
        self.mel_decoder = load_mel_decoder(mel_decoder, corpus.device)
        self.absent, self.phones = absent, phones
        self.adversarial_from = 0.0

    def _spoken(self, net: nn.Module, step: int, held_out: bool) -> tuple[Tensor, Tensor]:
        rows = self.corpus.utterances(step, self.batch, held_out=held_out)
        crops = self.corpus.crops(step, rows, PATCHES + 2 * CONTEXT)
        batch = self.corpus.frame_batch(rows, *crops)
        with torch.no_grad(), precision(self.corpus.device):
            mel, voicing = decode(self.mel_decoder, batch, False, self.absent)
        pick = torch.rand(len(rows), device=mel.device) < (1.0 if held_out else PREDICTED)
        mel = torch.where(pick[:, None, None], mel, batch["mel"])
        voiced = torch.where(pick[:, None], (voicing > 0).float(), batch["voiced"])
        frames = slice(2 * CONTEXT, 2 * (CONTEXT + PATCHES))
        samples = slice(CONTEXT * SAMPLES_PER_PATCH, (CONTEXT + PATCHES) * SAMPLES_PER_PATCH)
        real, f0 = batch["samples"][:, samples], batch["f0"][:, frames]
        return real, speak_in_phase(net, mel[:, frames], f0, voiced[:, frames], real)

    def _loss(self, real: Tensor, fake: Tensor, progress: float) -> tuple[Tensor, Parts]:
        loss, parts = super()._loss(real, fake, progress)
        if self.phones is not None:
            apart = self.phones(self.corpus.mel(real), self.corpus.mel(fake))
            loss = loss + PHONES * apart
            parts["phones"] = apart.detach()
        return loss, parts
