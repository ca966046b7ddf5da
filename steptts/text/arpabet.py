"""ARPAbet, the notation of the CMU dictionary, to our phones; American phones to British ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from steptts.errors import TextError
from steptts.text.suffixes_en import VOWELS

_VOWEL_PHONES = {
    "AA": "ɑ", "AE": "æ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "EY": "A", "IH": "ɪ",
    "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u",
}  # fmt: skip
_CONSONANTS = {
    "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t",
    "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_MARKS = {"0": "", "1": "ˈ", "2": "ˌ", "": ""}
_V = "".join(sorted(VOWELS))
# American t between a vowel (or r) and an unstressed vowel is a flap; not before n (button).
_FLAP = re.compile(f"(?<=[{_V}ɹ])t(?=(?:[{_V}])(?!n))")
_SYLLABIC_L = re.compile(r"(?<=[^AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɹwjlˈˌ])əl(?![AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻˈˌ])")
_SYLLABIC_N = re.compile(r"(?<=[tdsz])ən(?=[tsdz]?$)")
_WEAK_ENDING = re.compile(r"(?<=[szʃʒʧʤ])ɪz$|(?<=[td])ɪd$")


def from_arpabet(symbols: Sequence[str], accent: str = "us") -> str:
    """Phones of a pronunciation such as ``["HH", "AH0", "L", "OW1"]``.

    Args:
        symbols: ARPAbet symbols; vowels with a stress digit (none counts as 0).
        accent: "us", or "gb" for the British counterpart of the American pronunciation.

    Raises:
        TextError: a symbol is not ARPAbet.
    """
    phones = "".join(_phone(symbol.upper()) for symbol in symbols)
    phones = _FLAP.sub("ɾ", phones)
    phones = _SYLLABIC_N.sub("ᵊn", _SYLLABIC_L.sub("ᵊl", phones))
    phones = _WEAK_ENDING.sub(lambda m: "ᵻ" + m.group()[1], phones)
    return phones if accent == "us" else to_british(phones)


def _phone(symbol: str) -> str:
    name, digit = symbol.rstrip("012"), symbol[len(symbol.rstrip("012")) :]
    if digit in _MARKS:
        if name in _CONSONANTS and not digit:
            return _CONSONANTS[name]
        if name in _VOWEL_PHONES:
            return _MARKS[digit] + _VOWEL_PHONES[name]
        if name == "AH":
            return _MARKS[digit] + ("ʌ" if digit in ("1", "2") else "ə")
        if name == "ER":
            return _MARKS[digit] + ("ɜɹ" if digit in ("1", "2") else "əɹ")
    raise TextError(f"{symbol!r} is no ARPAbet symbol; write for example HH AH0 L OW1")


_NO_VOWEL = f"(?![{_V}ˈˌ])"
_BRITISH = tuple(
    (re.compile(pattern), british)
    for pattern, british in (
        ("[ɾT]", "t"),
        ("ᵻ", "ɪ"),
        ("æ", "a"),
        ("O", "Q"),
        (f"ɜɹ{_NO_VOWEL}", "ɜː"),
        ("ɜɹ", "ɜːɹ"),
        (f"əɹ{_NO_VOWEL}", "ə"),
        (f"ɑɹ{_NO_VOWEL}", "ɑː"),
        ("ɑɹ", "ɑːɹ"),
        (f"ɔɹ{_NO_VOWEL}", "ɔː"),
        ("ɔɹ", "ɔːɹ"),
        (f"ɛɹ{_NO_VOWEL}", "ɛə"),
        (f"ɪɹ{_NO_VOWEL}", "ɪə"),
        (f"ʊɹ{_NO_VOWEL}", "ʊə"),
        ("u(?!ː)", "uː"),
        (f"(?<=[ˈˌ])i(?!ː)|i(?=[^{_V}ˈˌː])", "iː"),  # "happy" and "create" keep the short one
    )
)


def to_british(phones: str, spelling: str = "") -> str:
    """The regular British counterpart of American phones.

    Args:
        phones: American notation.
        spelling: the word; tells "lot" from "palm", which American English has merged.
    """
    for pattern, british in _BRITISH:
        phones = pattern.sub(british, phones)
    is_palm = "a" in spelling.lower() and "o" not in spelling.lower()
    phones = re.sub("ɑ(?!ː)", "ɑː" if is_palm else "ɒ", phones)
    is_thought = re.search("a[uwl]|ou|oa|aw", spelling.lower()) is not None or not spelling
    return re.sub("ɔ(?!ː)", "ɔː" if is_thought or is_palm else "ɒ", phones)
