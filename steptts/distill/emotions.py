"""Fits the judge of emotions to the teacher's prosody: `python -m steptts.distill.emotions OUT`.

    python -m steptts.distill.emotions emotions.json --teacher kokoro.onnx --packs voices/

Each sentence is spoken once by the teacher. Its durations and its pitch curve, exact because the
teacher is cut open there, and its loudness make a score; the recipes of `steptts.styles` edit that
score, and the judge's figures are measured on the edited curves. The teacher follows injected
curves within 26 cents, so the sound of each edit need not be rendered: 2 instead of 20 minutes.
The sentences are in no set of judging texts.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from steptts.distill.plan_recipes import BRITISH
from steptts.distill.prepare import phone_values
from steptts.distill.render import Renderer
from steptts.distill.speakers import Packs, main_speakers
from steptts.distill.teacher_folder import plain_recipe
from steptts.distill.teacher_weights import load_teacher
from steptts.embedded.engine import lay_out
from steptts.evaluate.emotions import fit_judge
from steptts.evaluate.prosody import loudness, of_tracks
from steptts.frames import FRAME_SECONDS, LABEL_DELAY
from steptts.score import Score, ScorePhone
from steptts.styles import EMOTIONS, styled
from steptts.text.frontend import Utterance, to_utterances
from steptts.text.phones import SYMBOLS, is_vowel, read

DoubleArray = NDArray[np.float64]

VOICES = {"en": ("ava", "michael", "emma"), "zh": ("xiaoxiao", "yunxi")}
SENTENCES = {
    "en": (
        "The train to the coast leaves from the other platform.",
        "Did you remember to bring the keys?",
        "My neighbor has planted tomatoes behind the garage.",
        "We found an old map in the attic.",
        "They are moving to a bigger house next month.",
        "The soup needs a little more salt.",
        "Someone has parked a truck in front of the gate.",
        "When will the results be announced?",
        "The children built a bridge out of wooden blocks.",
        "I heard the news this morning on the radio.",
    ),
    "zh": (
        "去海边的火车从另一个站台出发。",
        "你记得带钥匙了吗？",
        "我的邻居在车库后面种了西红柿。",
        "我们在阁楼上找到了一张旧地图。",
        "他们下个月要搬到更大的房子里。",
        "这个汤还需要加一点盐。",
        "有人把卡车停在了大门口。",
        "孩子们用积木搭了一座桥。",
    ),
}


def spoken(renderer: Renderer, utterance: Utterance, voice: str) -> tuple[Score, DoubleArray]:
    """The teacher's own score of an utterance, and its loudness in dB every 10 ms."""
    recipe = plain_recipe(renderer, list(utterance.words), utterance.language, voice)
    phones = read(utterance.words)
    [[rendering]] = renderer.render([recipe], batch_units=1)
    seconds, pitch, energy = phone_values(recipe, rendering)
    rows = zip(phones.symbols, phones.marks, phones.words, seconds, pitch, energy, strict=True)
    score = Score(
        tuple(
            ScorePhone(SYMBOLS[symbol], mark, word, float(length), points, float(level))
            for symbol, mark, word, length, points, level in rows
        ),
        (),
        voice,
        utterance.language,
        utterance.text,
    )
    samples = rendering.samples.astype(np.float32) / 32_768.0
    return score, loudness(samples, 24_000, round(score.duration / FRAME_SECONDS))


def figures(score: Score, natural: Score, level: DoubleArray) -> DoubleArray:
    """The judge's figures of an edited score; ``level`` is the loudness of the natural one.

    Times are those of the teacher's sound: pitch is exact, phones sound `LABEL_DELAY` early.
    """
    laid = lay_out(score)
    times = (np.arange(len(laid.f0)) + 0.5) * FRAME_SECONDS
    ends, natural_ends = _ends(score) - LABEL_DELAY, _ends(natural) - LABEL_DELAY
    # Phone by phone, the time of each frame in the natural score and the change of its energy.
    there = np.interp(times, np.append(-LABEL_DELAY, ends), np.append(-LABEL_DELAY, natural_ends))
    index = np.minimum(np.searchsorted(ends, times, side="right"), len(ends) - 1)
    change = np.array(
        [new.energy - old.energy for new, old in zip(score.phones, natural.phones, strict=True)]
    )
    decibels = np.interp(there, np.arange(len(level)) * FRAME_SECONDS, level) + change[index]
    early = round(LABEL_DELAY / FRAME_SECONDS)
    voiced = np.append(laid.voiced[early:], np.zeros(early, np.bool_))
    hertz = np.where(voiced, laid.f0, 0.0).astype(np.float64)
    return of_tracks(hertz, decibels, sum(is_vowel(phone.symbol) for phone in score.phones))


def _ends(score: Score) -> DoubleArray:
    return np.cumsum([phone.duration for phone in score.phones])


def gather(renderer: Renderer) -> tuple[DoubleArray, list[str], list[str]]:
    """Figures [N, 12] less each voice's neutral ones, the emotions [N] and the voices [N]."""
    rows: list[DoubleArray] = []
    emotions: list[str] = []
    speakers: list[str] = []
    for language, voices in VOICES.items():
        for voice in voices:
            accent = "gb" if voice in BRITISH else "us"
            said = [
                spoken(renderer, utterance, voice)
                for text in SENTENCES[language]
                for utterance in to_utterances(text, language=language, accent=accent)
            ]
            neutral = np.mean([figures(score, score, level) for score, level in said], axis=0)
            for score, level in said:
                for emotion in EMOTIONS:
                    rows.append(figures(styled(score, emotion, 1.0), score, level) - neutral)
                    emotions.append(emotion)
                    speakers.append(voice)
    return np.stack(rows), emotions, speakers


def held_out(rows: DoubleArray, emotions: list[str], speakers: list[str]) -> float:
    """Share recognised of each voice's edits by a judge fitted to the other voices."""
    right: list[bool] = []
    for voice in sorted(set(speakers)):
        own = np.array([speaker == voice for speaker in speakers])
        others = [emotion for emotion, mine in zip(emotions, own, strict=True) if not mine]
        judge = fit_judge(rows[~own], others)
        right += [judge.recognise(rows[i]) == emotions[i] for i in np.flatnonzero(own)]
    return float(np.mean(right))


def main() -> None:
    """Fits and writes the judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path, required=True, help="the teacher's ONNX file")
    parser.add_argument("--packs", type=Path, required=True, help="folder of style packs, *.bin")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    packs = Packs(given.packs)
    renderer = Renderer(load_teacher(given.teacher), packs, main_speakers(), "cpu")
    rows, emotions, speakers = gather(renderer)
    voices = ", ".join(voice for names in VOICES.values() for voice in names)
    made = f"{len(rows)} edits of the teacher's prosody, voices {voices}: steptts.distill.emotions"
    judge = fit_judge(rows, emotions, made)
    given.out.write_text(judge.to_json(), encoding="utf-8")
    right = np.mean([judge.recognise(row) == e for row, e in zip(rows, emotions, strict=True)])
    unheard = held_out(rows, emotions, speakers)
    print(
        f"{len(rows)} edits, {right:.1%} of them recognised, {unheard:.1%} by judges that never "
        f"heard the voice; written to {given.out}"
    )


if __name__ == "__main__":
    main()
