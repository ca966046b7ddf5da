"""Text into sentences, sentences into clauses; linear, and nothing is lost.

The pieces joined are the input. Knows English abbreviations, numbers, addresses of the web and
Chinese marks; knows nothing about how long a piece takes to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_SENTENCE_LENGTH = 250  # characters; longer ones are cut at a clause, a space, or anywhere

_CLOSERS = "\"'”’»›)\\]}）】」』》〉〗〕"
# A run of terminators with the quotes and brackets that close after it.
_END = re.compile(
    rf"(?:[。！？｡]+|[!?！？]+|(?<!\.)\.(?!\.)|\.{{3,}}|…+)[。！？!?.…]*[{_CLOSERS}]{{0,8}}|\n+"
)
_FULL_STOP_WORD = re.compile(r"[^\s(\[\"'“‘（]{1,20}$")
_NEXT = re.compile(r"[ \u00a0\u3000]{0,8}[\"'“‘«(\[（【「『《]{0,3}(.?)", re.DOTALL)
# Never the end of a sentence: a name or number follows.
_TITLES_TEXT = """
    mr mrs ms mx dr prof rev hon st sr jr gen col capt lt sgt cmdr gov sen rep pres fr messrs mme
    no nos vol pp p ch fig figs eq sec art vs cf al ca approx est dept univ assn mt ft e.g i.e viz
    feat
"""
# Never the end before a number: "ext. 204", "Op. 27", "c. 1900".
_BEFORE_NUMBER = frozenset("ext tel op c pg par ver".split())
# After initials ("the U.S. Army", "Ph.D. student") only these words begin a sentence ...
_STARTERS = frozenset(
    "the a an it he she we they this that in but and i you if when there his her its our my your "
    "their these those what why how who where as at on for to so not no yes then now after before "
    "while since because although however it's he's she's i'm they're we're that's there's some "
    "many most all one".split()
)
# ... and after a time of day these do not.
_OF_THE_TIME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june "
    "july august september october november december est edt cst cdt pst pdt mst mdt gmt utc cet "
    "bst et pt eastern pacific central mountain".split()
)
# The end of a sentence only if the next word looks like a beginning.
_MAYBE_TEXT = """
    etc inc ltd co corp bros a.m p.m am pm u.s u.k u.n e.u d.c b.c a.d ph.d m.d b.a m.a jan feb mar
    apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ave blvd rd apt min max hr hrs
    lb lbs oz in cm kg km tsp tbsp
"""
_NEXT_WORD = re.compile(r"[ \u00a0\n]{0,8}[\"'“‘(\[]{0,3}([A-Za-z]+(?:['’][a-z]{1,2})?)")
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]|[Pp]h\.D|[a-z](?:\.[a-z])+")
_TITLES = frozenset(_TITLES_TEXT.split())
_MAYBE_END = frozenset(_MAYBE_TEXT.split())
_CLAUSE = re.compile(rf"(?:[，、；：,;:]|(?<=\s)[-–](?=\s)|[—–]+|…+)[{_CLOSERS}]{{0,4}}\s*")
_SPACE = re.compile(r"\s+")


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, each with the white space that follows it.

    Args:
        text: cleaned text (`steptts.text.cleaner.clean`).

    Yields:
        Pieces of at most `MAX_SENTENCE_LENGTH` characters plus trailing white space.
    """
    start = 0
    for match in _END.finditer(text):
        if match.end() <= start or not _ends_sentence(text, match):
            continue
        end = match.end()
        while end < len(text) and text[end].isspace():
            end += 1
        yield from _capped(text, start, end)
        start = end
    if start < len(text):
        yield from _capped(text, start, len(text))


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    mark = match.group()
    following = _NEXT.match(text, match.end())
    after = following.group(1) if following else ""
    glued = match.end() < len(text) and after and text[match.end()] == after  # no space or quote
    if mark[0] == "\n":
        return not _is_wrapped_line(text, match)
    if mark[0] in "。！？｡":
        return True
    if mark[0] in "…" or mark.startswith("..."):
        return (
            not after
            or after == "\n"
            or (not glued and (after.isupper() or (mark[-1] in _CLOSERS and not after.islower())))
        )
    if glued and after.isascii() and (after.isalnum() or after in "/_-.=&%@,;:"):
        return False  # 3.14, example.com, a?b=c, e.g.,
    if mark[0] in "!?":
        return not (after.islower() and mark[-1] in _CLOSERS)  # "Really?" he said
    return _stop_ends_sentence(text, match, after)


