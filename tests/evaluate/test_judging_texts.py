"""The judging texts are there, distinct, and never among the texts to train on."""

import pytest

from steptts.errors import TextError
from steptts.evaluate.judging_texts import SETS, SPLITS, judging_texts, language_of, parse


@pytest.mark.parametrize(
    ("name", "split", "n_least"),
    [
        ("english", "test", 100),
        ("english", "dev", 40),
        ("mandarin", "test", 95),
        ("mandarin", "dev", 40),
        ("hard", "test", 50),
        ("hard", "dev", 40),
    ],
)
def test_each_set_has_its_texts(name: str, split: str, n_least: int) -> None:
    texts = judging_texts(name, split)
    assert len(texts) >= n_least
    if name != "hard":
        assert {text.language for text in texts} == {"en" if name == "english" else "zh"}


def test_no_text_is_in_two_sets() -> None:
    texts = [text.text for name in SETS for split in SPLITS for text in judging_texts(name, split)]
    assert len(texts) == len(set(texts))


def test_too_many_or_unknown_texts_are_refused() -> None:
    with pytest.raises(TextError, match="1000 were asked for"):
        judging_texts("english", n=1_000)
    with pytest.raises(TextError, match="klingon"):
        judging_texts("klingon")


def test_comments_and_empty_lines_are_no_texts() -> None:
    assert [text.text for text in parse("# note\n\nHello.\n 你好。\n")] == ["Hello.", "你好。"]


@pytest.mark.parametrize(("text", "language"), [("Hello!", "en"), ("说hello", "zh"), ("12", "en")])
def test_language_is_told_by_its_characters(text: str, language: str) -> None:
    assert language_of(text) == language
