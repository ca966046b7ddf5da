"""English years, dates and times by table."""

import pytest

from tests.text.tables import said, table

YEARS = table("""
in 1905 => in nineteen oh five
in 1066 => in ten sixty six
in 1800 => in eighteen hundred
in 1999 => in nineteen ninety nine
in 2000 => in two thousand
in 2008 => in two thousand eight
in 2026 => in twenty twenty six
the 1990s => the nineteen nineties
the '80s => the eighties
the 60s => the sixties
the 2020s => the twenty twenties
1939-1945 => nineteen thirty nine to nineteen forty five
1939-45 => nineteen thirty nine to forty five
1500 people => fifteen hundred people
1234 bytes => one thousand two hundred thirty four bytes
since 1984 students => since nineteen eighty four students
""")


@pytest.mark.parametrize(("written", "spoken"), YEARS)
def test_years_and_decades(written: str, spoken: str) -> None:
    assert said(written) == spoken


DATES = table("""
Nov 21, 2026 => november twenty first , twenty twenty six
November 21 => November twenty first
21 November 2026 => the twenty first of November twenty twenty six
the 21st of November => the twenty first of November
Dec. 25 => december twenty fifth
21/11/2026 => november twenty first , twenty twenty six
11/21/2026 => november twenty first , twenty twenty six
3/4/2026 => march fourth , twenty twenty six
3/4/99 => march fourth , nineteen ninety nine
2026-11-21 => november twenty first , twenty twenty six
21.11.2026 => november twenty first , twenty twenty six
2026-13-45 => two zero two six one three four five
Sept 3 => september third
May 5 => May fifth
""")


@pytest.mark.parametrize(("written", "spoken"), DATES)
def test_dates(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_british_dates_have_the_day_first() -> None:
    assert said("3/4/2026", "gb") == "the third of april twenty twenty six"
    assert said("2026-11-21", "gb") == "the twenty first of november twenty twenty six"


TIMES = table("""
3:45pm => three forty five P. M.
3:45 p.m. today => three forty five P. M. today
10:05 AM => ten oh five A. M.
5 pm => five P. M.
12am => twelve A. M.
17:00 => seventeen hundred
5:00 => five o'clock
5:00 pm => five P. M.
7:30 => seven thirty
00:15 => zero fifteen
5.30 pm => five thirty P. M.
9am-5pm => nine A. M. to five P. M.
5-6pm => five to six P. M.
9:30am – 5 p.m. today => nine thirty A. M. to five P. M. today
Mon-Fri => monday to friday
Jan–Mar => january to march
a Sun-like star => a Sun like star
May–June => May to June
45:30 => forty five thirty
16:9 => sixteen to nine
1:02:03 => one hour two minutes and three seconds
""")


@pytest.mark.parametrize(("written", "spoken"), TIMES)
def test_times(written: str, spoken: str) -> None:
    assert said(written) == spoken
