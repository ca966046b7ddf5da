"""Trains the super-frame token language model on the tokenizers' ids."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.distill.corpus import Corpus
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.frames import NO_IDS
from steptts.nets.super_frame_lm import SuperFrameLM, SuperFrameLMConfig
from steptts.text.phones import SYMBOLS

PATCHES = 300  # crops of 6 s
CORRUPTED = 0.15  # share of heard ids replaced at random, against exposure bias


def corrupt(ids: Tensor, share: float, generator: torch.Generator | None = None) -> Tensor:
    """Replace a random share of ids [..., 5] by random legal ones of the same slot."""
    sizes = ids.new_tensor(NO_IDS)
    random = (torch.rand(ids.shape, device=ids.device) * sizes).long()
    return torch.where(torch.rand(ids.shape, device=ids.device) < share, random, ids)


class LMTask:
    """Cross-entropy of the five slots; the past is partly corrupted."""

    def __init__(self, corpus: Corpus, batch: int) -> None:
        """Create net and optimiser."""
        self.corpus, self.batch = corpus, batch
        self.net: nn.Module = SuperFrameLM(SuperFrameLMConfig(len(SYMBOLS))).to(corpus.device)
        self.optimizer = optimiser(self.net)

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Net and optimiser."""
        return {"net": self.net, "optimizer": self.optimizer}

    def _loss(self, net: nn.Module, step: int, held_out: bool) -> tuple[Tensor, Parts]:
        rows = self.corpus.utterances(step, self.batch, held_out=held_out)
        batch = self.corpus.frame_batch(rows, *self.corpus.crops(step, rows, PATCHES))
        ids = batch["ids"]
        heard = ids if held_out else corrupt(ids, CORRUPTED)
        said = ids if held_out else corrupt(ids, CORRUPTED / 2)
        with precision(self.corpus.device):
            logits = net(
                batch["symbols"], batch["marks"], batch["features"], said, heard, batch["voice"]
            )
        mask = batch["mask"][:, ::6]
        losses, hits = [], []
        for slot, part in enumerate(logits):
            target = ids[..., slot]
            loss = F.cross_entropy(part.float().flatten(0, 1), target.flatten(), reduction="none")
            losses.append((loss * mask.flatten()).sum() / mask.sum())
            hits.append(((part.argmax(-1) == target) * mask).sum() / mask.sum())
        parts = {
            "linguistic": torch.stack(losses[:2]).mean().detach(),
            "semantic": torch.stack(losses[2:]).mean().detach(),
            "linguistic_hits": torch.stack(hits[:2]).mean(),
            "semantic_hits": torch.stack(hits[2:]).mean(),
        }
        return torch.stack(losses).mean(), parts

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step."""
        loss, parts = self._loss(self.net, step, held_out=False)
        apply(self.net, self.optimizer, loss, lr, 1.0)
        return parts

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Cross-entropy in nats and share of exact ids on held-out utterances."""
        return {k: float(v) for k, v in self._loss(net, 0, held_out=True)[1].items()}
