"""More languages and accents by espeak-ng, in a child process (the extra `espeak`).

    EspeakG2P("fr-fr").words("Bonjour le monde.")

The worker (`steptts.text.espeak_worker`) may crash or hang on hostile text: it gets one script and
at most 200 characters at a time, 2 seconds to answer, and is started again with growing delays.
Sounds without a symbol of their own take the nearest one; tones of other languages have none.
"""

from __future__ import annotations

import atexit
import queue
import re
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from importlib.util import find_spec

from steptts.errors import BackendError, TextError
from steptts.text.phones import SYMBOL_IDS, is_vowel, read_word
from steptts.text.words import PUNCTUATION, Word

INSTALL = 'pip install "steptts[espeak]"'
START_TIMEOUT_S = 20.0  # loading the library takes 0.1 s, a cold disk under load many times that
CALL_TIMEOUT_S = 2.0
MAX_RUN_LENGTH = 200
MAX_ATTEMPTS = 3
_FIRST_DELAY_S, _MAX_DELAY_S = 0.1, 5.0
_MARKS = {
    **dict.fromkeys("，、,،", ","), **dict.fromkeys("。．.।", "."), **dict.fromkeys("！!¡", "!"),
    **dict.fromkeys("？?؟", "?"), **dict.fromkeys("；;", ";"), **dict.fromkeys("：:", ":"),
    **dict.fromkeys("—–", "—"), "…": "…",
}  # fmt: skip
_MARK_RUN = re.compile(f"([{re.escape(''.join(_MARKS))}]+(?=\\s|$)|[—…¿¡]+)")
# Longest first. The right side is our notation (`steptts.text.phones`).
_SOUNDS = {
    "eɪ": "A", "aɪ": "I", "aʊ": "W", "ɔɪ": "Y", "oʊ": "O", "əʊ": "Q", "tʃ": "ʧ", "dʒ": "ʤ",
    "ts": "ʦ", "tɕ": "ʨ", "dʑ": "ʤ", "dz": "dz", "ɝ": "ɜɹ", "ɑ̃": "ɑŋ", "ɛ̃": "ɛŋ", "ɔ̃": "ɔŋ",
    "œ̃": "ɜŋ", "g": "ɡ", "r": "ɾ", "ʁ": "ɹ", "ʀ": "ɹ", "ɫ": "l", "ɲ": "nj", "ʎ": "lj", "ø": "ɜ",
    "œ": "ɜ", "ɵ": "ə", "ɘ": "ə", "ʏ": "y", "ɯ": "ɨ", "ʉ": "u", "ɶ": "a", "ç": "ɕ", "c": "kj",
    "ɟ": "ɡj", "q": "k", "χ": "x", "ɣ": "ɡ", "β": "b", "ɸ": "f", "ʋ": "v", "ʑ": "ʒ", "ʐ": "ɻ",
    "ɬ": "l", "ħ": "h", "ɦ": "h", "ʕ": "ʔ", "ʈ": "t", "ɖ": "d", "ɳ": "n", "ɭ": "l", "ɽ": "ɾ",
    "ɱ": "m", "ɴ": "ŋ", "ɰ": "w", "ʍ": "w", "ʲ": "j", "ʷ": "w",
}  # fmt: skip
_IPA = {unicodedata.normalize("NFD", sound): symbol for sound, symbol in _SOUNDS.items()}
_LONGEST_IPA = max(map(len, _IPA))
_IGNORED = frozenset("-_|‿.ˑ̯̥̬̩̪̺̻̟̠̝̞̤̰̽̈̊")
_NASAL = "\u0303"


class EspeakWorker:
    """One child process that answers one request at a time; safe to share between threads."""

    def __init__(self, command: list[str] | None = None) -> None:
        """Only store; the process starts at the first request."""
        self._command = command or [sys.executable, "-m", "steptts.text.espeak_worker"]
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._failures = 0
        self._registered = False  # for the end of this process
        self._lock = threading.Lock()

    def ask(self, voice: str, text: str) -> str:
        """IPA of one run of text.

        Raises:
            BackendError: the packages are missing, or the library does not load.
            TextError: espeak has no such voice, or crashed or hung on this text three times.
        """
        with self._lock:
            for _attempt in range(MAX_ATTEMPTS):
                answer = self._try(f"{voice}\t{text}")
                if answer is not None:
                    self._failures = 0
                    kind, _, value = answer.partition("\t")
                    if kind == "ok":
                        return value
                    raise TextError(f"espeak cannot read {text[:40]!r} as {voice!r}: {value[:200]}")
                self._failures += 1
        raise TextError(
            f"espeak failed {MAX_ATTEMPTS} times on {text[:40]!r} as {voice!r}; change it"
        )

    def close(self) -> None:
        """End the process; a later request starts a new one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def _try(self, request: str) -> str | None:
        """One request; None if the process died or did not answer in time."""
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(request.encode("utf-8", "replace") + b"\n")
            self._process.stdin.flush()
            answer = self._answers.get(timeout=CALL_TIMEOUT_S)
        except (OSError, queue.Empty):
            answer = ""
        if not answer:
            self.close()
        return answer or None

    def _start(self) -> None:
        if self._failures:
            time.sleep(min(_FIRST_DELAY_S * 2 ** (self._failures - 1), _MAX_DELAY_S))
        if not self._registered:
            atexit.register(self.close)
            self._registered = True
        self._answers = queue.Queue()
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        threading.Thread(
            target=_read_lines, args=(self._process, self._answers), daemon=True
        ).start()
        try:
            first = self._answers.get(timeout=START_TIMEOUT_S)
        except queue.Empty:
            first = ""
        if not first.startswith("ready\t"):
            self.close()
            reason = first.partition("\t")[2] or "it did not start"
            raise BackendError(f"espeak does not work ({reason}); try {INSTALL}")


def _read_lines(process: subprocess.Popen[bytes], answers: queue.Queue[str]) -> None:
    """Put each line of a process into a queue, "" at its end."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line.decode("utf-8", "replace").rstrip("\r\n"))
    except ValueError:
        pass  # closed by `close` while reading
    answers.put("")


