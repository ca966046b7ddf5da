"""A word of Mandarin as a dialect says it."""

from __future__ import annotations

from steptts.dialects.dialect import Dialect
from steptts.dialects.syllables import NEUTRAL, Syllable, syllables_of
from steptts.text.mandarin_table import load_table
from steptts.text.pinyin_phones import split_tone, syllable_phones
from steptts.text.words import Word

# Suffixes that the table knows as neutral only.
_SUFFIX_TONES = {"子": 3, "们": 2}
# Particles are light wherever Mandarin is spoken.
_PARTICLES = frozenset("的地得了着过吗呢吧啊呀哇哪嘛啦么个")


def word_in(dialect: Dialect, word: Word) -> Word:
    """The word with the dialect's phones; one that is not Mandarin comes back as it is."""
    phones = word.citation or word.phones if dialect.own_sandhi else word.phones
    syllables = syllables_of(phones)
    if syllables is None:
        return word
    characters = _characters(word.text, len(syllables))
    if dialect.full_tones and len(syllables) > 1:
        pairs = zip(syllables[1:], characters[1:], strict=True)
        syllables = [syllables[0], *(_full(*pair) for pair in pairs)]
    spoken = (dialect.sounds(s, c) for s, c in zip(syllables, characters, strict=True))
    return Word(word.text, "".join(syllable.phones for syllable in spoken))


def _characters(text: str, n: int) -> list[str]:
    """The character of each syllable; "" where the text is not one character a syllable."""
    for written in (text, text.replace("儿", "")):
        if len(written) == n:
            return list(written)
    return [""] * n


def _full(syllable: Syllable, character: str) -> Syllable:
    """A neutral syllable inside a word with its character's own tone: 月亮 yue4 liang4."""
    if syllable.tone != NEUTRAL or character in _PARTICLES:
        return syllable
    if character in _SUFFIX_TONES:
        return syllable._replace(tone=_SUFFIX_TONES[character])
    reading = load_table().characters.get(character, "")
    if not reading:
        return syllable
    letters, tone = split_tone(reading)
    full = syllables_of(syllable_phones(letters, tone))
    if tone == NEUTRAL or not full or (full[0].onset, full[0].final) != syllable[:2]:
        return syllable
    return full[0]
