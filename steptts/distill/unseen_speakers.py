"""Speaks a clip of speakers that no training has seen, for `steptts evaluate clone`.

    python -m steptts.distill.unseen_speakers OUT --teacher kokoro.onnx --packs voices/ --n 12

The speakers are fresh mixtures of the teacher's style packs, drawn with a seed that training does
not use; each reads its own sentences of the dev texts, five to ten seconds in one clip.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from steptts.distill.render import Renderer
from steptts.distill.speakers import Packs, Speaker, mixed_speakers
from steptts.distill.teacher_folder import SAMPLE_RATE, spoken_words
from steptts.distill.teacher_weights import load_teacher
from steptts.evaluate.judging_texts import judging_texts
from steptts.evaluate.spoken import Spoken, write_folder
from steptts.text.frontend import to_utterances

SEED = 990_017
SETS = {"en": "english", "zh": "mandarin"}
SECONDS = 5.0


def unseen_speakers(packs: Packs, n: int) -> list[Speaker]:
    """Mixtures of packs of women and men, as the training's, by another seed."""
    names = [name for name in packs.styles if name[1] in "fm"]
    return mixed_speakers(n, names, np.random.default_rng(SEED))


def clips(renderer: Renderer) -> Iterator[Spoken]:
    """One clip of each speaker in its own language."""
    texts = {language: judging_texts(name, "dev", None) for language, name in SETS.items()}
    used = {language: 0 for language in SETS}
    for speaker in renderer.speakers:
        language = speaker.own_language
        parts: list[np.ndarray] = []
        said: list[str] = []
        while sum(map(len, parts)) < SECONDS * SAMPLE_RATE:
            text = texts[language][used[language]].text
            used[language] += 1
            for utterance in to_utterances(text, language=language):
                parts.append(spoken_words(renderer, list(utterance.words), language, speaker.name))
            said.append(text)
        yield Spoken(" ".join(said), language, speaker.name, np.concatenate(parts), SAMPLE_RATE)


def main() -> None:
    """Renders the clips; 6 seconds of speech take about 6 CPU seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path, required=True, help="the teacher's ONNX file")
    parser.add_argument("--packs", type=Path, required=True, help="folder of style packs, *.bin")
    parser.add_argument("--n", type=int, default=12)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    packs = Packs(given.packs)
    speakers = unseen_speakers(packs, given.n)
    renderer = Renderer(load_teacher(given.teacher), packs, speakers, given.device)
    written = write_folder(given.out, clips(renderer))
    print(
        f"{sum(spoken.duration for spoken in written):.1f} s of {given.n} speakers in {given.out}"
    )


if __name__ == "__main__":
    main()
