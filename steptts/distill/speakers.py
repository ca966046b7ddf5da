"""Who speaks in rendered data: the teacher's voices and mixtures of them.

A speaker is a mixture of style packs for timbre and, per language, one for prosody: a pack
speaks its own language best, so an English timbre reads Mandarin with a Mandarin prosody and the
reverse. Its embedding [256] is [timbre | prosody of its own language], each the mixture of the
packs' means over all 510 lengths, standardised. Mixtures make the embedding space continuous,
which cloning needs: two random packs mixed are a new, stable voice (Resemblyzer cosine 0.75 to
the nearest pack, 0.91 to itself).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steptts.distill.teacher_weights import read_style

FloatArray = NDArray[np.float32]
Mix = tuple[tuple[str, float], ...]

# The shipped voices: name, pack, and who lends the prosody of the other language.
MAIN = {
    "ava": ("af_heart", "zf_xiaoxiao"),
    "bella": ("af_bella", "zf_xiaoyi"),
    "nicole": ("af_nicole", "zf_xiaoxiao"),
    "michael": ("am_michael", "zm_yunxi"),
    "fenrir": ("am_fenrir", "zm_yunyang"),
    "puck": ("am_puck", "zm_yunxi"),
    "emma": ("bf_emma", "zf_xiaoxiao"),
    "george": ("bm_george", "zm_yunyang"),
    "xiaoxiao": ("zf_xiaoxiao", "af_heart"),
    "xiaoyi": ("zf_xiaoyi", "af_bella"),
    "yunxi": ("zm_yunxi", "am_michael"),
    "yunyang": ("zm_yunyang", "am_fenrir"),
}
_ENGLISH = "ab"
_PROSODY = {
    ("en", "f"): ("af_heart", "af_bella", "af_sarah", "bf_emma", "af_nova", "af_kore", "af_aoede"),
    ("en", "m"): ("am_michael", "am_fenrir", "am_puck", "bm_george", "bm_fable", "am_liam"),
    ("zh", "f"): ("zf_xiaoxiao", "zf_xiaoyi", "zf_xiaobei", "zf_xiaoni"),
    ("zh", "m"): ("zm_yunxi", "zm_yunyang", "zm_yunjian", "zm_yunxia"),
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """One voice of the data: mixtures of packs, weights summing to one."""

    name: str
    timbre: Mix
    prosody: dict[str, Mix]  # by language
    own_language: str


class Packs:
    """All style packs of a folder, [510, 256] each, and what makes embeddings comparable."""

    def __init__(self, folder: Path) -> None:
        """Read every ``*.bin`` of the folder."""
        self.styles = {p.stem: read_style(p) for p in sorted(folder.glob("*.bin"))}
        means = np.stack([s.mean(0) for s in self.styles.values()])
        self.centre = means.mean(0).astype(np.float32)
        halves = [means[:, :128].std(), means[:, 128:].std()]
        self.spread = np.repeat(np.asarray(halves, np.float32), 128)

    def style(self, speaker: Speaker, language: str, n_tokens: int) -> FloatArray:
        """Style [256] of an utterance of n_tokens (padding not counted), by the teacher's rule."""
        row = min(max(n_tokens - 1, 0), 509)
        timbre = _mixed(self.styles, speaker.timbre, row, slice(0, 128))
        prosody = _mixed(self.styles, speaker.prosody[language], row, slice(128, 256))
        style: FloatArray = np.concatenate([timbre, prosody])
        return style

    def embedding(self, speaker: Speaker) -> FloatArray:
        """What the student knows of the speaker: float32 [256], about unit variance."""
        packs = {name: style.mean(0, keepdims=True) for name, style in self.styles.items()}
        timbre = _mixed(packs, speaker.timbre, 0, slice(0, 128))
        prosody = _mixed(packs, speaker.prosody[speaker.own_language], 0, slice(128, 256))
        style: FloatArray = (np.concatenate([timbre, prosody]) - self.centre) / self.spread
        return style


def _mixed(styles: dict[str, FloatArray], mix: Mix, row: int, half: slice) -> FloatArray:
    parts = [weight * styles[name][row, half] for name, weight in mix]
    return np.asarray(np.sum(parts, 0), np.float32)


def main_speakers() -> list[Speaker]:
    """The shipped voices."""
    out = []
    for name, (pack, other) in MAIN.items():
        own = "en" if pack[0] in _ENGLISH else "zh"
        away = "zh" if own == "en" else "en"
        prosody: dict[str, Mix] = {own: ((pack, 1.0),), away: ((other, 1.0),)}
        out.append(Speaker(name, ((pack, 1.0),), prosody, own))
    return out


def mixed_speakers(n: int, packs: list[str], rng: np.random.Generator) -> list[Speaker]:
    """New voices: two or three timbres of one sex mixed, prosody of one or two packs."""
    out = []
    for i in range(n):
        sex = "fm"[i % 2]
        pool = [p for p in packs if p[1] == sex]
        timbre = _weights(rng.choice(pool, rng.integers(2, 4), replace=False), rng)
        prosody = {
            language: _weights(rng.choice(_PROSODY[language, sex], 2, replace=False), rng)
            for language in ("en", "zh")
        }
        out.append(Speaker(f"mix{i:03d}", timbre, prosody, "en" if rng.random() < 0.7 else "zh"))
    return out


def _weights(names: NDArray[np.str_], rng: np.random.Generator) -> Mix:
    share = rng.dirichlet(np.full(len(names), 2.0))
    return tuple((str(name), float(w)) for name, w in zip(names, share, strict=True))
