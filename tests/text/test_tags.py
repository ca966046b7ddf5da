"""Tags: what the recorded table wants of brackets, and what design adds to it."""

import pytest

from steptts.errors import TagError
from steptts.text.tags import (
    TAGS,
    TagReader,
    TagWarning,
    find_tag,
    leading_tags,
    published_prefix,
    singing_mode,
    split_tags,
)
from tests.recorded import golden_json

RECORDED = golden_json("sampling", "tags.json")


def names(text: str, **options: bool) -> list[tuple[str, list[str]]]:
    return [(s.text, [use.tag.name for use in s.tags]) for s in split_tags(text, **options)]


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["text"] or "empty")
def test_leading_brackets_are_read_as_wanted(case: dict) -> None:
    uses, rest = leading_tags(case["text"])
    assert [use.published for use in uses] == case["wanted"]["tags"]
    assert rest == case["wanted"]["rest"]
    assert singing_mode(uses) == case["wanted"]["mode"]


def test_a_tag_holds_until_the_next_one_of_its_group() -> None:
    assert names("(happy)(fast) One. (sad) Two. (rap) Three.") == [
        ("One.", ["happy", "fast"]),
        ("Two.", ["sad", "fast"]),
        ("Three.", ["sad", "fast", "rap"]),
    ]


def test_a_pause_and_a_dialect_in_one_line_are_kept_apart() -> None:
    assert names("(happy) Hello! [pause 0.5s] (四川话)你好。") == [
        ("Hello! [pause 0.5s]", ["happy"]),
        ("你好。", ["happy", "sichuanese"]),
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "I (happy as ever) said so",
        "他说（笑）好的",
        "a course (English 101) for all",
        "the band (Calm and Fast) played",
        "two (or three) of them",
        "(副歌开始了吗这里) 啊",
        "(happy",
        "happy) x",
        "(a) first",
        "（一）总则",
        "(1) one",
    ],
)
def test_brackets_in_prose_are_prose(prose: str) -> None:
    assert names(prose) == [(prose, [])]


def test_a_level_or_a_strength_makes_a_tag_anywhere() -> None:
    assert names("你好，（悲伤1）再见") == [("你好，", []), ("再见", ["sad"])]
    assert names("so (happy:1.4) it goes") == [("so", []), ("it goes", ["happy"])]


@pytest.mark.parametrize(
    ("content", "name", "strength"),
    [
        ("HAPPY", "happy", 1.0),
        ("高兴2", "happy", 1.5),
        ("happy:1.4", "happy", 1.4),
        ("生气：0.5", "angry", 0.5),
        ("广东话", "cantonese", 1.0),
        ("Humming (哼唱)", "hum", 1.0),
        ("ｈａｐｐｙ２", "happy", 1.5),
        ("happy .5", "happy", 0.5),
        ("slow : 0", "slow", 0.0),
    ],
)
def test_aliases_levels_and_strengths_are_read(content: str, name: str, strength: float) -> None:
    use = find_tag(content)
    assert use is not None
    assert (use.tag.name, use.strength) == (name, strength)


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("(happy)(四川话) x", "（高兴1）（四川话）"),
        ("(happy:1.5) x", "（高兴2）"),
        ("(sad:1.5) x", "（悲伤1）"),
        ("(fast:0.2) x", "（快速1）"),
    ],
)
def test_tags_are_spelled_as_the_published_checkpoint_reads_them(text: str, prefix: str) -> None:
    assert published_prefix(split_tags(text)[0].tags) == prefix


def test_an_unknown_tag_is_an_error_that_lists_near_names() -> None:
    with pytest.raises(TagError, match=r"hapy.*happy"):
        split_tags("(hapy) Hello")
    with pytest.raises(TagError, match="hapy"):
        split_tags("Hello (hapy:1.2) you")
    with pytest.raises(TagError, match="hapy"):
        split_tags("Hello (hapy) you")
    for meant in ("(very happy) x", "(用四川话说) x", "(whisper) x", "(happy, whispering) x"):
        with pytest.raises(TagError, match="unknown tag"):
            split_tags(meant)


