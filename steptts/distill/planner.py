"""Trains the planner on unedited utterances, at the teacher's own speed.

At run time the walk reads its own words of the phone before. One that had always read the
teacher's made 2.3 times the pitch errors when left alone (0.137 against 0.059 in log, 48 unseen
utterances). So most of the past it learns from is its own, said in a pass without gradient
(scheduled sampling, arXiv 1506.03099, in parallel as in arXiv 1906.07651).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from steptts.distill.corpus import Corpus
from steptts.distill.edits import KINDS, NEUTRAL
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.errors import StepTTSError
from steptts.nets.planner import N_VALUES, VALUES, Planner, PlannerConfig
from steptts.text.phones import SYMBOLS

PAST_NOISE = 0.05  # in log units
OWN_PAST = 0.8  # share of utterances whose past the planner says itself, once it is warm
WARM = 0.1  # share of the run until then
OWN_PASSES = 2  # each lets the walk hear its own errors one phone further


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

    def _states(self, net: Planner, batch: dict[str, Tensor]) -> Tensor:
        return net.encode(
            batch["symbols"], batch["marks"], batch["starts"], batch["voice"], batch["mask"]
        )

    def _own_past(
        self, net: Planner, states: Tensor, plan: Tensor, known: Tensor, share: float
    ) -> Tensor:
        """The past [B, N, 6]: the teacher's, but the net's own words in a share of utterances.

        What the teacher does not say, as the pitch of a voiceless phone, is always the net's own:
        there the walk will hear itself at run time.
        """
        drawn = torch.rand_like(plan[:, :1, :1]) < share
        taught = (known > 0) & ~drawn
        said = torch.zeros_like(plan)
        with torch.no_grad():
            for _ in range(OWN_PASSES):
                past = shifted(torch.where(taught, plan, said))
                said = net.read(net(states.detach(), past).float())
        return shifted(torch.where(taught, plan, said))

    def _loss(self, net: nn.Module, rows: Tensor, share: float) -> tuple[Tensor, Parts]:
        batch = self.corpus.phone_batch(rows)
        assert isinstance(net, Planner)
        with precision(self.corpus.device):
            states = self._states(net, batch)
            past = self._own_past(net, states, batch["plan"], batch["known"], share)
            past = past + PAST_NOISE * torch.randn_like(past) * net.training
            raw = net(states, past)
        return net.loss(raw.float(), batch["plan"], batch["known"])

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step."""
        rows = self.corpus.utterances(step, self.batch, pool=self.pool)
        share = OWN_PAST * min(1.0, progress / WARM)
        loss, parts = self._loss(self.net, rows, share)
        apply(self.net, self.optimizer, loss, lr, 1.0)
        return parts

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Mean absolute errors of the net left alone, held-out, in log units (energy: 20 dB)."""
        assert isinstance(net, Planner)
        batch = self.corpus.phone_batch(self.held_out)
        states = self._states(net, batch)
        error = (left_alone(net, states) - batch["plan"]).abs() * batch["known"]
        mean = error.sum((0, 1)) / batch["known"].sum((0, 1)).clamp(min=1)
        return dict(zip(VALUES, mean.tolist(), strict=True))


def shifted(plan: Tensor) -> Tensor:
    """The plan [B, N, 6] of the phone before; zeros before the first."""
    return torch.cat([torch.zeros_like(plan[:, :1]), plan[:, :-1]], 1)


def left_alone(net: Planner, states: Tensor) -> Tensor:
    """The plan [B, N, 6] of a walk that reads its own words, as at run time."""
    batch, length, _ = states.shape
    plan = states.new_zeros(batch, length, N_VALUES)
    cache = net.walk.empty_cache(batch)
    past = plan[:, :1]
    for i in range(length):
        h, cache = net.walk.step(states[:, i : i + 1] + net.past(past), cache)
        plan[:, i : i + 1] = past = net.read(net.head(h))
    return plan
