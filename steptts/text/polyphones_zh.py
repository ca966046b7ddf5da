"""Readings of one-character words that depend on their neighbours: 得 地 为 了 着 只 还 长 ...

Words of two or more characters have their reading in the table; this is for what segmentation
leaves alone. Source: the usage notes of the official polyphone list (1985) and our own tables.
"""

from __future__ import annotations

from collections.abc import Callable

_NUMERALS = frozenset("一二三四五六七八九十百千万亿两几半数多少每这那哪零幺第")
_PRONOUNS = frozenset("我你您他她它咱")
_SUBJECTS = _PRONOUNS | frozenset("们就还都又可也只总谁便须")
_TOPICS = frozenset("事活钱话题饭路")  # of single characters before 得你, these are no verbs
_FOR_WHOM = _PRONOUNS | frozenset("谁自大人什何此了国")
# Words before 为 that want a reason or a person after it ...
_FOR_AFTER = frozenset(
    "应当 应该 必须 可以 愿意 努力 积极 专门 主动 不断 共同 尽力 全力 竭诚 真诚 热情 一直 始终 "
    "纷纷 继续 进一步 更好 决心 只 仅 正 并 还 而是 就是 只是 不是".split()
)
# ... and last characters of verbs whose result follows: 当选为, 称为, 改为, 以此为.
_RESULTS = frozenset("选译列称视分化变改升降名命评聘合立誉尊奉封推沦而总额此")
_SETTLED = frozenset("确定 规定 核定 认定 鉴定 评定 暂定 拟定 指定".split())
_ADVERBIAL = frozenset("好快慢多少深早晚轻紧静远件句声层遍")
_HOW = frozenset("很太较更最松么")
_ILLNESS_OR_PRIZE = frozenset("第冠亚季奖病癌感肺高一金银重大")


def reading_in_context(character: str, before: str, after: str, earlier: str = "") -> str | None:
    """Reading of a one-character word, or None if it does not depend on its neighbours.

    Args:
        character: the word, in its simplified form.
        before: the word before it, "" at the start of a clause.
        after: the word after it, "" at the end.
        earlier: the word before `before`.
    """
    if (surname := _surname(character, before, after)) is not None:
        return surname
    if character == "了" and before == "得":
        return "liao3" if _can(earlier, after) else "le5"
    rule = _RULES.get(character)
    return None if rule is None else rule(before, after)


def _can(verb: str, after: str) -> bool:
    """Whether 得了 after a word says that it can be done (受得了), not that it was got."""
    return len(verb) == 1 and verb not in _SUBJECTS and not _follows(after[:1], _ILLNESS_OR_PRIZE)


def _follows(before: str, characters: frozenset[str]) -> bool:
    return before[-1:] in characters if before else False


def _precedes(after: str, characters: str) -> bool:
    return bool(after) and after[0] in characters


def _de(before: str, after: str) -> str:
    """得: must (dei3) between a subject and a verb, got (de2), else the particle (害得我)."""
    is_subject = not before or _follows(before, _SUBJECTS)
    if before == "没" or (is_subject and _precedes(after, "了到")):
        return "de2"
    if _precedes(after, "我你您他她它咱"):
        return "de5" if len(before) == 1 and not (is_subject or before in _TOPICS) else "dei3"
    if after and is_subject:
        return "dei3"
    return "de5" if before else "de2"


def _di(before: str, after: str) -> str:
    """地: the adverbial particle after a modifier of two or more syllables, else ground."""
    if not after or not before:
        return "di4"
    if len(before) == 1:
        return "de5" if before in _ADVERBIAL and not _precedes(after, "的上下里面") else "di4"
    return "de5" if before[-1] not in "的个块这那片" else "di4"


def _wei(before: str, after: str) -> str:
    """为: for (wei4) before people and reasons and at the start; is, as (wei2) otherwise."""
    if not before:
        return "wei4"
    if (
        _precedes(after, "零一二三四五六七八九十百两几")
        or _follows(before, _RESULTS)
        or before in _SETTLED
    ):
        return "wei2"
    if before in _FOR_AFTER:
        return "wei4"
    if _precedes(after, "".join(_FOR_WHOM)) or before[-1] in "都就是也要能会":
        return "wei4"
    return "wei2"


def _hai(before: str, after: str) -> str:
    """还: give back (huan2) with a person or debt after a modal, else still."""
    gives_back = _precedes(after, "你我他她它钱债书") and _follows(before, frozenset("要来去会该"))
    return "huan2" if gives_back else "hai2"


def _zhong(before: str, after: str) -> str:
    """种: a kind (zhong3) after a numeral and as the last word; else to plant."""
    is_kind = _follows(before, _NUMERALS) or (not after and before[-1:] not in ("己", "耕"))
    return "zhong3" if is_kind else "zhong4"


