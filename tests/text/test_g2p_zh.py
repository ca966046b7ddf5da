"""Mandarin readings and tones by table, written in pinyin as it is spoken."""

import pytest

from steptts.errors import TextError
from steptts.text.g2p_zh import MandarinG2P
from steptts.text.phones import read
from steptts.text.pinyin_phones import split_tone, syllable_phones

G2P = MandarinG2P()

POLYPHONES = """
银行 yin2 hang2|行走 xing2 zou3|行长 hang2 zhang3|行业 hang2 ye4|旅行 lv3 xing2
三行字 san1 hang2 zi4|重新 chong2 xin1|重要 zhong4 yao4|重庆 chong2 qing4|重量 zhong4 liang4
长大 zhang3 da4|长度 chang2 du4|校长 xiao4 zhang3|长城 chang2 cheng2|长高 zhang3 gao1
音乐 yin1 yue4|快乐 kuai4 le4|还是 hai2 shi5|归还 gui1 huan2|还钱 huan2 qian2
得到 de2 dao4|觉得 jue2 de5|我得去 wo2 dei3 qu4|跑得快 pao3 de5 kuai4|得意 de2 yi4
为了 wei4 le5|因为 yin1 wei4|成为 cheng2 wei2|认为 ren4 wei2|为什么 wei4 shen2 me5
为人民服务 wei4 ren2 min2 fu2 wu4|首都 shou3 du1|都是 dou1 shi4|睡觉 shui4 jiao4
感觉 gan3 jue2|爱好 ai4 hao4|好人 hao3 ren2|教书 jiao1 shu1|教育 jiao4 yu4
只有 zhi2 you3|一只猫 yi4 zhi1 mao1|两只 liang3 zhi1|着急 zhao2 ji2|看着 kan4 zhe5
睡不着 shui4 bu5 zhao2|着重 zhuo2 zhong4|调查 diao4 cha2|空调 kong1 tiao2|强调 qiang2 diao4
弹钢琴 tan2 gang1 qin2|子弹 zi3 dan4|出差 chu1 chai1|差别 cha1 bie2|差不多 cha4 bu5 duo1
当然 dang1 ran2|上当 shang4 dang4|中奖 zhong4 jiang3|中国 zhong1 guo2|种树 zhong4 shu4
一种 yi4 zhong3|头发 tou2 fa5|发展 fa1 zhan3|分量 fen4 liang5|过分 guo4 fen4
朝阳区 chao2 yang2 qu1|朝气 zhao1 qi4|几乎 ji1 hu1|几个 ji3 ge4|放假 fang4 jia4
真假 zhen1 jia3|少年 shao4 nian2|多少 duo1 shao5|说服 shuo1 fu2|会计 kuai4 ji4
相机 xiang4 ji1|互相 hu4 xiang1|便宜 pian2 yi5|方便 fang1 bian4|尽管 jin2 guan3
尽力 jin4 li4|供应 gong1 ying4|角色 jue2 se4|角度 jiao3 du4|有空 you3 kong4
大厦 da4 sha4|厦门 xia4 men2|薄弱 bo2 ruo4|西藏 xi1 zang4|收藏 shou1 cang2
曾经 ceng2 jing1|摔倒 shuai1 dao3|倒车 dao4 che1|干活 gan4 huo2|干燥 gan1 zao4
号称 hao4 cheng1|投降 tou2 xiang2|下降 xia4 jiang4|试卷 shi4 juan4|勉强 mian2 qiang3
一切 yi2 qie4|切菜 qie1 cai4|歌曲 ge1 qu3|弯曲 wan1 qu1|宿舍 su4 she4|效率 xiao4 lv4
率领 shuai4 ling3|模样 mu2 yang4|没收 mo4 shou1|没有 mei2 you3|灾难 zai1 nan4
宁愿 ning4 yuan4|照片 zhao4 pian4|漂亮 piao4 liang5|店铺 dian4 pu4|血液 xue4 ye4
似乎 si4 hu1|似的 shi4 de5|挑战 tiao3 zhan4|吐痰 tu3 tan2|校对 jiao4 dui4
兴奋 xing1 fen4|高兴 gao1 xing4|要求 yao1 qiu2|应该 ying1 gai1|反应 fan3 ying4
下载 xia4 zai4|心脏 xin1 zang4|选择 xuan3 ze2|打折 da3 zhe2|处理 chu2 li3
到处 dao4 chu4|传说 chuan2 shuo1|自传 zi4 zhuan4|肚子 du4 zi5|恶心 e3 xin5
可恶 ke3 wu4|冠军 guan4 jun1|规划 gui1 hua4|划船 hua2 chuan2|人参 ren2 shen1
参加 can1 jia1|钻石 zuan4 shi2|咖啡 ka1 fei1|茄子 qie2 zi5|台州 tai1 zhou1|盛饭 cheng2 fan4
了解 liao2 jie3|受不了 shou4 bu5 liao3|慢慢地走 man4 man4 de5 zou3|地上 di4 shang5
委员长 wei3 yuan2 zhang3|馆长 guan2 zhang3|多重 duo1 chong2|列为 lie4 wei2|华为 hua2 wei2
姓单 xing4 shan4|曾老师 zeng1 lao3 shi1|接种 jie1 zhong4|散发 san4 fa1|所得 suo3 de2
这件事得你做 zhe4 jian4 shi4 dei2 ni3 zuo4|量一量 liang2 yi5 liang2|受得了 shou4 de5 liao3
第二卷 di4 er4 juan4|东西方 dong1 xi1 fang1|妻子 qi1 zi5|新冠 xin1 guan1|温差 wen1 cha1
这地很大 zhe4 di4 hen3 da4|看得见 kan4 de5 jian4|我要还你钱 wo3 yao4 huan2 ni3 qian2
"""

