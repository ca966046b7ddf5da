"""Traditional Chinese characters as simplified ones, so that words and readings are found.

One character for one, 2,833 of them. Characters that simplified texts use, too, in a meaning of
their own (乾隆, 显著, 瞭望, 慰藉, 姊妹) are left out; the words that they write in traditional
texts are in `data/mandarin_own.txt`. Knows no words: 髮 and 發 both become 发.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_ZHE = re.compile("(?<![名原显土编卓专巨论新遗合所])著(?![名作书称述有者录])")
_FILE = Path(__file__).parent / "data" / "traditional.txt"


def simplified(text: str) -> str:
    """The text with every traditional character in its simplified form; its length stays.

    著 becomes 着 where the text is traditional and no word with 著 (名著, 著作) says otherwise.
    """
    plain = text.translate(load_traditional())
    return plain if plain == text else _ZHE.sub("着", plain)


@lru_cache(maxsize=1)
def load_traditional() -> dict[int, str]:
    """Code point of a traditional character to its simplified form; read once, at first use."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    pairs = "".join(line for line in lines if not line.startswith("#"))
    return {ord(old): new for old, new in zip(pairs[::2], pairs[1::2], strict=True)}
