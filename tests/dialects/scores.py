"""Scores as a planner might write them, from pinyin."""

from steptts.score import Score, ScorePhone, ScoreWord
from steptts.text.phones import SYMBOLS, read
from steptts.text.pinyin_phones import split_tone, syllable_phones
from steptts.text.words import Word


def phones_of(pinyin: str) -> str:
    return "".join(syllable_phones(*split_tone(syllable)) for syllable in pinyin.split())


def planned(*words: str, seconds: float = 0.1, hertz: float | None = 200.0) -> Score:
    """A score of words written in pinyin, all phones alike; "," is a pause."""
    written = [Word(word, word if word == "," else phones_of(word)) for word in words]
    rows = read(written)
    phones = tuple(
        ScorePhone(SYMBOLS[s], mark, word, seconds, hertz and (hertz,) * 3, -20.0)
        for s, mark, word in zip(rows.symbols, rows.marks, rows.words, strict=True)
    )
    spans = tuple(
        ScoreWord(word.text, rows.words.index(i), len(rows) - rows.words[::-1].index(i))
        for i, word in enumerate(written)
    )
    return Score(phones, spans, "mei", "zh", " ".join(words))
