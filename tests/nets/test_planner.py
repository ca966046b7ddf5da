"""The planner knows which side a phone is on, ignores padding, and its walk steps as it trains."""

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from steptts.distill.planner import left_alone, shifted  # noqa: E402
from steptts.nets.planner import N_VALUES, Planner, PlannerConfig, distances  # noqa: E402

N_SYMBOLS = 12
SIZES = {"width": 32, "ff_width": 48, "n_encoder_layers": 1, "n_layers": 2}


@pytest.fixture(scope="module")
def net() -> Planner:
    torch.manual_seed(0)
    return Planner(PlannerConfig(N_SYMBOLS, **SIZES)).eval()


def states(net: Planner, symbols: list[list[int]], mask: Tensor | None = None) -> Tensor:
    ids = torch.tensor(symbols)
    none = torch.zeros_like(ids)
    voice = torch.ones(len(symbols), 256)
    with torch.no_grad():
        out: Tensor = net.encode(ids, none, none, voice, mask)
    return out


def test_the_left_neighbour_is_told_from_the_right(net: Planner) -> None:
    one, other = states(net, [[1, 1, 2, 5, 3, 1, 1], [1, 1, 3, 5, 2, 1, 1]])
    assert (one[3] - other[3]).abs().max() > 1e-2


def test_padding_changes_nothing(net: Planner) -> None:
    mask = torch.tensor([[True] * 4 + [False] * 3, [True] * 7])
    padded = states(net, [[1, 2, 3, 4, 9, 9, 9], [1, 2, 3, 4, 5, 6, 7]], mask)
    torch.testing.assert_close(padded[0, :4], states(net, [[1, 2, 3, 4]])[0], rtol=1e-4, atol=1e-5)


def test_distances_lie_between_minus_one_and_one_at_the_ends() -> None:
    first, last = distances(torch.tensor([5]), 5)[0][[0, -1]]
    assert first[[0, 2]].tolist() == [-1, -1]
    assert last[[1, 3]].tolist() == [-1, -1]


def test_left_alone_it_says_what_it_would_say_of_its_own_past(net: Planner) -> None:
    encoded = states(net, [[1, 2, 3, 4, 5, 6]])
    with torch.no_grad():
        plan = left_alone(net, encoded)
        again = net.read(net(encoded, shifted(plan)))
    assert plan.shape == (1, 6, N_VALUES)
    torch.testing.assert_close(plan, again, rtol=1e-4, atol=1e-5)
