"""Hostile text: nothing but a TextError, quickly, and never a phone outside the inventory."""

import random
import time

import pytest

from steptts.errors import TextError
from steptts.text.frontend import Utterance, to_utterances
from steptts.text.phones import read

SEEDS = (
    "今天是2026年11月21日15:30，气温-5℃，我花了￥1,234.56买了2个苹果和3.5kg香蕉。",
    "Dr. Smith paid $3.14 for 1,000 items at https://example.com/a?b=c; he left at 5:30 p.m.",
    "我用 Python 3.11 写代码 and it works 99% of the time，真的！",
    "重庆{chong2 qing4}火锅[pause 0.8s] Zoë{zˈOi} says {HH AH0 L OW1}.",
    "（他说：“一会儿去哪儿？”）——好吧……ok!!! C++ R&D A股 5G <b>x</b> 1+1=2 ½ ① Ⅲ",
)
ALPHABET = (
    *"{}[]()<>\"'“”‘’.,!?;:…—-+=*/\\|&%$#@~^_ \n\t0123456789aZéß我的儿一不，。、",
    *("\x00", "\x1b", "\x7f", "\u200b", "\u200d", "\u202e", "\ufeff", "\ud800", "\udfff", "\ue000"),
    *("\U000f0000", "\U0010fffd", "\u0301", "\u0316", "\u20dd", "\ufdfa", "ﬁ", "½", "①", "Ⅻ", "㎏"),
    *(
        "👩",
        "🏽",
        "💻",
        "🇨",
        "\ufe0f",
        "あ",
        "한",
        "Ж",
        "ا",
        "ह",
        "𝐀",
        "Ａ",
        "１",
        "々",
        "〇",
        "𠀀",
        "ŉ",
    ),
    *("{ni3 hao3}", "[pause 1s]", "[pause", "{həlˈO", "}}", "1e999", "9" * 60, "-" * 9, "http://"),
)


def mutated(generator: random.Random) -> str:
    text = list(generator.choice(SEEDS))
    for _ in range(generator.randint(1, 30)):
        place = generator.randrange(len(text) + 1)
        kind = generator.random()
        if kind < 0.6:
            text.insert(place, generator.choice(ALPHABET))
        elif kind < 0.75:
            del text[place : place + generator.randint(1, 10)]
        elif kind < 0.9:
            text[place:place] = text[place : place + 5] * generator.randint(2, 40)
        else:
            text[place:place] = [generator.choice(ALPHABET)] * generator.randint(2, 200)
    return "".join(text)


def outcome(text: str, **options: object) -> list[Utterance] | str:
    """The utterances, or what the TextError says; any other error goes through."""
    try:
        return to_utterances(text, **options)  # type: ignore[arg-type]
    except TextError as error:
        return str(error)


def longest(utterances: list[Utterance]) -> int:
    """Phones of the longest utterance; `read` refuses a phone outside the inventory."""
    return max(len(read(utterance.words)) for utterance in utterances if utterance.words)


@pytest.mark.parametrize("block", range(10))
def test_mutated_text_is_spoken_or_refused_with_a_text_error(block: int) -> None:
    generator = random.Random(block)
    n_spoken = 0
    for _ in range(100):
        text = mutated(generator)
        start = time.perf_counter()
        result = outcome(text)
        assert time.perf_counter() - start < 5, text  # 0.01 s alone on one core
        if isinstance(result, list):
            n_spoken += 1
            assert longest(result) <= 200, text
        else:
            assert 10 < len(result) < 1000, text
    assert n_spoken > 10  # else this test says nothing


@pytest.mark.parametrize("character", ALPHABET)
def test_ten_thousand_characters_of_one_kind_are_quick(character: str) -> None:
    text = "我 a " + character * (10_000 // len(character))
    start = time.perf_counter()
    outcome(text)
    assert time.perf_counter() - start < 10  # at most 0.7 s alone on one core


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_forced_language_is_as_robust(language: str) -> None:
    generator = random.Random(99)
    for _ in range(60):
        text = mutated(generator)
        result = outcome(text, language=language, accent="gb", max_phones=50)
        assert isinstance(result, str) or longest(result) <= 50, text
