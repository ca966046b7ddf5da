"""A run that begins with an earlier one's nets, as large as its own or smaller."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from steptts.distill.continuing import continue_from, grown
from steptts.distill.loop import Parts, optimiser
from steptts.errors import StepTTSError
from steptts.nets.convnext import ConvNeXt


class Task:
    """A trunk, a judge and their optimisers."""

    def __init__(self, n_blocks: int, ff_width: int) -> None:
        self.net: nn.Module = ConvNeXt(n_blocks, 8, ff_width, style_width=4)
        self.judge = nn.Linear(8, 1)
        self.optimizer = optimiser(self.net)

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        return {"net": self.net, "judge": self.judge, "optimizer": self.optimizer}

    def update(self, step: int, lr: float, progress: float) -> Parts:
        return {}

    def validate(self, net: nn.Module) -> dict[str, float]:
        return {}


def checkpoint(task: Task, folder: Path) -> Path:
    x, style = torch.randn(2, 9, 8), torch.randn(2, 4)
    task.net(x, style).square().sum().backward()
    task.optimizer.step()
    state = {name: part.state_dict() for name, part in task.state().items()}
    torch.save({"state": state}, folder / "checkpoint.pt")
    return folder / "checkpoint.pt"


@pytest.mark.parametrize(("n_blocks", "ff_width"), [(4, 16), (6, 16), (7, 24), (4, 24)])
def test_a_grown_net_begins_as_the_small_one(tmp_path: Path, n_blocks: int, ff_width: int) -> None:
    small, large = Task(4, 16), Task(n_blocks, ff_width)
    continue_from(large, checkpoint(small, tmp_path), "cpu")
    x, style = torch.randn(2, 30, 8), torch.randn(2, 4)
    torch.testing.assert_close(large.net(x, style), small.net(x, style))
    assert torch.equal(large.judge.weight, small.judge.weight)
    kept = bool(large.optimizer.state)
    assert kept == (n_blocks == 4 and ff_width == 16)  # a grown net's optimiser starts anew


def test_what_grew_learns(tmp_path: Path) -> None:
    large = Task(6, 24)
    continue_from(large, checkpoint(Task(4, 16), tmp_path), "cpu")
    before = {name: weight.clone() for name, weight in large.net.state_dict().items()}
    for _ in range(2):  # the first step moves what a new block writes, the second what it reads
        large.optimizer.zero_grad()
        large.net(torch.randn(2, 9, 8), torch.randn(2, 4)).square().sum().backward()
        large.optimizer.step()
    after = large.net.state_dict()
    assert all(not torch.equal(after[name], before[name]) for name in before)


@pytest.mark.parametrize(
    ("n_blocks", "ff_width", "message"),
    [(3, 16, "4 blocks cannot become one of 3"), (4, 12, r"up\.weight of \(16, 8\)")],
)
def test_a_net_does_not_shrink(n_blocks: int, ff_width: int, message: str) -> None:
    small = ConvNeXt(4, 8, 16).state_dict()
    with pytest.raises(StepTTSError, match=message):
        grown(small, ConvNeXt(n_blocks, 8, ff_width).state_dict())


def test_only_blocks_grow() -> None:
    with pytest.raises(StepTTSError, match="only blocks"):
        grown(nn.Linear(3, 4).state_dict(), nn.Linear(3, 5).state_dict())


def test_no_checkpoint_changes_nothing() -> None:
    task = Task(4, 16)
    before = task.net.state_dict()["norm.weight"].clone()
    continue_from(task, None, "cpu")
    assert torch.equal(task.net.state_dict()["norm.weight"], before)
