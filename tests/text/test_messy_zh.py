"""Mandarin numbers, codes and rates as messy real texts write them, by table."""

import pytest

from steptts.text.normalize_zh import normalize

TABLE = """
80后和90后 八零后和九零后
90后悔了 九十后悔了
2024款 二零二四款
2020级新生 二零二零级新生
2024赛季 二零二四赛季
9·11 九一一
3.15晚会 三一五晚会
9.11事件 九一一事件
618大促 六幺八大促
5000元/月 五千元每月
20元/斤 二十元每斤
60公里/小时 六十公里每小时
男/女 男/女
3x4米 三乘四米
1-2个 一到两个
2~3天 两到三天
1-2月 一到二月
10w+粉丝 十多万粉丝
1w人 一万人
10W电阻 十瓦电阻
房间号1102 房间号幺幺零二
验证码：483920 验证码：四八三九二零
QQ号123456 QQ号幺二三四五六
301医院 三零幺医院
211大学 二幺幺大学
100中学 一百中学
302路车 三零二路车
波音737 波音七三七
1080P高清 一零八零P高清
身高1米75 身高一米七五
1米8 一米八
IP是192.168.0.1 IP是幺九二点幺六八点零点幺
版本1.2.3 版本一点二点三
3個月~半年 三個月到半年
3个月~半年 三个月到半年
QQ群：123456789 QQ群：幺二三四五六七八九
2单元1803 二单元幺八零三
505弄 五零五弄
豪华房间1600元 豪华房间一千六百元
有房间300间 有房间三百间
座位32A 座位三十二A
H₂O分子 H二O分子
3點半 三點半
100萬元 一百萬元
2個人 两個人
電話13812345678 電話幺三八幺二三四五六七八
"""


def rows() -> list[tuple[str, str]]:
    pairs = [line.rsplit(" ", 1) for line in TABLE.strip().splitlines()]
    return [(written, spoken) for written, spoken in pairs]


@pytest.mark.parametrize(("written", "spoken"), rows())
def test_a_written_form_is_said_as_a_reader_would(written: str, spoken: str) -> None:
    assert normalize(written) == spoken


def test_a_space_before_a_code_changes_nothing() -> None:
    assert normalize("验证码 483920") == "验证码 四八三九二零"
