"""The rules of `steptts.sampling` for the batches of vLLM: slots, end, repetition.

A logits processor of vLLM's V1 interface (0.11 to 0.31; later runners have another one). It acts on
requests whose `extra_args` say where the audio ids begin and leaves all others alone. vLLM divides
by the temperature and keeps the top k afterwards, in the reference's order.

Held to the NumPy sampler by tests/step_audio/test_vllm.py, with a stand-in for vLLM; it has not
been run inside vLLM, which needs a GPU.
"""
# mypy: disable-error-code="misc, no-any-unimported"

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from vllm.v1.sample.logits_processor import (  # type: ignore[import-not-found,unused-ignore]
    BatchUpdate,
    LogitsProcessor,
    MoveDirectionality,
)

from steptts.sampling import PROMPT_ID, repeated_id
from steptts.text.prompt import EOT
from steptts.tokens import GROUP, SLOTS

AUDIO_OFFSET, MIN_IDS = "steptts_audio_offset", "steptts_min_ids"
"""Keys of `extra_args` in the sampling parameters of a request."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What is known of one row of the batch.

    Attributes:
        said: the ids so far, in the model's vocabulary; vLLM appends to this very list.
        offset: id of audio id 0.
        min_ids: "end" is not legal before.
    """

    said: list[int]
    offset: int
    min_ids: int

    def legal(self) -> tuple[int, int, bool]:
        """First and last + 1 legal id of the next slot, and whether "end" is legal."""
        first, stop = SLOTS[len(self.said) % GROUP]
        may_end = len(self.said) % GROUP == 0 and len(self.said) >= self.min_ids
        return self.offset + first, self.offset + stop, may_end

    def banned(self) -> int | None:
        """The id that the repetition rule forbids; the prompt counts as not repeating."""
        found = repeated_id([PROMPT_ID] * 10 + self.said[-10:])
        return None if found == PROMPT_ID else found


class SlotRules(LogitsProcessor):
    """Give it to vLLM as "steptts.step_audio.vllm_rules:SlotRules"."""

    def __init__(self, vllm_config: Any, device: torch.device, is_pin_memory: bool) -> None:  # noqa: ANN401
        """As vLLM calls it; only the requests matter."""
        self._requests: dict[int, _Request] = {}

    def is_argmax_invariant(self) -> bool:
        """No: the rules change which id is most likely."""
        return False

    def update_state(self, batch_update: BatchUpdate | None) -> None:
        """Follow rows as they come, go and move; in the order that vLLM asks for."""
        if batch_update is None:
            return
        for row in batch_update.removed:
            self._requests.pop(row, None)
        for row, params, _prompt, said in batch_update.added:
            self._requests.pop(row, None)
            given = getattr(params, "extra_args", None) or {}
            if AUDIO_OFFSET in given:
                self._requests[row] = _Request(said, given[AUDIO_OFFSET], given.get(MIN_IDS, 0))
        for source, target, direction in batch_update.moved:
            self._move(source, target, swap=direction == MoveDirectionality.SWAP)

    def apply(self, logits: Tensor) -> Tensor:
        """Forbid what is not legal, row by row: logits [requests, vocabulary], in place."""
        if not self._requests:
            return logits
        rows = sorted(self._requests)
        legal = [self._requests[row].legal() for row in rows]
        first, stop, may_end = torch.tensor(legal, device=logits.device).unbind(1)
        ids = torch.arange(logits.shape[1], device=logits.device)
        forbidden = (ids < first[:, None]) | (ids >= stop[:, None])
        forbidden[:, EOT] = may_end == 0
        for index, row in enumerate(rows):
            banned = self._requests[row].banned()
            if banned is not None:
                forbidden[index, banned] = True
        where = torch.tensor(rows, device=logits.device)
        logits[where] = logits[where].masked_fill(forbidden, -torch.inf)
        return logits

    def _move(self, source: int, target: int, *, swap: bool) -> None:
        moved, replaced = self._requests.pop(source, None), self._requests.pop(target, None)
        if moved is not None:
            self._requests[target] = moved
        if swap and replaced is not None:
            self._requests[source] = replaced
