"""The rules inside vLLM's batches are those of the NumPy sampler; vLLM itself is a stand-in."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from steptts.errors import BackendError, GenerationError
from steptts.sampling import Limits, Sampling, SelfSamplingLM, generate, legal, repeated_id
from steptts.step_audio.vllm_lm import RULES, VllmTokenLM, engine_arguments
from steptts.text.prompt import EOT, LMPrompt
from steptts.tokens import END

OFFSET = 100
VOCABULARY = OFFSET + END + 7


class Direction(Enum):
    UNIDIRECTIONAL = 0
    SWAP = 1


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    processors = SimpleNamespace(
        BatchUpdate=object, LogitsProcessor=object, MoveDirectionality=Direction
    )
    for name in ("vllm", "vllm.v1", "vllm.v1.sample", "vllm.sampling_params"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    kinds = SimpleNamespace(DELTA="delta")
    monkeypatch.setattr(
        sys.modules["vllm.sampling_params"], "RequestOutputKind", kinds, raising=False
    )
    monkeypatch.setitem(sys.modules, "vllm.v1.sample.logits_processor", processors)
    monkeypatch.setattr(sys.modules["vllm"], "SamplingParams", SimpleNamespace, raising=False)
    monkeypatch.delitem(sys.modules, "steptts.step_audio.vllm_rules", raising=False)
    # Not "from steptts.step_audio import": the package remembers what other tests imported.
    yield import_module("steptts.step_audio.vllm_rules")
    sys.modules.pop("steptts.step_audio.vllm_rules", None)


def update(**changes: Any) -> SimpleNamespace:  # noqa: ANN401
    return SimpleNamespace(**{"removed": (), "added": (), "moved": (), **changes})


def params(min_ids: int = 0) -> SimpleNamespace:
    extra = {"steptts_audio_offset": OFFSET, "steptts_min_ids": min_ids}
    return SimpleNamespace(extra_args=extra)


def allowed(history: list[int], min_ids: int = 0) -> set[int]:
    """Ids of the vocabulary that the NumPy rules leave."""
    left = set(np.flatnonzero(legal(END + 1, len(history), min_ids)).tolist())
    left -= {repeated_id([-1] * 10 + history[-10:])}
    return {EOT if i == END else OFFSET + i for i in left}


def test_each_row_is_left_what_the_numpy_rules_leave(rules: ModuleType) -> None:
    processor = rules.SlotRules(None, torch.device("cpu"), False)
    histories: list[list[int]] = [[], [5, 5], [5, 6, 2000, 2000], [1, 2, 1500, 1501, 1502]]
    said = [[OFFSET + i for i in history] for history in histories]
    added = [(row, params(10 if row == 3 else 0), None, said[row]) for row in range(4)]
    other = (4, SimpleNamespace(extra_args=None), None, [])
    processor.update_state(update(added=[*added, other]))
    logits = processor.apply(torch.zeros(5, VOCABULARY))
    for row, history in enumerate(histories):
        left = set(torch.nonzero(logits[row] == 0)[:, 0].tolist())
        assert left == allowed(history, 10 if row == 3 else 0), row
    assert (logits[4] == 0).all()
    said[0] += [OFFSET + 3]  # vLLM appends to the list that it gave
    left = set(torch.nonzero(processor.apply(torch.zeros(5, VOCABULARY))[0] == 0)[:, 0].tolist())
    assert left == allowed([3])


def test_rows_that_go_and_move_take_their_rules_along(rules: ModuleType) -> None:
    processor = rules.SlotRules(None, torch.device("cpu"), False)
    processor.update_state(
        update(added=[(0, params(), None, []), (1, params(), None, [OFFSET + 1] * 2)])
    )
    processor.update_state(update(moved=[(0, 1, Direction.SWAP)]))
    logits = processor.apply(torch.zeros(3, VOCABULARY))
    assert logits[0, OFFSET + 2000] == 0
    assert logits[1, OFFSET + 1] == 0
    processor.update_state(update(removed=[0], moved=[(1, 2, Direction.UNIDIRECTIONAL)]))
    logits = processor.apply(torch.zeros(3, VOCABULARY))
    assert (logits[:2] == 0).all()
    assert logits[2, OFFSET + 2000] == -torch.inf
    processor.update_state(None)
    assert not processor.is_argmax_invariant()


class FakeServed:
    """Stands in for an AsyncLLM: says what it is told, two ids at a time, to all at once."""

    def __init__(self, token_ids: list[int], together: int = 1) -> None:
        self.token_ids = token_ids
        self.asked: list[Any] = []
        self.left: list[str] = []
        self._together = together

    async def generate(self, prompt: object, params: object, request: str) -> AsyncIterator[Any]:
        self.asked.append((prompt, params))
        try:
            while len(self.asked) < self._together:  # goes on only with all of them in the batch
                await asyncio.sleep(0.001)
            for start in range(0, len(self.token_ids), 2):
                await asyncio.sleep(0.001)
                said = self.token_ids[start : start + 2]
                yield SimpleNamespace(outputs=[SimpleNamespace(token_ids=said)])
        finally:
            self.left.append(request)


SAID = [1, 2, 1030, 1031, 1032]


def test_vllm_is_a_language_model_like_any_other(rules: ModuleType) -> None:
    served = FakeServed([*(OFFSET + i for i in SAID), EOT])
    lm = VllmTokenLM(served, OFFSET)
    assert isinstance(lm, SelfSamplingLM)
    limits = Limits(min_ids=5, max_ids=50)
    assert generate(lm, LMPrompt((1, 2, 3), 2), seed=4, limits=limits) == tuple(SAID)
    prompt, asked = served.asked[0]
    assert prompt == {"prompt_token_ids": [1, 2, 3]}
    assert (asked.temperature, asked.top_k, asked.max_tokens) == (0.7, 50, 51)
    assert (asked.stop_token_ids, asked.output_kind) == ([EOT], "delta")
    assert asked.extra_args == {"steptts_audio_offset": OFFSET, "steptts_min_ids": 5}


def test_threads_are_in_one_batch(rules: ModuleType) -> None:
    lm = VllmTokenLM(FakeServed([*(OFFSET + i for i in SAID), EOT], together=3), OFFSET)
    with ThreadPoolExecutor(3) as pool:
        said = pool.map(lambda seed: generate(lm, LMPrompt((1,), 0), seed=seed), range(3))
    assert list(said) == [tuple(SAID)] * 3


def test_a_reader_that_goes_ends_its_request(rules: ModuleType) -> None:
    served = FakeServed([OFFSET + 1] * 100_000)
    blocks = VllmTokenLM(served, OFFSET).draw_blocks(
        LMPrompt((1,), 0), Sampling(), 0, np.zeros(9, np.float32)
    )
    assert next(blocks) == (1, 1)
    blocks.close()  # type: ignore[attr-defined]
    for _ in range(2000):
        if served.left:
            break
        time.sleep(0.005)
    assert served.left == ["steptts-0"]


def test_what_goes_wrong_inside_is_told_to_the_reader(rules: ModuleType) -> None:
    class Broken:
        async def generate(self, *_: object) -> AsyncIterator[Any]:
            raise RuntimeError("engine died")
            yield

    with pytest.raises(RuntimeError, match="engine died"):
        generate(VllmTokenLM(Broken(), OFFSET), LMPrompt((1,), 0), seed=0)


def test_ids_that_are_no_audio_are_an_error(rules: ModuleType) -> None:
    lm = VllmTokenLM(FakeServed([7]), OFFSET)
    with pytest.raises(GenerationError, match="id 7"):
        generate(lm, LMPrompt((1,), 0), seed=0, limits=Limits(attempts=1))


def test_what_vllm_cannot_do_is_said(rules: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    lm = VllmTokenLM(FakeServed([]), OFFSET)
    uniforms = np.zeros(3, np.float32)
    with pytest.raises(BackendError, match="slots"):
        next(lm.draw_blocks(LMPrompt((1,), 0), Sampling(slots=False), 0, uniforms))
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(BackendError, match="pip install vllm"):
        next(lm.draw_blocks(LMPrompt((1,), 0), Sampling(), 0, uniforms))


def test_the_head_stays_untied_and_the_attention_knows_the_bias() -> None:
    arguments = engine_arguments("folder")
    assert arguments["hf_overrides"] == {"tie_word_embeddings": False}
    assert arguments["attention_config"] == {"backend": "TRITON_ATTN"}
    assert arguments["logits_processors"] == [RULES]
    assert RULES == "steptts.step_audio.vllm_rules:SlotRules"
