"""Sampling: the reference's rules as recorded, the slots added to them, stops and seeds."""

from collections.abc import Sequence

import numpy as np
import pytest

from steptts.errors import GenerationError
from steptts.sampling import (
    REFERENCE,
    Limits,
    Sampling,
    draw,
    generate,
    generate_ids,
    legal,
    loops,
    next_id,
    probabilities,
    repeated_id,
)
from steptts.stages import FloatArray
from steptts.tokens import END, check
from tests.recorded import golden_json

RECORDED = golden_json("sampling", "repetition.json")
CHAIN = RECORDED["chain"]


class FakeLM:
    """Likes what `favourite` says at each position; everything else is equally likely."""

    def __init__(self, favourite: Sequence[int] = (), boost: float = 40.0) -> None:
        self.favourite, self.boost = favourite, boost

    def prefill(self, prompt: object) -> tuple[FloatArray, int]:
        return self._logits(0), 1

    def step(self, audio_id: int, cache: int) -> tuple[FloatArray, int]:
        return self._logits(cache), cache + 1

    def _logits(self, position: int) -> FloatArray:
        logits = np.zeros(END + 1, np.float32)
        if position < len(self.favourite):
            logits[self.favourite[position]] = self.boost
        return logits


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["name"])
def test_the_repetition_rule_bans_as_recorded(case: dict) -> None:
    banned = repeated_id(case["history"], RECORDED["window"], RECORDED["threshold"])
    assert [[i, "-inf"] for i in [banned] if i is not None] == case["logits_out_changed"]


def test_the_repetition_rule_treats_each_row_of_a_batch_alone() -> None:
    batch = RECORDED["batch"]
    for history, banned in zip(batch["histories"], batch["banned"], strict=True):
        assert [repeated_id(history)] == (banned or [None])


@pytest.mark.parametrize("case", RECORDED["real_id_range"], ids=lambda case: case["name"])
def test_the_repetition_rule_works_on_ids_of_the_real_vocabulary(case: dict) -> None:
    assert [repeated_id(case["history"])] == (case["banned"] or [None])


@pytest.mark.parametrize("index", range(len(CHAIN["cases"])))
def test_ban_temperature_and_top_k_leave_the_recorded_distribution(index: int) -> None:
    case = CHAIN["cases"][index]
    logits = np.array(case["logits_in"], np.float32)
    banned = repeated_id(case["history"])
    if banned is not None:
        logits[banned] = -np.inf
    weights = probabilities(logits, Sampling(CHAIN["temperature"], CHAIN["top_k"], slots=False))
    kept = np.flatnonzero(weights)
    assert kept.tolist() == case["kept_ids"]
    np.testing.assert_allclose(weights[kept], case["probabilities"], atol=1e-6)


def test_slots_allow_two_linguistic_then_three_semantic_ids() -> None:
    for position in range(10):
        allowed = np.flatnonzero(legal(END + 1, position))
        slot = position % 5
        expected = range(1024) if slot < 2 else range(1024, 5120)
        assert set(allowed) - {END} == set(expected)
        assert (END in allowed) == (slot == 0)


def test_end_is_not_legal_before_the_least_length() -> None:
    assert not legal(END + 1, 5, min_ids=10)[END]
    assert legal(END + 1, 10, min_ids=10)[END]


def test_flat_logits_still_give_whole_groups_that_end_on_a_boundary() -> None:
    lm = FakeLM([7] * 10 + [END])
    ids = generate(lm, None, seed=1, sampling=Sampling(top_k=5121))
    check(ids)
    assert len(ids) == 10


def test_the_same_seed_gives_the_same_ids_and_another_seed_others() -> None:
    lm, limits = FakeLM([0] * 20 + [END], boost=3.0), Limits(max_ids=60)

    def run(seed: int) -> list[int]:
        ids = []
        try:
            for audio_id in generate_ids(lm, None, seed=seed, limits=limits):
                ids.append(audio_id)
        except GenerationError:
            pass
        return ids

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_a_draw_is_the_inverse_of_the_running_sum() -> None:
    weights = np.array([0.25, 0.0, 0.5, 0.25])
    assert [draw(weights, u) for u in (0.0, 0.2499, 0.25, 0.7499, 0.75, 0.9999)] == [
        0, 0, 2, 2, 3, 3,
    ]  # fmt: skip


def test_draws_follow_the_probabilities() -> None:
    weights = probabilities(np.array([1.0, 2.0, 0.0], np.float32), Sampling(top_k=2, slots=False))
    uniforms = np.random.default_rng(2).random(20_000)
    counts = np.bincount([draw(weights, u) for u in uniforms], minlength=3) / 20_000
    np.testing.assert_allclose(counts, weights, atol=0.01)


def test_temperature_zero_takes_the_most_likely_legal_id() -> None:
    logits = np.zeros(END + 1, np.float32)
    logits[3000], logits[40] = 9.0, 1.0
    greedy = Sampling(temperature=0.0)
    assert next_id(logits, (), greedy, 0, 0.99) == 40
    assert next_id(logits, (0, 0), greedy, 0, 0.99) == 3000


def test_an_id_said_twice_in_a_run_is_not_said_a_third_time() -> None:
    logits = np.zeros(END + 1, np.float32)
    logits[2000] = 50.0
    assert next_id(logits, (1, 2), Sampling(), 0, 0.5) == 2000
    assert next_id(logits, (1, 2, 2000), Sampling(), 0, 0.5) == 2000
    assert next_id(logits, (1, 2, 2000, 2000), Sampling(), 0, 0.5) != 2000


def test_running_out_of_room_is_an_error_that_keeps_the_ids() -> None:
    with pytest.raises(GenerationError, match="no end within 25") as raised:
        generate(FakeLM([9] * 99), None, seed=0, limits=Limits(max_ids=25))
    assert len(raised.value.audio_ids) == 25


def test_end_right_after_the_last_allowed_id_is_in_time() -> None:
    assert len(generate(FakeLM([9] * 10 + [END]), None, seed=0, limits=Limits(max_ids=10))) == 10


@pytest.mark.parametrize("period", [1, 2, 8])
def test_a_tail_that_repeats_is_a_loop(period: int) -> None:
    random = np.random.default_rng(0)
    groups = random.integers(0, 1000, (period, 5)).tolist()
    repeats = max(12, 3 * period) // period
    loop = [i for group in groups * repeats for i in group]
    assert loops([5, 5, 2000, 2000, 2000, *loop], Limits())
    assert not loops(loop[5:], Limits())


def test_a_looping_attempt_is_thrown_away_and_another_is_tried() -> None:
    class LoopsOnce(FakeLM):
        attempts = 0

        def prefill(self, prompt: object) -> tuple[FloatArray, int]:
            LoopsOnce.attempts += 1
            group = [1, 2, 2001, 2002, 2003]
            self.favourite = group * 40 if LoopsOnce.attempts == 1 else [*group, END]
            return super().prefill(prompt)

    assert generate(LoopsOnce(), None, seed=0) == (1, 2, 2001, 2002, 2003)
    assert LoopsOnce.attempts == 2


def test_as_reference_ids_may_slip_and_the_last_one_is_always_dropped() -> None:
    said = [3000, 5, 5, 4000]
    assert generate(FakeLM([*said, END]), None, seed=0, reference=True) == tuple(said)
    capped = generate(FakeLM(said), None, seed=0, reference=True, limits=Limits(max_ids=3))
    assert capped == tuple(said[:2])
    assert not REFERENCE.slots


def test_values_that_cannot_be_drawn_from_are_refused() -> None:
    with pytest.raises(ValueError, match="top_k 0"):
        Sampling(top_k=0)
