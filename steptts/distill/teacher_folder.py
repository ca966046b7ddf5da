"""Speaks the judging texts with the teacher, as a folder that `steptts evaluate` can judge.

    python -m steptts.distill.teacher_folder english OUT --teacher kokoro.onnx --packs voices/

The phones come from this library's front end, as in training, so the folder shows the best that
the student can become: what is wrong here is wrong in the front end or in the teacher.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from steptts.distill.edits import NEUTRAL, Edit
from steptts.distill.plan_recipes import BRITISH
from steptts.distill.recipes import Recipe
from steptts.distill.render import Renderer
from steptts.distill.speakers import Packs, Speaker, main_speakers
from steptts.distill.teacher_phones import teacher_tokens
from steptts.distill.teacher_weights import load_teacher
from steptts.evaluate.judging_texts import SETS, SPLITS, JudgingText, judging_texts
from steptts.evaluate.spoken import Spoken, write_folder
from steptts.text.frontend import to_utterances
from steptts.text.phones import read
from steptts.text.words import Word

SAMPLE_RATE = 24_000


def speak_all(renderer: Renderer, texts: list[JudgingText], voices: list[str]) -> Iterator[Spoken]:
    """Speaks each text in the voice whose turn it is, one utterance after the other."""
    for index, text in enumerate(texts):
        voice = voices[index % len(voices)]
        accent = "gb" if voice in BRITISH else "us"
        utterances = to_utterances(text.text, language=text.language, accent=accent)
        parts = [spoken_words(renderer, list(u.words), u.language, voice) for u in utterances]
        yield Spoken(text.text, text.language, voice, np.concatenate(parts), SAMPLE_RATE)


def plain_recipe(renderer: Renderer, words: list[Word], language: str, voice: str) -> Recipe:
    """One utterance by a speaker of the renderer, as the teacher itself would speak it."""
    tokens, owners = teacher_tokens(words)
    phones = read(words)
    names = [speaker.name for speaker in renderer.speakers]
    return Recipe(
        "judged",
        language,
        names.index(voice),
        np.array(tokens),
        np.array(owners),
        np.array(phones.symbols),
        np.array(phones.marks),
        np.array(phones.starts),
        1.0,
        Edit(NEUTRAL),
    )


def spoken_words(renderer: Renderer, words: list[Word], language: str, voice: str) -> np.ndarray:
    """Samples [n] of one utterance in the voice of a speaker of the renderer."""
    recipe = plain_recipe(renderer, words, language, voice)
    [[rendering]] = renderer.render([recipe], batch_units=1)
    return rendering.samples.astype(np.float32) / 32_768.0


def main() -> None:
    """Renders one set of texts; the voices take turns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", choices=SETS)
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path, required=True, help="the teacher's ONNX file")
    parser.add_argument("--packs", type=Path, required=True, help="folder of style packs, *.bin")
    parser.add_argument("--voices", help="names with commas; by default all of the language")
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--n", type=int)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    speakers = main_speakers()
    texts = judging_texts(given.set, given.split, given.n)
    voices = given.voices.split(",") if given.voices else own_voices(speakers, texts[0].language)
    renderer = Renderer(load_teacher(given.teacher), Packs(given.packs), speakers, given.device)
    written = write_folder(given.out, speak_all(renderer, texts, voices))
    print(f"{sum(spoken.duration for spoken in written):.1f} s of teacher speech in {given.out}")


def own_voices(speakers: list[Speaker], language: str) -> list[str]:
    """Returns the names of the voices whose own language this is."""
    return [speaker.name for speaker in speakers if speaker.own_language == language]


if __name__ == "__main__":
    main()