YI_BU = """
一 yi1|第一 di4 yi1|一个 yi2 ge4|一起 yi4 qi3|一天 yi4 tian1|一年 yi4 nian2|一定 yi2 ding4
一样 yi2 yang4|统一 tong3 yi1|十一个 shi2 yi1 ge4|星期一 xing1 qi1 yi1|一月 yi1 yue4
一号 yi1 hao4|一百 yi4 bai3|一万 yi2 wan4|看一看 kan4 yi5 kan4|万一 wan4 yi1|一直 yi4 zhi2
不 bu4|不是 bu2 shi4|不对 bu2 dui4|不好 bu4 hao3|不来 bu4 lai2|不吃 bu4 chi1|不会 bu2 hui4
好不好 hao3 bu5 hao3|去不去 qu4 bu5 qu4|对不起 dui4 bu5 qi3|不要 bu2 yao4
"""

THIRD_TONES = """
你好 ni2 hao3|老虎 lao2 hu3|可以 ke2 yi3|展览馆 zhan2 lan2 guan3|小老虎 xiao3 lao2 hu3
洗脸水 xi2 lian2 shui3|很好 hen2 hao3|我很好 wo2 hen2 hao3
我想买两本书 wo2 xiang2 mai3 liang2 ben3 shu1
纸老虎 zhi3 lao2 hu3|水果 shui2 guo3|语法 yu2 fa3|我们 wo3 men5|你们好 ni3 men5 hao3
好吗 hao3 ma5|老师 lao3 shi1|美国 mei3 guo2|想想 xiang2 xiang5|姐姐 jie3 jie5|奶奶 nai3 nai5
雨，很大 yu3 hen3 da4
"""

NEUTRAL = """
我的 wo3 de5|走了 zou3 le5|是吗 shi4 ma5|走吧 zou3 ba5|你呢 ni3 ne5|桌子 zhuo1 zi5
孩子 hai2 zi5|电子 dian4 zi3|男子 nan2 zi3|孔子 kong2 zi3|石头 shi2 tou5|木头 mu4 tou5
头疼 tou2 teng2|他们 ta1 men5|妈妈 ma1 ma5|朋友 peng2 you5|东西 dong1 xi5|喜欢 xi3 huan5
看看 kan4 kan5|天天 tian1 tian1|什么 shen2 me5|知道 zhi1 dao5|学生 xue2 sheng5|子女 zi2 nv3
"""

ERHUA = """
花儿 huar1|哪儿 nar3|这儿 zher4|一会儿 yi2 huir4|一点儿 yi4 dianr3|玩儿 wanr2|事儿 shir4
小孩儿 xiao3 hair2|女儿 nv3 er2|儿子 er2 zi5|婴儿 ying1 er2|儿童 er2 tong2|幼儿园 you4 er2 yuan2
"""

NUMBERS = """
2个 liang3 ge4|1个 yi2 ge4|15:30 shi2 wu2 dian3 san1 shi2 fen1|第2 di4 er4|3.5 san1 dian2 wu3
50% bai3 fen1 zhi1 wu3 shi2|2026年 er4 ling2 er4 liu4 nian2|110 yi4 bai3 yi1 shi2
"""


def rows(*tables: str) -> list[tuple[str, str]]:
    cells = [c for table in tables for c in table.strip().replace("\n", "|").split("|")]
    return [(cell.partition(" ")[0], cell.partition(" ")[2]) for cell in cells]


