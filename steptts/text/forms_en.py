"""The written forms of English text, as one regular expression.

Every alternative is bounded or cannot be matched in two ways, so that one pass over a text takes
time linear in its length. What a form means is for normalize_en and readings_en.
"""

from __future__ import annotations

import re

from steptts.text import symbols_en, units_en

# What people count in thousands and millions with a letter: "2.3M views"; 4K and 3M are names.
_THINGS = (
    "(?:(?:view|follower|subscriber|sub|user|like|download|dollar|word|line|mile|year|customer|"
    "parameter|token|job|home|vote|step|fan|player|student|employee|viewer|stream|visitor|request|"
    "record|image|sample|page|point|euro|pound|copie|storie|member|resident|worker)s|people|of)"
)
_NUM = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_UNIT = "|".join(re.escape(u) for u in sorted(units_en.UNITS, key=len, reverse=True))
_FREE = "|".join(  # units that need not touch their number
    re.escape(u)
    for u in sorted(units_en.UNITS.keys() - units_en.ATTACHED_UNITS, key=len, reverse=True)
)
_AFTER = rf"(?:\s?(?:{_FREE})|(?:{_UNIT}))(?![A-Za-z0-9])"
_SIGNS = [c for c in units_en.CURRENCIES if not c.isalpha()]
_CURRENCY = "|".join(re.escape(c) for c in sorted(_SIGNS, key=len, reverse=True))
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RATE = "|".join(sorted(symbols_en.RATES, key=len, reverse=True))
_CODES = "|".join(c for c in units_en.CURRENCIES if c.isalpha())
_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn|mn|tn|[kKmMbBT])(?![A-Za-z])"
_TLD = "com|org|net|edu|gov|mil|int|info|io|ai|co|dev|app|tv|me|uk|us|eu|de|fr|cn|jp|ca|au|ch|nl"
_EXT = (
    "pdf|txt|py|json|js|ts|html?|css|csv|xml|ya?ml|md|rst|cpp|cc|hpp|java|rs|sh|exe|dll|zip|tar|gz|"
    "mp[34]|wav|flac|ogg|opus|png|jpe?g|gif|svg|docx?|xlsx?|pptx?|onnx|toml|cfg|ini|log|bin|iso|so"
)
_EMOJI = r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B05-\u2B55\u231A\u231B\u23E9-\u23FA]"

