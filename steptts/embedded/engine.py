"""The embedded engine: score, ids, mel, waveform. What ``TTS`` calls for the small model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from steptts.embedded.excitation import synthesize
from steptts.embedded.holding import held
from steptts.embedded.hushing import hushed
from steptts.embedded.planner import write_score
from steptts.errors import ManifestError
from steptts.frames import (
    LABEL_DELAY,
    NO_IDS,
    PATCHES_PER_SUPER_FRAME,
    REFERENCE_HZ,
    SAMPLE_RATE,
    Frames,
    frames,
)
from steptts.score import ScorePhone, joined
from steptts.score_edits import EDGE_DB
from steptts.text.phones import SILENCE, SYMBOL_IDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from steptts.manifest import Manifest
    from steptts.onnx_stages.embedded import (
        FilterStage,
        MelDecoderStage,
        PlannerStage,
        SuperFrameLMStage,
    )
    from steptts.score import Score
    from steptts.stages import FloatArray
    from steptts.text.frontend import Utterance
    from steptts.voice import Voice

STAGES = ("planner_encoder", "planner_walk", "mel_decoder", "vocoder")
LM = "lm"
SPEAKER_ENCODER = "speaker_encoder"
PEAK = 0.98
# Seconds of silence performed before a score and cut off again. The teacher waits 0.4 s before it
# speaks, ours 0.12; with as much context as in training, toned errors of 39 Mandarin sentences fell
# from 5.9 to 5.5 %, many of which had been first sounds. Whole patches: in step with the score.
LEAD = 0.24


@dataclass(frozen=True, slots=True)
class Embedded:
    """The stages of the small model; see the module.

    A model folder may leave the language model out: the mel decoder, trained with and without
    audio ids, then reads the score alone.
    """

    planner: PlannerStage
    lm: SuperFrameLMStage | None
    mel_decoder: MelDecoderStage
    vocoder: FilterStage
    sample_rate: int = SAMPLE_RATE
    analysis: str = ""
    speaker_encoder: Path | None = None

    def plan(self, utterance: Utterance, voice: Voice, *, seed: int, speed: float) -> Score:
        """Write the score of one utterance.

        The plan is the mean of what the planner expects, so ``seed`` does not change it; it
        decides the noise of the waveform.
        """
        return write_score(self.planner, utterance, voice, speed)

    def perform(self, score: Score, voice: Voice, *, seed: int) -> FloatArray:
        """Waveform [samples] of exactly the score's length, at most 0.98 full scale."""
        laid = lay_out(score, LABEL_DELAY + LEAD)
        embedding = np.asarray(voice.embedding, np.float32)
        ids = no_ids(laid) if self.lm is None else self.lm.say(laid, embedding)
        mel, logits = self.mel_decoder.decode(laid, ids, embedding)
        voiced = (logits > 0).astype(np.float32)
        raw = self.vocoder.filters(mel, np.log(laid.f0 / REFERENCE_HZ), voiced)
        samples = synthesize(raw, laid.f0, voiced, np.random.default_rng(seed))
        first = round(LEAD * SAMPLE_RATE)
        samples = hushed(samples[first : first + round(score.duration * SAMPLE_RATE)], score)
        peak = float(np.abs(samples).max(initial=0.0))
        return samples if peak <= PEAK else samples * np.float32(PEAK / peak)

    def clone(
        self,
        recording: FloatArray,
        sample_rate: int,
        *,
        name: str,
        consent: str,
        transcript: str | None = None,
        source: str = "",
    ) -> Voice:
        """Make a voice of a recording; see `steptts.TTS.clone`.

        Raises:
            AudioError: the recording cannot be used; the message says why.
            VoiceError: no consent, or a name that cannot be used.
            ManifestError: this model folder has no speaker encoder.
        """
        from steptts.cloning.cloner import Wish, clone
        from steptts.onnx_stages.session import OnnxGraph
        from steptts.onnx_stages.speaker_encoder import SpeakerEncoderStage

        if self.speaker_encoder is None:
            raise ManifestError(
                f"this model has no stage {SPEAKER_ENCODER!r}, so it cannot clone; use the model "
                "that comes with the library"
            )
        encoder = SpeakerEncoderStage(OnnxGraph(self.speaker_encoder))
        wish = Wish(name, consent, transcript, source)
        return clone(encoder, self._planned, self.analysis, recording, sample_rate, wish)

    def _planned(self, text: str, language: str, voice: Voice) -> Score:
        """The score of a text in a voice, to look at its pitch."""
        from steptts.text.frontend import to_utterances

        utterances = to_utterances(text, language=language)
        return joined([self.plan(u, voice, seed=0, speed=1.0) for u in utterances])


def lay_out(score: Score, delay: float = 0.0) -> Frames:
    """The score in patches and frames, ``delay`` seconds of silence before it.

    The networks sound a phone `LABEL_DELAY` before its time: with that delay it is heard on time.
    """
    phones = held(score)
    if delay and phones[0].symbol == SILENCE:
        phones[0] = replace(phones[0], duration=phones[0].duration + delay)
    elif delay:
        phones.insert(0, ScorePhone(SILENCE, 0, -1, delay, None, EDGE_DB))
    words = [phone.word for phone in phones]
    starts = [w >= 0 and (i == 0 or words[i - 1] != w) for i, w in enumerate(words)]
    return frames(
        [SYMBOL_IDS[phone.symbol] for phone in phones],
        [phone.mark for phone in phones],
        starts,
        np.array([phone.duration for phone in phones], np.float32),
        [phone.pitch for phone in phones],
        np.array([phone.energy for phone in phones], np.float32),
    )


def no_ids(laid: Frames) -> NDArray[np.int64]:
    """The ids [J, 5] that say "none" in every slot."""
    n = len(laid.symbols) // PATCHES_PER_SUPER_FRAME
    return np.tile(np.array(NO_IDS, np.int64), (n, 1))


def load(folder: Path, manifest: Manifest) -> Embedded:
    """Make the engine of a checked model folder.

    Raises:
        ManifestError: a stage is missing from the manifest.
        WeightsError: a file is no graph.
        BackendError: ONNX Runtime is not installed.
    """
    from steptts.onnx_stages.embedded import (
        FilterStage,
        MelDecoderStage,
        PlannerStage,
        SuperFrameLMStage,
    )
    from steptts.onnx_stages.session import OnnxGraph

    # The walks take one small step at a time: a second thread only costs them.
    threads = {"planner_walk": 1, LM: 1}
    names = (*STAGES, LM) if LM in manifest.stages else STAGES
    graphs = {
        name: OnnxGraph(folder / manifest.stage(name).file, threads.get(name, 2)) for name in names
    }
    return Embedded(
        PlannerStage(graphs["planner_encoder"], graphs["planner_walk"]),
        SuperFrameLMStage(graphs[LM]) if LM in graphs else None,
        MelDecoderStage(graphs["mel_decoder"]),
        FilterStage(graphs["vocoder"]),
        analysis=manifest.analysis,
        speaker_encoder=_optional(folder, manifest, SPEAKER_ENCODER),
    )


def _optional(folder: Path, manifest: Manifest, name: str) -> Path | None:
    """The file of a stage that a model may lack; it is loaded when it is first needed."""
    return folder / manifest.stage(name).file if name in manifest.stages else None
