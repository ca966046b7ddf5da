"""From logits to audio ids: the filters, the draw, and the loop with its stops.

One sampler for all runtimes, in NumPy. The draw is an inverse cumulative distribution over id order
fed by one uniform number per step from `np.random.Generator`, so a runtime that samples on its own
device from the same numbers draws the same ids (`torch_stages/lm.py` does).

Knows nothing about text, networks or where a model keeps its audio ids.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

from steptts.errors import GenerationError
from steptts.stages import FloatArray, PromptT, TokenLM
from steptts.tokens import END, GROUP, SLOTS

P = TypeVar("P")

PROMPT_ID = -1
"""Stands for "some id of the prompt" in the history of the repetition rule."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next id is chosen. The defaults are the reference's, with slots added.

    Attributes:
        temperature: divides the logits; 0 takes the most likely id.
        top_k: keeps this many ids (and ties with the last of them).
        window: how many latest ids the repetition rule looks at.
        max_share: the latest id is banned for one step when its share in the window is above this.
        slots: allow only L L S S S, and "end" only where a group is complete. The reference has no
            such rule: a slip there shifts all later codes.
    """

    temperature: float = 0.7
    top_k: int = 50
    window: int = 10
    max_share: float = 0.1
    slots: bool = True

    def __post_init__(self) -> None:
        """Refuse values that cannot be drawn from."""
        if self.temperature < 0 or self.top_k < 1 or self.window < 1:
            raise ValueError(
                f"temperature {self.temperature} must be >= 0, top_k {self.top_k} and window "
                f"{self.window} >= 1"
            )


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an utterance may be, and how often it may be tried.

    Attributes:
        min_ids: "end" is not legal before.
        max_ids: more than this without "end" is a failed attempt.
        attempts: tries, each with numbers of its own drawn from the same seed.
        longest_loop: periods of up to this many groups are looked for at the tail.
        loop_groups: the tail must repeat over at least this many groups (and three periods) to be
            called a loop; 12 groups are 1.44 s, longer than the pauses inside a sentence.
    """

    min_ids: int = GROUP
    max_ids: int = 8192
    attempts: int = 3
    longest_loop: int = 8
    loop_groups: int = 12


REFERENCE = Sampling(slots=False)
"""The reference's sampling: no slots. Use with `generate(..., reference=True)`."""


@runtime_checkable
class SelfSamplingLM(Protocol[PromptT]):
    """A language model that also draws, on its own device, with the rules of this module."""

    def draw_blocks(
        self,
        prompt: PromptT,
        sampling: Sampling,
        min_ids: int,
        uniforms: FloatArray,
    ) -> Iterator[tuple[int, ...]]:
        """Yield ids in blocks of the model's choice; END ends the last block.

        Args:
            prompt: as for `prefill`.
            sampling: the rules.
            min_ids: "end" is not legal before.
            uniforms: numbers in [0, 1), one per step; when they are used up, so is the iterator.
        """


def repeated_id(history: Sequence[int], window: int = 10, max_share: float = 0.1) -> int | None:
    """The latest id if it fills more than `max_share` of the last `window` ids, else None.

    With 10 and 0.1 that is: it stands there at least twice. A history shorter than the window bans
    nothing. This follows the reference's processor (test: golden/sampling/repetition.json).
    """
    if len(history) < window:
        return None
    latest = history[-1]
    share = sum(1 for i in history[-window:] if i == latest) / window
    return latest if share > max_share else None


def legal(n_logits: int, position: int, min_ids: int = 0) -> npt.NDArray[np.bool_]:
    """Which logits may be drawn at this position of the audio stream, bool [n_logits]."""
    allowed = np.zeros(n_logits, bool)
    first, stop = SLOTS[position % GROUP]
    allowed[first:stop] = True
    allowed[END] = position % GROUP == 0 and position >= min_ids
    return allowed


def probabilities(logits: FloatArray, sampling: Sampling) -> npt.NDArray[np.float64]:
    """Temperature, then top-k, then softmax: [ids] that sum to 1; -inf logits get 0."""
    scores = logits.astype(np.float64)
    if sampling.temperature == 0:
        certain = np.zeros(len(scores))
        certain[np.argmax(scores)] = 1.0
        return certain
    scores /= sampling.temperature
    if sampling.top_k < len(scores):
        scores[scores < np.partition(scores, -sampling.top_k)[-sampling.top_k]] = -np.inf
    weights: npt.NDArray[np.float64] = np.exp(scores - scores.max())
    return weights / float(weights.sum())


def draw(weights: npt.NDArray[np.float64], uniform: float) -> int:
    """The id at which the running sum passes `uniform` in [0, 1)."""
    running = np.cumsum(weights)
    return int(np.searchsorted(running, uniform * running[-1], side="right"))


