"""The rules of `steptts.sampling` in torch, without a branch on data: fit for a CUDA graph.

Given the same logits and the same uniform numbers it draws the same ids as the NumPy sampler; a
draw within one float64 rounding of a boundary is the only exception.
"""

import torch
from torch import Tensor

from steptts.sampling import PROMPT_ID, Sampling
from steptts.tokens import END, GROUP, SLOTS


class DeviceSampler:
    """Draws one id per call; everything that changes is a tensor of fixed shape."""

    def __init__(self, sampling: Sampling, device: torch.device) -> None:
        """Put the rules on the device; `begin` must follow.

        Args:
            sampling: the rules.
            device: where the logits will be.
        """
        self.sampling = sampling
        self._window = torch.zeros(sampling.window, dtype=torch.long, device=device)
        self._min_ids = torch.zeros((), dtype=torch.long, device=device)
        self._ids = torch.arange(END + 1, device=device)
        allowed = torch.zeros(GROUP, END + 1, dtype=torch.bool)
        for position, (first, stop) in enumerate(SLOTS):
            allowed[position, first:stop] = True
        allowed[0, END] = True
        self._allowed = allowed.to(device)

    def begin(self, min_ids: int) -> None:
        """Forget what was drawn; "end" will not be legal before so many ids."""
        self._window.fill_(PROMPT_ID)
        self._min_ids.fill_(min_ids)

    def state(self) -> Tensor:
        """The latest ids, oldest first, to be restored with `state().copy_`."""
        return self._window

    def draw(self, logits: Tensor, position: Tensor, uniform: Tensor) -> Tensor:
        """Choose one id and remember it.

        Args:
            logits: float32 [END + 1].
            position: [1], number of ids so far.
            uniform: [1], a number in [0, 1).

        Returns:
            [1] int64.
        """
        drawn = self._choose(self._masked(logits, position), uniform)
        self._window.copy_(torch.cat([self._window[1:], drawn]))
        return drawn

    def _choose(self, scores: Tensor, uniform: Tensor) -> Tensor:
        if self.sampling.temperature == 0:
            return scores.argmax(0, keepdim=True)
        wide = scores.double() / self.sampling.temperature
        best = wide.topk(min(self.sampling.top_k, len(wide))).values
        weights = (wide - best[0]).exp().masked_fill(wide < best[-1], 0.0)
        running = weights.cumsum(0)
        return torch.searchsorted(running, uniform.double() * running[-1], right=True)

    def _masked(self, logits: Tensor, position: Tensor) -> Tensor:
        """Logits with -inf where the repetition rule or the slots forbid an id."""
        latest = self._window[-1]
        share = (self._window == latest).sum() / self.sampling.window
        forbidden = (self._ids == latest) & (share > self.sampling.max_share)
        if self.sampling.slots:
            too_early = (self._ids == END) & (position < self._min_ids)
            allowed = self._allowed.index_select(0, position % GROUP)[0]
            forbidden = forbidden | too_early | ~allowed
        return logits.masked_fill(forbidden, -torch.inf)