def _stop_ends_sentence(text: str, match: re.Match[str], after: str) -> bool:
    """Decide a single full stop by the word before it and the character after it."""
    before = _FULL_STOP_WORD.search(text, max(0, match.start() - 20), match.start())
    word = before.group() if before else ""
    lower = word.lower()
    if lower in _TITLES and after not in ("", "\n"):
        return (
            lower == "no" and after.isalpha() and not after.islower()
        )  # "No. 5", but "He said no. She left."
    following = _NEXT_WORD.match(text, match.end())
    next_word = following.group(1).lower().replace("’", "'") if following else ""
    if lower in ("a.m", "p.m", "am", "pm") and next_word in _OF_THE_TIME:
        return False
    if lower in _BEFORE_NUMBER and after.isdecimal():
        return False
    is_initial = len(word) == 1 and word.isupper() and word != "I"  # J. Smith
    if is_initial or (_INITIALS.fullmatch(word) and lower not in ("a.m", "p.m")):
        return not next_word or (after.isupper() and next_word in _STARTERS)
    if word.isdecimal() and len(word) <= 3 and _starts_line(text, match.start() - len(word)):
        return False  # 1. First item
    beginning = not after or not (after.islower() or after.isdecimal() or after in ",;:")
    if lower in _MAYBE_END or "." in word:
        return beginning
    return True


def _starts_line(text: str, position: int) -> bool:
    before = text[max(0, position - 3) : position]
    return position == 0 or before.rstrip(" ").endswith("\n") or not before.strip()


def _is_wrapped_line(text: str, match: re.Match[str]) -> bool:
    """One line break between lower case letters is a wrapped line, not an end."""
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    return len(match.group()) == 1 and (before.islower() or before == ",") and after.islower()


def _capped(text: str, start: int, end: int) -> Iterator[str]:
    """Yield text[start:end] in pieces that keep to the cap."""
    while (
        len(text[start : min(end, start + 2 * MAX_SENTENCE_LENGTH)].rstrip()) > MAX_SENTENCE_LENGTH
    ):
        cut = best_cut(text[start : start + MAX_SENTENCE_LENGTH + 1], late=True)
        yield text[start : start + cut]
        start += cut
    if start < end:
        yield text[start:end]


def best_cut(text: str, *, late: bool = False) -> int:
    """Where to cut a piece in two, between 1 and its length - 1.

    Prefers a clause mark, then white space, then any place; of these the one nearest to the
    middle (`late`: the last one).
    """
    target = len(text) if late else len(text) / 2
    for pattern in (_CLAUSE, _SPACE):
        ends = [
            match.end()
            for match in pattern.finditer(text)
            if len(text) // 8 < match.end() < len(text) and not _inside_token(text, match)
        ]
        if ends:
            return min(ends, key=lambda end: abs(end - target))
    return max(1, len(text) - 1 if late else len(text) // 2)


def _inside_token(text: str, match: re.Match[str]) -> bool:
    """Whether the mark belongs to a number, a time or an address: 1,000, 15:30, http://."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return (
        match.group() in (",", ":", ";")
        and before.isalnum()
        and (after.isalnum() or after == "/")
        and before.isascii()
        and after.isascii()
    )


def split_clauses(sentence: str) -> list[str]:
    """Cut a sentence after its commas, colons and dashes; joined, the clauses are the sentence."""
    clauses, start = [], 0
    for match in _CLAUSE.finditer(sentence):
        if not _inside_token(sentence, match):
            clauses.append(sentence[start : match.end()])
            start = match.end()
    if start < len(sentence):
        clauses.append(sentence[start:])
    return clauses
