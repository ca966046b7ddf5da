"""The tags that exist: their names, groups and spellings, as data.

Knows how the published checkpoint spells each tag and whether the embedded model acts on it; what a
tag does there is the work of `steptts.styles`, `steptts.dialects` and `steptts.singing`.
"""

from __future__ import annotations

from dataclasses import dataclass

EMBEDDED, PUBLISHED = "embedded", "step-audio-tts-3b"
GRADED = ("emotion", "speed")  # groups whose tags take a level or a strength


@dataclass(frozen=True, slots=True)
class Tag:
    """One instruction.

    Attributes:
        name: how the library calls it.
        group: tags of one group replace each other: emotion, language, singing, speed.
        aliases: other spellings, lower case, without level.
        published: how the published checkpoint spells its levels, weakest first; () where it does
            not know the tag, ("",) where leaving all tags of the group out says the same.
        embedded: whether the embedded model acts on it.
    """

    name: str
    group: str
    aliases: tuple[str, ...]
    published: tuple[str, ...] = ()
    embedded: bool = True

    @property
    def models(self) -> tuple[str, ...]:
        """The model families that act on it."""
        here = (EMBEDDED,) if self.embedded else ()
        return (*here, PUBLISHED) if self.published else here


TAGS = (
    Tag("happy", "emotion", ("高兴", "开心", "快乐"), ("高兴1", "高兴2")),
    Tag("sad", "emotion", ("悲伤", "难过", "伤心"), ("悲伤1",)),
    Tag("angry", "emotion", ("生气", "愤怒"), ("生气1", "生气2")),
    Tag("fearful", "emotion", ("害怕", "恐惧", "scared", "afraid")),
    Tag("surprised", "emotion", ("惊讶", "吃惊", "惊喜")),
    Tag("calm", "emotion", ("平静", "冷静")),
    Tag("excited", "emotion", ("激动", "兴奋")),
    Tag("serious", "emotion", ("严肃", "认真")),
    Tag("coquettish", "emotion", ("撒娇", "playful"), ("撒娇1",)),
    Tag("neutral", "emotion", ("中性", "无情绪"), ("",)),
    Tag("chinese", "language", ("中文", "mandarin", "普通话", "zh"), ("中文",)),
    Tag("english", "language", ("英文", "英语", "en"), ("英文",)),
    Tag("american", "language", ("美音", "美式英语", "us")),
    Tag("british", "language", ("英音", "英式英语", "gb")),
    Tag("korean", "language", ("韩语", "韩文", "ko"), ("韩语",), embedded=False),
    Tag("japanese", "language", ("日语", "日文", "ja"), ("日语",), embedded=False),
    Tag("sichuanese", "language", ("四川话", "四川", "sichuan"), ("四川话",)),
    Tag("taiwan", "language", ("台湾腔", "台湾国语", "台湾话", "taiwanese mandarin")),
    Tag("northeastern", "language", ("东北话", "东北", "dongbei")),
    Tag("cantonese", "language", ("粤语", "广东话", "yue"), ("粤语",), embedded=False),
    Tag("rap", "singing", ("说唱",), ("RAP",)),
    Tag("sing", "singing", ("唱", "唱歌", "singing"), ("哼唱",)),
    Tag("hum", "singing", ("哼唱", "humming", "哼"), ("哼唱",)),
    Tag("speak", "singing", ("说话", "不唱"), ("",)),
    Tag("slow", "speed", ("慢速", "slowly", "slower"), ("慢速1", "慢速2")),
    Tag("fast", "speed", ("快速", "quickly", "faster"), ("快速1", "快速2")),
    Tag("normal", "speed", ("常速", "正常语速"), ("",)),
)
NAMES = tuple(tag.name for tag in TAGS)
BY_SPELLING = {spelling: tag for tag in TAGS for spelling in (tag.name, *tag.aliases)}


def tags_of(family: str) -> tuple[Tag, ...]:
    """The tags that a model family acts on; any family but the published one reads a score."""
    model = PUBLISHED if family == PUBLISHED else EMBEDDED
    return tuple(tag for tag in TAGS if model in tag.models)
