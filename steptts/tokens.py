"""The two audio streams and how they share one line: groups of L L S S S, 120 ms each.

Linguistic ids say what is spoken (1,024 codes, 16.667 Hz), semantic ids how (4,096 codes, 25 Hz).
Interleaved they are *audio ids*: a linguistic code c is c, a semantic code c is 1,024 + c. Where a
language model keeps these ids in its vocabulary is its own business.
"""

from collections.abc import Sequence

from steptts.errors import GenerationError, VoiceError

N_LINGUISTIC = 1024
N_SEMANTIC = 4096
N_AUDIO_IDS = N_LINGUISTIC + N_SEMANTIC  # 5120
END = N_AUDIO_IDS
"""Index of "end" in the logits of a language model, after all audio ids."""

LINGUISTIC_PER_GROUP, SEMANTIC_PER_GROUP = 2, 3
GROUP = LINGUISTIC_PER_GROUP + SEMANTIC_PER_GROUP  # 5 ids
GROUP_SECONDS = 0.12  # 2 x 60 ms = 3 x 40 ms
IDS_PER_SECOND = GROUP / GROUP_SECONDS  # 41.667

SLOTS = ((0, N_LINGUISTIC),) * LINGUISTIC_PER_GROUP + (
    (N_LINGUISTIC, N_AUDIO_IDS),
) * SEMANTIC_PER_GROUP
"""Legal ids [first, last + 1) of each position in a group."""


def interleave(linguistic: Sequence[int], semantic: Sequence[int]) -> tuple[int, ...]:
    """Join the streams into audio ids; what does not fill a whole group (< 120 ms) is dropped.

    Args:
        linguistic: codes in [0, 1024).
        semantic: codes in [0, 4096).

    Raises:
        VoiceError: a code is outside its codebook.
    """
    _within(linguistic, N_LINGUISTIC, "linguistic")
    _within(semantic, N_SEMANTIC, "semantic")
    groups = min(len(linguistic) // LINGUISTIC_PER_GROUP, len(semantic) // SEMANTIC_PER_GROUP)
    ids: list[int] = []
    for group in range(groups):
        ids += linguistic[2 * group : 2 * group + 2]
        ids += (N_LINGUISTIC + code for code in semantic[3 * group : 3 * group + 3])
    return tuple(ids)


def separate(audio_ids: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Take audio ids apart into linguistic and semantic codes.

    Raises:
        GenerationError: an id stands where the group has no place for it, or a group is not whole.
    """
    check(audio_ids)
    linguistic = tuple(i for i in audio_ids if i < N_LINGUISTIC)
    return linguistic, tuple(i - N_LINGUISTIC for i in audio_ids if i >= N_LINGUISTIC)


def check(audio_ids: Sequence[int]) -> None:
    """Make sure that the ids are whole groups of L L S S S.

    Raises:
        GenerationError: they are not; the message names the position.
    """
    for position, audio_id in enumerate(audio_ids):
        first, stop = SLOTS[position % GROUP]
        if not first <= audio_id < stop:
            raise GenerationError(
                f"audio id {audio_id} at position {position} is outside [{first}, {stop}): "
                f"groups must be {LINGUISTIC_PER_GROUP} linguistic then {SEMANTIC_PER_GROUP} "
                "semantic ids",
                tuple(audio_ids[:position]),
            )
    if len(audio_ids) % GROUP:
        raise GenerationError(
            f"{len(audio_ids)} audio ids are not whole groups of {GROUP}", tuple(audio_ids)
        )


def to_text(audio_ids: Sequence[int]) -> str:
    """Spell ids as a chat model does: "<audio_0><audio_5119>"."""
    return "".join(f"<audio_{audio_id}>" for audio_id in audio_ids)


def _within(codes: Sequence[int], size: int, stream: str) -> None:
    for position, code in enumerate(codes):
        if not 0 <= code < size:
            raise VoiceError(
                f"{stream} code {code} at position {position} is outside [0, {size}); "
                "analyse the recording again"
            )
