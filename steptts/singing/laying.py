"""Writes syllables in time down as a score: phones, notes, breaths, and rests of exact silence.

A vowel that is sung on several notes becomes one phone a note; of a diphthong only the last of
them is the diphthong, the others hold the vowel that it begins with, as singers do.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from steptts.captions import word_spans
from steptts.score import Score, ScoreNote, ScorePhone, ScoreWord, joined
from steptts.score_edits import EDGE, EDGE_DB, SILENCE_DB, silence
from steptts.singing.placing import LEAST_GAP, scaled, total
from steptts.text.phones import FIRST_VOWELS, SILENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steptts.singing.placing import Passage, Timed

LONG_REST = 0.25  # seconds; from here on a rest is a part of its own, of digital silence
LEAST_PHONE = 0.01  # seconds
GLIDE, GLIDE_SHARE = 0.12, 0.3  # seconds of the second vowel of ai, ei, au, ou
_SONORANTS = frozenset("lɹmnŋɻ")  # the planner lets them fade out where a sentence ends
BREATH_SYMBOL = ","  # the pause that the networks know from inside utterances


def laid(found: Sequence[Passage], items: Sequence[Timed], text: str, lead: float) -> Score:
    """The score of syllables in time.

    Args:
        found: the passages; those without syllables pass unchanged.
        items: their syllables, as `steptts.singing.placing.timed` gives them.
        text: what the user wrote for all.
        lead: seconds before the first beat, at least; consonants may need more.
    """
    by_passage = {index: list(own) for index, own in groupby(items, key=lambda item: item.passage)}
    pieces: list[Score] = []
    clock = -lead
    for index, passage in enumerate(found):
        own = by_passage.get(index)
        if own is None:
            pieces.append(passage.part)
            clock += passage.part.duration
            continue
        begin = own[0].slot.onsets[0] - total(own[0].onset)
        # A higher floor would push all that follows off the beat: half a gap of rap is 19 ms.
        rest = max(begin - clock, LEAST_PHONE)
        edge = min(EDGE, rest)
        if rest - edge >= LEAST_GAP:
            pieces.append(silence(rest - edge, passage.part))
        else:
            edge = rest
        tail = min(EDGE, own[-1].gap / 2) if own[-1] is not items[-1] else own[-1].gap
        pieces += _Line(passage.part, own, edge, tail).parts()
        clock = own[-1].stop + tail
    return joined(pieces, text)


class _Line:
    """One passage, written down from left to right."""

    def __init__(self, part: Score, items: Sequence[Timed], lead: float, tail: float) -> None:
        self._part = part
        self._phones: list[ScorePhone] = []
        self._notes: list[ScoreNote] = []
        self._cuts: list[int] = []  # indexes of the silences that become parts
        old = part.phones
        self._pause(old[: items[0].syllable.start], lead)
        for item, after in zip(items, [*items[1:], None], strict=True):
            self._phones += item.onset
            self._sing(item)
            if after is not None:
                self._rest(item, after)
        self._pause(old[items[-1].syllable.end :], tail)

    def _sing(self, item: Timed) -> None:
        """Vowel and last consonants of a syllable, note by note."""
        syllable, slot = item.syllable, item.slot
        vowel, *glides = self._part.phones[syllable.nucleus : syllable.coda]
        end = item.stop - total(item.coda)
        length = min(GLIDE, GLIDE_SHARE * (end - slot.onsets[-1]))
        bounds = [*slot.onsets, end - (length if glides else 0.0)]
        for i, pitch in enumerate(slot.pitches):
            last = i == len(slot.pitches) - 1
            symbol = vowel.symbol if last else FIRST_VOWELS.get(vowel.symbol, vowel.symbol)
            duration = max(bounds[i + 1] - bounds[i], LEAST_PHONE)
            first = len(self._phones)
            self._phones.append(replace(vowel, symbol=symbol, duration=duration))
            if last:
                self._phones += (replace(glide, duration=length) for glide in glides)
                self._phones += (_voiced(phone, vowel) for phone in item.coda)
            self._notes.append(ScoreNote(first, len(self._phones), pitch))

    def _rest(self, item: Timed, after: Timed) -> None:
        """What is between two syllables: nothing, a breath, or an exact silence."""
        old = self._part.phones
        pauses = old[item.syllable.end : after.syllable.start]
        inside_word = old[item.syllable.end - 1].word == old[after.syllable.start].word
        if item.gap < LEAST_GAP and not pauses:
            return
        if item.gap < LONG_REST or inside_word:
            self._pause(pauses, item.gap, BREATH_SYMBOL)
            return
        self._pause(pauses, EDGE)
        self._cuts.append(len(self._phones))
        self._pause((), item.gap - 2 * EDGE)
        self._phones.append(ScorePhone(SILENCE, 0, -1, EDGE, None, EDGE_DB))

    def _pause(self, pauses: Sequence[ScorePhone], seconds: float, symbol: str = SILENCE) -> None:
        """The pauses that were planned made to last ``seconds``; a new one where there are none."""
        if pauses:
            self._phones += scaled(pauses, seconds / total(pauses))
        else:
            self._phones.append(ScorePhone(symbol, 0, -1, seconds, None, SILENCE_DB))

    def parts(self) -> Iterator[Score]:
        """The passage as scores of one part each, cut where it is silent for long."""
        whole = replace(
            self._part,
            phones=tuple(self._phones),
            words=tuple(self._words()),
            notes=tuple(self._notes),
        )
        spans = word_spans(whole.text, [word.text for word in whole.words])
        start = cursor = 0
        for cut in self._cuts:
            head = [span for span, word in zip(spans, whole.words, strict=True) if word.end <= cut]
            end = max((span[1] for span in head if span), default=cursor)
            yield replace(whole.slice(start, cut), text=whole.text[cursor:end].strip())
            yield replace(whole.slice(cut, cut + 1), text="")
            start, cursor = cut + 1, end
        yield replace(whole.slice(start, len(whole.phones)), text=whole.text[cursor:].strip())

    def _words(self) -> Iterator[ScoreWord]:
        end = 0
        for index, word in enumerate(self._part.words):
            own = [i for i, phone in enumerate(self._phones) if phone.word == index]
            start, end = (own[0], own[-1] + 1) if own else (end, end)
            yield ScoreWord(word.text, start, end)


def _voiced(phone: ScorePhone, vowel: ScorePhone) -> ScorePhone:
    """A sonorant after a vowel goes on with its pitch."""
    if phone.pitch is not None or phone.symbol not in _SONORANTS or vowel.pitch is None:
        return phone
    return replace(phone, pitch=vowel.pitch[-1:])
