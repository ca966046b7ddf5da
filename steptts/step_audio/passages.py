"""From a text with tags and pauses to passages of a good length for the language model.

The model degenerates after about 39 s and is unsure of very short texts, so sentences are joined up
to 2 s at least and cut at 18 s, by an estimate of how long a text takes to say. Shares cleaning,
sentences, pauses and tags with the embedded family; needs no pronunciation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from steptts.errors import TextError
from steptts.sampling import Limits
from steptts.text.cleaner import clean
from steptts.text.pauses import split_pauses
from steptts.text.split import best_cut, split_sentences
from steptts.text.tags import (
    TagReader,
    TagUse,
    leading_tags,
    published_prefix,
    singing_mode,
)
from steptts.text_pieces import whole_sentences
from steptts.tokens import GROUP, IDS_PER_SECOND

SHORT_S, LONG_S = 2.0, 18.0
SECONDS_PER_HAN = 0.24  # about 4.2 characters a second
SECONDS_PER_LETTER = 0.068  # about 15 letters a second
SECONDS_PER_DIGIT = 0.35
SECONDS_AROUND = 0.4  # silence at both ends
SLOWEST, FASTEST = 3.0, 0.3  # times the estimate: beyond, something went wrong
SINGING_SLOWEST = 6.0  # vowels are stretched
_INLINE = re.compile(r"\{[^{}\n]*\}")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that is spoken in one go, and the exact pause after it.

    Attributes:
        text: without tags; "" where a pause stands alone.
        tags: what holds for it.
        pause: seconds of silence after it.
        as_written: the text still holds its tags.
    """

    text: str
    tags: tuple[TagUse, ...] = ()
    pause: float = 0.0
    as_written: bool = False

    @property
    def mode(self) -> str:
        """Which way to sing: "speech", "rap" or "hum"."""
        return singing_mode(self.tags)

    @property
    def prompt_text(self) -> str:
        """The text as the model reads it, tags in front."""
        return self.text if self.as_written else published_prefix(self.tags) + self.text

    def limits(self, pace: float = 1.0) -> Limits:
        """How long this passage may become.

        Args:
            pace: seconds that the voice takes for what is estimated at one second.
        """
        seconds = estimated_seconds(self.text) * pace
        slowest = SLOWEST if self.mode == "speech" else SINGING_SLOWEST
        least = int(seconds * FASTEST * IDS_PER_SECOND) // GROUP * GROUP
        most = int((seconds * slowest + 1) * IDS_PER_SECOND) // GROUP * GROUP
        return Limits(min_ids=max(GROUP, least), max_ids=most)


def verbatim(text: str, *, strict: bool = True) -> Passage:
    """The whole text as one passage, as it stands, for comparing with the reference.

    Raises:
        TextError: it is empty.
        TagError: a tag is unknown.
    """
    uses, _ = leading_tags(text, strict=strict)
    if not any(character.isalnum() for character in text):
        raise TextError("the text holds nothing that can be spoken; give at least one word")
    return Passage(text, uses, as_written=True)


def estimated_seconds(text: str) -> float:
    """About how long a text takes to say."""
    wide = len(_WIDE.findall(text))
    digits = sum(character.isdigit() for character in text)
    letters = sum(character.isalpha() for character in text) - wide
    return (
        SECONDS_AROUND
        + SECONDS_PER_HAN * wide
        + SECONDS_PER_DIGIT * digits
        + SECONDS_PER_LETTER * letters
    )


def passages(text: str | Iterable[str], *, strict: bool = True) -> Iterator[Passage]:
    """Yield what is to be spoken, in order.

    Args:
        text: whole, or in pieces as they arrive.
        strict: an unknown tag is an error; otherwise it is dropped.

    Raises:
        TextError: nothing can be spoken, or it holds an inline pronunciation.
        TagError: a tag is unknown.
    """
    spoken = False
    reader = TagReader(strict=strict)
    for part in [text] if isinstance(text, str) else whole_sentences(text):
        if inline := _INLINE.search(part):
            raise TextError(
                f"{inline.group()[:40]!r}: this model reads text, not phones; write the word, or "
                "use the embedded model"
            )
        for stretch in reader.read(clean(part)):
            for passage in _of_stretch(stretch.text, stretch.tags):
                spoken = spoken or bool(passage.text)
                yield passage
    if not spoken:
        raise TextError("the text holds nothing that can be spoken; give at least one word")
    reader.close()


def _of_stretch(text: str, tags: tuple[TagUse, ...]) -> Iterator[Passage]:
    for piece, pause in split_pauses(text):
        found = list(_joined(cut for s in split_sentences(piece) for cut in _cut(s)))
        for passage in found[:-1]:
            yield Passage(passage, tags)
        if found or pause:
            yield Passage(found[-1] if found else "", tags, pause)


def _cut(sentence: str) -> Iterator[str]:
    """Halve a sentence until each part takes 18 s at most."""
    text = sentence.strip()
    if estimated_seconds(text) <= LONG_S:
        if any(character.isalnum() for character in text):
            yield sentence
        return
    cut = best_cut(text)
    yield from _cut(text[:cut])
    yield from _cut(text[cut:])


def _joined(sentences: Iterable[str]) -> Iterator[str]:
    """Join sentences until they take 2 s; a short last one goes to the one before it."""
    ready = ""  # long enough, waits for a short end
    waiting = ""
    for sentence in sentences:
        waiting += sentence
        if estimated_seconds(waiting) >= SHORT_S:
            if ready:
                yield ready.strip()
            ready, waiting = waiting, ""
    if waiting and ready and estimated_seconds(ready + waiting) > LONG_S:
        yield ready.strip()
        ready = ""
    if ready + waiting:
        yield (ready + waiting).strip()
