"""Flow matching as arithmetic: from noise to a spectrogram along an ordinary differential equation.

Knows the time grid, the Euler steps and guidance. Knows no network and no array package: a state
may be a NumPy array or a torch tensor, on any device. Times are rounded to float32, as the state.
Held to the golden suite ``flow`` by tests/test_flow.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np

from steptts.stages import FloatArray

COSINE, UNIFORM, PRUNED = "cosine", "uniform", "pruned"

# Where 5, 6 or 7 steps are spent best without training, in 32nds before the cosine warp: the path
# bends most near the noise. Found on F5-TTS (arXiv 2505.19931); not measured on this checkpoint.
PRUNED_32NDS = {
    5: (0, 2, 4, 8, 16, 32),
    6: (0, 2, 4, 6, 8, 16, 32),
    7: (0, 2, 4, 6, 8, 16, 24, 32),
}


class Vector(Protocol):
    """What the solver asks of a state: sums and products with a number."""

    def __add__(self, other: Any, /) -> Any: ...  # noqa: ANN401
    def __sub__(self, other: Any, /) -> Any: ...  # noqa: ANN401
    def __mul__(self, other: float, /) -> Any: ...  # noqa: ANN401


State = TypeVar("State", bound=Vector)


def time_grid(n_steps: int, schedule: str = COSINE) -> FloatArray:
    """Times from noise (0) to data (1).

    Args:
        n_steps: number of steps, 1 or more; 5 to 7 for "pruned".
        schedule: "cosine" is ``1 - cos(pi/2 u)`` over uniform u, as the checkpoint was trained;
            "uniform" is u itself; "pruned" is the cosine of fewer, earlier u.

    Returns:
        [n_steps + 1] float32, rising from 0 to 1.

    Raises:
        ValueError: the schedule is unknown or has no grid of this many steps.
    """
    if n_steps < 1:
        raise ValueError(f"{n_steps} steps: at least 1 is needed")
    if schedule == PRUNED:
        if n_steps not in PRUNED_32NDS:
            raise ValueError(f"{n_steps} steps: the schedule 'pruned' has 5, 6 or 7")
        place = np.array(PRUNED_32NDS[n_steps]) / 32
    elif schedule in (COSINE, UNIFORM):
        place = np.linspace(0, 1, n_steps + 1)
    else:
        raise ValueError(f"schedule {schedule!r}: expected 'cosine', 'uniform' or 'pruned'")
    times = place if schedule == UNIFORM else 1 - np.cos(place * np.pi / 2)
    return times.astype(np.float32)


def euler_steps(times: FloatArray) -> tuple[tuple[float, float], ...]:
    """Time and length of each step; the time is the sum of the lengths so far, in float32.

    Args:
        times: [n_steps + 1], rising.
    """
    steps = []
    time = times[0]
    for following in times[1:]:
        length = following - time
        steps.append((float(time), float(length)))
        time = time + length
    return tuple(steps)


def guide(conditional: State, unconditional: State, guidance: float) -> State:
    """Push a velocity away from what the network says without its conditions.

    ``(1 + guidance) * conditional - guidance * unconditional``; guidance 0 changes nothing.
    """
    guided: State = conditional * (1.0 + guidance) - unconditional * guidance
    return guided


def integrate(
    velocity: Callable[[State, int], State],
    noise: State,
    steps: Sequence[tuple[float, float]],
) -> State:
    """Follow the velocity from noise to data with Euler steps.

    Args:
        velocity: gives the velocity at a state; the int is the index of the step, so that what
            depends on time alone can be computed once for all steps.
        noise: the state at the first time; not changed.
        steps: time and length of each step, from ``euler_steps``.

    Returns:
        the state after the last step.
    """
    state = noise
    for index, (_, length) in enumerate(steps):
        state = state + velocity(state, index) * length
    return state
