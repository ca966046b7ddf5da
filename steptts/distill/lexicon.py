"""Pack the English lexicons that ship in steptts/text/data.

Source: the US and GB word lists of misaki 0.9.4 (Apache-2.0, https://github.com/hexgrad/misaki),
in its wheel under misaki/data; their SHA-256 are below and are checked. "Gold" entries are
reviewed, "silver" ones are machine made and only fill gaps.

    python -m steptts.distill.lexicon FOLDER_WITH_THE_JSON_FILES

What changes on the way: characters outside our notation are folded, entries that the suffix
rules give back exactly are dropped, own corrections (data/corrections_en.txt) are applied.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import re
from pathlib import Path

from steptts.errors import TextError
from steptts.text.lexicon import ACCENTS, Entry, PackedLexicon, parse_entry, search, search_other
from steptts.text.suffixes_en import VOWELS

SOURCE_SHA256 = {
    "us_gold.json": "dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f",
    "us_silver.json": "de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475",
    "gb_gold.json": "29e62f4b60261c88f7f3c2c7811ca3825978948090b72d2b27d565b729282f71",
    "gb_silver.json": "48131e2d92ccc41655f4543e87e0f938e71463eb5a54be7f0693bb712ebb6bce",
}
# A glottal stop is how the source marks some American t's ("button"); the teacher reads it as t.
FOLD = str.maketrans({"ʔ": "t"})
# Some source entries have a stress mark before a consonant; ours stands before its vowel.
_EARLY_STRESS = re.compile(f"([ˈˌ])([^ˈˌ{''.join(sorted(VOWELS))}]+)(?=[{''.join(sorted(VOWELS))}])")
DATA = Path(__file__).parents[1] / "text" / "data"


def read_source(folder: Path, name: str) -> dict[str, Entry]:
    """One source list as entries, after its checksum.

    Raises:
        TextError: the file is not the one recorded here.
    """
    data = (folder / name).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SOURCE_SHA256[name]:
        raise TextError(f"{name}: SHA-256 {found}, expected {SOURCE_SHA256[name]}; use misaki 0.9.4")
    return {word: _entry(value) for word, value in json.loads(data).items()}


def _entry(value: str | dict[str, str | None]) -> Entry:
    tagged = {"DEFAULT": value} if isinstance(value, str) else value
    folded = {tag: (phones or "").translate(FOLD) for tag, phones in tagged.items()}
    entry = {tag: _EARLY_STRESS.sub(r"\2\1", phones) for tag, phones in folded.items()}
    same = {tag for tag, phones in entry.items() if phones == entry["DEFAULT"]} - {"DEFAULT"}
    return {tag: phones for tag, phones in entry.items() if tag not in same}


def read_corrections(accent: str) -> dict[str, Entry]:
    """Our own entries: lines ``accent<TAB>word<TAB>entry``, accent "us", "gb" or "*"."""
    entries: dict[str, Entry] = {}
    for line in (DATA / "corrections_en.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            which, word, entry = line.split("\t")
            if which in (accent, "*"):
                entries[word] = parse_entry(entry)
    return entries


def prune(entries: dict[str, Entry], accent: str, keep: set[str]) -> dict[str, Entry]:
    """Drop what ``search`` finds without the entry itself.

    Words are visited from short to long: a stem is never longer than its derivative, so the
    entries that a rule looks at are final when it is asked. The result is checked over all words.
    """
    kept: dict[str, Entry] = {}
    for word in sorted(entries, key=lambda w: (len(w), w[:1].isupper(), w)):
        entry = entries[word]
        given = search_other(kept.get, word, "", accent) if len(entry) == 1 else None
        if word in keep or given is None or given != entry["DEFAULT"]:
            kept[word] = entry
    for word, entry in entries.items():
        found = kept.get(word, {"DEFAULT": search(kept.get, word, "", accent) or ""})
        if found != entry:
            kept[word] = entry
    return kept


def pack(entries: dict[str, Entry]) -> bytes:
    """The bytes of a packed file."""
    lines = []
    for word, entry in entries.items():
        tagged = "|".join(f"{tag}={phones}" for tag, phones in entry.items())
        lines.append(f"{word}\t{entry['DEFAULT'] if len(entry) == 1 else tagged}".encode())
    return lzma.compress(b"\n".join(sorted(lines)), preset=9 | lzma.PRESET_EXTREME)


def build(folder: Path, accent: str) -> tuple[int, int, int]:
    """Write one accent's file.

    Returns:
        Entries in the sources, entries kept, bytes written.
    """
    entries = read_source(folder, f"{accent}_silver.json")
    entries.update(read_source(folder, f"{accent}_gold.json"))
    corrections = read_corrections(accent)
    entries.update(corrections)
    kept = prune(entries, accent, set(corrections))
    packed = pack(kept)
    (DATA / f"english_{accent}.lex.xz").write_bytes(packed)
    shipped = PackedLexicon(lzma.decompress(packed), accent)
    wrong = [w for w, e in entries.items() if len(e) == 1 and shipped.phones(w) != e["DEFAULT"]]
    if wrong:
        raise TextError(f"packing changed {len(wrong)} entries, first {wrong[:5]}")
    return len(entries), len(kept), len(packed)


def main() -> None:
    """Pack both accents."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="misaki/data, unpacked from the wheel")
    folder = parser.parse_args().folder
    for accent in ACCENTS:
        n_source, n_kept, n_bytes = build(folder, accent)
        print(f"{accent}: {n_source} entries, {n_kept} kept, {n_bytes} bytes")


if __name__ == "__main__":
    main()
