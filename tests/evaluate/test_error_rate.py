"""Errors are counted as a person with a pencil would count them."""

from operator import eq

import pytest

from steptts.evaluate.error_rate import Errors, count_errors, least_errors, pooled
from steptts.evaluate.folding_zh import same_syllable


@pytest.mark.parametrize(
    ("reference", "heard", "expected"),
    [
        ("the cat sat", "the cat sat", Errors(3)),
        ("the cat sat", "the bat sat", Errors(3, substitutions=1)),
        ("the cat sat", "the sat", Errors(3, deletions=1)),
        ("the cat sat", "the cat cat sat", Errors(3, insertions=1)),
        ("the cat sat", "", Errors(3, deletions=3)),
        ("", "the cat", Errors(0, insertions=2)),
        ("a b c d", "b c d e", Errors(4, insertions=1, deletions=1)),
        ("no no no", "no no no no no", Errors(3, insertions=2)),
        ("one two", "three four", Errors(2, substitutions=2)),
        ("the seat belt", "the seatbelt", Errors(3)),
        ("an icecream please", "an ice cream please", Errors(3)),
        ("seat belt on", "seatbelts on", Errors(3, substitutions=1, deletions=1)),
    ],
)
def test_errors_are_counted_by_kind(reference: str, heard: str, expected: Errors) -> None:
    assert count_errors(reference.split(), heard.split()) == expected


def test_rates_are_shares_of_the_reference() -> None:
    errors = Errors(10, substitutions=1, insertions=2, deletions=3)
    assert errors.total == 6
    assert errors.rate == pytest.approx(0.6)
    assert errors.skip_or_loop_rate == pytest.approx(0.5)


def test_pooling_weighs_long_sentences_more() -> None:
    assert pooled([Errors(1, substitutions=1), Errors(9)]).rate == pytest.approx(0.1)


def test_the_nearest_readings_are_compared() -> None:
    references = [["nine", "hundred", "eleven"], ["nine", "one", "one"]]
    assert least_errors(references, [["nine", "one", "one"]], eq) == Errors(3)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("de5", "de2", True),
        ("ge4", "ge5", True),
        ("ma1", "ma3", False),
        ("de5", "te5", False),
        ("ok", "ok", True),
        ("a5", "5", False),
    ],
)
def test_a_neutral_tone_agrees_with_any_other(first: str, second: str, expected: bool) -> None:
    assert same_syllable(first, second) is expected
