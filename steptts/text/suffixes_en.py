"""Phones of regularly derived English words from those of their stem.

"walked" is "walk" and "-ed". Used twice with one rule set: when the lexicon is packed, every
entry that these rules give back exactly is left out of the file; and when a new word comes that
is in no dictionary but whose stem is. Knows spelling and sound of suffixes, no meanings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Find = Callable[[str, str], "str | None"]  # (stem, part of speech) -> phones

VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɐɚ")
_VOICELESS = frozenset("ptkfθ")
_SIBILANT = frozenset("szʃʒʧʤ")
# Before a vowel-initial suffix an American t after one of these becomes a flap (water, hurting).
_BEFORE_FLAP = frozenset("AIOWYiuæɑəɛɪɹʊʌɜɔ")
_STRESS = "ˈˌ"
_SYLLABIC_L = re.compile("[^td]ᵊl$")
_CLOSED_SYLLABLE = re.compile("(?:^|[^aeiou])[aeiouy][^aeiouwxy]$")


def with_s(phones: str, accent: str) -> str:
    """Plural, third person and possessive: s, z or ᵻz (GB ɪz)."""
    if phones[-1] in _VOICELESS:
        return phones + "s"
    if phones[-1] in _SIBILANT:
        return phones + _weak_i(accent) + "z"
    return phones + "z"


def with_ed(phones: str, accent: str) -> str:
    """Past tense: t, d or ᵻd (GB ɪd); an American t turns into a flap."""
    last = phones[-1]
    if last in "td":
        return _flapped(phones, accent) + _weak_i(accent) + "d"
    return phones + ("t" if last in _VOICELESS or last in "sʃʧ" else "d")


def _weak_i(accent: str) -> str:
    return "ɪ" if accent == "gb" else "ᵻ"


def _flapped(phones: str, accent: str) -> str:
    if accent == "us" and len(phones) > 1 and phones[-1] == "t" and phones[-2] in _BEFORE_FLAP:
        return phones[:-1] + "ɾ"
    return phones


def _before_vowel(phones: str, stem: str, accent: str) -> str:
    """The stem as it sounds before a vowel: flapped t (US), linking r (GB)."""
    if accent == "gb" and phones[-1] in "əː" and stem.endswith(("r", "re")):
        return phones + "ɹ"
    return _flapped(phones, accent)


def _stems_before_vowel(base: str) -> Iterator[str]:
    """Spellings of a stem whose last letters a vowel suffix may have changed, likeliest first."""
    single = _CLOSED_SYLLABLE.search(base) is not None
    if single:
        yield base + "e"  # hat-ed is from "hate": "hat" would have doubled its t
    yield base
    if not single:
        yield base + "e"  # mak-ing
    if len(base) > 2 and base[-1] == base[-2] and base[-1] not in "aeiouhjqwxy":
        yield base[:-1]  # stopp-ing
    if base.endswith("ck"):
        yield base[:-1]  # panick-ing
    if base.endswith("i"):
        yield base[:-1] + "y"  # happi-er


def _try_s(word: str, find: Find, accent: str) -> str | None:
    if word.endswith("'s"):
        phones = find(word[:-2], "NOUN")
        return with_s(phones, accent) if phones else None
    if word.endswith("in'"):
        whole = find(word[:-1] + "g", "VERB")  # nothin'
        if whole and whole.endswith("ŋ"):
            return whole[:-1] + "n"
    if word.endswith("'"):
        return find(word[:-1], "NOUN")
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return None
    stems = [word[:-1]]
    if word.endswith("ies") and len(word) > 4:
        stems = [word[:-3] + "y", word[:-1]]
    elif word.endswith("es"):
        stems = [word[:-1], word[:-2]]
    for stem in stems:
        phones = find(stem, "NOUN")
        # "-es" after a stem that does not hiss is its own syllable only if the stem has the e.
        if phones and (stem != word[:-2] or phones[-1] in _SIBILANT or stem[-1] == "o"):
            return with_s(phones, accent)
    return None


def _try_ed(word: str, find: Find, accent: str) -> str | None:
    if not word.endswith("ed") or len(word) < 4:
        return None
    for stem in _stems_before_vowel(word[:-2]):
        phones = find(stem, "VERB")
        if phones:
            return with_ed(phones, accent)
    return None


def _try_ing(word: str, find: Find, accent: str) -> str | None:
    if word.endswith("ing"):
        base, ending = word[:-3], "ɪŋ"
    elif word.endswith("in'"):
        base, ending = word[:-3], "ɪn"
    else:
        return None
    if len(base) < 2:
        return None
    for stem in _stems_before_vowel(base):
        phones = find(stem, "VERB")
        if phones and any(c in VOWELS for c in phones):
            if accent == "gb" and stem.endswith("le") and _SYLLABIC_L.search(phones):
                phones = phones[:-2] + "l"  # British "tumbling" has two syllables
            return _before_vowel(phones, stem, accent) + ending
    return None


# suffix, phones (US, GB), whether it begins with a vowel sound
_ENDINGS: tuple[tuple[str, str, str, bool], ...] = (
    ("ness", "nəs", "nəs", False),
    ("less", "ləs", "ləs", False),
    ("fully", "fəli", "fəli", False),
    ("ful", "fəl", "fᵊl", False),
    ("ment", "mənt", "mᵊnt", False),
    ("like", "lˌIk", "lˌIk", False),
    ("ship", "ʃˌɪp", "ʃˌɪp", False),
    ("ability", "əbˈɪləɾi", "əbˈɪlɪti", True),
    ("able", "əbᵊl", "əbᵊl", True),
    ("ably", "əbli", "əbli", True),
    ("ers", "əɹz", "əz", True),
    ("er", "əɹ", "ə", True),
    ("est", "əst", "ɪst", True),
    ("ish", "ɪʃ", "ɪʃ", True),
    ("ism", "ˌɪzəm", "ˌɪzᵊm", True),
    ("ist", "ɪst", "ɪst", True),
)


def _try_ly(word: str, find: Find, accent: str) -> str | None:
    if not word.endswith("ly") or len(word) < 5:
        return None
    base = word[:-2]
    for stem in (base, base + "le", base[:-2] if base.endswith("ical") else ""):
        phones = find(stem, "ADJ") if stem else None
        if not phones:
            continue
        if stem != base and stem.endswith("le"):
            return phones[:-2] + "li" if phones.endswith("ᵊl") else None  # simple, simply
        if phones.endswith("ᵊl"):
            return phones[:-1] + "i" if phones[-3:-2] not in VOWELS else phones[:-2] + "li"
        return phones[:-1] + "li" if phones[-1] == "l" else phones + "li"
    if base.endswith("i"):
        phones = find(base[:-1] + "y", "ADJ")
        if phones and phones[-1] == "i":
            return phones[:-1] + ("ə" if accent == "us" else "ɪ") + "li"  # happi-ly
    return None


def _try_ending(word: str, find: Find, accent: str) -> str | None:
    for suffix, us, gb, is_vowel in _ENDINGS:
        if not word.endswith(suffix) or len(word) < len(suffix) + 3:
            continue
        base = word[: -len(suffix)]
        stems = list(_stems_before_vowel(base)) if is_vowel else [base]
        if base.endswith("i") and not is_vowel:
            stems = [base[:-1] + "y"]
        for stem in stems:
            phones = find(stem, "NOUN" if suffix in ("less", "ful", "fully") else "VERB")
            if phones and any(c in VOWELS for c in phones):
                head = _before_vowel(phones, stem, accent) if is_vowel else phones
                tail = us if accent == "us" else gb
                return (head.replace("ˈ", "ˌ") if "ˈ" in tail else head) + tail
    return None


# prefix, phones (US, GB)
_PREFIXES: tuple[tuple[str, str, str], ...] = (
    ("counter", "kˌWntəɹ", "kˌWntə"),
    ("under", "ˌʌndəɹ", "ˌʌndə"),
    ("inter", "ˌɪntəɹ", "ˌɪntə"),
    ("super", "sˌupəɹ", "sˌuːpə"),
    ("over", "ˌOvəɹ", "ˌQvə"),
    ("anti", "ˌænti", "ˌanti"),
    ("semi", "sˌɛmi", "sˌɛmi"),
    ("non", "nˌɑn", "nˌɒn"),
    ("mis", "mˌɪs", "mˌɪs"),
    ("dis", "dˌɪs", "dˌɪs"),
    ("out", "ˌWt", "ˌWt"),
    ("pre", "pɹˌi", "pɹˌiː"),
    ("un", "ˌʌn", "ˌʌn"),
    ("re", "ɹˌi", "ɹˌiː"),
)


def _try_prefix(word: str, find: Find, accent: str) -> str | None:
    for prefix, us, gb in _PREFIXES:
        if not word.startswith(prefix) or len(word) < len(prefix) + 4:
            continue
        phones = find(word[len(prefix) :], "VERB")
        if phones and "ˈ" in phones:
            head = us if accent == "us" else gb
            if accent == "gb" and head.endswith("ə") and phones.lstrip(_STRESS)[0] in VOWELS:
                head += "ɹ"
            return head + phones
    return None


_INFLECTIONS = (_try_s, _try_ed, _try_ing)
_RULES = (*_INFLECTIONS, _try_ly, _try_ending, _try_prefix)


def inflect(word: str, find: Find, accent: str) -> str | None:
    """As ``derive``, with the endings -s, -ed and -ing only."""
    return next((p for rule in _INFLECTIONS if (p := rule(word, find, accent))), None)


def derive(word: str, find: Find, accent: str) -> str | None:
    """Phones of a word from its stem, or None when no rule finds a stem.

    Args:
        word: lower case, apostrophes as ``'``.
        find: phones of a stem, given the part of speech that the rule needs.
        accent: "us" or "gb".
    """
    if len(word) < 3:
        return None
    for rule in _RULES:
        phones = rule(word, find, accent)
        if phones:
            return phones
    return None
