"""Instruction tags: "(happy) Hello", "（高兴1）（四川话）你好", "(sad:1.4) Goodbye".

A tag stands in brackets of either kind at the start of the text or of a sentence; several may be
stacked. It holds until the next tag of its group or the end of the text, and is never read aloud.
Brackets anywhere else are prose, unless what is inside carries a level or a strength ("高兴2",
"sad:1.4"), which prose does not. Knows nothing of what a model does with a tag.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from steptts.errors import TagError

LEVEL_STEP = 0.5
"""Level n of a tag means strength 1 + (n - 1) * 0.5."""
LEAST_STRENGTH, MOST_STRENGTH = 0.0, 3.0


@dataclass(frozen=True, slots=True)
class Tag:
    """One instruction.

    Attributes:
        name: how the library calls it.
        group: tags of one group replace each other: emotion, language, singing, speed.
        aliases: other spellings, lower case, without level.
        published: how the published checkpoint spells its levels, weakest first.
    """

    name: str
    group: str
    aliases: tuple[str, ...]
    published: tuple[str, ...]


TAGS = (
    Tag("happy", "emotion", ("高兴", "开心", "快乐"), ("高兴1", "高兴2")),
    Tag("angry", "emotion", ("生气", "愤怒"), ("生气1", "生气2")),
    Tag("sad", "emotion", ("悲伤", "难过", "伤心"), ("悲伤1",)),
    Tag("coquettish", "emotion", ("撒娇", "playful"), ("撒娇1",)),
    Tag("chinese", "language", ("中文", "mandarin", "普通话", "zh"), ("中文",)),
    Tag("english", "language", ("英文", "英语", "en"), ("英文",)),
    Tag("korean", "language", ("韩语", "韩文", "ko"), ("韩语",)),
    Tag("japanese", "language", ("日语", "日文", "ja"), ("日语",)),
    Tag("sichuanese", "language", ("四川话", "四川", "sichuan"), ("四川话",)),
    Tag("cantonese", "language", ("粤语", "广东话", "yue"), ("粤语",)),
    Tag("rap", "singing", ("说唱",), ("RAP",)),
    Tag("sing", "singing", ("唱", "唱歌", "singing"), ("哼唱",)),
    Tag("hum", "singing", ("哼唱", "humming", "哼"), ("哼唱",)),
    Tag("slow", "speed", ("慢速", "slowly", "slower"), ("慢速1", "慢速2")),
    Tag("fast", "speed", ("快速", "quickly", "faster"), ("快速1", "快速2")),
)

_NAMES = tuple(tag.name for tag in TAGS)
_BY_SPELLING = {spelling: tag for tag in TAGS for spelling in (tag.name, *tag.aliases)}
_CONTENT = re.compile(
    r"(?P<name>[^\d:：]+?)\s*(?P<level>[1-5])?\s*(?:[:：]\s*(?P<strength>[\d.]+))?"
)
_STRENGTH = re.compile(r"[:：]\s*[\d.]+$")
_EXPLICIT = re.compile(r"[1-5]$|[:：]\s*[\d.]+$")
_INSTRUCTION = re.compile(r"([A-Za-z]{2,16}|[\u4e00-\u9fff]{1,6})[1-5]?(\s*[:：]\s*[\d.]+)?")
_ENUMERATION = re.compile(r"[ivx]+|[一二三四五六七八九十]+")
_SENTENCE_END = '.!?。！？…;；:：\n]」』”"'
_OPEN, _CLOSE = "(（", ")）"


class TagUse(NamedTuple):
    """A tag as somebody wrote it: what it is and how strong, 1.0 being its plain form."""

    tag: Tag
    strength: float = 1.0

    @property
    def published(self) -> str:
        """The published checkpoint's spelling; strengths beyond its levels take the last one."""
        level = round((self.strength - 1) / LEVEL_STEP)
        return self.tag.published[min(max(level, 0), len(self.tag.published) - 1)]


class TaggedText(NamedTuple):
    """A stretch of text and the tags that hold for it, in order of first use of their groups."""

    text: str
    tags: tuple[TagUse, ...]


class _Bracket(NamedTuple):
    start: int
    end: int
    content: str


def split_tags(
    text: str, *, strict: bool = True, active: Iterable[TagUse] = ()
) -> tuple[TaggedText, ...]:
    """Take the tags out of a text and cut it where they change.

    Args:
        text: as the user wrote it. `[pause 0.5s]` and `{...}` are left in place.
        strict: an unknown tag is an error; otherwise it is dropped.
        active: tags that hold from before, where a text comes piece by piece.

    Returns:
        stretches with text in them; () when nothing but tags and spaces is there.

    Raises:
        TagError: a tag at the start of the text is unknown, or a strength is out of range.
    """
    stretches: list[TaggedText] = []
    holding = {use.tag.group: use for use in active}
    cursor = 0
    for bracket, use in _tags(text, strict):
        _append(stretches, text[cursor : bracket.start], holding)
        cursor = bracket.end
        if use is not None:
            holding[use.tag.group] = use
    _append(stretches, text[cursor:], holding)
    return tuple(stretches)


