"""Recorded tensors are named CASE.WHAT: which cases there are, and the tensors of one of them.

Cases are read from the file, so that another set of recorded numbers may have other cases.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from safetensors import safe_open

Value = TypeVar("Value")


def case_names(path: Path, what: str) -> tuple[str, ...]:
    """Names of the cases that have a tensor of this name, sorted."""
    with safe_open(path, framework="numpy") as file:
        parts = [key.split(".", 1) for key in file.keys()]  # noqa: SIM118
    return tuple(sorted(case for case, *rest in parts if rest == [what]))


def of_case(recorded: Mapping[str, Value], case: str) -> dict[str, Value]:
    """Tensors of one case by their name within it."""
    prefix = f"{case}."
    return {key[len(prefix) :]: value for key, value in recorded.items() if key.startswith(prefix)}
