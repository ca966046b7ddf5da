"""From what the user wrote to utterances of phones: the whole text front end in one place.

clean -> inline pronunciations and pauses -> sentences -> languages by script -> G2P -> utterances
of at most `max_phones`. Each step is linear; `iter_utterances` works sentence by sentence, so the
first one of a long text is ready at once. Tags ("(happy)") are taken out before this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from steptts.errors import TextError
from steptts.text.cleaner import clean
from steptts.text.inline import mark_inline
from steptts.text.languages import Reader, reader_for
from steptts.text.pauses import split_pauses
from steptts.text.phones import read_word
from steptts.text.pronunciation import UserLexicon
from steptts.text.split import best_cut, split_sentences
from steptts.text.words import PUNCTUATION, Word

__all__ = ["Utterance", "Word", "iter_utterances", "to_utterances"]

MIN_MAX_PHONES = 20  # below, single words would be torn
_STRENGTH = {mark: rank for rank, mark in enumerate(",;:—….!?")}
_CLOSING = frozenset(")]}）】")
_N_SILENCES = 2  # `phones.read` adds one at each end


@dataclass(frozen=True, slots=True)
class Utterance:
    """A part of the text that is spoken in one go.

    Attributes:
        text: its source text.
        language: "en" or "zh", the main one; another code only if it was asked for.
        words: spoken words and pause marks. A sentence that ends without a mark gets a final
            word with text "" and phones "."; one that had to be cut inside gets "," there.
        pause_after: exact silence after it, in seconds; 0 leaves it to the planner.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    pause_after: float = 0.0


def to_utterances(
    text: str,
    *,
    language: str | None = None,
    accent: str = "us",
    lexicon: UserLexicon | None = None,
    max_phones: int = 200,
) -> list[Utterance]:
    """Turn a text into utterances.

    Args:
        text: anything; `{...}` gives a pronunciation, `[pause 0.8s]` a silence.
        language: "en" or "zh" decides who reads digits and symbols; None: the sentence around
            them does. Letters are always read by their script. Other codes ("fr",
            "en-gb-scotland") go to espeak, an extra.
        accent: of English, "us" or "gb".
        lexicon: the user's own pronunciations.
        max_phones: most phones of an utterance, both silences included; at least 20.

    Raises:
        TextError: nothing can be spoken, a script has no reader, or a mark cannot be read.
        BackendError: the language needs espeak, which is not installed.
    """
    return list(
        iter_utterances(
            text, language=language, accent=accent, lexicon=lexicon, max_phones=max_phones
        )
    )


def iter_utterances(
    text: str,
    *,
    language: str | None = None,
    accent: str = "us",
    lexicon: UserLexicon | None = None,
    max_phones: int = 200,
) -> Iterator[Utterance]:
    """Yield what `to_utterances` returns, sentence by sentence.

    A leading pause is an utterance without words.

    Raises:
        TextError, BackendError: as `to_utterances`; at the end if nothing was spoken.
    """
    if max_phones < MIN_MAX_PHONES:
        raise TextError(f"max_phones is {max_phones}; it must be at least {MIN_MAX_PHONES}")
    marked, marks = mark_inline(clean(text), lexicon)
    reader = reader_for(language, accent, lexicon, marks, marked)
    spoken = False
    for piece, seconds in split_pauses(marked):
        held: Utterance | None = None
        for utterance in _piece_utterances(piece, reader, max_phones):
            if held is not None:
                yield held
            held, spoken = utterance, True
        if held is None and seconds:
            held = Utterance("", reader.language_of(""), ())
        if held is not None:
            yield Utterance(held.text, held.language, held.words, seconds)
    if not spoken:
        raise TextError(
            f"nothing to speak in {text[:40]!r}; give at least one word, a number or {{...}}"
        )


def _piece_utterances(piece: str, reader: Reader, max_phones: int) -> Iterator[Utterance]:
    for sentence in split_sentences(piece):
        yield from _fitting(sentence, reader, max_phones, ".")


def _fitting(text: str, reader: Reader, max_phones: int, end: str) -> Iterator[Utterance]:
    """Yield the utterances of one sentence, cut in halves until each fits."""
    words = _tidy(reader.words(text), end)
    if not words:
        return
    if n_phones(words) <= max_phones:
        yield Utterance(reader.source(text).strip(), reader.language_of(text), tuple(words))
    elif len(text.strip()) > 1:
        text = text.strip()
        cut = best_cut(text)
        yield from _fitting(text[:cut], reader, max_phones, ",")
        yield from _fitting(text[cut:], reader, max_phones, end)
    else:
        yield from _torn(reader.source(text), reader.language_of(text), words, max_phones)


def _torn(source: str, language: str, words: list[Word], max_phones: int) -> Iterator[Utterance]:
    """Split one character or one inline mark that says too much (a long pronunciation)."""
    group: list[Word] = []
    for word in words:
        for part in _word_parts(word, max_phones - _N_SILENCES - 1):
            if group and n_phones([*group, part]) > max_phones:
                yield Utterance(source, language, tuple(group))
                group, source = [], ""
            group.append(part)
    yield Utterance(source, language, tuple(group))


def _word_parts(word: Word, limit: int) -> list[Word]:
    if len(word.phones) <= limit:
        return [word]
    cuts = range(0, len(word.phones), limit)
    return [Word(word.text if cut == 0 else "", word.phones[cut : cut + limit]) for cut in cuts]


def n_phones(words: list[Word]) -> int:
    """Phones of an utterance, both silences included."""
    return sum(len(read_word(word.phones)) for word in words) + _N_SILENCES


def _tidy(words: list[Word], end: str) -> list[Word]:
    """Drop pause marks before the first word, merge neighbours to the strongest, close the end."""
    tidy: list[Word] = []
    for word in words:
        if not word.phones:
            continue
        if word.phones not in PUNCTUATION:
            tidy.append(word)
        elif tidy and tidy[-1].phones in PUNCTUATION:
            last = tidy[-1]
            strongest = max(last.phones, word.phones, key=_STRENGTH.__getitem__)
            tidy[-1] = Word(last.text + word.text, strongest)
        elif tidy:
            tidy.append(word)
    if tidy and tidy[-1].phones not in PUNCTUATION:
        tidy.append(Word("", end))
    elif tidy and tidy[-1].phones == "," and tidy[-1].text.strip()[-1:] in _CLOSING:
        tidy[-1] = Word(tidy[-1].text, end)  # "(see below)" without a full stop
    return tidy
