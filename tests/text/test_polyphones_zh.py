"""Mandarin characters with several readings, in the sentences that showed them misread."""

import pytest

from steptts.text.g2p_zh import MandarinG2P
from steptts.text.pinyin_phones import split_tone, syllable_phones
from steptts.text.traditional import load_traditional, simplified

# Sentence, character, its reading there as it is spoken.
READINGS = """
取得了成绩 了 le5|不值得了 了 le5|我得了冠军 了 le5|我得了冠军 得 de2|受得了 了 liao3
他得了病 得 de2|害得我没睡好 得 de5
吓得我们够呛 得 de5|这件事得你做 得 dei2|没得选择 得 de2|他得走了 得 dei2
经济很好地顶住了 地 de5|一件件地脱 地 de5|一块地都没有 地 di4|慢慢地走 地 de5
时间用长了 长 chang2|时间长了也不会 长 chang2|只长野草 长 zhang3|长个子 长 zhang3|长高了 长 zhang3
重夺第一 重 chong2|还要重下订单 重 chong2|浓墨重彩 重 zhong4|多少种幸福 种 zhong3|种粮大户 种 zhong4
应当为双方企业 为 wei4|当选为主席 为 wei2|总额为八百亿 为 wei2|生而为人 为 wei2|为你好 为 wei4
教宝宝用手指 教 jiao1|教风很严 教 jiao4|电视调不好 调 tiao2|调到十层 调 diao4|调热了 调 tiao2
系好安全带 系 ji4|系着围裙 系 ji4|中文系 系 xi4|背着书包 背 bei1|会背课文 背 bei4|数了半天 数 shu3
露个面 露 lou4|缝了三针 缝 feng2|撒在地上 撒 sa3|散着香气 散 san4
不见不散 散 san4|放得太散 散 san3
座位空着 空 kong4|炸鸡 炸 zha2
3只猫 只 zhi1|2行字 行 hang2|18种报刊 种 zhong3|5重门 重 chong2|去年一年 一 yi4|整个一个 一 yi2
决定为自己建 为 wei4|规定为三天 为 wei2|多为晴天 为 wei2|原教旨主义 教 jiao4|新著出版 著 zhu4
身高一米八 一 yi4|高一学生 一 yi1|他长着胡子 长 zhang3
等一等 一 yi5|一年级 一 yi1|同一个 一 yi2|一天一天 一 yi4|在街上乱转 转 zhuan4
"""

# Traditional sentences and the simplified ones that sound the same.
TRADITIONAL = [
    ("銀行行長很重視這個問題", "银行行长很重视这个问题"),
    ("他覺得頭髮長得很快", "他觉得头发长得很快"),
    ("重慶的長江大橋", "重庆的长江大桥"),
    ("睡覺的時候不要說話", "睡觉的时候不要说话"),
    ("我們為什麼不調查一下", "我们为什么不调查一下"),
    ("衣服很乾淨，乾隆喜歡餅乾", "衣服很干净，乾隆喜欢饼干"),
    ("兩隻貓看著他", "两只猫看着他"),
    ("他做著飯，聽著音樂", "他做着饭，听着音乐"),
    ("這是什麽著作", "这是什么著作"),
    ("3點半有100萬元", "3点半有100万元"),
]


def phones(text: str) -> list[str]:
    return [word.phones for word in MandarinG2P().words(text)]


@pytest.mark.parametrize("case", READINGS.replace("\n", "|").strip("|").split("|"))
def test_a_character_is_read_as_its_sentence_wants(case: str) -> None:
    sentence, character, reading = case.split()
    word = next(word for word in MandarinG2P().words(sentence) if character in word.text)
    ends = [i for i, phone in enumerate(word.phones) if phone in "→↗↓↘˙"]
    index = word.text.index(character)
    spoken = word.phones[0 if index == 0 else ends[index - 1] + 1 : ends[index] + 1]
    assert spoken == syllable_phones(*split_tone(reading))


@pytest.mark.parametrize(("traditional", "plain"), TRADITIONAL)
def test_traditional_characters_are_read_as_the_words_that_they_write(
    traditional: str, plain: str
) -> None:
    assert phones(traditional) == phones(plain)


def test_words_keep_the_characters_that_the_user_wrote() -> None:
    assert "".join(word.text for word in MandarinG2P().words("銀行行長")) == "銀行行長"


def test_a_traditional_word_of_the_user_wins() -> None:
    own = MandarinG2P({"銀行": ("jin1", "xing1")}).words("銀行")
    assert own[0].phones == syllable_phones("jin", 1) + syllable_phones("xing", 1)


def test_simplified_keeps_length_and_changes_no_simplified_character() -> None:
    text = "乾隆皇帝的著作显著，瞭望，慰藉，姊妹，哪吒，俱乐部，摔跤"
    assert simplified(text) == text
    assert all(len(new) == 1 for new in load_traditional().values())
    assert not load_traditional().keys() & {ord(new) for new in load_traditional().values()}
