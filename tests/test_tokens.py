"""The audio stream: interleaving as recorded from the reference, and what is refused."""

import pytest

from steptts.errors import GenerationError, VoiceError
from steptts.tokens import END, IDS_PER_SECOND, check, interleave, separate, to_text
from tests.recorded import golden_json

RECORDED = golden_json("sampling", "interleave.json")


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: f"{len(case['vq02'])}")
def test_streams_are_joined_and_taken_apart_as_recorded(case: dict) -> None:
    ids = interleave(case["vq02"], case["vq06"])
    assert list(ids) == case["flow_ids"]
    assert [RECORDED["audio_id_base"] + i for i in ids] == case["lm_ids"]
    assert to_text(ids) == case["text"]
    linguistic, semantic = separate(ids)
    assert list(linguistic) == case["deinterleaved_vq02"]
    assert list(semantic) == case["deinterleaved_vq06"]


def test_the_stream_has_41_and_two_thirds_ids_per_second() -> None:
    assert pytest.approx(125 / 3) == IDS_PER_SECOND
    assert END == 5120


@pytest.mark.parametrize("ids", [(1024, 0, 1024, 1024, 1024), (0, 0, 1024, 1024, 5120)])
def test_an_id_out_of_its_slot_is_named_with_its_position(ids: tuple[int, ...]) -> None:
    with pytest.raises(GenerationError, match="position"):
        check(ids)


def test_a_broken_group_keeps_the_ids_so_far_in_the_error() -> None:
    with pytest.raises(GenerationError, match="whole groups") as raised:
        separate((0, 0, 1024))
    assert raised.value.audio_ids == (0, 0, 1024)


def test_a_code_outside_its_codebook_is_refused() -> None:
    with pytest.raises(VoiceError, match="semantic code 4096"):
        interleave([0, 0], [0, 0, 4096])
