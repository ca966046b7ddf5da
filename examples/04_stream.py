"""Speak while the text is still being written, as a chat program does."""

from collections.abc import Iterator

from steptts import TTS


def writer() -> Iterator[str]:
    """Stands for a language model: the text comes in pieces."""
    yield from [
        "The first sen",
        "tence is spoken ",
        "at once. The se",
        "cond one follows. ",
        "Bye!",
    ]


for chunk in TTS().stream(writer()):
    print(f"{chunk.duration:.2f} s: {' '.join(word.text for word in chunk.words)}")
