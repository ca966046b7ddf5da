"""Mandarin dates, years, times of day: what their digits say. Rules of normalize_zh."""

from __future__ import annotations

import re

from steptts.text.numbers_zh import read_digits, read_quantity
from steptts.text.rules_zh import DASH, Match, Rules, integer, rule

RULES: Rules = []


@rule(
    RULES,
    r"(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?(?P<name>[日号]))?"
    r"|(?P<year2>[12]\d{3})(?P<sep>[-/.])(?P<month2>0?[1-9]|1[0-2])(?P=sep)"
    r"(?P<day2>[12]\d|3[01]|0?[1-9])(?![\d.])"
    r"|(?P<year3>(?:19|20)\d\d)-(?P<month3>0[1-9]|1[0-2])(?![\d-])",
)
def _date(match: Match) -> str:
    year = match["year"] or match["year2"] or match["year3"]
    month = match["month"] or match["month2"] or match["month3"]
    day = match["day"] or match["day2"]
    spoken = f"{read_digits(year)}年{integer(month)}月"
    return spoken + (f"{integer(day)}{match['name'] or '日'}" if day else "")


@rule(RULES, rf"(?P<first>[12]\d{{3}})年?{DASH}(?P<last>[12]\d{{3}})(?=年)")
def _years(match: Match) -> str:
    return f"{read_digits(match['first'])}到{read_digits(match['last'])}"


@rule(
    RULES,
    r"(?:(?:19|20)\d\d|(?!1000)[12]\d{3}(?=年[^前后多以半来])|(?:0\d|[5-9]\d)(?=年[^前后多以半来代]))(?=年)",
)
def _year(match: Match) -> str:
    return read_digits(match.group())


@rule(RULES, r"(?:[5-9]0|00|10|[5-9]5|05)(?=后(?![悔来续退勤台面果]))")
def _generation(match: Match) -> str:
    return read_digits(match.group())


_CLOCK = r"(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?"


@rule(RULES, rf"(?<![\d:：])(?P<first>{_CLOCK})(?:\s?{DASH}\s?(?P<last>{_CLOCK}))?(?![\d:：])")
def _time(match: Match) -> str:
    last = f"到{_clock(match['last'])}" if match["last"] else ""
    return _clock(match["first"]) + last


def _clock(written: str) -> str:
    hour, minute, *second = re.split("[:：]", written)
    spoken = f"{read_quantity(str(int(hour)))}点"
    if int(minute) or second:
        spoken += ("零" if 0 < int(minute) < 10 else "") + f"{integer(minute)}分"
    return spoken + (f"{integer(second[0])}秒" if second else "")


@rule(
    RULES,
    r"(?:19|20)\d\d(?=赛季|款|届|级(?!以)|版|财年|年度|世界杯|奥运|欧洲杯|秋冬|春夏|新款)",
)
def _season(match: Match) -> str:
    return read_digits(match.group())


@rule(
    RULES,
    r"(?<![\d.·])\d{1,2}·\d{1,2}(?![\d.·])"
    r"|(?<![\d.])\d{1,2}\.\d{1,2}(?=晚会|事件|曝光|恐怖|袭击|大?地震|妇女节|空难|惨案|打假|消费者)"
    r"|(?<!\d)(?:618|1024|520)(?=大促|购物|活动|狂欢|期间|年中|当天)",
)
def _named_day(match: Match) -> str:
    """A day that has become a name: 9·11, 3.15晚会, 618大促."""
    return read_digits(re.sub(r"\D", "", match.group()), telephone="618" in match.group())
