"""A process that does nothing but speak, to be measured from outside.

    python -m steptts.bench.speaker MODEL VOICE

reads one JSON object a line, {"text": ..., "path": ...}, writes the WAV file and answers with one
line. With {"text": ..., "stream": true} it streams, writes nothing, and answers when the first
piece and the first audible sample came. MODEL and VOICE may be "".
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from steptts import TTS

AUDIBLE = 10 ** (-50 / 20)  # amplitude of -50 dBFS


def main() -> None:
    """Loads the model, says that it is ready, and serves until stdin ends."""
    from steptts import TTS

    model, voice = sys.argv[1:]
    tts = TTS(model) if model else TTS()
    tts.load()
    _answer({"ready": True})
    for line in sys.stdin:
        wish = json.loads(line)
        if wish.get("stream"):
            _answer(first_audio(tts, wish["text"], voice))
        else:
            audio = tts.speak(wish["text"], voice=voice or None)
            audio.save(wish["path"])
            _answer({"seconds": audio.duration})


def first_audio(tts: TTS, text: str, voice: str) -> dict[str, float | None]:
    """Streams a text and returns when its first piece came, and its first audible sample."""
    begin = time.perf_counter()
    first_piece_ms, first_audible_ms = None, None
    for audio in tts.stream(text, voice=voice or None):
        now_ms = (time.perf_counter() - begin) * 1e3
        first_piece_ms = now_ms if first_piece_ms is None else first_piece_ms
        if first_audible_ms is None and np.any(np.abs(audio.samples) >= AUDIBLE):
            first_audible_ms = now_ms
    return {"first_piece_ms": first_piece_ms, "first_audible_ms": first_audible_ms}


def _answer(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
