"""One pinyin syllable to phones: "zhong1" is ꭧʊŋ→, with 儿化 "huar1" is xwaɻ→.

The notation is the one of `steptts.text.phones`. Knows no words and no sandhi.
"""

from __future__ import annotations

import re
from functools import lru_cache

from steptts.errors import TextError

TONE_MARKS = {1: "→", 2: "↗", 3: "↓", 4: "↘", 5: "˙"}
_INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l",
    "g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ",
    "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s", "": "",
}  # fmt: skip
_FINALS = {
    "a": "a", "o": "wo", "e": "ɤ", "ê": "ɛ", "ai": "ai", "ei": "ei", "ao": "au", "ou": "ou",
    "an": "an", "en": "ən", "ang": "aŋ", "eng": "əŋ", "ong": "ʊŋ", "er": "ɚ",
    "i": "i", "ia": "ja", "ie": "je", "iao": "jau", "iu": "jou", "ian": "jɛn", "in": "in",
    "iang": "jaŋ", "ing": "iŋ", "iong": "jʊŋ", "io": "jo", "iai": "jai",
    "u": "u", "ua": "wa", "uo": "wo", "uai": "wai", "ui": "wei", "uan": "wan", "un": "wən",
    "uang": "waŋ", "ueng": "wəŋ", "v": "y", "ve": "ɥe", "van": "ɥɛn", "vn": "yn",
}  # fmt: skip
# Spellings without an initial, as the standard writes them (Hanyu Pinyin, GB/T 16159).
_ZERO_INITIAL = {
    "yi": "i", "ya": "ia", "ye": "ie", "yao": "iao", "you": "iu", "yan": "ian", "yin": "in",
    "yang": "iang", "ying": "ing", "yong": "iong", "yo": "io", "yai": "iai", "wu": "u",
    "wa": "ua", "wo": "uo", "wai": "uai", "wei": "ui", "wan": "uan", "wen": "un",
    "wang": "uang", "weng": "ueng", "wong": "ueng", "yu": "v",
    "yue": "ve", "yuan": "van", "yun": "vn",
}  # fmt: skip
# Interjections without a vowel: 嗯 (n, ng), 呣 (m), 哼 (hng).
_VOWELLESS = {"n": "en", "ng": "en", "m": "en", "hm": "heng", "hng": "heng"}
_RHOTIC = {
    "ai": "a", "ei": "ə", "an": "a", "ən": "ə", "aŋ": "a", "əŋ": "ə", "ʊŋ": "ʊ", "i": "jə",
    "ɨ": "ə", "jɛn": "ja", "in": "jə", "jaŋ": "ja", "iŋ": "jə", "jʊŋ": "jʊ", "wai": "wa",
    "wei": "wə", "wan": "wa", "wən": "wə", "waŋ": "wa", "wəŋ": "wə", "y": "ɥə", "ɥɛn": "ɥa",
    "yn": "ɥə", "jai": "ja",
}  # fmt: skip
_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs]?)([aoeiuvê]\w*)")
_RETROFLEX_OR_SIBILANT = frozenset({"zh", "ch", "sh", "r", "z", "c", "s"})
_MARKED = {
    mark: (plain, tone)
    for plain, marks in zip(
        "aoeiuvê", ("āáǎà", "ōóǒò", "ēéěè", "īíǐì", "ūúǔù", "ǖǘǚǜ", "\u0304"), strict=True
    )
    for tone, mark in enumerate(marks, 1)
}


@lru_cache(maxsize=4096)
def split_tone(syllable: str) -> tuple[str, int]:
    """Separate letters and tone: "hǎo" and "hao3" are ("hao", 3); no tone means neutral, 5.

    `v`, `u:` and `ü` are the same letter, returned as `v`.
    """
    plain, tone = "", 5
    for character in syllable.lower().replace("u:", "v"):
        if character in _MARKED:
            character, tone = _MARKED[character]
        elif character in "012345":
            tone = int(character) or 5
            continue
        plain += "v" if character == "ü" else character
    return plain, tone


@lru_cache(maxsize=8192)
def syllable_phones(letters: str, tone: int, *, rhotic: bool = False) -> str:
    """Phones of one syllable, tone mark last.

    Args:
        letters: pinyin without tone, `v` for ü: "zhong", "lv", "yuan"; a final r ("huar") is 儿化.
        tone: 1 to 4, or 5 for neutral.
        rhotic: add 儿化.

    Raises:
        TextError: no such syllable.
    """
    if letters.endswith("r") and letters not in ("er", "r"):
        letters, rhotic = letters[:-1], True
    initial, final = _initial_and_final(_VOWELLESS.get(letters, letters))
    if final not in _FINALS or tone not in TONE_MARKS:
        raise TextError(
            f"{letters + str(tone)!r} is no pinyin syllable; write one like 'ni3' or 'lv4'"
        )
    phones = _FINALS[final]
    if final == "i" and initial in _RETROFLEX_OR_SIBILANT:
        phones = "ɨ"
    if rhotic and phones != "ɚ":
        phones = _RHOTIC.get(phones, phones) + "ɻ"
    return _INITIALS[initial] + phones + TONE_MARKS[tone]


def _initial_and_final(letters: str) -> tuple[str, str]:
    if letters in _ZERO_INITIAL:
        return "", _ZERO_INITIAL[letters]
    match = _SYLLABLE.fullmatch(letters)
    if match is None:
        return "", ""
    initial, final = match.groups()
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    elif initial in ("n", "l") and final == "ue":
        final = "ve"
    return initial, {"ueng": "ong", "iou": "iu", "uei": "ui", "uen": "un"}.get(final, final)
