"""Linear layers with int8 or int4 weights; inputs and outputs keep their floating type.

Weights are rounded to the nearest step, by row (int8) or by group of a row (int4, asymmetric).
The stored form is the same on every device; on a CPU torch's own weight-only kernels run on a
packed copy, elsewhere the weights are widened on the fly (the fused decode kernels read them
directly, see decode_kernels.py).

Axes: N outputs, K inputs, G inputs that share an int4 scale.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

GROUP_WIDTHS = (128, 64, 32)
"""Group sizes that torch's int4 kernels take; the widest that divides K is used."""


class Int8Linear(nn.Module):
    """Weight int8 [N, K], one scale per row."""

    weight: Tensor
    scale: Tensor

    def __init__(self, weight: Tensor) -> None:
        """Round a floating weight [N, K]."""
        super().__init__()
        wide = weight.float()
        scale = wide.abs().amax(1).clamp(min=1e-12) / 127
        rounded = (wide / scale[:, None]).round().to(torch.int8)
        self.register_buffer("weight", rounded)
        self.register_buffer("scale", scale.to(weight.dtype))

    def forward(self, x: Tensor) -> Tensor:
        """[..., K] to [..., N]."""
        flat = x.reshape(-1, x.shape[-1])
        if x.device.type == "cpu":
            y = torch._weight_int8pack_mm(flat, self.weight, self.scale)
        else:
            y = F.linear(flat, self.weight.to(x.dtype)) * self.scale
        return y.view(*x.shape[:-1], -1)


class Int4Linear(nn.Module):
    """Weight uint8 [N, K / 2], two inputs a byte (even one low), scale and lowest value by group.

    value = nibble * scale + lowest.
    """

    weight: Tensor
    scale: Tensor
    lowest: Tensor

    def __init__(self, weight: Tensor) -> None:
        """Round a floating weight [N, K].

        Raises:
            ValueError: K is not a multiple of 32.
        """
        super().__init__()
        rows, inputs = weight.shape
        self.group = next((g for g in GROUP_WIDTHS if inputs % g == 0), 0)
        if not self.group:
            raise ValueError(f"int4 needs inputs in multiples of {GROUP_WIDTHS[-1]}, not {inputs}")
        groups = weight.float().view(rows, -1, self.group)
        lowest, highest = groups.amin(2), groups.amax(2)
        scale = ((highest - lowest) / 15).clamp(min=1e-12)
        steps = ((groups - lowest[..., None]) / scale[..., None]).round().clamp(0, 15)
        nibbles = steps.view(rows, inputs).to(torch.uint8)
        self.register_buffer("weight", nibbles[:, ::2] | (nibbles[:, 1::2] << 4))
        self.register_buffer("scale", scale.to(weight.dtype))
        self.register_buffer("lowest", lowest.to(weight.dtype))
        self._packed: tuple[Tensor, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """[..., K] to [..., N]."""
        if x.device.type != "cpu":
            return F.linear(x, self.widened().to(x.dtype))
        packed, scales = self._packed_for_cpu()
        flat = x.reshape(-1, x.shape[-1])
        y = torch.ops.aten._weight_int4pack_mm_for_cpu(flat, packed, self.group, scales.to(x.dtype))
        return cast("Tensor", y).view(*x.shape[:-1], -1)

    def nibbles(self) -> Tensor:
        """The rounded values 0..15, uint8 [N, K]."""
        return torch.stack([self.weight & 15, self.weight >> 4], 2).flatten(1)

    def widened(self) -> Tensor:
        """The weight as numbers [N, K]."""
        groups = self.nibbles().view(self.weight.shape[0], -1, self.group)
        return (groups * self.scale[..., None] + self.lowest[..., None]).flatten(1)

    def _packed_for_cpu(self) -> tuple[Tensor, Tensor]:
        """Torch's own layout, where value = (nibble - 8) * scale + zero: made at first use."""
        if self._packed is None:
            weight = torch.ops.aten._convert_weight_to_int4pack_for_cpu(self.nibbles().int(), 1)
            zero = self.lowest + 8 * self.scale
            self._packed = weight, torch.stack([self.scale.T, zero.T], 2).contiguous()
        return self._packed


KINDS: dict[str, type[Int8Linear] | type[Int4Linear]] = {"int8": Int8Linear, "int4": Int4Linear}


def quantize(module: nn.Module, kind: str, device: torch.device, dtype: torch.dtype) -> None:
    """Replace every bias-free linear layer below a module, one after the other, in place.

    Args:
        module: its floating weights are freed as it goes: the peak is one layer above the result.
        kind: "int8" or "int4".
        device: where the rounding is done and the result stays.
        dtype: of the scales, and of the inputs to come.
    """
    for name, child in module.named_children():
        if isinstance(child, nn.Linear) and getattr(child, "bias", None) is None:
            setattr(module, name, KINDS[kind](child.weight.data.to(device, dtype)))
        else:
            quantize(child, kind, device, dtype)
