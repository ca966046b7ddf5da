"""The letter-to-sound network: its file, its answers, and the same numbers as in torch."""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import pytest

from steptts.distill.letter_alignment import align, learn, split_phones
from steptts.errors import TextError, WeightsError
from steptts.text import phones
from steptts.text.letters_to_sound import (
    ALPHABET,
    WEIGHTS,
    LettersToSound,
    load_letters_to_sound,
    with_stress,
)

WORDS = ("blick", "frobnicate", "zorp", "kwistelle", "thrumble", "b", "xqz", "aaaa", "sch")


@pytest.mark.parametrize("accent", ["us", "gb"])
@pytest.mark.parametrize("word", WORDS)
def test_every_answer_is_made_of_known_phones(word: str, accent: str) -> None:
    spoken = load_letters_to_sound()(word, accent)
    sounds = phones.read_word(spoken) if spoken else []
    assert all(not phones.is_pause(symbol) for symbol, _ in sounds)
    has_vowel = any(phones.is_vowel(symbol) for symbol, _ in sounds)
    assert spoken.count("ˈ") == int(has_vowel)


@pytest.mark.parametrize(
    ("word", "us"),
    [("blick", "blˈɪk"), ("thrumble", "θɹˈʌmbᵊl"), ("plake", "plˈAk"), ("shoin", "ʃˈYn")],
)
def test_regular_spellings_are_read_as_english_reads_them(word: str, us: str) -> None:
    assert load_letters_to_sound()(word) == us


def test_british_answers_drop_the_r_at_the_end() -> None:
    network = load_letters_to_sound()
    assert network("glorber").endswith("əɹ")
    assert network("glorber", "gb").endswith("ə")


def test_capitals_do_not_matter() -> None:
    assert load_letters_to_sound()("Zorp") == load_letters_to_sound()("zorp")


@pytest.mark.parametrize("word", ["", "naïve", "a b", "r2", "don't"])
def test_other_characters_are_refused(word: str) -> None:
    with pytest.raises(TextError, match="a to z"):
        load_letters_to_sound()(word)


def test_a_very_long_run_of_letters_is_read_in_pieces() -> None:
    assert len(load_letters_to_sound()("banana" * 40)) > 200


def test_missing_weights_name_the_command(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"steptts\.distill\.letters train"):
        LettersToSound(tmp_path / "none.safetensors")


def test_the_file_is_small_and_a_word_takes_milliseconds() -> None:
    assert WEIGHTS.stat().st_size <= 600_000
    network = load_letters_to_sound()
    network("warm")
    words = ("blorptastic", "frobnicate", "heisenberg", "thrumble")
    # 2 to 4 ms alone; 23 where others hold the cores, since threads of BLAS wait by spinning.
    assert min(seconds_a_word(network, words) for _ in range(10)) < 0.1


def seconds_a_word(network: LettersToSound, words: tuple[str, ...]) -> float:
    started = time.process_time()
    for word in words:
        network(word)
    return (time.process_time() - started) / len(words)


def test_half_of_the_words_never_seen_in_training_are_right() -> None:
    letters = pytest.importorskip("steptts.distill.letters", exc_type=ImportError)
    accepted: dict[str, set[str]] = {}
    for word, spoken in letters.entries("us"):
        accepted.setdefault(word, set()).add(spoken)
    # The first of the words that training leaves out, in the trainer's own order.
    held_out = sorted(accepted, key=lambda w: zlib.crc32(w.encode()))[:200]
    network = load_letters_to_sound()
    scores = letters.score([network(w) for w in held_out], [accepted[w] for w in held_out])
    assert scores["phone_error_rate"] < 0.13
    assert scores["word_accuracy"] > 0.5


def test_numpy_gives_the_answers_of_torch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from steptts.distill.letters import LettersConfig, LettersNet, save

    torch.manual_seed(0)
    config = LettersConfig(letter_size=8, encoder_size=12, label_size=6, decoder_size=10)
    labels = ["", "b", "æ", "ks", "ə", "n"]
    net = LettersNet(len(labels), config).eval()
    save(net, labels, config, tmp_path / "tiny.safetensors")
    tiny = LettersToSound(tmp_path / "tiny.safetensors")
    for word in ("cab", "boxen", "aardvark"):
        ids = [len(ALPHABET), *(ALPHABET.index(c) for c in word), len(ALPHABET)]
        previous = [0, 0]
        for position in range(1, len(word) + 1):  # greedy, one label at a time
            given = torch.tensor([previous + [0] * (len(ids) - len(previous))])
            with torch.no_grad():
                logits = net(torch.tensor([ids]), given)[0, position]
            previous.append(int(logits.argmax()) + 1)
        greedy = "".join(labels[p - 1] for p in previous[2:])
        assert tiny(word, beam=1) == with_stress(greedy)


def test_alignment_gives_each_letter_its_phones() -> None:
    words = [("box", "bˈɑks"), ("cat", "kˈæt"), ("knot", "nˈɑt"), ("fox", "fˈɑks"), ("kit", "kˈɪt")]
    split = [(letters, split_phones(spoken)) for letters, spoken in words]
    scores = learn(split * 5)
    assert align("box", split_phones("bˈɑks"), scores) == [("b",), ("ˈɑ",), ("k", "s")]
    assert align("knot", split_phones("nˈɑt"), scores) == [(), ("n",), ("ˈɑ",), ("t",)]


def test_alignment_keeps_all_phones_and_refuses_too_many() -> None:
    spoken = split_phones("fˈɑːðəɹ")
    assert spoken == ("f", "ˈɑː", "ð", "ə", "ɹ")
    chunks = align("father", spoken, None)
    assert chunks is not None
    assert tuple(p for chunk in chunks for p in chunk) == spoken
    assert align("ab", split_phones("ˈæbəbə"), None) is None


@pytest.mark.parametrize(
    ("plain", "stressed"), [("bəkæt", "bəkˈæt"), ("bə", "bˈə"), ("ksh", "ksh"), ("", "")]
)
def test_stress_is_put_on_the_first_full_vowel(plain: str, stressed: str) -> None:
    assert with_stress(plain) == stressed
