"""English normalization: one table a kind of written form."""

from __future__ import annotations

import time

import pytest

from steptts.text.normalize_en import normalize


def said(text: str, accent: str = "us") -> str:
    """All spoken words of a text, in one line."""
    return " ".join(" ".join(token.spoken) for token in normalize(text, accent) if token.spoken)


def table(text: str) -> list[tuple[str, str]]:
    """Lines "written => spoken"."""
    lines = [line.split("=>") for line in text.strip().splitlines()]
    return [(written.strip(), spoken.strip()) for written, spoken in lines]


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


YEARS = table("""
in 1905 => in nineteen oh five
in 1066 => in one thousand sixty six
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


ADDRESSES = table("""
https://www.example.com/path => W. W. W. dot example dot com slash path
http://example.org => example dot org
example.com/a_b?q=1 => example dot com slash a underscore b question mark q equals one
Visit example.co.uk. => Visit example dot co dot U. K. .
john.smith@example.com => john dot smith at example dot com
mail a-b@c.org, please => mail a dash b at c dot org , please
report_v2.pdf => report underscore v two dot P. D. F.
main.py => main dot P. Y.
/usr/local/bin => slash U. S. R. slash local slash bin
192.168.0.1 => one nine two dot one six eight dot zero dot one
3.11.7 => three point eleven point seven
v2.0.1 => version two point zero point one
""")


@pytest.mark.parametrize(("written", "spoken"), ADDRESSES)
def test_addresses_files_and_versions(written: str, spoken: str) -> None:
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


ABBREVIATIONS = table("""
Dr. Smith => doctor Smith
Mr. and Mrs. Jones => mister and missus Jones
Prof. Lee => professor Lee
St. Mary => saint Mary
Main St. is => Main street is
Elm Dr. is => Elm drive is
e.g. this => for example this
i.e. that => that is that
cats, dogs, etc. are => cats , dogs , etcetera are
and so on, etc. => and so on , etcetera .
cats vs. dogs => cats versus dogs
cats vs dogs => cats versus dogs
No. 5 => number five
He said no. I left. => He said no . I left .
No.5 and vol.2 => number five and volume two
Vol. II is => volume two is
in Austin, TX 78701 => in Austin , TX seven eight seven zero one
2023's best => twenty twenty three's best
pp. 3-5 => pages three to five
Fig. 2 => figure two
Acme Inc. said => Acme incorporated said
the U.S. team => the U. S. team
in the U.S. The team => in the U. S. . The team
J. K. Rowling => J K Rowling
J.R.R. Tolkien => J. R. R. Tolkien
Smith et al. found => Smith et al found
The cat sat. Then => The cat sat . Then
3 p.m. and => three P. M. and
""")


@pytest.mark.parametrize(("written", "spoken"), ABBREVIATIONS)
def test_abbreviations(written: str, spoken: str) -> None:
    assert said(written) == spoken


SYMBOLS = table("""
AT&T => AT and T
R&D => R and D
you @ home => you at home
#fun => hashtag fun
C# => C sharp
C++ => C plus plus
and/or => and or
he/she => he slash she
w/o sugar => without sugar
n/a => N. A.
5 ± 1 => five plus or minus one
© 2026 => copyright twenty twenty six
*bold* text => bold text
under_score => under score
yes... no => yes … no
what?! => what ?
wait -- what => wait — what
one – two => one — two
(really) => , really ,
"quoted" 'words' => quoted words
'Twas 'til rock 'n' roll => 'Twas 'til rock 'n roll
MP3 => MP three
H2O => H two O
COVID-19 => COVID nineteen
B2B => B two B
well-known => well known
5-year-old => five year old
""")


@pytest.mark.parametrize(("written", "spoken"), SYMBOLS)
def test_symbols_marks_and_mixed_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


EMOJI = table("""
👍 => thumbs up
👍🏽 => thumbs up
❤️ => red heart
😂😂😂 => tears of joy
🚀 => rocket
🇺🇸 => flag U. S.
I ❤️ you => I red heart you
""")


@pytest.mark.parametrize(("written", "spoken"), EMOJI)
def test_emoji_are_read_by_name_and_once(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_every_token_keeps_its_source() -> None:
    tokens = normalize("It costs $3.50, he’s sure.")
    assert [t.source for t in tokens] == ["It", "costs", "$3.50", ",", "he’s", "sure", "."]
    assert tokens[4].spoken == ("he's",)


def test_sources_joined_are_the_text_without_white_space() -> None:
    text = "On 21/11/2026 Dr. A-B paid €5 (≈ $5.50) to a@b.org… 😂 #1!"
    assert "".join(t.source for t in normalize(text)) == "".join(text.split())


@pytest.mark.parametrize(
    "piece", ["a.", "1,", "1-", "a@", "/a", "'", "a-", "1.", "a_", "$1 ", "😂", "A", "1 ", "(5"]
)
def test_hostile_repetition_is_read_in_linear_time(piece: str) -> None:
    def seconds(n_characters: int) -> float:
        started = time.process_time()
        normalize(piece * (n_characters // len(piece)))
        return time.process_time() - started

    seconds(1_000)
    short, long = seconds(10_000), seconds(80_000)
    assert long < 24 * short + 0.2  # 8 times the text; quadratic time would be 64 times
