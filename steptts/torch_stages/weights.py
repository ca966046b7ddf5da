"""Puts tensors read from files into a network: all of them, none beside them, of equal shapes.

Knows no file format and no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from torch import Tensor, nn

from steptts.errors import WeightsError

NetworkT = TypeVar("NetworkT", bound=nn.Module)
SHOWN = 5  # names listed in an error before "and N more"


def fill(network: NetworkT, tensors: Mapping[str, Tensor], source: str) -> NetworkT:
    """Replace the parameters of a network, which may have been built on the meta device.

    The network takes over the tensors without copying, so memory-mapped ones stay mapped.

    Args:
        network: what is to be filled.
        tensors: one floating-point tensor for each parameter, by name.
        source: where they come from, for errors.

    Returns:
        the network, in evaluation mode, without gradients.

    Raises:
        WeightsError: tensors are missing, surplus, of another shape or not floating point.
    """
    wanted = network.state_dict()
    _refuse(source, "missing", [name for name in wanted if name not in tensors])
    _refuse(source, "surplus", [name for name in tensors if name not in wanted])
    wrong = [
        f"{name} {list(tensors[name].shape)}, expected {list(want.shape)}"
        for name, want in wanted.items()
        if tensors[name].shape != want.shape
    ]
    _refuse(source, "of another shape", wrong)
    kinds = [f"{name} {t.dtype}" for name, t in tensors.items() if not t.is_floating_point()]
    _refuse(source, "not floating point", kinds)
    network.load_state_dict(dict(tensors), strict=True, assign=True)
    return network.eval().requires_grad_(False)


def _refuse(source: str, fault: str, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        listed = "; ".join(names[:SHOWN])
        raise WeightsError(f"{source}: {len(names)} tensors {fault}: {listed}{more}")
