"""Suffix rules: the sound of regular derivatives from their stem."""

from __future__ import annotations

import pytest

from steptts.text.suffixes_en import derive, inflect, with_ed, with_s

STEMS = {
    "cat": "kˈæt", "dog": "dˈɔɡ", "kiss": "kˈɪs", "judge": "ʤˈʌʤ", "city": "sˈɪɾi",
    "hate": "hˈAt", "hat": "hˈæt", "stop": "stˈɑp", "make": "mˈAk", "need": "nˈid",
    "panic": "pˈænɪk", "happy": "hˈæpi", "simple": "sˈɪmpᵊl", "help": "hˈɛlp", "start": "stˈɑɹt",
    "nothing": "nˈʌθɪŋ", "pass": "pˈæs", "echo": "ˈɛkO", "quick": "kwˈɪk", "final": "fˈInᵊl",
    "tie": "tˈI",
}  # fmt: skip


def find(stem: str, tag: str) -> str | None:
    return STEMS.get(stem)


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("cats", "kˈæts"),
        ("dogs", "dˈɔɡz"),
        ("dog's", "dˈɔɡz"),
        ("dogs'", None),  # "dogs" is no stem here
        ("kisses", "kˈɪsᵻz"),
        ("judges", "ʤˈʌʤᵻz"),
        ("cities", "sˈɪɾiz"),
        ("passes", "pˈæsᵻz"),
        ("echoes", "ˈɛkOz"),
        ("hated", "hˈAɾᵻd"),
        ("stopped", "stˈɑpt"),
        ("needed", "nˈidᵻd"),
        ("kissed", "kˈɪst"),
        ("panicked", "pˈænɪkt"),
        ("tied", "tˈId"),
        ("making", "mˈAkɪŋ"),
        ("starting", "stˈɑɹɾɪŋ"),
        ("stopping", "stˈɑpɪŋ"),
        ("nothin'", "nˈʌθɪn"),
        ("startin'", "stˈɑɹɾɪn"),
        ("happily", "hˈæpəli"),
        ("simply", "sˈɪmpli"),
        ("quickly", "kwˈɪkli"),
        ("helpful", "hˈɛlpfəl"),
        ("helplessness", "hˈɛlpləsnəs"),
        ("unhelp", "ˌʌnhˈɛlp"),
        ("grass", None),
        ("as", None),
    ],
)
def test_american_derivatives(word: str, phones: str | None) -> None:
    def deep(stem: str, tag: str) -> str | None:
        return find(stem, tag) or derive(stem, find, "us")

    assert derive(word, deep if word == "helplessness" else find, "us") == phones


@pytest.mark.parametrize(
    ("word", "stem", "phones", "derived"),
    [
        ("caring", "care", "kˈɛə", "kˈɛəɹɪŋ"),
        ("starting", "start", "stˈɑːt", "stˈɑːtɪŋ"),
        ("needed", "need", "nˈiːd", "nˈiːdɪd"),
        ("kisses", "kiss", "kˈɪs", "kˈɪsɪz"),
        ("tumbling", "tumble", "tˈʌmbᵊl", "tˈʌmblɪŋ"),
    ],
)
def test_british_derivatives(word: str, stem: str, phones: str, derived: str) -> None:
    assert derive(word, lambda s, tag: phones if s == stem else None, "gb") == derived


def test_inflect_leaves_out_other_endings() -> None:
    assert inflect("cats", find, "us") == "kˈæts"
    assert inflect("quickly", find, "us") is None


def test_endings_agree_in_voice() -> None:
    assert with_s("lˈAk", "us") == "lˈAks"
    assert with_s("lˈAz", "gb") == "lˈAzɪz"
    assert with_ed("bˈɛɡ", "us") == "bˈɛɡd"
    assert with_ed("bˈɛt", "us") == "bˈɛɾᵻd"
