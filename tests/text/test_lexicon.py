"""The packed lexicon: finds what was packed, and derives what was left out."""

from __future__ import annotations

import time
from importlib.resources import files

import pytest

from steptts.distill import lexicon as packing
from steptts.errors import TextError
from steptts.text import phones
from steptts.text.arpabet import from_arpabet, to_british
from steptts.text.lexicon import PackedLexicon, choose, load_packed, parse_entry

ENTRIES = {
    "a": {"DEFAULT": "ˈA"},
    "house": {"DEFAULT": "hˈWs", "VERB": "hˈWz"},
    "Polish": {"DEFAULT": "pˈOlɪʃ"},
    "polish": {"DEFAULT": "pˈɑlɪʃ"},
    "walk": {"DEFAULT": "wˈɔk"},
    "résumé": {"DEFAULT": "ɹˈɛzəmˌA"},
    "zebra": {"DEFAULT": "zˈibɹə"},
    "US": {"DEFAULT": ""},
}


@pytest.fixture(scope="module")
def small() -> PackedLexicon:
    return PackedLexicon(packing.pack(ENTRIES), "us")


@pytest.mark.parametrize("word", sorted(ENTRIES))
def test_every_packed_word_is_found(small: PackedLexicon, word: str) -> None:
    assert small.exact(word) == ENTRIES[word]


@pytest.mark.parametrize("word", ["", "aa", "zzz", "A", "wal", "walks", "b\tc", "d\ne", "你", "é"])
def test_other_spellings_are_not_found(small: PackedLexicon, word: str) -> None:
    assert small.exact(word) is None


def test_the_part_of_speech_chooses_and_default_is_the_rest(small: PackedLexicon) -> None:
    entry = small.exact("house")
    assert entry is not None
    assert choose(entry, "VERB") == choose(entry, "VBD") == "hˈWz"
    assert choose(entry, "NOUN") == choose(entry, "") == "hˈWs"


def test_an_entry_may_be_spelled_for_a_part_of_speech() -> None:
    assert parse_entry("DEFAULT=ɪt|NOUN=") == {"DEFAULT": "ɪt", "NOUN": ""}


@pytest.mark.parametrize(
    ("word", "phones_"),
    [
        ("WALK", "wˈɔk"),
        ("Walked", "wˈɔkt"),
        ("walking", "wˈɔkɪŋ"),
        ("walker's", "wˈɔkəɹz"),
        ("polish", "pˈɑlɪʃ"),
        ("Polish", "pˈOlɪʃ"),
        ("rewalk", "ɹˌiwˈɔk"),
        ("xyzzy", None),
    ],
)
def test_capitals_and_stems_are_tried(small: PackedLexicon, word: str, phones_: str | None) -> None:
    assert small.phones(word) == phones_


def test_pruning_drops_only_what_is_found_without_it() -> None:
    entries = {
        "walk": {"DEFAULT": "wˈɔk"},
        "walked": {"DEFAULT": "wˈɔkt"},
        "Walk": {"DEFAULT": "wˈɔk"},
        "walking": {"DEFAULT": "wˈɑkɪŋ"},  # not what the rule says
    }
    assert sorted(packing.prune(entries, "us", set())) == ["walk", "walking"]
    assert "walked" in packing.prune(entries, "us", {"walked"})


def test_names_are_added_but_not_over_a_stem_of_like_sound() -> None:
    entries = {"walk": {"DEFAULT": "wˈɔk"}, "gerb": {"DEFAULT": "ʤˈɜɹb"}}
    more = {
        "walk": {"DEFAULT": "wˈɑk"},
        "walker": {"DEFAULT": "wˈɔkˌəɹ"},
        "gerber": {"DEFAULT": "ɡˈɜɹbəɹ"},
    }
    packing.add_missing(entries, more, "us")
    assert sorted(entries) == ["gerb", "gerber", "walk"]
    assert entries["walk"] == {"DEFAULT": "wˈɔk"}


@pytest.mark.parametrize("accent", ["us", "gb"])
def test_all_shipped_phones_are_in_the_inventory(accent: str) -> None:
    for word, entry in load_packed(accent).entries():
        for spoken in filter(None, entry.values()):
            assert phones.read_word(spoken), word  # raises for a foreign character


@pytest.mark.parametrize("accent", ["us", "gb"])
def test_shipped_words_are_sorted_and_end_points_are_found(accent: str) -> None:
    shipped = load_packed(accent)
    words = [word for word, _ in shipped.entries()]
    assert words == sorted(words)
    assert len(words) == len(set(words)) > 170_000
    for word in (words[0], words[-1], *words[::9_973]):
        assert shipped.exact(word) is not None


@pytest.mark.parametrize(
    ("word", "us", "gb"),
    [
        ("hello", "həlˈO", "həlˈQ"),
        ("world", "wˈɜɹld", "wˈɜːld"),
        ("water", "wˈɔɾəɹ", "wˈɔːtə"),
        ("Larry", "lˈɛɹi", "lˈɛɹi"),
        ("microsoft", "mˈIkɹˌOsˌɔft", None),
        ("unhelpfulness", "ˌʌnhˈɛlpfəlnəs", None),
    ],
)
def test_known_words_of_both_accents(word: str, us: str, gb: str | None) -> None:
    assert load_packed("us").phones(word) == us
    if gb:
        assert load_packed("gb").phones(word) == gb


def test_an_unknown_accent_names_the_known_ones() -> None:
    with pytest.raises(TextError, match="us, gb"):
        load_packed("au")


def test_both_files_together_stay_small() -> None:
    data = files("steptts.text").joinpath("data")
    sizes = [len(data.joinpath(f"english_{a}.lex").read_bytes()) for a in ("us", "gb")]
    assert sum(sizes) < 2_650_000


def test_ten_thousand_look_ups_are_quick() -> None:
    shipped = load_packed("us")
    started = time.process_time()
    for number in range(10_000):
        shipped.exact(f"word{number}")
    assert time.process_time() - started < 2.0  # 0.02 ms each on the machine of record


@pytest.mark.parametrize(
    ("symbols", "us", "gb"),
    [
        ("HH AH0 L OW1", "həlˈO", "həlˈQ"),
        ("W ER1 L D", "wˈɜɹld", "wˈɜːld"),
        ("L IH1 T AH0 L", "lˈɪɾᵊl", "lˈɪtᵊl"),
        ("W AA1 T S AH0 N", "wˈɑtsᵊn", "wˈɒtsᵊn"),
        ("R OW1 Z IH0 Z", "ɹˈOzᵻz", "ɹˈQzɪz"),
        ("K AA1 R", "kˈɑɹ", "kˈɑː"),
        ("hh ae1 p iy", "hˈæpi", "hˈapi"),
        ("M IH1 R ER0", "mˈɪɹəɹ", "mˈɪɹə"),
    ],
)
def test_arpabet_is_read_for_both_accents(symbols: str, us: str, gb: str) -> None:
    assert from_arpabet(symbols.split()) == us
    assert from_arpabet(symbols.split(), "gb") == gb


@pytest.mark.parametrize("symbol", ["QQ", "HH1", "AE9", "", "K0"])
def test_a_symbol_that_is_not_arpabet_is_named(symbol: str) -> None:
    with pytest.raises(TextError, match="ARPAbet"):
        from_arpabet([symbol])


def test_the_spelling_tells_lot_from_palm() -> None:
    assert to_british("pˈɑt", "pot") == "pˈɒt"
    assert to_british("spˈɑ", "spa") == "spˈɑː"
