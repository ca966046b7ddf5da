r"""Instruction tags: "(happy) Hello", "（高兴1）（四川话）你好", "(sad:1.4) Goodbye".

A tag stands in round brackets of either kind, anywhere in the text; several may be stacked. It
holds until the next tag of its group or the end of the text, and is never read aloud. Brackets with
anything else in them are prose, unless they can only have been meant as a tag: an unknown word in
front of the text, a misspelt name, a level or a strength. A backslash makes prose of what would be
a tag: "as \(fast) as you can". Knows nothing of what a model does with a tag.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from steptts.errors import TagError
from steptts.text.tag_table import BY_SPELLING, GRADED, NAMES, PUBLISHED, TAGS, Tag

__all__ = ["TAGS", "Tag", "TagReader", "TagUse", "TagWarning", "TaggedText", "find_tag"]

LEVEL_STEP = 0.5
"""Level 1 of a tag is strength 1.0, level 2 is 1.5: the published checkpoint's two levels."""
LEAST_STRENGTH, MOST_STRENGTH = 0.0, 1.5
MAX_LENGTH = 40  # characters between brackets; the longest spelling has 18
NEAR = 0.85  # likeness of a misspelt name in the middle of a text: "hapy" 0.89, "calmly" 0.8
MAX_WORDS = 4  # of an instruction in front of a text that names a tag: "in a sad voice"

_CONTENT = re.compile(r"(?P<name>[^\d:：=.]*[^\d:：=.\s])(?P<rest>.*)")
_LEVEL = re.compile(r"\s?([12])")
_STRONG = re.compile(r"(?:\s?[:：=]\s?|\s)(\d+\.?\d*|\.\d+)")
_STRENGTH = re.compile(r"[:：]\s*[\d.]+$")
_INSTRUCTION = re.compile(r"([A-Za-z]{2,16}|[\u4e00-\u9fff]{1,6})[1-5]?(\s*[:：]\s*[\d.]+)?")
_ENUMERATION = re.compile(r"[ivx]+|[一二三四五六七八九十]+")
_LIST = re.compile(r"\s*[,，、;；/|+]\s*")
_ESCAPED = re.compile(r"\\([()（）])")
_OPEN, _CLOSE = "(（", ")）"


class TagWarning(UserWarning):
    """A tag was dropped because the caller asked for that, or acts on nothing."""


class TagUse(NamedTuple):
    """A tag as somebody wrote it: what it is and how strong, 1.0 being its plain form."""

    tag: Tag
    strength: float = 1.0

    @property
    def published(self) -> str:
        """The published checkpoint's spelling; strengths beyond its levels take the last one.

        Raises:
            TagError: that checkpoint does not know the tag.
        """
        if not self.tag.published:
            known = ", ".join(tag.name for tag in TAGS if tag.published)
            raise TagError(
                f"tag ({self.tag.name}) is not available in {PUBLISHED}, which knows: {known}; "
                "use the embedded model"
            )
        level = round((self.strength - 1) / LEVEL_STEP)
        return self.tag.published[min(max(level, 0), len(self.tag.published) - 1)]


class TaggedText(NamedTuple):
    """A stretch of text and the tags that hold for it, in order of first use of their groups.

    Attributes:
        text: without brackets of tags; spaces at its ends are gone.
        tags: what holds for it, at most one of each group.
    """

    text: str
    tags: tuple[TagUse, ...]


class _Found(NamedTuple):
    """Brackets that are tags, or were meant as such: text[start:end]."""

    start: int
    end: int
    uses: tuple[TagUse, ...]