_SHARED = EspeakWorker()


class EspeakG2P:
    """Reads one language of espeak-ng.

    Attributes:
        language: an espeak-ng voice: "fr-fr", "de", "en-gb-scotland", ...
    """

    def __init__(self, language: str, worker: EspeakWorker | None = None) -> None:
        """Only store, after a look whether the packages are there.

        Raises:
            BackendError: phonemizer or espeakng-loader is not installed.
        """
        missing = [name for name in ("phonemizer", "espeakng_loader") if find_spec(name) is None]
        if missing and worker is None:
            raise BackendError(
                f"language {language!r} needs espeak, and {' and '.join(missing)} is not "
                f"installed: {INSTALL}"
            )
        self.language = language
        self._worker = worker or _SHARED

    def words(self, text: str) -> list[Word]:
        """Words and pause marks of a text.

        Raises:
            TextError: unknown language, a sound or tone without a symbol, or text that espeak
                cannot digest.
            BackendError: espeak-ng does not load.
        """
        words: list[Word] = []
        for piece in _MARK_RUN.split(text):
            if piece and piece[0] in _MARKS:
                words.append(Word(piece, _MARKS[piece[0]]))
                continue
            for run in script_runs(piece):
                words += self._run_words(run)
        return words

    def _run_words(self, run: str) -> list[Word]:
        sources = [word for word in run.split() if any(c.isalnum() for c in word)]
        if not sources:
            return []
        spoken = self._worker.ask(self.language, " ".join(run.split())).split()
        if len(spoken) != len(sources):  # espeak joined or parted words: ask for each
            answers = [self._worker.ask(self.language, source).split() for source in sources]
            return [
                Word(source if index == 0 else "", to_notation(ipa))
                for source, parts in zip(sources, answers, strict=True)
                for index, ipa in enumerate(parts)
            ]
        return [Word(source, to_notation(ipa)) for source, ipa in zip(sources, spoken, strict=True)]


def script_runs(text: str) -> Iterator[str]:
    """Cut a text into runs of one script, at most `MAX_RUN_LENGTH` characters, at spaces if any."""
    run, script = "", ""
    for token in re.findall(r"\S+\s*|\s+", text):
        for part in _one_script_parts(token):
            name = _script(part)
            if run and (
                len(run) + len(part) > MAX_RUN_LENGTH or (name and script and name != script)
            ):
                yield run
                run, script = "", ""
            run, script = run + part, name or script
    if run.strip():
        yield run


def _one_script_parts(token: str) -> Iterator[str]:
    start, script = 0, ""
    for index, character in enumerate(token):
        name = _script(character)
        if index - start >= MAX_RUN_LENGTH or (name and script and name != script):
            yield token[start:index]
            start, script = index, ""
        script = name or script
    yield token[start:]


def _script(text: str) -> str:
    """Script of the first letter: the first word of its Unicode name, "" without letters."""
    for character in text:
        if character.isalpha():
            return unicodedata.name(character, "?").split()[0]
    return ""


def to_notation(ipa: str) -> str:
    """One word of espeak's IPA in our notation; stress goes directly before its vowel.

    Raises:
        TextError: a sound without a symbol, such as the tone digits of Vietnamese.
    """
    ipa = unicodedata.normalize("NFD", ipa)
    spoken, stress, position = "", "", 0
    while position < len(ipa):
        character = ipa[position]
        if character in "ˈˌ":
            stress, position = character, position + 1
            continue
        size, sound = _sound_at(ipa, position)
        position += size
        if stress and sound and _has_vowel(sound):
            sound, stress = stress + sound, ""
        if sound == "ː":
            sound = sound if spoken and spoken[-1] + "ː" in SYMBOL_IDS else ""
        spoken += sound
    return spoken


def _sound_at(ipa: str, position: int) -> tuple[int, str]:
    for size in range(min(_LONGEST_IPA, len(ipa) - position), 0, -1):
        if (sound := _IPA.get(ipa[position : position + size])) is not None:
            return size, sound
    character = ipa[position]
    if character in _IGNORED:
        return 1, ""
    if character == _NASAL:
        return 1, "ŋ"
    if character in "ːʰ" or (character in SYMBOL_IDS and character not in PUNCTUATION):
        return 1, character
    raise TextError(f"espeak's sound {character!r} in {ipa!r} has no symbol here")


def _has_vowel(sound: str) -> bool:
    return any(is_vowel(symbol) for symbol, _mark in read_word(sound))
