"""The language model served by vLLM, as a stage: for many users at a time.

    from vllm import LLM
    llm = LLM(**engine_arguments("Step-Audio-TTS-3B"))          # the published folder, unconverted
    lm = VllmTokenLM(llm, audio_offset=65_536)

vLLM has the architecture of its own. Three of its defaults are wrong for these weights and are set
here: it would tie the head to the embedding, it must use an attention that knows sqrt-ALiBi, and it
knows nothing of slots (`vllm_rules.py`). Behind Ray Serve, make one such stage per replica in the
constructor of a deployment with one GPU and keep mel decoder and vocoder in the same replica: the
ids are small, the mel is not.

Written from vLLM's documentation; not run, for want of a GPU. Tested with a stand-in.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    """Arguments of `vllm.LLM` or `vllm.AsyncEngineArgs` for the published folder."""
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
    """Draws whole utterances; see `steptts.sampling.SelfSamplingLM`."""

    def __init__(self, llm: Any, audio_offset: int) -> None:  # noqa: ANN401
        """Keep an engine.

        Args:
            llm: a `vllm.LLM` made with `engine_arguments`.
            audio_offset: id of audio id 0.
        """
        self._llm = llm
        self._audio_offset = audio_offset

    def draw_blocks(
        self, prompt: Prompt, sampling: Sampling, min_ids: int, uniforms: FloatArray
    ) -> Iterator[tuple[int, ...]]:
        """Yield one block with all ids. The numbers only seed vLLM's own draw.

        Raises:
            BackendError: vLLM is not installed, or rules are asked for that it is not given.
            GenerationError: vLLM drew an id that is no audio id.
        """
        try:
            from vllm import SamplingParams  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            raise BackendError("serving through vLLM needs it: pip install vllm") from None
        if not sampling.slots or (sampling.window, sampling.max_share) != (10, 0.1):
            raise BackendError("vLLM is given the rules with slots and the reference's window only")
        from steptts.step_audio.vllm_rules import AUDIO_OFFSET, MIN_IDS

        params = SamplingParams(
            temperature=sampling.temperature,
            top_k=sampling.top_k,
            seed=int(np.float32(uniforms[0]).view(np.uint32)),
            max_tokens=len(uniforms),
            stop_token_ids=[EOT],
            detokenize=False,
            extra_args={AUDIO_OFFSET: self._audio_offset, MIN_IDS: min_ids},
        )
        done = self._llm.generate({"prompt_token_ids": list(prompt.ids)}, params, use_tqdm=False)
        yield tuple(self._audio_id(i) for i in done[0].outputs[0].token_ids)

    def _audio_id(self, token_id: int) -> int:
        if token_id == EOT:
            return END
        audio_id = token_id - self._audio_offset
        if not 0 <= audio_id < N_AUDIO_IDS:
            raise GenerationError(
                f"vLLM drew id {token_id}, which is no audio id; was it given {RULES}?"
            )
        return audio_id
