"""Trains the mel decoder: regression on the score and on true, damaged or absent ids.

A regressor gives the mean of what it cannot know, a blur that is heard as muffled and reverberant
speech; the last part of a run adds a judge of mel patches, which asks for sharp ones. Where a
recogniser of phones is at hand, its features of the made mel are drawn to those of the true one.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.distill.corpus import Corpus
from steptts.distill.lm import corrupt
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.distill.phone_recognizer import PhoneDistance
from steptts.frames import NO_IDS, PATCHES_PER_SUPER_FRAME
from steptts.nets.discriminators import MelDiscriminator, fool_loss, judge_loss
from steptts.nets.mel_decoder import MelDecoder, MelDecoderConfig
from steptts.text.phones import SYMBOLS

PATCHES = 150  # crops of 3 s
CORRUPTED = 0.2  # share of ids replaced at random
ABSENT = 0.15  # share of utterances decoded from the score alone
# Weights beside the regression's 0.4 nat. At 0.1 and 0.5 DistillMOS of speech was 0.05 lower.
ADVERSARIAL, FEATURES = 0.5, 1.2
PHONES = 2.0  # of a distance of 0.2 to 0.3


def decoder_ids(ids: Tensor, training: bool, absent: float) -> tuple[Tensor, Tensor]:
    """Ids [B, J, 5] to linguistic [B, 2 J] and semantic [B, 3 J].

    A share ``absent`` of utterances loses its ids; while training some others are damaged.
    """
    if training:
        ids = corrupt(ids, CORRUPTED)
    if absent:
        lost = torch.rand(len(ids), 1, 1, device=ids.device) < absent
        ids = torch.where(lost, ids.new_tensor(NO_IDS), ids)
    return ids[..., :2].flatten(1), ids[..., 2:].flatten(1)


def decode(
    net: nn.Module, batch: dict[str, Tensor], training: bool, absent: float = 0.0
) -> tuple[Tensor, Tensor]:
    """Log-mel [B, 2 T, M] and voicing logits [B, 2 T] of a frame batch, with or without ids."""
    if "ids" in batch:
        linguistic, semantic = decoder_ids(batch["ids"], training, absent)
    else:
        n, t = batch["symbols"].shape
        none = batch["symbols"].new_tensor(NO_IDS).expand(n, t // PATCHES_PER_SUPER_FRAME, -1)
        linguistic, semantic = decoder_ids(none, False, 0.0)
    mel, voiced = net(
        batch["symbols"], batch["marks"], batch["features"], linguistic, semantic, batch["voice"]
    )
    return mel.float(), voiced.float()


class MelDecoderTask:
    """L1 of the log-mel and of its change over time, voicing, and late in the run a judge."""

    def __init__(
        self,
        corpus: Corpus,
        batch: int,
        absent: float = ABSENT,
        *,
        adversarial_from: float = 1.0,
        phones: PhoneDistance | None = None,
    ) -> None:
        """Create nets and optimisers; the judge works from that share of the run on."""
        self.corpus, self.batch, self.absent = corpus, batch, absent
        self.adversarial_from, self.phones = adversarial_from, phones
        self.net: nn.Module = MelDecoder(MelDecoderConfig(len(SYMBOLS))).to(corpus.device)
        self.judge = MelDiscriminator().to(corpus.device)
        self.optimizer = optimiser(self.net)
        self.judge_optimizer = optimiser(self.judge, 0.99, 0.8)

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Both nets and both optimisers."""
        return {
            "net": self.net,
            "judge": self.judge,
            "optimizer": self.optimizer,
            "judge_optimizer": self.judge_optimizer,
        }

    def _loss(
        self, net: nn.Module, step: int, held_out: bool
    ) -> tuple[Tensor, Parts, tuple[Tensor, Tensor]]:
        """Regression loss, its parts, and the masked true and predicted mels."""
        rows = self.corpus.utterances(step, self.batch, held_out=held_out)
        batch = self.corpus.frame_batch(rows, *self.corpus.crops(step, rows, PATCHES))
        with precision(self.corpus.device):
            absent = float(self.absent > 0.5) if held_out else self.absent
            mel, voiced = decode(net, batch, not held_out, absent)
        mask = batch["mask"].repeat_interleave(2, 1)
        n = mask.sum()
        l1 = ((mel - batch["mel"]).abs().mean(-1) * mask).sum() / n
        change = (mel.diff(dim=1) - batch["mel"].diff(dim=1)).abs().mean(-1)
        change = (change * mask[:, 1:]).sum() / n
        voicing = F.binary_cross_entropy_with_logits(voiced, batch["voiced"], reduction="none")
        voicing = (voicing * mask).sum() / n
        parts = {"mel": l1.detach(), "change": change.detach(), "voicing": voicing.detach()}
        mels = (batch["mel"] * mask[..., None], mel * mask[..., None])
        loss = l1 + 0.5 * change + 0.1 * voicing
        if self.phones is not None:
            apart = self.phones(*mels)
            loss = loss + PHONES * apart
            parts["phones"] = apart.detach()
        return loss, parts, mels

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step of the decoder, and of the judge once it works."""
        loss, parts, (real, fake) = self._loss(self.net, step, held_out=False)
        if progress >= self.adversarial_from:
            with precision(self.corpus.device):
                judge = judge_loss(self.judge(real), self.judge(fake.detach()))
            apply(self.judge, self.judge_optimizer, judge, lr, 10.0)
            self.judge.requires_grad_(False)
            with precision(self.corpus.device):
                adversarial, features = fool_loss(self.judge(real), self.judge(fake))
            self.judge.requires_grad_(True)
            loss = loss + ADVERSARIAL * adversarial + FEATURES * features
            parts |= {
                "judge": judge.detach(),
                "adversarial": adversarial.detach(),
                "features": features.detach(),
            }
        apply(self.net, self.optimizer, loss, lr, 1.0)
        return parts

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Errors in nats on held-out utterances, with true ids or, if trained so, none."""
        return {k: float(v) for k, v in self._loss(net, 0, held_out=True)[1].items()}


def load_mel_decoder(path: Path, device: str) -> MelDecoder:
    """The averaged mel decoder of a run."""
    net = MelDecoder(MelDecoderConfig(len(SYMBOLS))).to(device)
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.eval()
