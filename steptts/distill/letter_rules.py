"""A table of English letter rules: the baseline that the letter-to-sound network must beat."""

from __future__ import annotations

from steptts.text.letters_to_sound import with_stress

# Letters -> phones (US); the longest rule that fits wins. "^" is the word's start, "$" its end.
_RULES = dict(
    line.split()
    for line in """
    ^kn n|^gn n|^wr ɹ|^ps s|^x z|^wh w|^who hu|^mc mək|^pn n|^rh ɹ|^sch ʃ|^y j
    tion$ ʃən|tions$ ʃənz|sion$ ʒən|ssion ʃən|cian$ ʃən|tious ʃəs|cious ʃəs|geous ʤəs|ture$ ʧəɹ
    ous$ əs|ough O|ought ɔt|augh ɔ|igh I|eigh A|tch ʧ|dge ʤ|sch sk|ch ʧ|sh ʃ|th θ|ph f|gh ɡ|ck k
    qu kw|que$ k|ng ŋ|nk ŋk|nge nʤ|ngi nʤi|wh w|wr ɹ|sc s|sca skæ|sco skO|scu sku|scr skɹ|cqu kw
    ce s|ci sɪ|cy si|ge ʤ|gi ɡɪ|gy ʤi|gge ɡɛ|ger$ ɡəɹ|gue$ ɡ|gu ɡ|cc k|cce ksɛ|cci ksɪ
    ee i|ea i|ead ɛd|ear ɪɹ|eer ɪɹ|ei A|ie i|ied$ id|ies$ iz|oo u|ook ʊk|ou W|oul Ol|our ɔɹ|ow O
    own Wn|oa O|oar ɔɹ|oe O|oi Y|oy Y|ai A|ay A|air ɛɹ|au ɔ|aw ɔ|ue u|ui u|eu ju|ew u|eau O|ey i
    ar ɑɹ|are$ ɛɹ|er əɹ|ere$ ɪɹ|ir ɜɹ|ire$ Iəɹ|or ɔɹ|ore$ ɔɹ|ur ɜɹ|ure$ jʊɹ|yr ɪɹ|ward wəɹd|war wɔɹ
    wor wɜɹ|wa wɑ|all ɔl|al$ əl|le$ əl|les$ əlz|el$ əl|en$ ən|on$ ən|an$ ən|age$ ɪʤ|ate$ At|a$ ə
    o$ O|e$ _|es$ z|ed$ d|i$ i|y$ i|u$ u|is$ ɪs|us$ əs|ism$ ɪzəm|ist$ ɪst|ful$ fəl
    ness$ nəs|able$ əbəl
    ing$ ɪŋ|s$ s|ss s|zz z|tt t|pp p|bb b|dd d|ff f|gg ɡ|ll l|mm m|nn n|rr ɹ|kk k|mb$ m|mn$ m
    a æ|b b|c k|d d|e ɛ|f f|g ɡ|h h|i ɪ|j ʤ|k k|l l|m m|n n|o ɑ|p p|q k|r ɹ|s s|t t|u ʌ|v v|w w|x ks
    y ɪ|z z
    """.replace("|", "\n").splitlines()
    if line.strip()
)
_LONGEST = max(len(rule) for rule in _RULES)
_LONG = {"a": "A", "e": "i", "i": "I", "o": "O", "u": "u", "y": "I"}


def by_rules(word: str) -> str:
    """American phones by the table, stress on the first full vowel; other letters are skipped."""
    spelled = "^" + word.lower() + "$"
    position, phones = 1, ""
    while position < len(spelled) - 1:
        magic = spelled[position : position + 4]
        if _has_magic_e(magic):
            phones, position = phones + _LONG[magic[0]], position + 1
            continue
        piece, size = _longest_rule(spelled, position)
        phones, position = phones + piece, position + size
    return with_stress(phones)


def _has_magic_e(text: str) -> bool:
    """A vowel, one consonant and a final e: make, site, rope."""
    is_open = len(text) == 4 and text[0] in _LONG and text[1] not in "aeiouwxyr"
    return is_open and text[2:] == "e$"


def _longest_rule(spelled: str, position: int) -> tuple[str, int]:
    for size in range(_LONGEST, 0, -1):
        piece = spelled[position : position + size]
        if position == 1 and "^" + piece in _RULES:
            return _RULES["^" + piece], len(piece)
        if piece in _RULES and len(piece) == size:
            return _RULES[piece].replace("_", ""), len(piece.rstrip("$"))
    return "", 1