FORMS = (
    (
        "entity",
        r"&(?i:amp|lt|gt|quot|apos|nbsp|[mn]dash|hellip|#\d{1,5});",
    ),
    (
        "money",
        rf"(?P<msign>[-−])?(?P<mcur>{_CURRENCY})\s?(?P<mnum>\d{{1,9}},\d\d(?!\d|,\d)|{_NUM})"
        rf"(?:\s?[-–]\s?(?P=mcur)?(?P<mto>{_NUM}))?(?:[\s-]?(?P<mscale>{_SCALE}))?"
        rf"|(?P<mnum2>\d{{1,9}},\d\d(?=\s?€)|{_NUM})\s?(?P<mscale2>{_SCALE})?\s?"
        rf"(?P<mcur2>[£€]|(?:{_CODES})(?!\w))(?![\d.])"
        rf"|(?P<mcode>(?:{_CODES})\s?)(?P<mnum3>{_NUM})(?:\s?(?P<mscale3>{_SCALE}))?(?!\w)",
    ),
    # Most words: nothing attached that could make them part of something else.
    ("word", r"[A-Za-z]+(?:['’][A-Za-z]+)*(?![\w@/\\:&+#*~^’'$.-])"),
    ("space", r"\s+"),
    ("url", r"(?:https?://|ftp://|www\.)[^\s<>\"'，。）)]{1,2000}"),
    ("email", r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"),
    (
        "domain",
        rf"[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,4}}\.(?i:{_TLD})(?:/[^\s<>\"')]{{1,500}})?(?![\w@]|\.\w)",
    ),
    (
        "file",
        rf"(?:[\w-]{{0,40}}[/\\])?[A-Za-z_][\w-]{{0,60}}(?:\.[\w-]{{1,20}}){{0,3}}\.(?i:{_EXT})(?!\w)",
    ),
    ("path", r"(?:~|\.{1,2})?(?:/[A-Za-z_][\w.-]{0,60}){2,12}/?|[A-Za-z]:(?:\\[\w.-]{1,60}){1,12}"),
    (
        "initials",
        r"Ph\.D\.?(?!\w)|[BM]\.Sc\.?(?!\w)|(?:[A-Za-z]\.){2,10}(?![A-Za-z])|[A-Za-z](?:\.[A-Za-z]){1,10}(?![\w])",
    ),
    (
        "slashed",
        r"(?i:and/or|w/o|w/(?=\s)|c/o|n/a|i/o|a/c|tcp/ip|s?he/s?he|him/her|his/hers?|s/he|b/c)(?!\w)",
    ),
    ("numbered", r"(?P<nbefore>(?i:nos?|vol|ch|figs?|pp?|sec|art|op))\.(?=\d)"),
    (
        "iso",
        r"(?P<isoy>\d{4})-(?P<isom>\d{2})-(?P<isod>\d{2})(?![\d-])(?:T(?P<isoh>[0-2]\d):"
        r"(?P<isomi>[0-5]\d)(?::(?P<isos>[0-5]\d)(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?(?!\w))?",
    ),
    ("isomonth", r"(?P<imy>(?:19|20)\d\d)-(?P<imm>0[1-9])(?![\w-])"),
    (
        "duration",
        r"(?P<hh>\d{1,3})\s?h(?:(?P<hm>[0-5]\d)|\s?(?P<hm2>[0-5]?\d)\s?m(?:ins?)?)"
        r"(?:\s?(?P<hs>[0-5]?\d)\s?s)?(?!\w)|(?P<mm>\d{1,3})m\s?(?P<ms>[0-5]?\d)s(?!\w)",
    ),
    (
        "date",
        r"(?P<d1>\d{1,2})(?P<dsep>[/.-])(?P<d2>\d{1,2})(?P=dsep)(?P<dy>\d{4}|(?<=/)\d{2})(?![\d/-]|\.\d)",
    ),
    (
        "clock",
        r"(?P<ch>[012]?\d):(?P<cm>[0-5]\d)(?::(?P<cs>[0-5]\d))?(?!\d)"
        r"(?:\s?(?P<chalf>[AaPp]\.?[Mm](?:\.(?=\s+[a-z,])|\b)))?"
        r"|(?P<dh>[01]?\d)\.(?P<dm>[0-5]\d)\s?(?P<dhalf>[ap]\.?m(?:\.(?=\s+[a-z,])|\b))"
        r"|(?P<oh>1[0-2]|0?[1-9])\s?(?P<ohalf>[AaPp]\.?[Mm](?:\.(?=\s+[a-z,])|\b))",
    ),
    ("ratio", r"(?P<q1>\d{1,3}):(?P<q2>\d{1,2})(?![\d:])"),
    (
        "phone",
        r"\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?!\d)|\(\d{3,5}\)[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"
        r"|(?:1[-.])?\d{3}[-.]\d{3}[-.]\d{4}(?![\d-])|\d{3}-(?:\d\d-)?\d{4}(?![\d-])"
        r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?!\d)"
        r"|\d{4}(?P<card>[ -])(?:\d{4}(?P=card)){2}\d{4}(?!\d)",
    ),
    ("dotted", r"[vV]?\d{1,4}(?:\.\d{1,5}){2,6}(?!\w)|[vV]\d{1,4}(?:\.\d{1,5}){0,6}(?!\w)"),
    ("science", r"(?P<sman>\d+(?:\.\d+)?)[eE](?P<sexp>[+-]?\d{1,4})(?!\w)"),
    (
        "fraction",
        r"(?:(?P<fw>\d{1,4})[ -])?(?P<ft>\d{1,5})/(?P<fb>\d{1,5})(?![\d/]|\.\d)"
        rf"(?:\s?(?P<fu>{_FREE})(?![A-Za-z0-9/]))?",
    ),
    (
        "vulgar",
        rf"(?P<vw>\d{{1,6}})?\s?(?P<vf>[{''.join(symbols_en.VULGAR)}])"
        rf"(?:\s?(?P<vu>{_FREE})(?![A-Za-z0-9/]))?",
    ),
    (
        "feet",
        r"(?P<ff>\d{1,2})['’′](?P<fi>\d{1,2})(?:[\"”″]|'')"
        r"|(?P<gf>\d{1,2})\s?(?:ft|feet|foot)\.?\s(?P<gi>\d{1,2})\s?(?:in|inches)(?!\w)\.?",
    ),
    ("ordinal", r"\d[\d,]{0,20}(?:st|nd|rd|th)(?!\w)"),
    ("decade", r"['’]?(?:\d{2})?[1-9]0['’]?s(?!\w)|(?:1[1-9]|20|['’])00['’]?s(?!\w)"),
    ("oughts", r"['’]0\d(?!\w)"),
    (
        "range",
        rf"(?<!\d[-–])(?P<r1>{_NUM})[%°]?(?P<rspace>\s?)(?P<rsep>[-–—])\s?(?P<r2>{_NUM})"
        rf"(?:(?P<runit>{_AFTER})|(?P<rx>[x×])(?!\w)|(?![\w-]))",
    ),
    (
        "product",
        rf"(?P<p1>{_NUM})(?P<pu1>\s?(?:{_FREE}))?(?P<psep>\s?[x×*]\s?)(?P<p2>{_NUM})"
        rf"(?:\s?[x×*]\s?(?P<p3>{_NUM}))?(?:(?P<pu>{_AFTER})|(?![\w^]))",
    ),
    ("times", rf"(?P<tn>{_NUM})[x×](?!\w)"),
    ("power", rf"(?P<wn>[A-Za-z]|{_NUM})(?:\^(?P<wp>-?\d{{1,4}})|(?P<ws>[²³]))(?!\w)"),
    ("exponent", rf"[²³]|\^-?\d{{1,4}}|⁻?[{_RAISED}]{{1,4}}"),
    ("rate", rf"(?<=\S)/\s?(?P<rateof>(?i:{_RATE}))(?!\w|/)"),
    (
        "scaled",
        rf"(?P<scn>{_NUM})(?P<scu>[kKMB])(?P<scp>\+?)(?=\s+{_THINGS}\b)",
    ),
    (
        "measure",
        rf"(?<![A-Za-z])(?P<un>[-−+]?{_NUM})(?P<us>[\s-]?)(?P<uu>in(?=\.\s+[a-z])|{_UNIT})"
        r"(?![A-Za-z0-9]|\.[A-Za-z])",
    ),
    (
        "number",
        rf"(?P<nsign>(?<![\w)\]%°])[-−+±~≈#])?(?P<nn>{_NUM})(?P<nposs>(?:['’]s|(?<=[A-Za-z]\d)s)(?!\w))?",
    ),
    (
        "plain",
        rf"[^\W\d_{_RAISED}]+(?:['’][^\W\d_{_RAISED}]+)*(?:(?<=in)['’](?!\w))?",
    ),
    ("apostrophe", r"['’][A-Za-z]+(?:['’][A-Za-z]+)*"),
    ("code", r"!=|={2}(?!=)|<=|>=|&&|\|\||->|=>|<-"),
    ("rule", r"(?P<ruled>[=+*#~_&<>|^%@$])(?P=ruled){2,}"),
    ("ellipsis", r"\.{2,}|…+|。{2,}"),
    ("dash", r"-{2,}|[–—―]+"),
    ("mark", r"[,.!?;:，。！？；：、]+"),
    ("bracket", r"[()\[\]{}（）【】]+"),
    (
        "emoji",
        rf"(?:{_EMOJI}|[\U0001F1E6-\U0001F1FF])(?:[\uFE0E\uFE0F\u200D]|{_EMOJI})*|[0-9#*]\uFE0F?\u20E3",
    ),
    ("arithmetic", r"(?<=\s)[-−/*^](?=\s)|(?<=\d)[*/](?=\d)"),
    ("other", r"."),
)
MASTER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in FORMS), re.DOTALL)
