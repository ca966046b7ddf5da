"""English dates, times of day and durations: which reading a written one takes.

Each function reads one form of forms_en. The name in ``READ`` is the form's name there.
"""

from __future__ import annotations

import re

from steptts.text import numbers_en, readings_en, tables_en
from steptts.text.tokens_en import Reader


def _iso(match: re.Match[str], reader: Reader) -> list[str]:
    month, day = int(match["isom"]), int(match["isod"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return numbers_en.digits(match.group())
    words = readings_en.date(day, month, match["isoy"], reader.accent)
    if match["isoh"]:
        words += [",", *readings_en.clock(match["isoh"], match["isomi"], "", "")]
        seconds = int(match["isos"] or 0)
        words += ["and", *readings_en.amount(str(seconds), ""), "seconds"] if seconds else []
    return words


def _iso_month(match: re.Match[str], reader: Reader) -> list[str]:
    """A month "2024-03", or a season "2003-04", which ends in the year after."""
    year, second = match["imy"], match["imm"]
    if int(second) == (int(year) + 1) % 100:
        return [*readings_en.year(year, reader.accent), "to", *short_year(second)]
    month = tables_en.MONTH_NAMES[int(second) - 1]
    return [month, *readings_en.year(year, reader.accent)]


def short_year(text: str) -> list[str]:
    """The last two digits of a year: "04" is oh four."""
    return [*(["oh"] if text[0] == "0" else []), *numbers_en.integer(int(text))]


def _oughts(match: re.Match[str], reader: Reader) -> list[str]:
    return short_year(match.group()[1:])


def _duration(match: re.Match[str], reader: Reader) -> list[str]:
    """Hours and minutes, minutes and seconds: "3h 20m", "1h30", "2m30s"."""
    parts = [
        (match["hh"], "hour"),
        (match["hm"] or match["hm2"] or match["mm"], "minute"),
        (match["hs"] or match["ms"], "second"),
    ]
    words: list[str] = []
    for number, unit in parts:
        if number:
            plural = "" if int(number) == 1 else "s"
            words += [*numbers_en.integer(int(number)), unit + plural]
    return words


def _date(match: re.Match[str], reader: Reader) -> list[str]:
    first, second = int(match["d1"]), int(match["d2"])
    month_first = reader.accent == "us" and match["dsep"] != "."
    month, day = (first, second) if month_first else (second, first)
    if month > 12:
        month, day = day, month
    if 1 <= month <= 12 and 1 <= day <= 31:
        return readings_en.date(day, month, match["dy"], reader.accent)
    parts = re.findall(r"\d+", match.group())
    return [word for part in parts for word in readings_en.amount(part, reader.accent)]


def _clock(match: re.Match[str], reader: Reader) -> list[str]:
    if match["oh"]:
        return readings_en.clock(match["oh"], "", "", match["ohalf"])
    if match["dh"]:
        return readings_en.clock(match["dh"], match["dm"], "", match["dhalf"])
    return readings_en.clock(match["ch"], match["cm"], match["cs"] or "", match["chalf"] or "")


def _decade(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.decade(match.group())


READ = {
    "iso": _iso,
    "isomonth": _iso_month,
    "oughts": _oughts,
    "duration": _duration,
    "date": _date,
    "clock": _clock,
    "decade": _decade,
}
