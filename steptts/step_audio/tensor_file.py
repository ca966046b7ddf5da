"""Writing safetensors tensor by tensor, so that 7 GB need no 7 GB of memory.

The header must know names, shapes and types before the first byte of a tensor; they are checked as
the tensors come. Reading is left to the safetensors package.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from steptts.errors import WeightsError
from steptts.replacing import replaced

if TYPE_CHECKING:
    from torch import Tensor

KINDS = {
    "torch.bfloat16": ("BF16", 2),
    "torch.float16": ("F16", 2),
    "torch.float32": ("F32", 4),
}
ALIGN = 8  # bytes; the header is padded with spaces to it, as the format asks


def write_tensors(
    path: Path,
    shapes: Mapping[str, tuple[int, ...]],
    dtype: str,
    tensors: Iterable[tuple[str, Tensor]],
) -> None:
    """Write a file that appears under its name when it is whole.

    Args:
        path: the file.
        shapes: of every tensor that will come, in their order.
        dtype: of all of them, for example "torch.bfloat16".
        tensors: name and value, in the order of `shapes`.

    Raises:
        WeightsError: a tensor is not as announced, or the file cannot be written.
    """
    kind, item = KINDS[dtype]
    header: dict[str, object] = {}
    end = 0
    for name, shape in shapes.items():
        begin, end = end, end + item * _product(shape)
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGN)
    waiting = list(shapes)
    try:
        with replaced(path) as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for name, tensor in tensors:
                _check(path, name, tensor, waiting, shapes, dtype)
                file.write(_bytes(tensor))
            if waiting:
                raise WeightsError(f"{path}: {len(waiting)} tensors never came: {waiting[:3]}")
    except OSError as reason:
        raise WeightsError(f"cannot write {path}: {reason.strerror}") from None


def _check(
    path: Path,
    name: str,
    tensor: Tensor,
    waiting: list[str],
    shapes: Mapping[str, tuple[int, ...]],
    dtype: str,
) -> None:
    if not waiting or waiting.pop(0) != name:
        raise WeightsError(f"{path}: tensor {name} came out of order")
    if tuple(tensor.shape) != shapes[name] or str(tensor.dtype) != dtype:
        raise WeightsError(
            f"{path}: {name} is {tensor.dtype} {list(tensor.shape)}, announced as {dtype} "
            f"{list(shapes[name])}"
        )


def _bytes(tensor: Tensor) -> memoryview:
    """The values as they lie in memory; NumPy knows no bfloat16, so as bytes."""
    import torch

    return tensor.contiguous().view(-1).view(torch.uint8).numpy().data


def _product(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count
