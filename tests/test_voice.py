"""A voice is a file that says where it comes from, and that cannot do harm."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from steptts import Voice, VoiceError
from steptts.voice import default_voice, find_voice, voice_names
from tests import fakes


def test_a_voice_file_read_again_is_the_same_voice(tmp_path: Path) -> None:
    path = fakes.voice("ava").save(tmp_path / "me.voice")
    again = Voice.load(path)
    assert (again.name, again.facts) == ("ava", fakes.voice("ava").facts)
    np.testing.assert_array_equal(again.embedding, fakes.voice("ava").embedding)


def test_a_voice_file_is_a_plain_safetensors_file(tmp_path: Path) -> None:
    fakes.voice().save(tmp_path / "me.voice")
    assert load_file(tmp_path / "me.voice")["embedding"].shape == (256,)


def test_a_pack_read_again_is_the_same_voice(packs: Path) -> None:
    assert Voice.load(packs / "mei").facts == fakes.voice("mei", language="zh", default=True).facts


def test_voices_are_listed_by_name(packs: Path) -> None:
    assert voice_names(packs) == ("ava", "leo", "mei")


def test_an_unknown_name_lists_the_near_ones(packs: Path) -> None:
    with pytest.raises(VoiceError, match="no voice named 'Aav'; did you mean ava"):
        find_voice("Aav", packs)
    with pytest.raises(VoiceError, match="there is ava, leo, mei"):
        find_voice("xyzzy", packs)


@pytest.mark.parametrize(
    "name", ["../ava", "/etc/passwd", "ava/../leo", "", ".", "ava\0", "..\\ava", "AVA"]
)
def test_a_name_is_never_a_path(packs: Path, name: str) -> None:
    with pytest.raises(VoiceError, match="no voice named"):
        find_voice(name, packs)


def test_each_language_has_its_default(packs: Path) -> None:
    assert default_voice("zh", packs).name == "mei"
    with pytest.raises(VoiceError, match="no default voice for language 'fr'"):
        default_voice("fr", packs)


def test_an_altered_pack_is_refused(packs: Path) -> None:
    path = packs / "ava" / "voice.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(VoiceError, match="damaged"):
        find_voice("ava", packs)


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("gender", "robot", "gender is 'robot', must be one of female, male, neutral"),
        ("language", "xx", "language"),
        ("version", 2, "version is 2"),
        ("default", "yes", "default holds str"),
        ("mood", "good", "unknown key 'mood'"),
        ("consent", None, "consent holds NoneType"),
    ],
)
def test_a_fact_that_is_wrong_names_itself(
    packs: Path, key: str, value: object, named: str
) -> None:
    path = packs / "ava" / "voice.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    with pytest.raises(VoiceError, match=named):
        find_voice("ava", packs)


def test_a_missing_fact_names_itself(packs: Path) -> None:
    path = packs / "ava" / "voice.json"
    facts = json.loads(path.read_text())
    del facts["licence"]
    path.write_text(json.dumps(facts))
    with pytest.raises(VoiceError, match="'licence' is missing"):
        find_voice("ava", packs)


@pytest.mark.parametrize(
    ("tensors", "named"),
    [
        ({"embedding": np.zeros(255, np.float32)}, r"float32 \[255\]"),
        ({"embedding": np.zeros(256, np.float64)}, "float64"),
        ({"embedding": np.full(256, np.nan, np.float32)}, "not finite"),
        ({"other": np.zeros(256, np.float32)}, "'other'"),
        ({"embedding": np.zeros(256, np.float32), "more": np.zeros(1)}, "'more'"),
    ],
)
def test_other_contents_are_refused(
    tmp_path: Path, tensors: dict[str, np.ndarray], named: str
) -> None:
    path = fakes.voice().save(tmp_path / "me.voice")
    header = path.read_bytes()[8 : 8 + int.from_bytes(path.read_bytes()[:8], "little")]
    facts = json.loads(header)["__metadata__"]
    save_file(tensors, path, metadata=facts)
    with pytest.raises(VoiceError, match=named):
        Voice.load(path)


def test_a_file_without_facts_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    save_file({"embedding": np.zeros(256, np.float32)}, tmp_path / "bare.voice")
    with pytest.raises(VoiceError, match="no voice facts"):
        Voice.load(tmp_path / "bare.voice")
    with pytest.raises(VoiceError, match="No such file"):
        Voice.load(tmp_path / "none.voice")
    (tmp_path / "big.voice").write_bytes(b"\0" * (2 << 20))
    with pytest.raises(VoiceError, match="over 1048576 bytes"):
        Voice.load(tmp_path / "big.voice")


def test_five_hundred_damaged_files_raise_voice_errors_and_nothing_else(tmp_path: Path) -> None:
    whole = fakes.voice().save(tmp_path / "me.voice").read_bytes()
    chance = random.Random(7)
    path = tmp_path / "damaged.voice"
    n_refused = 0
    for _ in range(500):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content) if chance.random() < 0.3 else 600)] = (
                chance.randrange(256)
            )
        path.write_bytes(
            content[: chance.randrange(len(content))] if chance.random() < 0.2 else content
        )
        try:
            Voice.load(path)
        except VoiceError:
            n_refused += 1
    assert n_refused > 300  # the others changed a letter of a free text, or a number


@pytest.mark.parametrize("name", ["", "Ava", "a b", "../x", "x" * 65])
def test_a_voice_with_an_unusable_name_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(VoiceError, match="name"):
        replace(fakes.voice(), name=name).save(tmp_path / "me.voice")
    assert list(tmp_path.iterdir()) == []


def test_a_voice_is_written_to_its_own_suffix_and_folder_only(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"must end in \.voice"):
        fakes.voice().save(tmp_path / "me.wav")
    with pytest.raises(VoiceError, match="must be named 'ava'"):
        fakes.voice().save_pack(tmp_path / "leo")