class TagReader:
    """Takes the tags out of a text that comes in one piece or in many; tags hold across pieces."""

    def __init__(self, *, strict: bool = True, active: Iterable[TagUse] = ()) -> None:
        """Begin with the tags that hold already.

        Args:
            strict: an unknown tag is an error; otherwise it is dropped with a `TagWarning`.
            active: tags that hold from before.
        """
        self._strict = strict
        self._holding = {use.tag.group: use for use in active}
        self._idle: dict[str, TagUse] = {}  # written, but no text has followed yet
        self._begun = bool(self._holding)

    @property
    def holding(self) -> tuple[TagUse, ...]:
        """The tags that hold for what comes next."""
        return tuple(self._holding.values())

    def read(self, text: str) -> tuple[TaggedText, ...]:
        """Cut a piece where its tags change; () when nothing but tags and spaces is there.

        Raises:
            TagError: see `split_tags`.
        """
        stretches: list[TaggedText] = []
        cursor = 0
        for found in _tags(text, self._strict, self._begun):
            self._append(stretches, text[cursor : found.start])
            cursor = found.end
            for use in found.uses:
                self._hold(use)
        self._append(stretches, text[cursor:])
        return tuple(stretches)

    def close(self) -> None:
        """Say which tags had no text to act on."""
        for use in self._idle.values():
            _warn(f"tag ({use.tag.name}) acts on nothing: no text follows it")
        self._idle.clear()

    def _hold(self, use: TagUse) -> None:
        group = use.tag.group
        if group in self._idle:
            earlier = self._idle[group].tag.name
            _warn(f"tag ({earlier}) acts on nothing: ({use.tag.name}) replaces it at once")
        self._holding[group] = self._idle[group] = use

    def _append(self, stretches: list[TaggedText], text: str) -> None:
        text = _ESCAPED.sub(r"\1", text).strip()
        if text:
            stretches.append(TaggedText(text, self.holding))
            self._idle.clear()
            self._begun = True


def split_tags(
    text: str, *, strict: bool = True, active: Iterable[TagUse] = ()
) -> tuple[TaggedText, ...]:
    """Take the tags out of a text and cut it where they change.

    Args:
        text: as the user wrote it. `[pause 0.5s]` and `{...}` are left in place.
        strict: an unknown tag is an error; otherwise it is dropped with a `TagWarning`.
        active: tags that hold from before, where a text comes piece by piece.

    Returns:
        stretches with text in them; () when nothing but tags and spaces is there.

    Raises:
        TagError: a tag is unknown, has a level or strength that it does not take, or contradicts
            another one in the same brackets.
    """
    reader = TagReader(strict=strict, active=active)
    stretches = reader.read(text)
    reader.close()
    return stretches


def leading_tags(text: str, *, strict: bool = True) -> tuple[tuple[TagUse, ...], str]:
    """The tags stacked at the very start, and the rest of the text as it is.

    Raises:
        TagError: as `split_tags`.
    """
    uses: list[TagUse] = []
    cursor = 0
    for found in _tags(text, strict, begun=False):
        if text[cursor : found.start].strip():
            break
        cursor = found.end
        uses += found.uses
    return tuple(uses), text[cursor:].lstrip() if cursor else text


def published_prefix(uses: Iterable[TagUse]) -> str:
    """The tags as the published checkpoint reads them in front of a text: "（高兴1）（四川话）".

    Raises:
        TagError: that checkpoint does not know a tag.
    """
    return "".join(f"（{use.published}）" for use in uses if use.published)


def singing_mode(uses: Iterable[TagUse]) -> str:
    """Which way to sing: "rap", "hum" or, without a singing tag, "speech"."""
    modes = {"rap": "rap", "sing": "hum", "hum": "hum", "speak": "speech"}
    return next((modes[use.tag.name] for use in uses if use.tag.group == "singing"), "speech")


def find_tag(content: str) -> TagUse | None:
    """The tag that a bracket's content names, None for other content.

    Raises:
        TagError: the level or the strength is not one that the tag takes.
    """
    for candidate in _candidates(" ".join(unicodedata.normalize("NFKC", content).split())):
        match = _CONTENT.fullmatch(candidate)
        tag = match and BY_SPELLING.get(match["name"].lower())
        if match and tag and not _is_count(tag, match["rest"]):
            return TagUse(tag, _strength(tag, match["rest"], content))
    return None


