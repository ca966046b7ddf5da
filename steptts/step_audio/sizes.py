"""Configurations of networks as JSON, and back, strictly: every key known and of its type."""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar, get_type_hints

from steptts.errors import ManifestError

ConfigT = TypeVar("ConfigT")


def to_sizes(config: Any) -> dict[str, Any]:  # noqa: ANN401
    """A configuration (a dataclass, maybe of dataclasses) as plain values."""
    return asdict(config)


def from_sizes(kind: type[ConfigT], sizes: Mapping[str, Any], where: str) -> ConfigT:
    """Read what `to_sizes` wrote.

    Args:
        kind: the dataclass.
        sizes: its values.
        where: what to call them in errors.

    Raises:
        ManifestError: a key is missing, unknown or of another type.
    """
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    if set(sizes) != set(names):
        different = ", ".join(sorted(set(sizes) ^ set(names)))
        raise ManifestError(f"{where}: missing or unknown sizes: {different}; convert it again")
    return kind(**{name: _value(hints[name], sizes[name], f"{where}, {name}") for name in names})


def _value(hint: Any, value: Any, where: str) -> Any:  # noqa: ANN401
    if is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise ManifestError(f"{where} is {value!r}, must be an object; convert it again")
        return from_sizes(hint, value, where)  # type: ignore[arg-type]
    if type(value) is not hint:
        raise ManifestError(f"{where} is {value!r}, must be {hint.__name__}; convert it again")
    return value
