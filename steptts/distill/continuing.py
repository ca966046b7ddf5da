"""Begins a run with the nets of an earlier one, also where this one's has more or wider blocks.

A net grows without forgetting: new blocks and new inner channels write nothing until training moves
them, so the grown net begins with exactly the outputs of the small one (Net2Net, arXiv 1511.05641).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from steptts.errors import StepTTSError

if TYPE_CHECKING:
    from pathlib import Path

    from steptts.distill.loop import Task

Weights = dict[str, Tensor]
_BLOCK = re.compile(r"^(.*\bblocks\.)(\d+)\.")
# A new block's gain: three times that of a block of a net that starts from nothing, since it has
# a trained net's residue to learn in fewer steps.
NEW_SCALE = 0.3


def continue_from(task: Task, checkpoint: Path | None, device: str) -> None:
    """Give ``task`` the nets and optimisers of an earlier run, if there is one.

    If its net had fewer or narrower blocks, ``task.net`` starts as that net, grown, and with an
    optimiser of its own.

    Raises:
        StepTTSError: the nets differ in more than their blocks.
    """
    if checkpoint is None:
        return
    saved = torch.load(checkpoint, map_location=device, weights_only=True)["state"]
    fresh = task.net.state_dict()
    same = {n: w.shape for n, w in saved["net"].items()} == {n: w.shape for n, w in fresh.items()}
    for name, part in task.state().items():
        if same or (part is not task.net and name != "optimizer"):
            part.load_state_dict(saved[name])
    if not same:
        task.net.load_state_dict(grown(saved["net"], fresh))


def grown(small: Weights, fresh: Weights) -> Weights:
    """Weights of the larger net ``fresh`` that compute what the net of ``small`` does.

    Raises:
        StepTTSError: a tensor differs that is not the inside of a ConvNeXt block, or ``fresh``
            has fewer or narrower blocks.
    """
    places = _places(_n_blocks(small), _n_blocks(fresh))
    out = {name: weight.clone() for name, weight in fresh.items()}
    for name, weight in out.items():  # what is not overwritten below belongs to a new block
        if _BLOCK.match(name) and ".down." in name:
            weight.zero_()
        elif _BLOCK.match(name) and name.endswith(".scale"):
            weight.fill_(NEW_SCALE)
    for name, weight in small.items():
        target = _BLOCK.sub(lambda m: f"{m[1]}{places[int(m[2])]}.", name)
        _copy(target, weight, out)
    return out


def _n_blocks(weights: Weights) -> int:
    return 1 + max((int(m[2]) for m in map(_BLOCK.match, weights) if m), default=-1)


def _places(n_small: int, n_large: int) -> list[int]:
    """Where the old blocks stand among the new: as evenly as they go, the first stays first."""
    if n_large < n_small:
        raise StepTTSError(f"a net of {n_small} blocks cannot become one of {n_large}")
    new = n_large - n_small
    return [i + i * new // n_small for i in range(n_small)]


def _copy(name: str, weight: Tensor, out: Weights) -> None:
    """Put a weight in the place of its name; only the inner channels of a block may be more."""
    room = out.get(name)
    inner = {"up.weight": 0, "up.bias": 0, "down.weight": 1}
    axis = next((a for end, a in inner.items() if name.endswith(end)), None)
    fits = room is not None and all(
        have == need or (i == axis and have > need)
        for i, (have, need) in enumerate(zip(room.shape, weight.shape, strict=True))
    )
    if room is None or not fits:
        shape = "nothing" if room is None else f"{tuple(room.shape)}"
        raise StepTTSError(
            f"{name} of {tuple(weight.shape)} in the earlier run, {shape} in this one: only blocks "
            "and their inner channels can grow"
        )
    room.narrow(axis or 0, 0, weight.shape[axis or 0]).copy_(weight)
