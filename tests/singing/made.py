"""Scores without a model: phones of a fixed length and pitch."""

from steptts.score import Score, ScorePhone, ScoreWord
from steptts.text.phones import SYMBOLS, is_pause, is_vowel, read
from steptts.text.words import Word

VOICED = frozenset("lɹmnŋjwɥɻvzðbdɡ")


def spoken(
    *words: str,
    texts: tuple[str, ...] = (),
    text: str = "",
    seconds: float = 0.08,
    hertz: float = 200.0,
) -> Score:
    """A score of phones as `read` knows them, 80 ms and 200 Hz each; "," and "." are pauses."""
    rows = read([Word(word, word) for word in words])
    phones = tuple(
        ScorePhone(
            SYMBOLS[symbol],
            mark,
            owner,
            seconds,
            (hertz,) * 3 if is_vowel(SYMBOLS[symbol]) or SYMBOLS[symbol] in VOICED else None,
            -80.0 if is_pause(SYMBOLS[symbol]) else -20.0,
        )
        for symbol, mark, owner in zip(rows.symbols, rows.marks, rows.words, strict=True)
    )
    owners = rows.words
    made = tuple(
        ScoreWord((texts or words)[i], owners.index(i), len(owners) - owners[::-1].index(i))
        for i in range(len(words))
    )
    language = "zh" if any(phone.mark >= 3 for phone in phones) else "en"
    return Score(phones, made, "ava", language, text or " ".join(texts or words))
