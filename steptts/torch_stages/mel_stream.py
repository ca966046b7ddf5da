"""Mel decoding of ids that come bit by bit, with a network that was not made for it.

The network looks at all frames at once, so each push decodes a window: the reference, some seconds
of what was said already (its mel given as a prompt, too), and the new ids. A few ids at the end are
held back as look-ahead; what was decoded of them fades into what the next push makes of them. Noise
is fixed per absolute frame. One push of everything is exactly ``decode``; what chunks cost in
quality has not been measured, for lack of weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from steptts.reference import WHOLE, Reference, n_mel_frames
from steptts.stages import FloatArray
from steptts.tokens import GROUP
from steptts.torch_stages.mel_decoder import (
    PROMPT_NOISE,
    TARGET_NOISE,
    FlowMelDecoder,
    frame_noise,
)

LOOK_AHEAD = GROUP  # ids, 120 ms or 10 frames
CONTEXT = 6 * WHOLE  # ids, 2.2 s or 186 frames
FADE = 8  # frames, 93 ms


class MelStream:
    """A spectrogram in the making."""

    def __init__(self, decoder: FlowMelDecoder, voice: Reference, *, seed: int) -> None:
        """Begin with nothing said.

        Args:
            decoder: the stage to decode with.
            voice: the reference; cropped as in ``decode``.
            seed: of the noise.
        """
        self._decoder = decoder
        self._voice = decoder.prompt(voice)
        self._seed = seed
        self._voice_noise = frame_noise(seed, PROMPT_NOISE, 0, self._voice.mel.shape[1])
        self._ids: list[int] = []
        self._n_done = 0  # ids whose mel was given out
        self._mel = np.zeros((voice.mel.shape[0], 0), np.float32)  # given out so far
        self._ahead = self._mel  # decoded beyond it

    def push(self, audio_ids: Sequence[int], *, last: bool = False) -> FloatArray:
        """Take further ids and give the frames that are settled by now.

        Args:
            audio_ids: in 0..5119, may be empty.
            last: no more ids will come: give all that is left.

        Returns:
            [80, frames]

        Raises:
            GenerationError: an id that the model has no row for.
        """
        self._decoder.check(audio_ids)
        self._ids += audio_ids
        settled = len(self._ids) if last else len(self._ids) - LOOK_AHEAD
        if self._frames(max(settled, self._n_done)) == self._mel.shape[1]:
            return self._mel[:, :0]
        fresh = self._decode_window()
        faded = min(FADE, fresh.shape[1], self._ahead.shape[1])
        weight = np.arange(1, faded + 1, dtype=np.float32) / (faded + 1)
        fresh[:, :faded] += (self._ahead[:, :faded] - fresh[:, :faded]) * (1 - weight)
        n_new = self._frames(settled) - self._mel.shape[1]
        self._mel = np.concatenate([self._mel, fresh[:, :n_new]], axis=1)
        self._ahead = fresh[:, n_new:]
        self._n_done = settled
        return fresh[:, :n_new]

    def _decode_window(self) -> FloatArray:
        """Mel of all ids whose mel was not given out yet."""
        start = max(0, (self._n_done - CONTEXT) // WHOLE * WHOLE)
        first, done, end = self._frames(start), self._mel.shape[1], self._frames(len(self._ids))
        prompt = Reference(
            (*self._voice.audio_ids, *self._ids[start : self._n_done]),
            np.concatenate([self._voice.mel, self._mel[:, first:done]], axis=1),
            self._voice.speaker_embedding,
        )
        said = frame_noise(self._seed, TARGET_NOISE, first, end - first)
        noise = np.concatenate([self._voice_noise, said], axis=1)
        return self._decoder.decode_from(noise, self._ids[self._n_done :], prompt)

    def _frames(self, n_ids: int) -> int:
        return n_mel_frames(n_ids, self._decoder.ids_per_second)
