"""Words of Mandarin take the sounds and the tone classes of a dialect."""

import pytest

from steptts.dialects import DIALECTS, in_dialect, toned
from steptts.errors import TagError
from steptts.text.frontend import to_utterances
from steptts.text.tag_table import TAGS
from tests.dialects.scores import phones_of, planned


def spoken(text: str, dialect: str) -> str:
    (utterance,) = to_utterances(text)
    words = in_dialect(utterance, dialect).words
    return "".join(word.phones for word in words if not word.is_punctuation)


# Pinyin of what is said, tone numbers being those of the dialect.
SAID = {
    "sichuanese": [
        ("老师", "lao3 si1"),
        ("吃饭", "ci2 fan4"),  # 吃 had the entering tone
        ("你好", "ni3 hao3"),  # no third-tone sandhi
        ("一个", "yi2 ge4"),
        ("不对", "bu2 dui4"),
        ("生病", "sen1 bin4"),
        ("朋友", "pong2 you5"),
        ("湖南", "fu2 lan2"),
        ("兰花", "lan2 hua1"),
        ("离开", "li2 kai1"),
        ("牛奶", "niu2 lai3"),  # n stays before i
        ("绿", "lv2"),
        ("中国", "zong1 guo2"),
    ],
    "taiwan": [
        ("老师", "lao3 si1"),
        ("你好", "ni2 hao3"),
        ("月亮", "yue4 liang4"),  # neutral in the standard
        ("孩子", "hai2 zi3"),
        ("我们", "wo3 men2"),
        ("好的", "hao3 de5"),
        ("生病", "sen1 bin4"),
        ("风", "fong1"),
        ("人", "ren2"),
    ],
    "northeastern": [
        ("老师", "lao3 si1"),
        ("人", "yin2"),
        ("热", "ye4"),
        ("日本", "yi4 ben3"),
        ("让", "yang4"),
        ("月亮", "yue4 liang5"),
        ("生病", "seng1 bing4"),
    ],
}
CASES = [(dialect, *case) for dialect, cases in SAID.items() for case in cases]


def said(pinyin: str) -> str:
    """Phones of pinyin with the two syllables that the standard does not have."""
    syllables = []
    for syllable in pinyin.split():
        labial = syllable[:1] if syllable[1:-1] == "ong" and syllable[0] in "bpmf" else ""
        plain = phones_of("d" + syllable[1:] if labial else syllable)
        syllables.append(phones_of(labial + "u1")[:-2] + plain[1:] if labial else plain)
    return "".join(syllables)


@pytest.mark.parametrize(("dialect", "text", "pinyin"), CASES)
def test_words_are_said_as_in_the_dialect(dialect: str, text: str, pinyin: str) -> None:
    assert spoken(text, dialect) == said(pinyin)


def test_an_r_in_chengdu_is_a_voiced_s() -> None:
    assert spoken("人", "sichuanese") == "zən↗"


def test_a_northern_o_after_labials_is_that_of_ge() -> None:
    assert spoken("破", "northeastern") == "pʰɤ↘"


@pytest.mark.parametrize("dialect", list(SAID))
def test_english_and_pauses_stay_as_they_are(dialect: str) -> None:
    (utterance,) = to_utterances("Hello, my friend!")
    assert in_dialect(utterance, dialect) == utterance


def test_texts_and_order_of_words_are_kept() -> None:
    (utterance,) = to_utterances("2026年我在 Sichuan 学习。")
    for dialect in SAID:
        spoken_words = in_dialect(utterance, dialect).words
        assert [w.text for w in spoken_words] == [w.text for w in utterance.words]


@pytest.mark.parametrize("name", ["", "cantonese", "Klingon", "SICHUANESE"])
def test_an_unknown_dialect_names_the_known(name: str) -> None:
    (utterance,) = to_utterances("你好")
    with pytest.raises(TagError, match="sichuanese, taiwan, northeastern"):
        in_dialect(utterance, name)
    with pytest.raises(TagError, match="sichuanese, taiwan, northeastern"):
        toned(planned("ni3 hao3"), name)


def test_every_dialect_has_a_tag_that_acts_and_cantonese_has_none() -> None:
    acting = {tag.name for tag in TAGS if tag.embedded}
    assert set(SAID) == set(DIALECTS)
    assert set(DIALECTS) < acting
    assert "cantonese" not in acting
