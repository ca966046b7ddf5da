"""English money, units and telephone numbers by table."""

import pytest

from tests.text.tables import said, table

MONEY = table("""
$3.50 => three dollars and fifty cents
$1 => one dollar
$1.01 => one dollar and one cent
$0.99 => ninety nine cents
£1,234.56 => one thousand two hundred thirty four pounds and fifty six pence
€20m => twenty million euros
€20 => twenty euros
20€ => twenty euros
$1.2 billion => one point two billion dollars
$5 million => five million dollars
$10k => ten thousand dollars
¥500 => five hundred yen
₹100 => one hundred rupees
100 USD => one hundred U. S. dollars
-$5 => minus five dollars
US$5 => five U. S. dollars
$10-20 => ten to twenty dollars
$1-$2 million => one to two million dollars
$3.5 => three point five dollars
""")


@pytest.mark.parametrize(("written", "spoken"), MONEY)
def test_amounts_of_money(written: str, spoken: str) -> None:
    assert said(written) == spoken


MEASURES = table("""
50% => fifty percent
3.5% => three point five percent
5km => five kilometers
5 km => five kilometers
1 km => one kilometer
12kg => twelve kilograms
70mph => seventy miles per hour
20°C => twenty degrees celsius
-5 °F => minus five degrees fahrenheit
90° => ninety degrees
3GB => three gigabytes
512 MB => five hundred twelve megabytes
100 m² => one hundred square meters
60 Hz => sixty hertz
2.4GHz => two point four gigahertz
10ms => ten milliseconds
5 ft => five feet
5 ft 4 in. tall => five feet four inches tall
5'10" => five foot ten
10 lbs => ten pounds
1.5L => one point five liters
80km/h => eighty kilometers per hour
5 mW and 5 MW => five milliwatts and five megawatts
a 5-km run => a five kilometer run
10-20% => ten to twenty percent
10–20°C => ten to twenty degrees celsius
1080p => ten eighty p
""")


@pytest.mark.parametrize(("written", "spoken"), MEASURES)
def test_percent_and_units(written: str, spoken: str) -> None:
    assert said(written) == spoken


PHONES = table("""
555-1234 => five five five , one two three four
(555) 123-4567 => five five five , one two three , four five six seven
+1 555 123 4567 => plus one , five five five , one two three , four five six seven
1-800-555-0199 => one , eight zero zero , five five five , zero one nine nine
555.123.4567 => five five five , one two three , four five six seven
""")


@pytest.mark.parametrize(("written", "spoken"), PHONES)
def test_digits_of_a_phone_number_are_read_one_by_one(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_a_british_phone_number_says_oh() -> None:
    assert said("020 7946 0958", "gb") == ("oh two oh , seven nine four six , oh nine five eight")