def test_without_strict_an_unknown_tag_is_dropped_and_not_read_aloud() -> None:
    with pytest.warns(TagWarning, match="hapy"):
        assert names("(hapy) Hello", strict=False) == [("Hello", [])]


@pytest.mark.parametrize(
    "content",
    ["happy:9", "happy:1.6", "happy:1.2.3", "happy3", "happy 7", "happy:", "sad:x", "高兴3"],
)
def test_a_strength_out_of_range_is_refused(content: str) -> None:
    with pytest.raises(TagError, match=r"0 to 1\.5"):
        split_tags(f"({content}) Hello")


@pytest.mark.parametrize("content", ["english:0.5", "四川话2", "rap:1", "neutral2"])
def test_a_tag_without_degrees_takes_no_strength(content: str) -> None:
    with pytest.raises(TagError, match="no strength"):
        split_tags(f"({content}) Hello")


def test_a_tag_acts_anywhere_in_the_text_and_in_brackets_of_prose() -> None:
    assert names("It was (fast) enough") == [("It was", []), ("enough", ["fast"])]
    assert names("One (two (sad) three") == [("One (two", []), ("three", ["sad"])]
    assert names("好（生气2）的") == [("好", []), ("的", ["angry"])]


def test_several_tags_may_share_brackets_if_their_groups_differ() -> None:
    assert names("(happy, fast) x") == [("x", ["happy", "fast"])]
    assert names("（高兴、四川话）好") == [("好", ["happy", "sichuanese"])]
    assert names("feelings (happy, sad) x") == [("feelings (happy, sad) x", [])]


def test_a_backslash_makes_prose_of_a_tag() -> None:
    assert names(r"as \(fast) as you can") == [("as (fast) as you can", [])]


def test_a_tag_that_acts_on_nothing_is_told() -> None:
    with pytest.warns(TagWarning, match=r"\(sad\) acts on nothing: no text"):
        assert names("Hello. (sad)") == [("Hello.", [])]
    with pytest.warns(TagWarning, match=r"\(happy\) replaces it at once"):
        assert names("(sad)(happy) Hello.") == [("Hello.", ["happy"])]


def test_tags_hold_across_pieces_even_where_a_piece_is_nothing_but_tags() -> None:
    reader = TagReader()
    assert reader.read("(sad)") == ()
    (stretch,) = reader.read("Hello. ")
    assert [use.tag.name for use in stretch.tags] == ["sad"]
    (stretch,) = reader.read("(Laughter) was heard.")
    assert stretch.text == "(Laughter) was heard."
    reader.close()


def test_plain_names_take_a_group_back_and_vanish_from_the_published_prefix() -> None:
    text = "(sad)(fast)(rap) One. (neutral)(normal)(speak) Two."
    two = split_tags(text)[1]
    assert [use.tag.name for use in two.tags] == ["neutral", "normal", "speak"]
    assert (published_prefix(two.tags), singing_mode(two.tags)) == ("", "speech")


def test_a_tag_that_the_published_checkpoint_does_not_know_is_refused_by_it() -> None:
    with pytest.raises(TagError, match=r"\(fearful\) is not available in step-audio-tts-3b"):
        published_prefix(split_tags("(fearful) x")[0].tags)


def test_tags_that_hold_from_before_are_taken_over() -> None:
    before = split_tags("(sad)(slow) One.")[-1].tags
    (stretch,) = split_tags("(happy) Two.", active=before)
    assert [use.tag.name for use in stretch.tags] == ["happy", "slow"]


def test_nothing_but_tags_leaves_no_stretch() -> None:
    with pytest.warns(TagWarning):
        assert split_tags(" (happy) ( ) ") == ()


def test_no_spelling_belongs_to_two_tags() -> None:
    spellings = [spelling for tag in TAGS for spelling in (tag.name, *tag.aliases)]
    assert len(spellings) == len(set(spellings))
    assert all(spelling == spelling.lower() for spelling in spellings)
