"""Many users of step-audio-tts-3b: one vLLM and one sound stage a GPU, replicated by Ray Serve.

    pip install "ray[serve]" vllm 'steptts[torch,hub]'
    steptts fetch step-audio-tts-3b
    serve run ray_serve:app                    (in this folder; one replica a GPU)
    curl -G localhost:8000 --data-urlencode "text=Hello there." -o hello.pcm    (16 bits, 22 050 Hz)

Ids are small and mels are not, so a replica holds both halves: vLLM batches the ids of all requests
that it has, mel decoder and vocoder take turns. Ray starts replicas as requests wait.

Not run with Ray, vLLM or a GPU. The test holds `Replica` to a tiny checkpoint with vLLM stood in.
"""

# ruff: noqa: ANN401 - values of Ray, vLLM and Starlette

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from steptts import StepTTSError, places
from steptts.manifest import read_manifest
from steptts.step_audio.fetch import NAME, TTS
from steptts.step_audio.model import LoadOptions, load
from steptts.step_audio.vllm_lm import VllmTokenLM, engine_arguments

REQUESTS = 32  # of one replica at a time; the acoustics of more fall behind


class Replica:
    """Answers requests with sound as it is made; each has a thread, which mostly waits."""

    def __init__(self, model: Path | None = None, served: Any = None, device: str = "cuda") -> None:
        """Load the model; `served` is an AsyncLLM, None: one of vLLM on this GPU."""
        folder = model or places.models() / NAME
        offset = read_manifest(folder).stage("lm").config["audio_offset"]
        lm = VllmTokenLM(served if served is not None else vllm_engine(), offset)
        self._engine = load(folder, options=LoadOptions(device=device), lm=lm)
        self._threads = ThreadPoolExecutor(REQUESTS)

    async def speak(
        self, text: str, voice: str | None = None, seed: int = 0
    ) -> AsyncIterator[bytes]:
        """16-bit samples, little end first, as they come."""
        loop, arrived, gone = asyncio.get_running_loop(), asyncio.Queue(), threading.Event()

        def work() -> None:
            last = None
            try:
                with closing(self._engine.stream(text, voice=voice, seed=seed)) as chunks:
                    for chunk in chunks:
                        if gone.is_set():  # closing ends the request to vLLM, too
                            return
                        loop.call_soon_threadsafe(arrived.put_nowait, chunk)
            except Exception as reason:  # whoever waits must learn of it
                last = reason
            loop.call_soon_threadsafe(arrived.put_nowait, last)

        self._threads.submit(work)
        try:
            while (chunk := await arrived.get()) is not None:
                if isinstance(chunk, Exception):
                    raise chunk
                yield (np.clip(chunk, -1, 1) * 32767).astype("<i2").tobytes()
        finally:
            gone.set()

    async def __call__(self, request: Any) -> Any:
        """Answer a request with text=, voice= and seed=."""
        from starlette.responses import PlainTextResponse, StreamingResponse

        asked = request.query_params
        try:
            seed = int(asked.get("seed", 0))
            sound = self.speak(asked.get("text", ""), asked.get("voice"), seed)
            first = await anext(sound)
        except (StepTTSError, ValueError) as reason:
            return PlainTextResponse(str(reason), status_code=400)

        async def whole() -> AsyncIterator[bytes]:
            yield first
            async for chunk in sound:
                yield chunk

        return StreamingResponse(whole(), media_type="audio/L16; rate=22050; channels=1")


def vllm_engine() -> Any:
    """The published language model in vLLM; half of the GPU is left to the sound."""
    from vllm import AsyncEngineArgs
    from vllm.v1.engine.async_llm import AsyncLLM

    published = places.downloads() / NAME / TTS
    arguments = AsyncEngineArgs(**engine_arguments(published), gpu_memory_utilization=0.5)
    return AsyncLLM.from_engine_args(arguments)


def application() -> Any:
    """What `serve run` starts."""
    from ray import serve

    deployment = serve.deployment(
        ray_actor_options={"num_gpus": 1},
        max_ongoing_requests=REQUESTS,
        autoscaling_config={"min_replicas": 1, "max_replicas": 8, "target_ongoing_requests": 16},
    )
    return deployment(Replica).bind()


def __getattr__(name: str) -> Any:
    if name == "app":  # made only for Ray, so that the test needs none
        return application()
    raise AttributeError(name)
