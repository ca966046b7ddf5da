"""What digits and symbols say in Mandarin, by table."""

import pytest

from steptts.text.normalize_zh import normalize, normalize_spans
from steptts.text.numbers_zh import read_digits, read_fraction, read_number, read_quantity

INTEGERS = """
0 零|2 二|10 十|11 十一|15 十五|20 二十|100 一百|101 一百零一|110 一百一十|111 一百一十一
200 两百|205 两百零五|222 两百二十二|1000 一千|1001 一千零一|1010 一千零一十|1100 一千一百
2000 两千|2200 两千二百|2022 两千零二十二|10000 一万|10050 一万零五十|12000 一万两千
20000 两万|22000 两万两千|100000 十万|120000 十二万|1000000 一百万|20000000 两千万
100000000 一亿|100020000 一亿零两万|200000000 两亿|1000000001 十亿零一
1200000000000 一万两千亿|1000000000000 一万亿|1000200000000 一万零两亿
007 零零七|12345678901234567 一二三四五六七八九零一二三四五六七
-3.14 负三点一四|1,234.50 一千二百三十四点五零|0.5 零点五|+7 正七
"""

SENTENCES = """
2026年11月21日	二零二六年十一月二十一日
2026-11-21	二零二六年十一月二十一日
2026/1/5	二零二六年一月五日
2026.11.21	二零二六年十一月二十一日
2026-11	二零二六年十一月
11月21号	十一月二十一号
2008年前	二零零八年前
1500年前	一千五百年前
98年出生	九八年出生
05年的	零五年的
20年	二十年
90年代	九十年代
1990年代	一九九零年代
90后	九零后
00后的孩子	零零后的孩子
2020-2026年	二零二零到二零二六年
15:30	十五点三十分
8:00	八点
08:05	八点零五分
2:30	两点三十分
23:59:59	二十三点五十九分五十九秒
9:00-17:30	九点到十七点三十分
15：30	十五点三十分
￥99.5	九十九点五元
￥5,999	五千九百九十九元
$1,234.56	一千二百三十四点五六美元
€2	两欧元
¥3.5万	三点五万元
￥10-20	十到二十元
50%	百分之五十
５０％	百分之五十
-3.5%	负百分之三点五
10%-20%	百分之十到百分之二十
10-20%	百分之十到百分之二十
5‰	千分之五
5kg	五千克
3.5km	三点五千米
120km/h	一百二十千米每小时
6m²	六平方米
25℃	二十五摄氏度
-5℃	零下五摄氏度
10℃~20℃	十到二十摄氏度
-5~3℃	零下五到三摄氏度
气温-5度	气温零下五度
500mL	五百毫升
2L	两升
100W	一百瓦
3.2GHz	三点二吉赫兹
5A级	五A级
13812345678	幺三八幺二三四五六七八
138-1234-5678	幺三八幺二三四五六七八
010-12345678	零幺零幺二三四五六七八
+86 138 1234 5678	加八六幺三八幺二三四五六七八
400-800-1234	四零零八零零幺二三四
打110	打幺幺零
客服95588	客服九五五八八
密码是8812	密码是八八幺二
301室	三零幺室
G1234次	G幺二三四次
A380	A三八零
花了120元	花了一百二十元
3/4	四分之三
3½	三又二分之一
½	二分之一
3-5个	三到五个
10~20人	十到二十人
3月5日-8日	三月五日到八日
第3	第三
第2次	第二次
第1-3章	第一到三章
2个	两个
2月	二月
2个月	两个月
2年	两年
2年级	二年级
2楼	二楼
2次	两次
2次元	二次元
2维	二维
22个	二十二个
1.5万	一点五万
2万	两万
2亿	两亿
200元	两百元
1+1=2	一加一等于二
3×4=12	三乘四等于十二
10-3=7	十减三等于七
5>3	五大于三
2^10	二的十次方
10⁸	十的八次方
-3	负三
-3.5	负三点五
±5	正负五
比分3:2	比分三比二
以3-1获胜	以三比一获胜
16:9	十六比九
1.2.3	一点二点三
192.168.1.1	幺九二点幺六八点幺点幺
100+	一百多
12,345,678	一千二百三十四万五千六百七十八
1920x1080	一千九百二十乘一千零八十
①②	一二
第Ⅲ章	第三章
x²	x平方
A+B	A加B
====	====
#话题#	#话题#
π≈3.14	派约等于三点一四
MP3	MP三
A&B	A和B
24小时	二十四小时
95000人	九万五千人
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(line.split("\t")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(
    ("digits", "spoken"), [pair.split() for pair in INTEGERS.strip().replace("\n", "|").split("|")]
)
def test_a_number_is_read_as_it_is_said(digits: str, spoken: str) -> None:
    assert read_number(digits) == spoken


@pytest.mark.parametrize(("written", "spoken"), rows(SENTENCES))
def test_digits_and_symbols_are_said_by_their_meaning(written: str, spoken: str) -> None:
    assert normalize(written) == spoken


def test_one_in_a_telephone_number_is_yao() -> None:
    assert read_digits("110", telephone=True) == "幺幺零"


def test_a_bare_two_counts_as_liang_only_as_a_quantity() -> None:
    assert (read_number("2"), read_quantity("2"), read_quantity("12")) == ("二", "两", "十二")


def test_a_fraction_names_its_denominator_first() -> None:
    assert read_fraction("3", "4") == "四分之三"


@pytest.mark.parametrize("text", ["今天2026年，￥5！", "", "纯文字", "1", "--5--", "a1b2"])
def test_the_sources_of_the_spans_are_the_text(text: str) -> None:
    assert "".join(span.source for span in normalize_spans(text)) == text


def test_text_without_digits_and_symbols_is_left_alone() -> None:
    text = "你好，世界！“真的吗？”——Hello…"
    assert normalize(text) == text