def _candidates(content: str) -> Iterator[str]:
    """The content, then what an inner bracket holds: "Humming (哼唱)"."""
    yield content
    if content.endswith(")") and "(" in content:
        outside, _, inside = content[:-1].partition("(")
        yield from (outside.strip(), inside.strip())


def _is_count(tag: Tag, rest: str) -> bool:
    """Whether the number behind a name is prose: "English 101", "fast 5 minutes"."""
    words = rest.split()
    return rest[:1] == " " and words[0][0].isdigit() and (tag.group not in GRADED or len(words) > 1)


def _strength(tag: Tag, rest: str, content: str) -> float:
    """What stands behind the name: nothing, a level or a strength."""
    if not rest:
        return 1.0
    if tag.group not in GRADED or tag.published == ("",):
        raise TagError(f"tag ({content}): ({tag.name}) has no strength; write ({tag.name})")
    if level := _LEVEL.fullmatch(rest):
        return 1.0 + LEVEL_STEP * (int(level[1]) - 1)
    strong = _STRONG.fullmatch(rest)
    strength = float(strong[1]) if strong else -1.0
    if not LEAST_STRENGTH <= strength <= MOST_STRENGTH:
        raise TagError(
            f"tag ({content}): write a level, ({tag.name}1) or ({tag.name}2), or a strength in "
            f"{LEAST_STRENGTH:g} to {MOST_STRENGTH:g}, for example ({tag.name}:1.4)"
        )
    return strength


def _tags(text: str, strict: bool, begun: bool) -> Iterator[_Found]:
    """Brackets that are tags, in order, outer before inner; without uses where one is dropped."""
    latest = 0  # end of the latest tag, to which the next one may be joined
    for start, end in _brackets(text):
        if start < latest:
            continue
        content = text[start + 1 : end - 1].strip()
        leading = not begun and not text[latest:start].strip()
        begun = begun or not leading
        try:
            uses = _uses(content, leading)
        except TagError as reason:
            if strict:
                raise
            _warn(f"dropped: {reason}")
            uses = ()
        if uses is not None:
            yield _Found(start, end, uses)
            latest = end


def _uses(content: str, leading: bool) -> tuple[TagUse, ...] | None:
    """The tags that brackets hold, () for empty brackets in front, None for prose.

    Raises:
        TagError: they were meant as a tag, but are none.
    """
    if not content:
        return () if leading else None
    if len(content) > MAX_LENGTH:
        return None
    if use := find_tag(content):
        return (use,)
    listed = [find_tag(part) for part in _LIST.split(content)]
    uses = tuple(use for use in listed if use is not None)
    if len(uses) == len(listed) == len({use.tag.group for use in uses}):
        return uses
    if not _meant_as_tag(content, leading):
        return None
    near = get_close_matches(content.lower().rstrip("12345"), BY_SPELLING, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(NAMES)};"
    raise TagError(
        f"unknown tag ({content}); {hint} strict=False drops it, \\({content}) reads it aloud"
    )


def _meant_as_tag(content: str, leading: bool) -> bool:
    """Whether unknown brackets must have been meant as a tag rather than as prose."""
    if _ENUMERATION.fullmatch(content.lower()):
        return False
    if _INSTRUCTION.fullmatch(content):
        name = content.lower().rstrip("12345")
        near = get_close_matches(name, BY_SPELLING, n=1, cutoff=NEAR)
        return leading or bool(near) or bool(_STRENGTH.search(content))
    words = _LIST.sub(" ", content).lower().split()
    return leading and len(words) <= MAX_WORDS and any(word in BY_SPELLING for word in words)


def _brackets(text: str) -> list[tuple[int, int]]:
    """Matched pairs of round brackets of either kind, also mixed, by their start."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for position, character in enumerate(text):
        if position and text[position - 1] == "\\":
            continue
        if character in _OPEN:
            opened.append(position)
        elif character in _CLOSE and opened:
            pairs.append((opened.pop(), position + 1))
    return sorted(pairs)


def _warn(message: str) -> None:
    warnings.warn(message, TagWarning, stacklevel=2)
