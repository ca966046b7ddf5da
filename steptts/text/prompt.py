"""The prompt of the published language model: instruction, voice, text, as one list of ids.

The instructions are data that the checkpoint was trained on. Reads `tokenizer.model` through
sentencepiece; knows nothing of how ids become sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from steptts.errors import BackendError, TextError, WeightsError
from steptts.tokens import N_AUDIO_IDS

BOS, EOT, BOT = 1, 3, 4
SPECIAL_PIECES = {BOS: "<s>", EOT: "<|EOT|>", BOT: "<|BOT|>"}
FIRST_BYTE_ID = 68  # below: special, control and reserved pieces, none of which a text may hold

RAP_INSTRUCTION = "请参考对话历史里的音色，用RAP方式将文本内容大声说唱出来。"
HUM_INSTRUCTION = "请参考对话历史里的音色，用哼唱的方式将文本内容大声唱出来。"
SPEECH_INSTRUCTION = """\
作为一名卓越的声优演员，你的任务是根据文本中（）或()括号内标注的情感、语种或方言、音乐哼唱、语音调整等标签，以丰富细腻的情感和自然顺畅的语调来朗读文本。
# 情感标签涵盖了多种情绪状态，包括但不限于：
- "高兴1"
- "高兴2"
- "生气1"
- "生气2"
- "悲伤1"
- "撒娇1"

# 语种或方言标签包含多种语言或方言，包括但不限于：
- "中文"
- "英文"
- "韩语"
- "日语"
- "四川话"
- "粤语"
- "广东话"

# 音乐哼唱标签包含多种类型歌曲哼唱，包括但不限于：
- "RAP"
- "哼唱"

# 语音调整标签，包括但不限于：
- "慢速1"
- "慢速2"
- "快速1"
- "快速2"

请在朗读时，{voice}根据这些情感标签的指示，调整你的情感、语气、语调和哼唱节奏，以确保文本的情感和意义得到准确而生动的传达，如果没有()或（）括号，则根据文本语义内容自由演绎。"""
NAMED_VOICE = "使用[{speaker}]的声音，"


def instruction(mode: str, speaker: str = "") -> str:
    """One of the four instructions.

    Args:
        mode: "speech", "rap" or "hum".
        speaker: name of a voice that the checkpoint knows; "" for a cloned one. Only speech
            names it.

    Raises:
        TextError: there is no such mode.
    """
    if mode == "rap":
        return RAP_INSTRUCTION
    if mode == "hum":
        return HUM_INSTRUCTION
    if mode == "speech":
        voice = NAMED_VOICE.format(speaker=speaker) if speaker else ""
        return SPEECH_INSTRUCTION.replace("{voice}", voice)
    raise TextError(f"no instruction for mode {mode!r}: use speech, rap or hum")


class Encoder(Protocol):
    """What the prompt needs of a text tokenizer."""

    @property
    def audio_offset(self) -> int:
        """Id of audio id 0 in the vocabulary."""

    def encode(self, text: str) -> list[int]:
        """Ids of a text, a leading space mark among them, no BOS."""


class TextTokenizer:
    """`tokenizer.model` of the checkpoint: sentencepiece unigram with byte fallback."""

    def __init__(self, path: Path) -> None:
        """Read the model and check the ids that the prompt is built on.

        Raises:
            BackendError: sentencepiece is not installed.
            WeightsError: unreadable, or another model's tokenizer.
        """
        try:
            from sentencepiece import SentencePieceProcessor
        except ImportError:
            raise BackendError(
                "the published checkpoint needs sentencepiece: pip install 'steptts[torch]'"
            ) from None
        try:
            self._pieces = SentencePieceProcessor(model_file=str(path))
        except (OSError, RuntimeError) as reason:
            raise WeightsError(f"{path} is not a sentencepiece model: {reason}") from None
        for piece_id, piece in SPECIAL_PIECES.items():
            found = self._pieces.id_to_piece(piece_id)
            if found != piece:
                raise WeightsError(f"{path}: piece {piece_id} is {found!r}, must be {piece!r}")
        self._audio_offset = self._find_audio(path)

    @property
    def audio_offset(self) -> int:
        """Id of `<audio_0>`: 65,536 in the published model."""
        return self._audio_offset

    def encode(self, text: str) -> list[int]:
        """Ids of a text as sentencepiece gives them."""
        return list(self._pieces.encode(text))

    def _find_audio(self, path: Path) -> int:
        first = int(self._pieces.piece_to_id("<audio_0>"))
        last = int(self._pieces.piece_to_id(f"<audio_{N_AUDIO_IDS - 1}>"))
        if last - first != N_AUDIO_IDS - 1:
            raise WeightsError(
                f"{path}: audio pieces stand at {first} to {last}, must be {N_AUDIO_IDS} in a row"
            )
        return first


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A text and the audio ids that say it: the reference recording, or what was said before."""

    text: str
    audio_ids: tuple[int, ...]


class LMPrompt(NamedTuple):
    """Ids for the language model.

    Attributes:
        ids: all of them, in the model's own vocabulary.
        n_shared: so many of the first ids depend on voice and instruction alone, not on the text.
    """

    ids: tuple[int, ...]
    n_shared: int


def write_prompt(
    encoder: Encoder, system: str, turn: SpokenTurn, text: str, *, bos_after_bot: bool = True
) -> LMPrompt:
    """Lay out instruction, voice and text.

        1 | 4 system 3 | 4 human P_TEXT 3 | 4 assistant P_CODE 3 | 4 human TEXT 3 | 4 assistant

    Args:
        encoder: the checkpoint's tokenizer.
        system: the instruction.
        turn: what the voice said, as the first question and answer.
        text: what to say, with its tags in front.
        bos_after_bot: put a stray 1 after each 4, which the reference does by accident (its
            tokenizer adds one to every piece that it encodes). Which of the two the weights
            were trained with is not known.

    Raises:
        TextError: a text holds one of the model's own marks, such as "<|EOT|>".
    """
    opening = (BOT, BOS) if bos_after_bot else (BOT,)
    human = (*opening, *encoder.encode("human\n"))
    assistant = (*opening, *encoder.encode("assistant\n"))
    spoken = _text_ids(encoder, turn.text)
    codes = tuple(encoder.audio_offset + audio_id for audio_id in turn.audio_ids)
    shared = (
        *(BOS, *opening, *encoder.encode("system\n" + system), EOT),
        *(*human, *spoken, EOT),
        *(*assistant, *codes, EOT),
        *human,
    )
    return LMPrompt((*shared, *_text_ids(encoder, text), EOT, *assistant), len(shared))


def _text_ids(encoder: Encoder, text: str) -> Sequence[int]:
    """Ids of a text that follows a newline, so that it has no leading space mark."""
    newline = encoder.encode("\n")
    ids = encoder.encode("\n" + text)[len(newline) :]
    for piece_id in ids:
        if piece_id < FIRST_BYTE_ID or piece_id >= encoder.audio_offset:
            raise TextError(
                f"the text {text[:60]!r} holds a mark of the model itself (id {piece_id}), such as "
                "<|EOT|> or <audio_0>; remove it"
            )
    return ids
