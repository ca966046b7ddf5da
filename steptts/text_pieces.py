"""From pieces of text as they arrive to whole sentences that can be spoken already.

For text that somebody, or something, is still writing. A sentence counts as whole when the next one
has begun: "3." may still become "3.5", and "Dr." a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steptts.text.split import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def whole_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Gather pieces; give what is whole as soon as it is, and the rest at the end.

    Joined, what comes out is what went in.
    """
    waiting = ""
    for piece in pieces:
        waiting += piece
        *whole, last = [*split_sentences(waiting)] or [""]
        if whole:
            yield "".join(whole)
            waiting = last
    if waiting:
        yield waiting
