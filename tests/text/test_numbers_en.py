"""English numbers by table: amounts, ordinals, Roman numerals, fractions and arithmetic."""

import pytest

from tests.text.tables import said, table

INTEGERS = table("""
0 => zero
7 => seven
10 => ten
13 => thirteen
21 => twenty one
100 => one hundred
105 => one hundred five
342 => three hundred forty two
1,000 => one thousand
1,005 => one thousand five
10000 => ten thousand
12,345 => twelve thousand three hundred forty five
1,234,567 => one million two hundred thirty four thousand five hundred sixty seven
2,000,000,000 => two billion
007 => zero zero seven
123456789012 => one two three four five six seven eight nine zero one two
-5 => minus five
−40 => minus forty
+3 => plus three
~20 => about twenty
#1 => number one
""")


@pytest.mark.parametrize(("written", "spoken"), INTEGERS)
def test_integers_are_read_as_amounts(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_british_english_says_and_after_a_hundred() -> None:
    assert said("105", "gb") == "one hundred and five"
    assert said("2,005", "gb") == "two thousand and five"
    assert said("1,234,567", "gb") == (
        "one million two hundred and thirty four thousand five hundred and sixty seven"
    )


DECIMALS = table("""
3.14 => three point one four
0.5 => zero point five
.5 => point five
1,234.56 => one thousand two hundred thirty four point five six
-3.20 => minus three point two zero
6.02e23 => six point zero two times ten to the power of twenty three
1e-9 => one times ten to the power of minus nine
""")


@pytest.mark.parametrize(("written", "spoken"), DECIMALS)
def test_digits_after_the_point_are_read_one_by_one(written: str, spoken: str) -> None:
    assert said(written) == spoken


ORDINALS = table("""
1st => first
2nd => second
3rd => third
4th => fourth
5th => fifth
8th => eighth
9th => ninth
11th => eleventh
12th => twelfth
20th => twentieth
21st => twenty first
100th => one hundredth
101st => one hundred first
1,000th => one thousandth
""")


@pytest.mark.parametrize(("written", "spoken"), ORDINALS)
def test_ordinals(written: str, spoken: str) -> None:
    assert said(written) == spoken


ROMAN = table("""
Chapter IV => Chapter four
chapter iv => chapter four
Henry VIII => Henry the eighth
Louis XIV of France => Louis the fourteenth of France
World War II => World War two
World War I was => World War one was
Part I of it => Part one of it
Pope John Paul II => Pope John Paul the second
Apollo XI => Apollo eleven
Type II => Type two
Malcolm X => Malcolm X
the book I read => the book I read
Music CD => Music CD
""")


@pytest.mark.parametrize(("written", "spoken"), ROMAN)
def test_roman_numerals(written: str, spoken: str) -> None:
    assert said(written) == spoken


FRACTIONS = table("""
1/2 => one half
1/3 => one third
3/4 => three quarters
2/3 cup => two thirds cup
2 1/2 cups => two and a half cups
1½ => one and a half
½ => one half
5/8 => five eighths
24/7 => twenty four seven
9/11 => nine eleven
50/50 => fifty fifty
13/52 => thirteen over fifty two
3x faster => three times faster
10x20 => ten by twenty
2 * 3 = 6 => two times three equals six
1 + 2 = 3 => one plus two equals three
5 - 3 => five minus three
8 / 2 => eight divided by two
10-20 apples => ten to twenty apples
10–20 => ten to twenty
won 3-2 => won three two
2^10 => two to the power of ten
x² => X. squared
5 > 3 => five greater than three
""")


@pytest.mark.parametrize(("written", "spoken"), FRACTIONS)
def test_fractions_ranges_scores_and_arithmetic(written: str, spoken: str) -> None:
    assert said(written) == spoken
