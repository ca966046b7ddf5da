"""Texts are cut into passages that the model can say, with their tags and exact pauses."""

import pytest

from steptts.errors import TagError, TextError
from steptts.step_audio.passages import LONG_S, SHORT_S, Passage, estimated_seconds, passages
from steptts.text.tags import TagWarning
from steptts.tokens import GROUP


def texts(text: str) -> list[str]:
    return [passage.text for passage in passages(text)]


def test_an_estimate_is_near_how_people_speak() -> None:
    assert estimated_seconds("今天天气真不错，我们一起去公园散步吧。") == pytest.approx(
        4.5, abs=0.8
    )
    english = "The quick brown fox jumps over the lazy dog."
    assert estimated_seconds(english) == pytest.approx(2.8, abs=0.5)
    assert estimated_seconds("2026") > estimated_seconds("two")


def test_short_sentences_are_joined_and_long_ones_are_not() -> None:
    one = "This is a sentence of a good length for anybody."
    assert texts("Yes. No. " + one) == ["Yes. No. " + one]
    assert texts(f"{one} {one}") == [one, one]
    assert texts(f"{one} Yes.") == [f"{one} Yes."]
    assert texts("Yes.") == ["Yes."]


def test_a_sentence_that_would_take_too_long_is_cut_at_its_commas() -> None:
    sentence = "，".join(["这是一个很长的句子里面的一个部分"] * 12) + "。"
    found = texts(sentence)
    assert "".join(found) == sentence
    assert all(estimated_seconds(text) <= LONG_S for text in found)
    assert all(text.endswith(("，", "。")) for text in found)


def test_ten_minutes_of_text_stay_within_the_bounds() -> None:
    text = "He said that it would rain, and it did rain for a long time. " * 150
    found = texts(text)
    assert " ".join(found) == text.strip()
    assert all(SHORT_S <= estimated_seconds(text) <= LONG_S for text in found)


def test_pauses_are_exact_and_belong_to_the_passage_before() -> None:
    found = list(passages("[pause 1s] Hello there, my friend. [pause 500ms] Goodbye for today."))
    assert [(p.text, p.pause) for p in found] == [
        ("", 1.0),
        ("Hello there, my friend.", 0.5),
        ("Goodbye for today.", 0.0),
    ]


def test_tags_go_in_front_of_every_passage_that_they_hold_for() -> None:
    one = "This is a sentence of a good length for anybody."
    found = list(passages(f"(happy)(四川话) {one} {one} (sad:1) {one}"))
    assert [p.prompt_text for p in found] == [
        f"（高兴1）（四川话）{one}",
        f"（高兴1）（四川话）{one}",
        f"（悲伤1）（四川话）{one}",
    ]
    assert {p.mode for p in found} == {"speech"}
    assert next(passages("(rap) Yo")).mode == "rap"


def test_text_in_pieces_keeps_its_tags() -> None:
    one = "This is a sentence of a good length for anybody. "
    pieces = ["(hap", "py) ", one[:20], one[20:], one]
    found = list(passages(iter(pieces)))
    assert [p.text for p in found] == [one.strip(), one.strip()]
    assert all(p.prompt_text.startswith("（高兴1）") for p in found)


@pytest.mark.parametrize("text", ["", "   ", "***", "(happy)", "[pause 1s]"])
def test_nothing_that_can_be_spoken_is_an_error(text: str) -> None:
    with pytest.raises(TextError, match="nothing that can be spoken"):
        list(passages(text))


def test_inline_pronunciations_are_refused_with_the_way_out() -> None:
    with pytest.raises(TextError, match="embedded model"):
        list(passages("Say {HH AH0 L OW1} please"))


def test_unknown_tags_follow_the_strictness() -> None:
    with pytest.raises(TagError):
        list(passages("(hapy) Hello"))
    with pytest.warns(TagWarning, match="hapy"):
        assert [p.text for p in passages("(hapy) Hello", strict=False)] == ["Hello"]


def test_a_tag_in_a_piece_of_its_own_holds_for_the_next_piece() -> None:
    (passage,) = passages(["(sad)\n", "Hello there, you."])
    assert passage.prompt_text == "（悲伤1）Hello there, you."


def test_limits_follow_the_text_and_the_voice() -> None:
    limits = Passage("今天天气真不错，我们一起去公园散步吧。").limits()
    assert limits.min_ids % GROUP == limits.max_ids % GROUP == 0
    assert 1.0 < limits.min_ids / 41.667 < 3.0
    assert 10.0 < limits.max_ids / 41.667 < 20.0
    slow = Passage("今天天气真不错，我们一起去公园散步吧。").limits(pace=2.0)
    assert slow.max_ids > 1.8 * limits.max_ids
    assert Passage("嗯").limits().min_ids == GROUP
