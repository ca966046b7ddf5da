"""A thousand malformed or hostile texts: no tag is ever spoken, and none is dropped silently."""

import random
import warnings

import pytest

from steptts.errors import TagError
from steptts.text.cleaner import clean
from steptts.text.tag_table import BY_SPELLING
from steptts.text.tags import TaggedText, TagWarning, find_tag, split_tags

SPELLINGS = sorted(BY_SPELLING)
PROSE = ("Hello there. ", "so ", "你好，", "再见。", "a (b) c ", "(see page 4) ", "\n", "3.5% ", "")
AROUND = (("(", ")"), ("（", "）"), ("(", "）"), ("( ", " )"), ("((", "))"), ("(", ""), ("", ")"))
TAILS = ("", "1", "2", "3", "9", ":0", ":1.4", "：0.5", ":1.6", ":-1", ":x", ":", " 0.5", "=1", ".")
NOISE = ("(", ")", "（", "）", "()", "( )", "\\", "\u200b", "\u0301", "[pause 1s]", "{ni3}", "🙂")


def hostile(generator: random.Random) -> tuple[str, int]:
    """A text and how many whole tags were put into it."""
    pieces, n_tags = [], 0
    for _ in range(generator.randint(1, 8)):
        pieces.append(generator.choice(PROSE))
        kind = generator.random()
        if kind < 0.6:
            name = generator.choice(SPELLINGS)
            name = generator.choice((name, name.upper(), name.title(), " " + name))
            opening, closing = generator.choice(AROUND)
            tail = generator.choice(TAILS) if generator.random() < 0.5 else ""
            pieces.append(opening + name + tail + closing)
            n_tags += 1
        elif kind < 0.8:
            pieces.append(generator.choice(NOISE))
        else:
            word = list(generator.choice(SPELLINGS))
            generator.shuffle(word)
            pieces.append("(" + "".join(word) + ")")
    return "".join(pieces), n_tags


def brackets(text: str) -> list[str]:
    """What stands in innermost brackets, escaped ones left out."""
    found, start = [], -1
    for position, character in enumerate(text):
        if character in "(（":
            start = position if text[position - 1 : position] != "\\" else -1
        elif character in ")）" and start >= 0:
            found.append(text[start + 1 : position])
            start = -1
    return found


def is_tag(content: str) -> bool:
    try:
        return find_tag(content) is not None
    except TagError:
        return True


@pytest.mark.parametrize("strict", [True, False])
def test_no_tag_is_spoken_and_none_is_dropped_silently(strict: bool) -> None:
    generator = random.Random(7)
    n_refused = n_spoken = 0
    for _ in range(1000):
        text = clean(hostile(generator)[0])
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                stretches: tuple[TaggedText, ...] = split_tags(text, strict=strict)
            except TagError:
                assert strict, text
                n_refused += 1
                continue
        n_spoken += 1
        for stretch in stretches:
            assert not any(is_tag(content) for content in brackets(stretch.text)), text
        wanted = [content for content in brackets(text) if is_tag(content)]
        acting = {use for stretch in stretches for use in stretch.tags}
        n_told = sum(issubclass(warning.category, TagWarning) for warning in told)
        for content in wanted:
            try:
                use = find_tag(content)
            except TagError:
                use = None
            assert use in acting or n_told, (text, content)
    assert n_spoken > 200
    assert n_refused > 200 or not strict


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_acts_and_is_never_left_in_the_text(spelling: str) -> None:
    for text in (f"({spelling}) 好 x", f"x （{spelling.upper()}）好", f"x. ( {spelling} )\n好"):
        stretches = split_tags(text)
        assert spelling not in " ".join(stretch.text for stretch in stretches).lower()
        assert stretches[-1].tags[-1].tag is BY_SPELLING[spelling]


def test_a_hundred_thousand_brackets_take_no_time_that_grows_with_their_square() -> None:
    for text in ("(" * 50_000 + "happy" + ")" * 50_000, "(a" * 50_000, "(x)" * 30_000):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            split_tags("x " + text, strict=False)
