"""The replica of examples/serving speaks for many at once; Ray is not here, vLLM a stand-in."""

import asyncio
import runpy
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from steptts.manifest import read_manifest
from steptts.text.prompt import EOT

EXAMPLE = Path(__file__).parents[2] / "examples" / "serving" / "ray_serve.py"
GROUPS = 12


class Served:
    """Says legal groups to all; answers nobody before `together` have asked."""

    def __init__(self, offset: int, together: int) -> None:
        self.offset, self.together, self.asked = offset, together, 0

    async def generate(self, prompt: object, params: Any, request: str) -> AsyncIterator[Any]:  # noqa: ANN401
        self.asked += 1
        while self.asked < self.together:
            await asyncio.sleep(0.001)
        rng = np.random.default_rng(params.seed)
        for _ in range(GROUPS):
            said = [*rng.integers(0, 1024, 2), *rng.integers(1024, 5120, 3)]
            ids = [self.offset + int(i) for i in said]
            yield SimpleNamespace(outputs=[SimpleNamespace(token_ids=ids)])
        yield SimpleNamespace(outputs=[SimpleNamespace(token_ids=[EOT])])


@pytest.fixture
def _vllm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("vllm", "vllm.sampling_params", "vllm.v1", "vllm.v1.sample"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setattr(sys.modules["vllm"], "SamplingParams", SimpleNamespace, raising=False)
    kinds = SimpleNamespace(DELTA="delta")
    monkeypatch.setattr(
        sys.modules["vllm.sampling_params"], "RequestOutputKind", kinds, raising=False
    )
    processors = SimpleNamespace(BatchUpdate=object, LogitsProcessor=object)
    processors.MoveDirectionality = object
    monkeypatch.setitem(sys.modules, "vllm.v1.sample.logits_processor", processors)
    monkeypatch.delitem(sys.modules, "steptts.step_audio.vllm_rules", raising=False)


@pytest.mark.usefixtures("_vllm")
def test_a_replica_speaks_for_three_at_once(converted: Path) -> None:
    offset = read_manifest(converted).stage("lm").config["audio_offset"]
    replica = runpy.run_path(str(EXAMPLE))["Replica"](converted, Served(offset, 3), "cpu")

    async def sound(seed: int) -> bytes:
        return b"".join([chunk async for chunk in replica.speak("Hello there", seed=seed)])

    async def three() -> list[bytes]:
        return await asyncio.gather(*(sound(seed) for seed in (1, 2, 3)))

    spoken = asyncio.run(three())
    sys.modules.pop("steptts.step_audio.vllm_rules", None)
    samples = int(GROUPS * 0.12 * 22_050 / 256) * 256
    assert {len(pcm) // 2 for pcm in spoken} == {samples}
    assert len(set(spoken)) == 3
