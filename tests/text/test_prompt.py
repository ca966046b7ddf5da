"""The prompt's layout: id lists equal to the recorded ones, with and without the stray BOS."""

import pytest

pytest.importorskip("sentencepiece")

from pathlib import Path

from steptts.errors import TextError, WeightsError
from steptts.text.prompt import (
    SpokenTurn,
    TextTokenizer,
    instruction,
    write_prompt,
)
from tests.recorded import golden, golden_json

RECORDED = golden_json("prompt", "cases.json")
MODES = {"with_spk": "speech", "wo_spk": "speech", "rap": "rap", "vocal": "hum"}


@pytest.fixture(scope="module")
def tokenizer() -> TextTokenizer:
    return TextTokenizer(golden("prompt") / "tokenizer.model")


@pytest.mark.parametrize("bos_after_bot", [True, False])
@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["name"])
def test_the_prompt_is_laid_out_as_recorded(
    tokenizer: TextTokenizer, case: dict, bos_after_bot: bool
) -> None:
    codes = tuple(i - RECORDED["audio_id_offset"] for i in case["prompt_code_ids"])
    prompt = write_prompt(
        tokenizer,
        instruction(MODES[case["system_prompt"]], case["speaker"]),
        SpokenTurn(case["prompt_text"], codes),
        case["text"],
        bos_after_bot=bos_after_bot,
    )
    which = "with" if bos_after_bot else "without"
    assert list(prompt.ids) == case[f"expected_{which}_stray_bos"]
    end = prompt.n_shared + len(case["text_ids"])
    assert list(prompt.ids[prompt.n_shared : end]) == case["text_ids"]


def test_single_strings_are_encoded_as_recorded(tokenizer: TextTokenizer) -> None:
    for case in RECORDED["encodings"]:
        assert tokenizer.encode(case["text"]) == case["sentencepiece_ids"], case["text"]


def test_audio_ids_follow_the_text_pieces(tokenizer: TextTokenizer) -> None:
    assert tokenizer.audio_offset == RECORDED["audio_id_offset"]


def test_the_shared_part_does_not_depend_on_the_text(tokenizer: TextTokenizer) -> None:
    turn = SpokenTurn("Hello", (1, 2, 2000, 2001, 2002))
    one, two = (write_prompt(tokenizer, instruction("rap"), turn, t) for t in ("a", "b c"))
    assert one.n_shared == two.n_shared
    assert one.ids[: one.n_shared] == two.ids[: two.n_shared]


def test_only_speech_names_the_voice() -> None:
    assert "使用[Tingting]的声音，" in instruction("speech", "Tingting")
    assert "使用[" not in instruction("speech")
    assert "Tingting" not in instruction("rap", "Tingting")
    with pytest.raises(TextError, match="opera"):
        instruction("opera")


def test_a_text_with_the_models_own_marks_is_refused(tokenizer: TextTokenizer) -> None:
    with pytest.raises(TextError, match="mark"):
        write_prompt(tokenizer, "", SpokenTurn("", ()), "<audio_7>")


def test_a_file_that_is_no_tokenizer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.model").write_bytes(b"nothing like it")
    with pytest.raises(WeightsError, match=r"tokenizer\.model"):
        TextTokenizer(tmp_path / "tokenizer.model")
