"""The child process that talks to espeak-ng, so that a crash of it never reaches the caller.

    python -m steptts.text.espeak_worker

Protocol, UTF-8 lines on standard input and output, one answer per request, in order:

    (start)                    ready TAB espeak-ng version | failed TAB reason
    voice TAB text             ok TAB IPA, words apart     | error TAB reason

Text and answers hold no tabs and no line breaks. The end of the input ends the process. Needs
phonemizer and espeakng-loader (the extra `espeak`); both are imported here and nowhere else.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from typing import Any, TextIO


def main() -> None:
    """Answer requests until the input ends."""
    # Native code may print: keep the answers on a copy of standard output of our own.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    try:
        version = _prepare()
    except Exception as error:  # any reason at all is the caller's to report
        _answer(answers, "failed", f"{type(error).__name__}: {error}")
        return
    _answer(answers, "ready", version)
    backends: dict[str, Any] = {}
    for line in sys.stdin.buffer:
        voice, _, text = line.decode("utf-8", "replace").rstrip("\r\n").partition("\t")
        try:
            _answer(answers, "ok", _phonemize(backends, voice, text))
        except Exception as error:  # reported to the caller, who decides
            _answer(answers, "error", f"{type(error).__name__}: {error}")


def _prepare() -> str:
    """Point phonemizer at the bundled espeak-ng; return its version."""
    loader: Any = import_module("espeakng_loader")
    wrapper: Any = import_module("phonemizer.backend.espeak.wrapper").EspeakWrapper
    wrapper.set_library(loader.get_library_path())
    wrapper.set_data_path(loader.get_data_path())
    version: tuple[int, ...] = import_module("phonemizer.backend").EspeakBackend.version()
    return ".".join(map(str, version))


def _phonemize(backends: dict[str, Any], voice: str, text: str) -> str:
    if voice not in backends:
        quiet = logging.getLogger("phonemizer.espeak")
        quiet.addHandler(logging.NullHandler())
        backend: Any = import_module("phonemizer.backend").EspeakBackend
        backends[voice] = backend(
            voice, with_stress=True, language_switch="remove-flags", logger=quiet
        )
    spoken: str = backends[voice].phonemize([text], strip=True)[0]
    return spoken


def _answer(answers: TextIO, kind: str, value: str) -> None:
    answers.write(f"{kind}\t{' '.join(value.split())}\n")
    answers.flush()


if __name__ == "__main__":
    main()
