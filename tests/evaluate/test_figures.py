"""Intervals and reports say what was measured, and how sure that is."""

import json
import math

import pytest

from steptts.evaluate.error_rate import Errors
from steptts.evaluate.intervals import error_interval, mean_interval, ratio_interval
from steptts.evaluate.report import Figure, Report


def test_an_interval_holds_its_value_and_shrinks_with_more_sentences() -> None:
    few = mean_interval([1.0, 2.0, 3.0, 4.0])
    many = mean_interval([1.0, 2.0, 3.0, 4.0] * 25)
    assert few.value == many.value == pytest.approx(2.5)
    assert few.low < many.low < 2.5 < many.high < few.high


def test_the_same_numbers_give_the_same_interval() -> None:
    assert mean_interval([1.0, 5.0, 2.0]) == mean_interval([1.0, 5.0, 2.0])


def test_a_ratio_is_of_sums_and_not_a_mean_of_ratios() -> None:
    assert ratio_interval([1.0, 0.0], [1.0, 9.0]).value == pytest.approx(0.1)


def test_error_intervals_pool_the_sentences() -> None:
    interval = error_interval([Errors(10, substitutions=1), Errors(30, deletions=3)])
    assert interval.value == pytest.approx(0.1)
    assert interval.low == interval.high == pytest.approx(0.1)  # both sentences have 10 %


def test_nothing_measured_is_not_zero() -> None:
    assert all(math.isnan(value) for value in mean_interval([]))


def test_a_report_prints_percent_and_writes_shares() -> None:
    report = Report(
        "english, ours", {"n": 2}, [Figure("word errors", 0.031, "%", 0.01, 0.05), Figure("x", 4.2)]
    )
    assert report.table().splitlines() == [
        "english, ours",
        "word errors  3.1 %  1.0 to 5.0",
        "x             4.20",
    ]
    assert "| word errors | 3.1 % | 1.0 to 5.0 |" in report.markdown()
    line = json.loads(report.json_line())
    assert line["n"] == 2
    assert line["figures"]["word errors"] == {
        "value": 0.031,
        "unit": "share",
        "low": 0.01,
        "high": 0.05,
    }
    assert line["figures"]["x"]["low"] is None
