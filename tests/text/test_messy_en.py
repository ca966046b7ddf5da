"""English numbers, money, units, dates and signs as messy real texts write them, by table."""

import pytest

from steptts.text.frontend import to_utterances
from tests.text.tables import said, table

DATES = table("""
at 2026-11-21T15:30:00Z today => at november twenty first , twenty twenty six , fifteen thirty today
in 2024-03 => in march twenty twenty four
in 2003-04 => in two thousand three to oh four
the 2019/20 season => the twenty nineteen twenty season
FY2023 results => FY twenty twenty three results
the 1800s and 1900s => the eighteen hundreds and nineteen hundreds
the 2000s => the two thousands
the class of '07 => the class of oh seven
1066 AD => ten sixty six AD
500 B.C. to 300 A.D. again => five hundred B. C. to three hundred A. D. again
1050 men => one thousand fifty men
3h 20m => three hours twenty minutes
1h30 => one hour thirty minutes
2m30s => two minutes thirty seconds
May 5-7 in Boston => May five to seven in Boston
Sat, 5 Oct => saturday , the fifth of october
the XIX century => the nineteenth century
""")

QUANTITIES = table("""
10-15km => ten to fifteen kilometers
1.5-2x faster => one point five to two times faster
4-6-8 => four six eight
5-3=2 => five minus three equals two
3x4m => three by four meters
20 cm x 30 cm => twenty centimeters by thirty centimeters
2x4x8 => two by four by eight
9.8 m/s^2 => nine point eight meters per second squared
100 sq ft => one hundred square feet
50 bps => fifty bits per second
a 12V battery => a twelve volt battery
a 5 km/h wind => a five kilometer per hour wind
10⁶ => ten to the power of six
E=mc² => E equals mc squared
6.02×10^23 => six point zero two times ten to the power of twenty three
as shown¹ => as shown
the key ^2 => the key two
$5/month => five dollars per month
$20/hr => twenty dollars per hour
3 times a day => three times a day
day/night => day slash night
5¢ => five cents
""")

MONEY = table("""
€3,50 => three euros and fifty cents
3,50 € => three euros and fifty cents
$1,234 => one thousand two hundred thirty four dollars
A$20 => twenty Australian dollars
HK$30 => thirty Hong Kong dollars
CHF 50 => fifty Swiss francs
USD 20 million => twenty million U. S. dollars
a $5 bill => a five dollar bill
the $20 million house => the twenty million dollar house
the $20 that I owe => the twenty dollars that I owe
""")

CODES = table("""
call 911 => call nine one one
Room 101 => Room one oh one
flight BA117 => flight BA one seventeen
Boeing 747 => Boeing seven forty seven
RTX4090 => RTX forty ninety
zip 90210 => zip nine zero two one zero
4111 1111 1111 1111 => four one one one , one one one one , one one one one , one one one one
123-45-6789 => one two three , four five , six seven eight nine
Python 3.11 => Python three point eleven
Ubuntu 22.04 => Ubuntu twenty two point oh four
a rise of 3.11 => a rise of three point one one
x != y => x is not equal to y
a && b => a and b
a->b => a to b
Tom &amp; Jerry => Tom and Jerry
===== =>
he/she => he or she
""")

WORDS = table("""
Ph.D. student => P. H. D. student
a B.Sc. in => a B. S. C. in
grade C => grade C
Type-C => Type C
Class D => Class D
Type I error => Type one error
Op. 27 No. 2 => opus twenty seven number two
ext. 204 => extension two hundred four
c. 1900 => circa nineteen hundred
cf. Smith => compare Smith
aka Bob => A. K. A. Bob
the dept of => the department of
thx => thanks
""")


PROSE = table("""
at 8:46 a.m., Flight 11 => at eight forty six A. M. , Flight eleven
221B Baker St., London => two hundred twenty one B Baker street , London
123 Main St, Apt. 4B => one hundred twenty three Main street , apartment four B
St Louis => saint Louis
On St. Patrick's Day => On saint Patrick's Day
On Elm St. in Boston => On Elm street in Boston
2.3M views => two point three million views
12k followers => twelve thousand followers
a 4K video => a four K video
1 1/2 tsp salt => one and a half teaspoons salt
2½ km => two and a half kilometers
Elizabeth I reigned => Elizabeth the first reigned
Elizabeth I think => Elizabeth I think
phone no. is => phone number is
7 days/week => seven days per week
5 µg/mL => five micrograms per milliliter
5 in. long => five inches long
a 20 ft. wall => a twenty foot wall
10 sq. mi. and => ten square miles and
the '00s => the two thousands
1960s-70s => nineteen sixties to seventies
E. coli => E coli
""")


@pytest.mark.parametrize(("written", "spoken"), PROSE + DATES + QUANTITIES + MONEY + CODES + WORDS)
def test_a_written_form_is_said_as_a_reader_would(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("text", ["($500)", "He left (yesterday)", "foo()", "[see below]"])
def test_a_closing_bracket_at_the_end_ends_the_sentence(text: str) -> None:
    assert to_utterances(text)[-1].words[-1].phones == "."


def test_small_digits_below_the_line_are_said() -> None:
    spoken = [word.phones for word in to_utterances("CO₂ and H₂O")[0].words]
    assert spoken == [word.phones for word in to_utterances("CO2 and H2O")[0].words]
