"""Judges dialects of our own speech: the tones as specified, the words as well heard as standard.

Every sentence is spoken as standard Mandarin and in each dialect by the same voice. Whisper is a
judge of standard Mandarin: it has no dialect to hear, so that mergers are folded
(`folding_dialects`), tones are left to the pitch tracker (`tone_contours`), and what remains is
said beside the standard speech, folded alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from steptts.dialects import dialect_of
from steptts.dialects.syllables import NEUTRAL
from steptts.errors import AudioError
from steptts.evaluate import folding_zh
from steptts.evaluate.error_rate import Errors, least_errors
from steptts.evaluate.folding_dialects import folded
from steptts.evaluate.intervals import Interval, error_interval, ratio_interval
from steptts.evaluate.report import Figure
from steptts.evaluate.tone_contours import SHARES, HeardTone, heard_tones, tone_fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steptts.audio import Audio
    from steptts.dialects.dialect import Dialect
    from steptts.evaluate.recognizer import Recognizer

    Speak = Callable[[str, str], Audio]  # text and voice
    Progress = Callable[[str, str], None]

MIN_SYLLABLES = 5  # of a tone, below which nothing is said of it


def dialect_figures(
    speak: Speak,
    texts: Sequence[str],
    voices: Sequence[str],
    dialects: Sequence[str],
    recognizer: Recognizer | None = None,
    progress: Progress = lambda text, heard: None,
) -> list[Figure]:
    """Returns tone and word figures of each dialect.

    Args:
        speak: says a text, which may begin with a tag, in a voice.
        texts: Mandarin sentences; voice i modulo their number speaks text i.
        voices: names.
        dialects: names of `steptts.dialects.DIALECTS`.
        recognizer: of words; None leaves them out.
        progress: is told each text in a dialect and what was heard.

    Raises:
        AudioError: a tone was heard too rarely to be judged.
        TagError: no such dialect, or it is not available.
    """
    speakers = [voices[i % len(voices)] for i in range(len(texts))]
    pairs = list(zip(texts, speakers, strict=True))
    standard = None
    if recognizer is not None:
        standard = [_heard(recognizer, speak(text, voice)) for text, voice in pairs]
    figures: list[Figure] = []
    for name in dialects:
        dialect = dialect_of(name)
        speech = [speak(f"({name}){text}", voice) for text, voice in pairs]
        figures += tone_figures(dialect, speech)
        if recognizer is not None and standard is not None:
            heard = [_heard(recognizer, audio) for audio in speech]
            for text, words in zip(texts, heard, strict=True):
                progress(text, words)
            figures += word_figures(name, texts, standard, heard)
    return figures


def tone_figures(dialect: Dialect, speech: Sequence[Audio]) -> list[Figure]:
    """Returns, for each tone, how the pitch heard follows the one asked for, and its levels.

    Raises:
        AudioError: a tone was heard too rarely.
    """
    tones: list[HeardTone] = []
    for audio in speech:
        assert audio.score is not None
        tones += heard_tones(audio.samples, audio.sample_rate, audio.score, dialect.contour)
    figures = []
    for tone in sorted(dialect.contours):
        own = [heard for heard in tones if heard.tone == tone]
        if len(own) < MIN_SYLLABLES:
            raise AudioError(
                f"tone {tone} of {dialect.name} was heard {len(own)} times; give more texts"
            )
        fit = tone_fit(own)
        written = "".join(str(round(letter)) for letter in dialect.contours[tone])
        about = f"{dialect.name}, tone {tone}"
        figures.append(Figure(f"{about}: correlation with the pitch asked for", fit.correlation))
        figures.append(Figure(f"{about}: levels away from {written}", fit.distance))
    levels = np.array([heard.levels for heard in tones if heard.tone != NEUTRAL])
    letters = np.array([heard.letters for heard in tones if heard.tone != NEUTRAL])
    known = ~np.isnan(levels)
    overall = float(np.corrcoef(levels[known], letters[known])[0, 1])
    lost = 1 - float(np.mean(known))
    return [
        *figures,
        Figure(f"{dialect.name}: correlation of levels heard with the letters", overall),
        Figure(f"{dialect.name}: places of {len(SHARES)} a rhyme without pitch", lost, "%"),
    ]


def word_figures(
    name: str, texts: Sequence[str], standard: Sequence[str], heard: Sequence[str]
) -> list[Figure]:
    """Returns toneless errors of standard speech and of a dialect, both folded, and the excess."""
    before = [toneless_errors(*pair, name) for pair in zip(texts, standard, strict=True)]
    after = [toneless_errors(*pair, name) for pair in zip(texts, heard, strict=True)]
    excess = ratio_interval(
        [b.total - a.total for a, b in zip(before, after, strict=True)],
        [errors.n_tokens for errors in before],
    )
    return [
        Figure.of(f"{name}: toneless errors of standard speech", error_interval(before), "%"),
        Figure.of(f"{name}: toneless errors", error_interval(after), "%"),
        Figure.of(f"{name}: above standard, in points", Interval(*excess), "%"),
    ]


def toneless_errors(text: str, heard: str, dialect: str) -> Errors:
    """Returns errors over toneless syllables, with the dialect's mergers made in both."""

    def readings(written: str) -> list[list[str]]:
        syllables = map(folding_zh.without_tones, folding_zh.readings(written))
        return [folded(reading, dialect) for reading in syllables]

    return least_errors(readings(text), readings(heard))


def _heard(recognizer: Recognizer, audio: Audio) -> str:
    return recognizer.transcribe(audio.samples, audio.sample_rate, "zh").text
