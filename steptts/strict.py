"""Strict reading of JSON: every key is known, present once, and of its type, or it is named.

Knows nothing of what the records mean; the manifest, the voices and the scores say that.
"""

from __future__ import annotations

import json
import math
from typing import Any

from steptts.errors import StepTTSError


def parse_json(text: str | bytes, where: str, error: type[StepTTSError]) -> object:
    """Parse JSON, refusing what the standard leaves open: duplicate keys, NaN, Infinity.

    Args:
        text: the document.
        where: what to call it in errors, for example ``"voice.json of ava"``.
        error: the error to raise.

    Raises:
        StepTTSError: ``error``, with the reason and the place.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise error(f"{where}: key {twice!r} is there twice")
        return record

    def refuse(constant: str) -> None:
        raise error(f"{where}: {constant} is not a number that JSON knows")

    try:
        parsed: object = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
        return parsed
    except (ValueError, RecursionError) as reason:  # JSONDecodeError and bad UTF-8 are ValueErrors
        raise error(f"{where} is not valid JSON: {str(reason)[:120]}") from None


class Record:
    """One JSON object, read key by key; ``close`` names the keys that nobody asked for.

    Attributes:
        where: what the object is called in errors.
    """

    def __init__(self, value: object, where: str, error: type[StepTTSError]) -> None:
        """Take the parsed object.

        Raises:
            StepTTSError: ``error``, when it is not an object.
        """
        self.where = where
        self._error = error
        if not isinstance(value, dict):
            raise error(f"{where} must be a JSON object, not {type(value).__name__}")
        self._left: dict[str, Any] = dict(value)

    def string(self, key: str, among: tuple[str, ...] | None = None) -> str:
        """Take a string, optionally one of a few."""
        value = self._take(key, str)
        if among is not None and value not in among:
            raise self._error(
                f"{self.where}: {key} is {value[:80]!r}, must be one of {', '.join(among)}"
            )
        return str(value)

    def integer(self, key: str, low: int, high: int) -> int:
        """Take a whole number in [low, high]."""
        value = self._take(key, int)
        if isinstance(value, bool) or not low <= value <= high:
            raise self._error(f"{self.where}: {key} is {value!r}, must be in {low} to {high}")
        return int(value)

    def number(self, key: str, low: float, high: float) -> float:
        """Take a finite number in [low, high]."""
        return self.as_number(key, self._take(key, (int, float)), low, high)

    def as_number(self, key: str, value: object, low: float, high: float) -> float:
        """Check a number found deeper inside ``key``; see `number`."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._error(f"{self.where}: {key} holds {type(value).__name__}, not a number")
        if not low <= value <= high or not math.isfinite(value):
            raise self._error(f"{self.where}: {key} is {value!r}, must be in {low} to {high}")
        return float(value)

    def boolean(self, key: str) -> bool:
        """Take true or false."""
        return bool(self._take(key, bool))

    def array(self, key: str) -> list[Any]:
        """Take a list."""
        value: list[Any] = self._take(key, list)
        return value

    def anything(self, key: str) -> object:
        """Take a value of any type, null included."""
        value: object = self._take(key, object)
        return value

    def mapping(self, key: str) -> dict[str, Any]:
        """Take an object whose keys are free."""
        value: dict[str, Any] = self._take(key, dict)
        return value

    def record(self, key: str) -> Record:
        """Take an object, to be read key by key in its turn."""
        return Record(self._take(key, dict), f"{self.where}, {key}", self._error)

    def __contains__(self, key: str) -> bool:
        """Whether a key, which may be left out, is there and not yet taken."""
        return key in self._left

    def close(self) -> None:
        """Refuse what is left.

        Raises:
            StepTTSError: the unknown keys, by name.
        """
        if self._left:
            names = ", ".join(repr(name[:40]) for name in sorted(self._left)[:5])
            raise self._error(f"{self.where}: unknown key {names}")

    def _take(self, key: str, kind: type | tuple[type, ...]) -> Any:  # noqa: ANN401 - of `kind`
        if key not in self._left:
            raise self._error(f"{self.where}: key {key!r} is missing")
        value = self._left.pop(key)
        if not isinstance(value, kind):
            raise self._error(
                f"{self.where}: {key} holds {type(value).__name__}, another type is due"
            )
        return value