def leading_tags(text: str, *, strict: bool = True) -> tuple[tuple[TagUse, ...], str]:
    """The tags stacked at the very start, and the rest of the text as it is.

    Raises:
        TagError: as `split_tags`.
    """
    uses: list[TagUse] = []
    cursor = 0
    for bracket, use in _tags(text, strict):
        if text[cursor : bracket.start].strip():
            break
        cursor = bracket.end
        if use is not None:
            uses.append(use)
    return tuple(uses), text[cursor:].lstrip() if cursor else text


def published_prefix(uses: Iterable[TagUse]) -> str:
    """The tags as the published checkpoint reads them in front of a text: "（高兴1）（四川话）"."""
    return "".join(f"（{use.published}）" for use in uses)


def singing_mode(uses: Iterable[TagUse]) -> str:
    """Which way to sing: "rap", "hum" or, without a singing tag, "speech"."""
    modes = {"rap": "rap", "sing": "hum", "hum": "hum"}
    return next((modes[use.tag.name] for use in uses if use.tag.group == "singing"), "speech")


def find_tag(content: str) -> TagUse | None:
    """The tag that a bracket's content names, None for other content.

    Raises:
        TagError: the strength is not a number in 0 to 3.
    """
    for candidate in _candidates(content):
        match = _CONTENT.fullmatch(candidate)
        tag = match and _BY_SPELLING.get(match["name"].lower())
        if match and tag:
            return TagUse(tag, _strength(match, content))
    return None


def _candidates(content: str) -> Iterator[str]:
    """The content, then what an inner bracket holds: "Humming (哼唱)"."""
    yield content
    for bracket in _brackets(content):
        yield content[: bracket.start].strip()
        yield bracket.content


def _strength(match: re.Match[str], content: str) -> float:
    if match["strength"] is None:
        return 1.0 + LEVEL_STEP * (int(match["level"] or 1) - 1)
    try:
        strength = float(match["strength"])
    except ValueError:
        strength = -1.0
    if not LEAST_STRENGTH <= strength <= MOST_STRENGTH:
        raise TagError(
            f"tag ({content}): the strength must be a number in {LEAST_STRENGTH:g} to "
            f"{MOST_STRENGTH:g}, for example (happy:1.4)"
        )
    return strength


def _append(stretches: list[TaggedText], text: str, holding: dict[str, TagUse]) -> None:
    if text.strip():
        stretches.append(TaggedText(text.strip(), tuple(holding.values())))


def _tags(text: str, strict: bool) -> Iterator[tuple[_Bracket, TagUse | None]]:
    """Brackets that are tags, in order; None where one is empty or dropped."""
    latest = 0  # end of the latest tag, to which the next one may be joined
    for bracket in _brackets(text):
        before = text[latest : bracket.start].rstrip()
        use = find_tag(bracket.content)
        if use is None:
            if before or bracket.content:
                if not _looks_like_tag(bracket.content, leading=not before):
                    continue
                _refuse(bracket.content, strict)
        elif before and before[-1] not in _SENTENCE_END and not _EXPLICIT.search(bracket.content):
            continue
        yield bracket, use
        latest = bracket.end


def _looks_like_tag(content: str, leading: bool) -> bool:
    """Whether an unknown bracket must have been meant as a tag rather than as prose."""
    if _ENUMERATION.fullmatch(content.lower()):
        return False
    return bool(_INSTRUCTION.fullmatch(content)) and (leading or bool(_STRENGTH.search(content)))


def _refuse(content: str, strict: bool) -> None:
    if not strict:
        return
    near = get_close_matches(content.lower().rstrip("12345"), _BY_SPELLING, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(_NAMES)}"
    raise TagError(f"unknown tag ({content}); {hint} Or strict=False drops it")


def _brackets(text: str) -> Iterator[_Bracket]:
    """Outermost bracket pairs of either kind, also mixed; what is never closed is text."""
    depth = start = 0
    for position, character in enumerate(text):
        if character in _OPEN:
            if depth == 0:
                start = position
            depth += 1
        elif character in _CLOSE and depth:
            depth -= 1
            if depth == 0:
                yield _Bracket(start, position + 1, text[start + 1 : position].strip())
