"""Mandarin numbers that are names: telephones, rooms, flights, models. Rules of normalize_zh.

They are said digit by digit; where a voice reads them out, 1 is 幺.
"""

from __future__ import annotations

import re

from steptts.text.numbers_zh import read_digits, read_integer
from steptts.text.rules_zh import CODE_DASH, NOT_IN_CODE, Match, Rules, rule

RULES: Rules = []

# Before a number that is said digit by digit, also with 是, a colon or a space between.
_NAMED = (
    "电话|热线|号码|邮编|证码|学号|工号|编号|密码|尾号|卡号|单号|房号|代码|手机|份证|证号|间号|账号|帐号|Q号|信号|"
    "群号|Q群|单元|车号|牌号|房间"
)


# Not the price or the number of what the name names: 房间1600元, 房间300间.
_CODE = r"\d{3,20}(?!\d|[.,]\d|[元块万多余间个人]|美元)"


@rule(
    RULES,
    rf"\+\d{{1,3}}{CODE_DASH}\d{{3,4}}{CODE_DASH}\d{{4}}{CODE_DASH}\d{{2,4}}(?!\d)"
    rf"|{NOT_IN_CODE}1[3-9]\d{CODE_DASH}\d{{4}}{CODE_DASH}\d{{4}}(?!\d)"
    rf"|{NOT_IN_CODE}0\d{{2,3}}[- ]\d{{7,8}}(?!\d)"
    rf"|{NOT_IN_CODE}[48]00(?:[- ]?\d{{3}}[- ]?\d{{4}}|-\d{{4}}-\d{{3}})(?!\d)"
    r"|(?<=[打拨])(?:110|119|120|122|114)(?![\d.,元块个人次])"
    r"|(?<!\d)(?:12306|12315|10086|10010)(?![\d.,元块个人次])"
    rf"|(?<={_NAMED}|拨打|致电|客服|航班){_CODE}"
    rf"|(?<=(?:{_NAMED})[是为：: ]){_CODE}"
    rf"|(?<=(?:{_NAMED})[是为：:] ){_CODE}"
    r"|(?<=[A-Z])\d{3,5}(?=次(?!元))"
    r"|(?<![\d.])\d{3,4}(?=室|房间|号房|教室|路公|弄)"
    r"|(?<![\d.,])[1-9](?!00)\d\d(?=医院|中学|大学|高校|工程|国道|省道|路(?![人程费段口线上途面灯]))",
)
def _telephone(match: Match) -> str:
    plus = "加" if match.group().startswith("+") else ""
    return plus + read_digits(re.sub(r"\D", "", match.group()), telephone=True)


@rule(RULES, r"(?<=[A-Z])\d{3,12}(?![\d.])|(?<=[A-Z]-)\d{3,12}(?![\d.])")
def _model_number(match: Match) -> str:
    return read_digits(match.group())


@rule(
    RULES,
    r"(?<=波音|空客)\d{3}(?!\d)|(?<![\d.])\d{3,4}(?=[Pp](?![A-Za-z]))|(?<=\d米)\d\d(?![\d米厘分公.])",
)
def _digit_by_digit(match: Match) -> str:
    """A model, the lines of a picture, the centimeters of a height: 波音737, 1080P, 1米75."""
    return read_digits(match.group())


@rule(RULES, r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
def _address(match: Match) -> str:
    """An address of the internet; versions have small numbers only."""
    parts = match.group().split(".")
    is_version = max(map(int, parts)) < 20
    read = read_integer if is_version else _spelled
    return "点".join(read(part) for part in parts)


def _spelled(digits: str) -> str:
    return read_digits(digits, telephone=True)
