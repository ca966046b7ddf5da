"""Trains the planner on unedited utterances, at the teacher's own speed."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from steptts.distill.corpus import Corpus
from steptts.distill.edits import NEUTRAL
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.distill.prepare import KINDS
from steptts.errors import StepTTSError
from steptts.nets.planner import Planner, PlannerConfig
from steptts.text.phones import SYMBOLS

PAST_NOISE = 0.1  # in log units; at run time the walk reads its own slightly wrong values


class PlannerTask:
    """The planner with teacher forcing on a noisy past."""

    def __init__(self, corpus: Corpus, batch: int) -> None:
        """Create net and optimiser; only neutral utterances are used.

        Raises:
            StepTTSError: the corpus has none to train on or none held out.
        """
        self.corpus, self.batch = corpus, batch
        self.net: nn.Module = Planner(PlannerConfig(len(SYMBOLS))).to(corpus.device)
        self.optimizer = optimiser(self.net)
        neutral = corpus.kind == KINDS.index(NEUTRAL)
        self.pool = corpus.train[neutral[corpus.train]]
        self.held_out = corpus.held_out[neutral[corpus.held_out]]
        if not len(self.pool) or not len(self.held_out):
            raise StepTTSError(
                f"{corpus.folder}: the planner learns from unedited utterances, and there are "
                f"{len(self.pool)} to learn from and {len(self.held_out)} held out; render more"
            )

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Net and optimiser."""
        return {"net": self.net, "optimizer": self.optimizer}

    def _loss(self, net: nn.Module, rows: Tensor, noise: float) -> tuple[Tensor, Parts]:
        batch = self.corpus.phone_batch(rows)
        plan = batch["plan"]
        past = torch.cat([torch.zeros_like(plan[:, :1]), plan[:, :-1]], 1)
        past = past + noise * torch.randn_like(past) * (torch.rand_like(past[..., :1]) < 0.5)
        assert isinstance(net, Planner)
        with precision(self.corpus.device):
            states = net.encode(
                batch["symbols"], batch["marks"], batch["starts"], batch["voice"], batch["mask"]
            )
            raw = net(states, past)
        return net.loss(raw.float(), plan, batch["known"])

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step."""
        rows = self.corpus.utterances(step, self.batch, pool=self.pool)
        loss, parts = self._loss(self.net, rows, PAST_NOISE)
        apply(self.net, self.optimizer, loss, lr, 1.0)
        return parts

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Mean absolute errors on held-out utterances, in log units (energy: 20 dB)."""
        return {k: float(v) for k, v in self._loss(net, self.held_out, 0.0)[1].items()}
