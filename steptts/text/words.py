"""The unit of text that G2P hands on: one spoken word or one pause mark."""

from __future__ import annotations

from dataclasses import dataclass, field

PUNCTUATION = frozenset(",.!?;:—…")  # marks that are pauses; quotes and brackets are not spoken


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or one punctuation mark.

    Attributes:
        text: as the user wrote it, for timestamps and captions. When one source token becomes
            several words ("$3.50"), the first carries the source text and the others "".
        phones: the notation of steptts/text/phones.py without spaces; a punctuation word holds
            exactly one punctuation character.
        citation: the phones before tone sandhi, where a G2P applied any; dialects begin there.
    """

    text: str
    phones: str
    citation: str = field(default="", compare=False)

    @property
    def is_punctuation(self) -> bool:
        """Whether this is a pause mark instead of something spoken."""
        return self.phones in PUNCTUATION
