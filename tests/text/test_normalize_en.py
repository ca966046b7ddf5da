"""English normalization: addresses, abbreviations, symbols and emoji by table; sources; time."""

import time

import pytest

from steptts.text.normalize_en import normalize
from tests.text.tables import said, table

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
he/she => he or she
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