def phones(pinyin: str) -> str:
    return "".join(syllable_phones(*split_tone(syllable)) for syllable in pinyin.split())


def spoken(text: str) -> str:
    return "".join(word.phones for word in G2P.words(text) if not word.is_punctuation)


@pytest.mark.parametrize(("text", "pinyin"), rows(POLYPHONES))
def test_a_polyphone_is_read_by_its_word(text: str, pinyin: str) -> None:
    assert spoken(text) == phones(pinyin)


@pytest.mark.parametrize(("text", "pinyin"), rows(YI_BU))
def test_one_and_not_take_their_tone_from_what_follows(text: str, pinyin: str) -> None:
    assert spoken(text) == phones(pinyin)


@pytest.mark.parametrize(("text", "pinyin"), rows(THIRD_TONES))
def test_third_tones_change_by_the_structure_of_words(text: str, pinyin: str) -> None:
    assert spoken(text) == phones(pinyin)


@pytest.mark.parametrize(("text", "pinyin"), rows(NEUTRAL))
def test_particles_and_suffixes_are_neutral(text: str, pinyin: str) -> None:
    assert spoken(text) == phones(pinyin)


@pytest.mark.parametrize(("text", "pinyin"), rows(ERHUA))
def test_a_suffixed_er_is_part_of_the_syllable_before_it(text: str, pinyin: str) -> None:
    assert spoken(text) == phones(pinyin)


@pytest.mark.parametrize(("text", "pinyin"), rows(NUMBERS))
def test_numbers_follow_the_same_sandhi(text: str, pinyin: str) -> None:
    assert spoken(text) == phones(pinyin)


@pytest.mark.parametrize(
    ("pinyin", "expected"),
    [
        ("ni3", "ni↓"), ("hao3", "xau↓"), ("shi4", "ʂɨ↘"), ("zi5", "ʦɨ˙"), ("yuan2", "ɥɛn↗"),
        ("xiong2", "ɕjʊŋ↗"), ("lüe4", "lɥe↘"), ("lv4", "ly↘"), ("nu:3", "ny↓"), ("er4", "ɚ↘"),
        ("qu4", "ʨʰy↘"), ("weng1", "wəŋ→"), ("gui1", "kwei→"), ("bo1", "pwo→"), ("ju1", "ʨy→"),
        ("zhuang1", "ꭧwaŋ→"), ("ri4", "ɻɨ↘"), ("huar1", "xwaɻ→"), ("dianr3", "tjaɻ↓"),
        ("nǐ", "ni↓"), ("lǜ", "ly↘"), ("de", "tɤ˙"), ("ng2", "ən↗"), ("yao1", "jau→"),
    ],
)  # fmt: skip
def test_a_pinyin_syllable_has_these_phones(pinyin: str, expected: str) -> None:
    assert syllable_phones(*split_tone(pinyin)) == expected


@pytest.mark.parametrize("pinyin", ["", "b3", "zzz1", "xa9x", "hello1"])
def test_what_is_no_syllable_is_refused_by_name(pinyin: str) -> None:
    with pytest.raises(TextError, match="is no pinyin syllable"):
        syllable_phones(*split_tone(pinyin))


def test_words_are_apart_and_carry_their_source() -> None:
    words = G2P.words("我有3个苹果。")
    assert [word.text for word in words] == ["我", "有", "3", "个", "苹果", "。"]
    assert words[-1].phones == "."


def test_an_expansion_is_one_word_with_the_source_of_all_of_it() -> None:
    words = G2P.words("￥5,999")
    assert [word.text for word in words] == ["￥5,999"]
    assert words[0].phones == phones("wu3 qian1 jiu2 bai2 jiu3 shi2 jiu3 yuan2")


def test_a_long_digit_string_becomes_several_words() -> None:
    words = G2P.words("密码是" + "8" * 20)
    assert [word.text for word in words[-2:]] == ["8" * 20, ""]


def test_the_users_words_win_and_still_take_sandhi() -> None:
    own = MandarinG2P({"行长": ("xing2", "chang2"), "你好": ("ni3", "hao3")})
    assert "".join(w.phones for w in own.words("行长你好")) == phones("xing2 chang2 ni2 hao3")


def test_every_phone_is_in_the_inventory() -> None:
    table = G2P.table
    sample = "".join(sorted(table.characters)[::40])
    assert len(read(G2P.words(sample))) > len(sample)


def test_every_reading_has_one_syllable_per_character() -> None:
    table = G2P.table
    assert [word for word, reading in table.readings.items() if len(word) != len(reading)] == []
