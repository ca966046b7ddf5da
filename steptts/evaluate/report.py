"""Prints figures: a table for people, a last line of JSON for machines, Markdown for documents."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from steptts.evaluate.intervals import Interval

_DIGITS = {"%": 1, "": 2, "cents": 1, "ms": 0, "s": 2, "MB": 1, "CPU-s/s": 4}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: in units of `unit`; shares are given as shares and shown in percent.
        unit: "%", "cents", "ms", "s", "MB", "CPU-s/s" or "".
        low: lower end of the 95 % interval, NaN where there is none.
        high: upper end.
    """

    name: str
    value: float
    unit: str = ""
    low: float = math.nan
    high: float = math.nan

    @classmethod
    def of(cls, name: str, interval: Interval, unit: str = "") -> Figure:
        """Makes a figure of an interval."""
        return cls(name, interval.value, unit, interval.low, interval.high)

    def shown(self) -> tuple[str, str]:
        """Returns the value with its unit, and the interval or ""."""
        scale, digits = (100.0 if self.unit == "%" else 1.0), _DIGITS.get(self.unit, 2)
        value = f"{self.value * scale:.{digits}f} {self.unit}".strip()
        if math.isnan(self.low):
            return value, ""
        return value, f"{self.low * scale:.{digits}f} to {self.high * scale:.{digits}f}"


@dataclass
class Report:
    """The figures of one run.

    Attributes:
        title: what was judged, such as "english, ours".
        about: how: system, number of texts, voices, seeds, judges.
        figures: in the order in which they are shown.
    """

    title: str
    about: dict[str, Any] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)

    def table(self) -> str:
        """Returns an aligned table."""
        rows = [(figure.name, *figure.shown()) for figure in self.figures]
        widths = [max(len(row[i]) for row in rows) for i in range(3)] if rows else [0, 0, 0]
        lines = [
            f"{name:<{widths[0]}}  {value:>{widths[1]}}  {interval:>{widths[2]}}".rstrip()
            for name, value, interval in rows
        ]
        return "\n".join([self.title, *lines])

    def markdown(self) -> str:
        """Returns a Markdown table."""
        rows = [(figure.name, *figure.shown()) for figure in self.figures]
        lines = [f"| {name} | {value} | {interval} |" for name, value, interval in rows]
        return "\n".join([f"| {self.title} | | 95 % |", "| --- | --- | --- |", *lines])

    def json_line(self) -> str:
        """Returns one line of JSON; figures that do not exist (NaN) are null."""
        figures = {
            figure.name: {
                "value": _number(figure.value),
                "unit": "share" if figure.unit == "%" else figure.unit,
                "low": _number(figure.low),
                "high": _number(figure.high),
            }
            for figure in self.figures
        }
        return json.dumps(
            {"title": self.title, **self.about, "figures": figures}, ensure_ascii=False
        )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
