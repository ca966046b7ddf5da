"""Scores as a planner might write them, from pinyin."""

from dataclasses import replace

import numpy as np

from steptts.dialects.contours import PLANNED_LAG, phone_starts, standard_contour, tone_spans
from steptts.dialects.levels import Levels, Line
from steptts.frames import LABEL_DELAY
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
        ScorePhone(SYMBOLS[s], mark, word, seconds, None if hertz is None else (hertz,) * 3, -20.0)
        for s, mark, word in zip(rows.symbols, rows.marks, rows.words, strict=True)
    )
    spans = tuple(
        ScoreWord(word.text, rows.words.index(i), len(rows) - rows.words[::-1].index(i))
        for i, word in enumerate(written)
    )
    return Score(phones, spans, "mei", "zh", " ".join(words))


SPEAKER = Levels((Line(0.0, 92.0, -1.5), Line(2.4, 93.0, -1.5)), 1.9)
SENTENCE = ("ma1 ma2", "ma3", "ma4 ma5", ",", "ma4", "ma3 ma1 ma2")


def spoken(levels: Levels = SPEAKER) -> Score:
    """A score with two phrases, planned exactly on some levels with standard contours."""
    score = planned(*SENTENCE, seconds=0.2)
    phones, starts = list(score.phones), phone_starts(score)
    for span in tone_spans(score, standard_contour):
        for i in range(span.syllable.start, span.syllable.end):
            times = starts[i] + LABEL_DELAY + phones[i].duration * np.array([1, 3, 5]) / 6
            pitch = 2 ** (levels.semitones(times, span.letters(times - PLANNED_LAG)) / 12)
            phones[i] = replace(phones[i], pitch=tuple(float(x) for x in pitch))
    return replace(score, phones=tuple(phones))
