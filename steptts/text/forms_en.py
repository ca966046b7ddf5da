"""The written forms of English text, as one regular expression.

Every alternative is bounded or cannot be matched in two ways, so that one pass over a text takes
time linear in its length. What a form means is for normalize_en and readings_en.
"""

from __future__ import annotations

import re

from steptts.text import tables_en, units_en

_NUM = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_UNIT = "|".join(re.escape(u) for u in sorted(units_en.UNITS, key=len, reverse=True))
_CURRENCY = "|".join(re.escape(c) for c in ("US$", *"$£€¥₹₩₽₿"))
_CODES = "|".join(c for c in units_en.CURRENCIES if c.isalpha())
_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn|mn|tn|[kKmMbBT])(?![A-Za-z])"
_TLD = "com|org|net|edu|gov|mil|int|info|io|ai|co|dev|app|tv|me|uk|us|eu|de|fr|cn|jp|ca|au|ch|nl"
_EXT = (
    "pdf|txt|py|json|js|ts|html?|css|csv|xml|ya?ml|md|rst|cpp|cc|hpp|java|rs|sh|exe|dll|zip|tar|gz|"
    "mp[34]|wav|flac|ogg|opus|png|jpe?g|gif|svg|docx?|xlsx?|pptx?|onnx|toml|cfg|ini|log|bin|iso|so"
)
_EMOJI = r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B05-\u2B55\u231A\u231B\u23E9-\u23FA]"

FORMS = (
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
    ("initials", r"(?:[A-Za-z]\.){2,10}(?![A-Za-z])|[A-Za-z](?:\.[A-Za-z]){1,10}(?![\w])"),
    ("slashed", r"(?i:and/or|w/o|w/(?=\s)|c/o|n/a|i/o|a/c|tcp/ip)(?!\w)"),
    ("numbered", r"(?P<nbefore>(?i:nos?|vol|ch|figs?|pp?|sec|art|op))\.(?=\d)"),
    ("iso", r"(?P<isoy>\d{4})-(?P<isom>\d{2})-(?P<isod>\d{2})(?![\d-])"),
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
        "money",
        rf"(?P<msign>[-−])?(?P<mcur>{_CURRENCY})\s?(?P<mnum>{_NUM})"
        rf"(?:\s?[-–]\s?(?P=mcur)?(?P<mto>{_NUM}))?(?:[\s-]?(?P<mscale>{_SCALE}))?"
        rf"|(?P<mnum2>{_NUM})\s?(?P<mscale2>{_SCALE})?\s?(?P<mcur2>[£€]|(?:{_CODES})(?!\w))",
    ),
    (
        "phone",
        r"\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?!\d)|\(\d{3,5}\)[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"
        r"|(?:1[-.])?\d{3}[-.]\d{3}[-.]\d{4}(?![\d-])|\d{3}-\d{4}(?![\d-])"
        r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?!\d)",
    ),
    ("dotted", r"[vV]?\d{1,4}(?:\.\d{1,5}){2,6}(?!\w)|[vV]\d{1,4}(?:\.\d{1,5}){0,6}(?!\w)"),
    ("science", r"(?P<sman>\d+(?:\.\d+)?)[eE](?P<sexp>[+-]?\d{1,4})(?!\w)"),
    ("fraction", r"(?:(?P<fw>\d{1,4})[ -])?(?P<ft>\d{1,5})/(?P<fb>\d{1,5})(?![\d/]|\.\d)"),
    ("vulgar", rf"(?P<vw>\d{{1,6}})?\s?(?P<vf>[{''.join(tables_en.VULGAR)}])"),
    (
        "feet",
        r"(?P<ff>\d{1,2})['’′](?P<fi>\d{1,2})(?:[\"”″]|'')"
        r"|(?P<gf>\d{1,2})\s?(?:ft|feet|foot)\.?\s(?P<gi>\d{1,2})\s?(?:in|inches)(?!\w)\.?",
    ),
    ("ordinal", r"\d[\d,]{0,20}(?:st|nd|rd|th)(?!\w)"),
    ("decade", r"['’]?(?:\d{2})?[1-9]0['’]?s(?!\w)"),
    (
        "range",
        rf"(?P<r1>{_NUM})[%°]?(?P<rspace>\s?)(?P<rsep>[-–—])\s?(?P<r2>{_NUM})(?![\w-])"
        rf"(?P<runit>\s?(?:{_UNIT})(?![A-Za-z0-9]))?",
    ),
    ("product", rf"(?P<p1>{_NUM})(?P<psep>\s?[x×*]\s?)(?P<p2>{_NUM})(?!\w)"),
    ("times", rf"(?P<tn>{_NUM})[x×](?!\w)"),
    ("power", rf"(?P<wn>[A-Za-z]|{_NUM})(?:\^(?P<wp>-?\d{{1,4}})|(?P<ws>[²³]))(?!\w)"),
    ("measure", rf"(?<![A-Za-z])(?P<un>[-−+]?{_NUM})(?P<us>[\s-]?)(?P<uu>{_UNIT})(?![A-Za-z0-9])"),
    (
        "number",
        rf"(?P<nsign>(?<![\w)\]%°])[-−+±~≈#])?(?P<nn>{_NUM})(?P<nposs>(?:['’]s|(?<=[A-Za-z]\d)s)(?!\w))?",
    ),
    ("plain", r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:(?<=in)['’](?!\w))?"),
    ("apostrophe", r"['’][A-Za-z]+(?:['’][A-Za-z]+)*"),
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