def _chong(before: str, after: str) -> str:
    """重: layers, or again before a verb (重写, 重夺); else heavy."""
    again = _precedes(after, "夺洗试写做装建返播拍置组修抄申整订算排访") or after in ("下", "来")
    heavy = _follows(before, frozenset("很太较更最不灾多轻提"))
    return "chong2" if _follows(before, _NUMERALS) or (again and not heavy) else "zhong4"


def _chang(before: str, after: str) -> str:
    """长: to grow (zhang3) before a result, head (zhang3) after an office, else long."""
    if _follows(before, frozenset("间候子太很较更最多那用拖拉变")) and len(after) <= 1:
        return "chang2"
    grows = _precedes(after, "大高成出满胖得在了着野草痘毛肉虫牙芽") or after in (
        "个子",
        "个",
        "头发",
    )
    leads = len(before) > 1 and before[-1] in "局部院校会组队司处科厂村镇乡县市区省团班连营署厅"
    return "zhang3" if grows or leads else "chang2"


# Characters that are read in another way when they are a family name.
_SURNAMES = {
    "曾": "zeng1", "单": "shan4", "解": "xie4", "仇": "qiu2", "任": "ren2", "朴": "piao2",
    "区": "ou1", "查": "zha1", "盖": "ge3", "华": "hua4", "尉": "wei4", "乐": "yue4", "黑": "he4",
    "缪": "miao4", "那": "na1", "万": "wan4", "覃": "qin2", "翟": "zhai2", "晁": "chao2",
}  # fmt: skip
_SURNAME_BEFORE = frozenset("姓")
_TITLES = (
    *("先生", "女士", "小姐", "老师", "教授", "医生", "大夫", "师傅", "同学", "经理", "主任"),
    *("总", "局长", "校长", "书记", "律师", "法官", "警官", "博士", "工"),
)


def _surname(character: str, before: str, after: str) -> str | None:
    """Reading as a family name: after 姓, or before a title at the start of a phrase."""
    is_name = _follows(before, _SURNAME_BEFORE) or (after in _TITLES and before not in ("一", "这"))
    return _SURNAMES.get(character) if is_name else None


def _complement(stressed: str, particle: str) -> Callable[[str, str], str]:
    """了 and 着 have their full form after 不 and a 得 of its own (吃不了, 睡得着)."""
    return lambda before, _after: stressed if before.endswith("不") or before == "得" else particle


def _counted(measure: str, otherwise: str) -> Callable[[str, str], str]:
    """A measure word after a numeral, another word elsewhere."""
    return lambda before, _after: measure if _follows(before, _NUMERALS) else otherwise


def _before(reading: str, characters: str, otherwise: str) -> Callable[[str, str], str]:
    """One reading before certain characters, another elsewhere."""
    return lambda _before, after: reading if _precedes(after, characters) else otherwise


_RULES: dict[str, Callable[[str, str], str]] = {
    "得": _de,
    "地": _di,
    "为": _wei,
    "还": _hai,
    "了": _complement("liao3", "le5"),
    "着": _complement("zhao2", "zhe5"),
    "只": _counted("zhi1", "zhi3"),
    "种": _zhong,
    "行": _counted("hang2", "xing2"),
    "重": _chong,
    "卷": _counted("juan4", "juan3"),
    "量": lambda before, after: (
        "liang2" if before == "一" or _precedes(after, "一了过着体身血尺") else "liang4"
    ),
    "子": lambda _before, _after: "zi3",
    "曲": lambda _before, _after: "qu3",
    "长": _chang,
    "教": lambda before, after: (
        "jiao4"
        if not after
        or before in ("成", "法", "佛", "宗")
        or _precedes(after, "风学义会务案材训龄旨")
        else "jiao1"
    ),
    "倒": lambda before, after: "dao3" if before and _precedes(after, "了下在") else "dao4",
    "中": lambda before, after: (
        "zhong4" if before and before[-1] != "其" and _precedes(after, "了") else "zhong1"
    ),
    "系": _before("ji4", "好上着紧了住带", "xi4"),
    "调": _before("tiao2", "好高低大小热冷节温亮暗快慢匀一不", "diao4"),
    "转": lambda before, after: (
        "zhuan4"
        if _precedes(after, "个悠") or (not after and before not in ("左", "右", "机"))
        else "zhuan3"
    ),
    "数": _before("shu3", "了着到出", "shu4"),
    "露": _before("lou4", "了个", "lu4"),
    "缝": _before("feng2", "了上补合制好", "feng4"),
    "撒": _before("sa3", "在了上过些点满向", "sa1"),
    "散": lambda before, _after: "san3" if _follows(before, _HOW) else "san4",
    "空": _before("kong4", "着出格位", "kong1"),
    "乾": lambda _before, _after: "gan1",
}