def next_id(
    logits: FloatArray, history: Sequence[int], sampling: Sampling, min_ids: int, uniform: float
) -> int:
    """Choose one id after `history` (audio ids only; the prompt counts as not repeating).

    Args:
        logits: [n_audio_ids + 1].
        history: the ids so far.
        sampling: the rules.
        min_ids: "end" is not legal before.
        uniform: a number in [0, 1).
    """
    scores = np.array(logits, np.float32)
    window = (PROMPT_ID,) * sampling.window + tuple(history[-sampling.window :])
    banned = repeated_id(window, sampling.window, sampling.max_share)
    if banned is not None and banned != PROMPT_ID:
        scores[banned] = -np.inf
    if sampling.slots:
        scores[~legal(len(scores), len(history), min_ids)] = -np.inf
    return draw(probabilities(scores, sampling), uniform)


def loops(ids: Sequence[int], limits: Limits) -> bool:
    """Whether the tail repeats with one period, three times or more: babble that never ends."""
    groups = [tuple(ids[start : start + GROUP]) for start in range(0, len(ids), GROUP)]
    for period in range(1, limits.longest_loop + 1):
        tail = groups[-max(limits.loop_groups, 3 * period) :]
        if len(tail) >= max(limits.loop_groups, 3 * period) and tail[period:] == tail[:-period]:
            return True
    return False


def generate(
    lm: TokenLM[P, Any] | SelfSamplingLM[P],
    prompt: P,
    *,
    seed: int,
    sampling: Sampling | None = None,
    limits: Limits | None = None,
    reference: bool = False,
) -> tuple[int, ...]:
    """Say a whole utterance; try again where it loops or does not end.

    Args:
        lm: any runtime's language model.
        prompt: as its `prefill` takes it.
        seed: makes the result repeatable.
        sampling: the rules; the defaults of the class when absent.
        limits: length and attempts.
        reference: behave as the reference: no slots, one attempt, no loop check, the last id
            dropped whether it was "end" or not. The caller must cope with misplaced ids.

    Raises:
        GenerationError: no attempt ended by itself; holds the ids of the last one.
    """
    limits = limits or Limits()
    if reference:
        return _as_reference(lm, prompt, seed, limits)
    error: GenerationError | None = None
    for attempt in range(limits.attempts):
        try:
            return tuple(
                generate_ids(
                    lm, prompt, seed=seed, sampling=sampling, limits=limits, attempt=attempt
                )
            )
        except GenerationError as failed:
            error = failed
    assert error is not None  # attempts >= 1
    raise error


def generate_ids(
    lm: TokenLM[P, Any] | SelfSamplingLM[P],
    prompt: P,
    *,
    seed: int,
    sampling: Sampling | None = None,
    limits: Limits | None = None,
    attempt: int = 0,
) -> Generator[int, None, None]:
    """Yield the ids of one attempt as they are drawn, "end" not among them.

    Raises:
        GenerationError: it loops, or `max_ids` came without "end"; holds the ids so far.
    """
    sampling, limits = sampling or Sampling(), limits or Limits()
    ids: list[int] = []
    for audio_id in _drawn(lm, prompt, sampling, limits, np.random.default_rng([seed, attempt])):
        if audio_id == END:
            return
        if len(ids) == limits.max_ids:
            break
        ids.append(audio_id)
        yield audio_id
        if len(ids) % GROUP == 0 and loops(ids, limits):
            raise GenerationError(
                f"after {len(ids)} audio ids the last groups only repeat; try another seed, "
                "or shorter sentences",
                tuple(ids),
            )
    raise GenerationError(
        f"no end within {limits.max_ids} audio ids; try another seed, or shorter sentences",
        tuple(ids),
    )


def _drawn(
    lm: TokenLM[P, Any] | SelfSamplingLM[P],
    prompt: P,
    sampling: Sampling,
    limits: Limits,
    random: np.random.Generator,
) -> Iterator[int]:
    """At most max_ids + 1 draws (the last one may still be "end")."""
    uniforms = random.random(limits.max_ids + 1, np.float32)
    if isinstance(lm, SelfSamplingLM):
        for block in lm.draw_blocks(prompt, sampling, limits.min_ids, uniforms):
            yield from block
        return
    logits, cache = lm.prefill(prompt)
    ids: list[int] = []
    for uniform in uniforms:
        if ids:
            logits, cache = lm.step(ids[-1], cache)
        ids.append(next_id(logits, ids, sampling, limits.min_ids, float(uniform)))
        yield ids[-1]


def _as_reference(
    lm: TokenLM[P, Any] | SelfSamplingLM[P],
    prompt: P,
    seed: int,
    limits: Limits,
) -> tuple[int, ...]:
    """One attempt up to max_ids; whatever came last is dropped as if it were "end"."""
    ids: list[int] = []
    for audio_id in _drawn(lm, prompt, REFERENCE, limits, np.random.default_rng([seed, 0])):
        ids.append(audio_id)
        if audio_id == END or len(ids) == limits.max_ids:
            break
    return tuple(ids[:-1])
