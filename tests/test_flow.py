"""The solver is arithmetic: it follows the recorded grid and works on any array."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from steptts import flow
from tests.closeness import assert_close
from tests.recorded import golden


def test_the_cosine_grid_and_the_times_used_equal_the_recorded_ones() -> None:
    recorded = load_file(golden("flow") / "cases.safetensors")
    grid = flow.time_grid(10)
    assert grid.dtype == np.float32
    assert_close("flow time grid", grid, recorded["case0.t_span"], 1e-7)
    used = [time for time, _ in flow.euler_steps(grid)]
    assert_close("flow times used", used, recorded["case0.t_used"], 1e-7)


def test_every_schedule_rises_from_noise_to_data() -> None:
    for schedule, n_steps in (("cosine", 1), ("cosine", 10), ("uniform", 4), ("pruned", 5),
                              ("pruned", 6), ("pruned", 7)):  # fmt: skip
        grid = flow.time_grid(n_steps, schedule)
        assert grid.shape == (n_steps + 1,)
        assert grid[0] == 0
        assert grid[-1] == pytest.approx(1, abs=1e-6)
        assert np.all(np.diff(grid) > 0)


def test_a_pruned_grid_is_a_part_of_the_cosine_grid_of_32_steps() -> None:
    fine = flow.time_grid(32)
    for n_steps in (5, 6, 7):
        assert set(flow.time_grid(n_steps, "pruned")) <= set(fine)


@pytest.mark.parametrize(
    ("n_steps", "schedule", "named"),
    [(0, "cosine", "0 steps"), (8, "pruned", "5, 6 or 7"), (4, "linear", "'linear'")],
)
def test_a_grid_that_does_not_exist_is_refused(n_steps: int, schedule: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        flow.time_grid(n_steps, schedule)


def test_no_guidance_changes_nothing_and_some_pushes_away() -> None:
    conditional, unconditional = np.array([2.0]), np.array([1.0])
    assert flow.guide(conditional, unconditional, 0.0) == 2.0
    assert flow.guide(conditional, unconditional, 0.7) == pytest.approx(1.7 * 2 - 0.7)


def test_euler_reaches_the_end_of_a_straight_path_in_any_number_of_steps() -> None:
    start, end = np.full(3, -1, np.float32), np.array([1, 2, 3], np.float32)
    for n_steps in (1, 3, 10):
        steps = flow.euler_steps(flow.time_grid(n_steps))
        state = flow.integrate(lambda _, __: end - start, start, steps)
        np.testing.assert_allclose(state, end, atol=1e-6)
        assert state.dtype == np.float32


def test_euler_of_a_decay_comes_closer_with_more_steps() -> None:
    def off(n_steps: int) -> float:
        steps = flow.euler_steps(flow.time_grid(n_steps, "uniform"))
        end = flow.integrate(lambda state, _: -state, np.array(1.0), steps)
        return float(abs(end - np.exp(-1)))

    assert off(40) < off(10) / 3.5


def test_the_velocity_is_told_which_step_it_is_and_torch_tensors_stay_tensors() -> None:
    torch = pytest.importorskip("torch")
    seen: list[int] = []

    def velocity(state: object, index: int) -> object:
        seen.append(index)
        return torch.ones(2)

    end = flow.integrate(velocity, torch.zeros(2), flow.euler_steps(flow.time_grid(3)))
    assert seen == [0, 1, 2]
    assert torch.allclose(end, torch.ones(2))
