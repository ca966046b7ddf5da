"""Build the packed Mandarin table: readings of characters and phrases, word frequencies.

Reads the data of two MIT-licensed projects, pypinyin (readings) and jieba (word counts); writes
`mandarin.table` into the data folder. Run once by a maintainer; the library itself needs neither:

    python -m steptts.distill.mandarin_words jieba/dict.txt steptts/text/data

Run it again after `mandarin_own.txt` there has got another default reading of a character.

Does not know segmentation or sandhi; see `steptts.text.mandarin_table` for the reader.
"""

from __future__ import annotations

import lzma
import math
import sys
from collections import defaultdict
from pathlib import Path

MIN_COUNT = 30  # 60,000 of jieba's 349,000 words; rarer ones are mostly names
MAX_WORD_LENGTH = 8
COST_STEPS = 4  # costs are kept to a quarter of a natural logarithm
UNSEEN_COUNT = 3  # a phrase that pypinyin reads specially, but that jieba never counted


def read_counts(path: Path) -> dict[str, int]:
    """Word counts of a jieba dictionary file ("word count tag" a line), Han words only."""
    counts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, _tag = line.split(" ")
        if all("一" <= character <= "鿿" for character in word):
            counts[word] = int(count)
    return counts


def read_readings() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Default reading of every character and reading of every phrase, tone digits 1 to 5."""
    from pypinyin.contrib.tone_convert import to_tone3
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    def digits(marked: str) -> str:
        return str(to_tone3(marked, v_to_u=False, neutral_tone_with_five=True))

    characters = {chr(code): digits(marked.split(",")[0]) for code, marked in pinyin_dict.items()}
    phrases = {
        phrase: tuple(
            _citation_form(character, digits(alternatives[0]))
            for character, alternatives in zip(phrase, marked, strict=False)
        )
        for phrase, marked in phrases_dict.items()
        if len(phrase) == len(marked) and len(phrase) <= MAX_WORD_LENGTH
    }
    return characters, phrases


def _citation_form(character: str, reading: str) -> str:
    """Undo the tone sandhi that pypinyin's phrases spell out for 一 and 不."""
    return {"一": "yi1", "不": "bu4"}.get(character, reading)


def own_defaults(path: Path) -> dict[str, str]:
    """Our own readings of single characters: phrases that differ from these must be kept."""
    fields = (line.partition("#")[0].split() for line in path.read_text("utf-8").splitlines())
    return {pair[0]: pair[1] for pair in fields if len(pair) == 2 and len(pair[0]) == 1}


def pack(counts: dict[str, int], own: dict[str, str]) -> str:
    """Lay the table out as text: characters by reading, words by cost, readings that differ."""
    characters, phrases = read_readings()
    characters |= own
    differing = {
        phrase: reading
        for phrase, reading in phrases.items()
        if reading != tuple(characters.get(character, "") for character in phrase)
    }
    kept = {
        word: count
        for word, count in counts.items()
        if len(word) <= MAX_WORD_LENGTH and (count >= MIN_COUNT or len(word) == 1)
    }
    for phrase in differing:
        kept.setdefault(phrase, max(counts.get(phrase, 0), UNSEEN_COUNT))
    total = sum(counts.values())
    by_cost: dict[int, list[str]] = defaultdict(list)
    for word, count in kept.items():
        by_cost[round(COST_STEPS * math.log(total / max(count, 1)))].append(word)
    by_reading: dict[str, list[str]] = defaultdict(list)
    for character, reading in characters.items():
        by_reading[reading].append(character)
    return "\n\n".join(
        (
            "\n".join(f"{key} {''.join(sorted(by_reading[key]))}" for key in sorted(by_reading)),
            "\n".join(f"{cost} {' '.join(sorted(by_cost[cost]))}" for cost in sorted(by_cost)),
            "\n".join(f"{word} {' '.join(differing[word])}" for word in sorted(differing)),
        )
    )


def main(dictionary: str, folder: str) -> None:
    """Write the packed table into the data folder and say how large it is."""
    own = own_defaults(Path(folder) / "mandarin_own.txt")
    text = pack(read_counts(Path(dictionary)), own)
    packed = lzma.compress(text.encode("utf-8"), preset=9)
    (Path(folder) / "mandarin.table").write_bytes(packed)
    sys.stdout.write(f"mandarin.table: {len(packed):,} bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
