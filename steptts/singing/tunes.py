"""Known tunes, all of them old enough to belong to everybody, transcribed for this library.

Only melodies: no words. Each row says who wrote it and when; a tune whose rights are not surely
over has no place here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from steptts.singing.melody import Melody, read_melody

_ODE = "E4 E F G | G F E D | C C D E |"
_JASMINE = "E4 E:1/2 G:1/2 A:1/2 C5:1/2 C:1/2~ A4:1/2 | G G:1/2~ A:1/2 G:2 /"
_JINGLE = "E4 E E:2 | E E E:2 | E G C:1.5 D:0.5 | E:4 / F F F:1.5 F:0.5 | F E E E:0.5 E:0.5 |"
_GRACE = "G4 | C5:2 E:0.5~ C:0.5 | E:2 D | C:2 A4 | G:2"


class _Tune(NamedTuple):
    name: str
    aliases: tuple[str, ...]
    bpm: float
    origin: str
    notes: str


_TUNES = (
    _Tune(
        "twinkle",
        ("twinkle twinkle little star", "小星星"),
        100,
        "Ah! vous dirai-je, maman, French, printed 1761",
        "C4 C G G | A A G:2 / F F E E | D D C:2 / G G F F | E E D:2 / G G F F | E E D:2 / "
        "C C G G | A A G:2 / F F E E | D D C:2",
    ),
    _Tune(
        "ode to joy",
        ("ode", "欢乐颂"),
        112,
        "Ludwig van Beethoven (1770-1827), ninth symphony, 1824",
        f"{_ODE} E:1.5 D:0.5 D:2 / {_ODE} D:1.5 C:0.5 C:2 / D D E C | D E:0.5~ F:0.5 E C | "
        f"D E:0.5~ F:0.5 E D | C D G3:2 / {_ODE} D:1.5 C:0.5 C:2",
    ),
    _Tune(
        "frere jacques",
        ("frère jacques", "brother john", "两只老虎"),
        104,
        "French round, manuscript of about 1780",
        "C4 D E C / C D E C / E F G:2 / E F G:2 / G:0.5 A:0.5 G:0.5 F:0.5 E C / "
        "G:0.5 A:0.5 G:0.5 F:0.5 E C / C G3 C4:2 / C G3 C4:2",
    ),
    _Tune(
        "mary",
        ("mary had a little lamb", "玛丽有只小羊羔"),
        108,
        "American, 1830s, printed with these words by 1868",
        "E4 D C D | E E E:2 / D D D:2 | E G G:2 / E D C D | E E E E / D D E D | C:4",
    ),
    _Tune(
        "jasmine flower",
        ("jasmine", "mo li hua", "茉莉花"),
        84,
        "Chinese folk song, printed in John Barrow's Travels in China, 1804",
        f"{_JASMINE} {_JASMINE} G G G E:1/2~ G:1/2 | A A G:2 / "
        "E D:1/2~ E:1/2 G E:1/2~ D:1/2 | C C:1/2~ D:1/2 C:2",
    ),
    _Tune(
        "happy birthday",
        ("birthday", "生日快乐"),
        100,
        "Mildred J. Hill (1859-1916) and Patty S. Hill (1868-1946), Good Morning to All, 1893",
        "G4:0.75 G:0.25 | A G C5 | B4:2 / G:0.75 G:0.25 | A G D5 | C:2 / G4:0.75 G:0.25 | "
        "G5 E C | B4 A / F5:0.75 F:0.25 | E C D | C:2",
    ),
    _Tune(
        "row your boat",
        ("row row row your boat", "划船歌"),
        80,
        "American round, printed with this tune by Eliphalet O. Lyte, 1881",
        "C4 C | C:2/3 D:1/3 E / E:2/3 D:1/3 E:2/3 F:1/3 | G:2 / "
        "C5:1/3 C:1/3 C:1/3 G4:1/3 G:1/3 G:1/3 | E:1/3 E:1/3 E:1/3 C:1/3 C:1/3 C:1/3 / "
        "G:2/3 F:1/3 E:2/3 D:1/3 | C:2",
    ),
    _Tune(
        "london bridge",
        ("伦敦桥",),
        108,
        "English nursery song, printed with this tune in the 1870s",
        "G4:1.5 A:0.5 G F | E F G:2 / D E F:2 | E F G:2 / G:1.5 A:0.5 G F | E F G:2 / "
        "D:2 G:2 | E C:3",
    ),
    _Tune(
        "amazing grace",
        ("奇异恩典",),
        84,
        "New Britain, American, printed 1829; joined with these words by William Walker, 1835",
        f"{_GRACE} / G | C5:2 E:0.5~ C:0.5 | E:2 D | G:5 / E | G:2 E:0.5~ C:0.5 | E:2 D | "
        f"C:2 A4 | G:2 / G | C5:2 E:0.5~ C:0.5 | E:2 D | C:5",
    ),
    _Tune(
        "jingle bells",
        ("铃儿响叮当",),
        120,
        "James Lord Pierpont (1822-1893), The One Horse Open Sleigh, 1857; the refrain",
        f"{_JINGLE} E D D E | D:2 G:2 / {_JINGLE} G G F D | C:4",
    ),
)


def tune_names() -> tuple[str, ...]:
    """Names of the known tunes, sorted; each has aliases, Chinese ones too."""
    return tuple(sorted(tune.name for tune in _TUNES))


def find_tune(name: str) -> Melody | None:
    """The tune of a name or an alias, however it is spaced and cased; None where there is none."""
    return _by_key(_key(name))


@lru_cache(maxsize=32)
def _by_key(key: str) -> Melody | None:
    for tune in _TUNES:
        if key in {_key(spelling) for spelling in (tune.name, *tune.aliases)}:
            notes = read_melody(tune.notes, bpm=tune.bpm).notes
            return Melody(notes, tune.bpm, tune.name, tune.origin)
    return None


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
