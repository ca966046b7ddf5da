"""The language model served by vLLM, as a stage: for many users at a time.

    from vllm import AsyncEngineArgs
    from vllm.v1.engine.async_llm import AsyncLLM
    served = AsyncLLM.from_engine_args(AsyncEngineArgs(**engine_arguments("Step-Audio-TTS-3B")))
    engine = load(folder, lm=VllmTokenLM(served, audio_offset=65_536))

vLLM has the architecture of its own. Three of its defaults are wrong for these weights and are set
here: it would tie the head to the embedding, it must use an attention that knows sqrt-ALiBi, and it
knows nothing of slots (`vllm_rules.py`). Requests of all threads are in its batch together, and ids
come as they are drawn, so sound begins early. examples/serving shows it behind Ray Serve.

Written from vLLM's documentation; not run inside vLLM, which needs a GPU. Tested with a stand-in.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from steptts.errors import BackendError, GenerationError
from steptts.sampling import Sampling
from steptts.stages import FloatArray
from steptts.text.prompt import EOT
from steptts.tokens import END, N_AUDIO_IDS

RULES = "steptts.step_audio.vllm_rules:SlotRules"
MAX_POSITIONS = 8192


class Prompt(Protocol):
    """What is read of a prompt."""

    @property
    def ids(self) -> tuple[int, ...]:
        """Ids in the model's own vocabulary."""


def engine_arguments(folder: str | Path) -> dict[str, Any]:
    """Arguments of `vllm.AsyncEngineArgs` for the published folder, as it was fetched."""
    return {
        "model": str(folder),
        "dtype": "bfloat16",
        "hf_overrides": {"tie_word_embeddings": False},
        "attention_config": {"backend": "TRITON_ATTN"},
        "logits_processors": [RULES],
        "skip_tokenizer_init": True,
        "enable_prefix_caching": True,
        "max_model_len": MAX_POSITIONS,
    }


class VllmTokenLM:
    """Draws through an `AsyncLLM`, for many threads; see `steptts.sampling.SelfSamplingLM`."""

    many_at_once = True

    def __init__(self, served: Any, audio_offset: int) -> None:  # noqa: ANN401
        """Begin a thread that talks to the engine.

        Args:
            served: an `AsyncLLM` made with `engine_arguments`.
            audio_offset: id of audio id 0.
        """
        self._served = served
        self._audio_offset = audio_offset
        self._numbers = itertools.count()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="vllm", daemon=True).start()

    def draw_blocks(
        self, prompt: Prompt, sampling: Sampling, min_ids: int, uniforms: FloatArray
    ) -> Iterator[tuple[int, ...]]:
        """Yield ids as they come; closing the iterator ends the request.

        The numbers only seed vLLM's own draw.

        Raises:
            BackendError: vLLM is not installed, or rules are asked for that it is not given.
            GenerationError: vLLM drew an id that is no audio id.
        """
        params = self._params(sampling, min_ids, uniforms)
        arrived: queue.Queue[Sequence[int] | BaseException | None] = queue.Queue()
        asked = asyncio.run_coroutine_threadsafe(
            self._ask(list(prompt.ids), params, arrived), self._loop
        )
        try:
            while (block := arrived.get()) is not None:
                if isinstance(block, BaseException):
                    raise block
                yield tuple(self._audio_id(token_id) for token_id in block)
        finally:
            asked.cancel()  # vLLM drops a request whose reader has gone

    async def _ask(
        self,
        ids: list[int],
        params: Any,  # noqa: ANN401
        arrived: queue.Queue[Sequence[int] | BaseException | None],
    ) -> None:
        """Hand over what comes; None is the end."""
        request = f"steptts-{next(self._numbers)}"
        try:
            answers: AsyncIterator[Any] = self._served.generate(
                {"prompt_token_ids": ids}, params, request
            )
            async for answer in answers:
                if answer.outputs[0].token_ids:
                    arrived.put(tuple(answer.outputs[0].token_ids))
            arrived.put(None)
        except Exception as reason:  # whatever it is, the thread that waits must learn of it
            arrived.put(reason)

    def _params(self, sampling: Sampling, min_ids: int, uniforms: FloatArray) -> Any:  # noqa: ANN401
        try:
            from vllm import SamplingParams  # type: ignore[import-not-found,unused-ignore]
            from vllm.sampling_params import (  # type: ignore[import-not-found,unused-ignore]
                RequestOutputKind,
            )
        except ImportError:
            raise BackendError("serving through vLLM needs it: pip install vllm") from None
        if not sampling.slots or (sampling.window, sampling.max_share) != (10, 0.1):
            raise BackendError("vLLM is given the rules with slots and the reference's window only")
        from steptts.step_audio.vllm_rules import AUDIO_OFFSET, MIN_IDS

        return SamplingParams(
            temperature=sampling.temperature,
            top_k=sampling.top_k,
            seed=int(np.float32(uniforms[0]).view(np.uint32)),
            max_tokens=len(uniforms),
            stop_token_ids=[EOT],
            detokenize=False,
            output_kind=RequestOutputKind.DELTA,
            extra_args={AUDIO_OFFSET: self._audio_offset, MIN_IDS: min_ids},
        )

    def _audio_id(self, token_id: int) -> int:
        if token_id == EOT:
            return END
        audio_id = token_id - self._audio_offset
        if not 0 <= audio_id < N_AUDIO_IDS:
            raise GenerationError(
                f"vLLM drew id {token_id}, which is no audio id; was it given {RULES}?"
            )
        return audio_id
