"""Part of speech of an English homograph from its neighbours, by small rules.

Only words whose lexicon entry differs by part of speech are asked about ("record", "live",
"read"), so the rules answer one question, what is this word here, and know nothing else of the
sentence. Tags are those of the lexicon: NOUN VERB ADJ ADV VBD (past) VBN (participle) DT.
"""

from __future__ import annotations

from collections.abc import Sequence

DETERMINERS = frozenset(
    "the a an my your his her its our their whose some any no every each another either neither "
    "this these those much more most less several few many one two three four five ten both all "
    "first second third last next other same such own".split()
)
_PRONOUN_SUBJECTS = frozenset(
    "i you he she it we they who everyone everybody somebody nobody y'all".split()
)
_OBJECTS = frozenset("me him us them it you myself yourself himself herself themselves".split())
_MODALS = frozenset(
    "will would can could shall should may might must do does did don't doesn't didn't won't "
    "wouldn't can't cannot couldn't shouldn't mustn't let's let please i'll you'll he'll she'll "
    "it'll we'll they'll who'll gonna wanna gotta i'd you'd he'd she'd we'd they'd dare needn't "
    "help helped make".split()
)
_BE = frozenset(
    "is are was were be been being am isn't aren't wasn't weren't i'm you're he's she's it's we're "
    "they're that's there's what's who's here's get gets got getting go goes went".split()
)
_HAVE = frozenset(
    "have has had having haven't hasn't hadn't i've you've we've they've who've should've would've "
    "could've might've he's she's it's i'd you'd he'd she'd we'd they'd".split()
)
_PREPOSITIONS = frozenset(
    "of in on at by with for from about into through during without between under over after "
    "before than as like per via against among within toward towards until upon despite behind "
    "beyond off up out near onto across along around past".split()
)
_CONJUNCTIONS = frozenset("and or but nor then so".split())
_ADVERBS = frozenset(
    "not never always also just really still often already ever sometimes usually only soon now "
    "then even rarely seldom once almost again well better first both".split()
)
_PLURALS = frozenset(
    "people men women children police who many most some all both few others fish".split()
)
_FUNCTION = (
    DETERMINERS
    | _PRONOUN_SUBJECTS
    | _OBJECTS
    | _MODALS
    | _BE
    | _HAVE
    | _PREPOSITIONS
    | _CONJUNCTIONS
    | _ADVERBS
    | frozenset("that which what when where why how if because to there here".split())
)
_PLACES = frozenset(
    "in at with here there without near alone by for together forever long under among off on "
    "within through happily comfortably abroad up".split()
)
_PAST_CUES = frozenset("yesterday ago last once was were had did when before after already".split())
_HABIT_CUES = frozenset(
    "every always often usually sometimes never can will to daily rarely".split()
)


def part_of_speech(word: str, before: Sequence[str], after: Sequence[str]) -> str:
    """The tag of a homograph.

    Args:
        word: the word in lower case.
        before: the words of the same clause to its left, in lower case, nearest last; empty at
            the start of a clause.
        after: the words of the clause to its right, nearest first.

    Returns:
        A tag of the lexicon, or "" where the rules have no opinion (the entry's DEFAULT).
    """
    special = _SPECIAL.get(word)
    if special:
        return special(before, after)
    return _general(word, before, after)


def _skip_adverbs(before: Sequence[str]) -> list[str]:
    words = list(before)
    while words and (words[-1] in _ADVERBS or (words[-1].endswith("ly") and len(words[-1]) > 4)):
        words.pop()
    return words


def _starts_object(after: Sequence[str]) -> bool:
    """Whether an object follows, as it does after a transitive verb."""
    return bool(after) and (after[0] in DETERMINERS or after[0] in _OBJECTS or after[0] == "that")


def _is_plural(word: str) -> bool:
    is_s = word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))
    return word in _PLURALS or (is_s and len(word) > 3 and word not in _FUNCTION)


def _content(word: str) -> bool:
    return word not in _FUNCTION and word[:1].isalpha()


def _in_noun_phrase(left: Sequence[str]) -> bool:
    """Whether a determiner opened a noun phrase that is still open: "the new -"."""
    for count, word in enumerate(reversed(left[-4:])):
        if word in DETERMINERS or word.endswith("'s"):
            return not (count and _is_plural(left[-1]))
        if word in _FUNCTION or (count == 0 and word.endswith("ly")):
            return False
    return False


def _noun_or_adjective(word: str, after: Sequence[str]) -> str:
    """After a determiner: an adjective if a noun still follows, as in "a close friend"."""
    next_is_noun = bool(after) and _content(after[0]) and not after[0].endswith(("ed", "ly"))
    return "ADJ" if next_is_noun and not word.endswith("s") else "NOUN"


def _general(word: str, before: Sequence[str], after: Sequence[str]) -> str:
    left = _skip_adverbs(before)
    previous = left[-1] if left else ""
    if not previous:
        return "VERB" if _starts_object(after) else _noun_or_adjective(word, after)
    if previous == "to":
        return "VERB"
    if previous in _PRONOUN_SUBJECTS or previous == "which":
        return "VERB"
    if previous in DETERMINERS or (previous.endswith("'s") and previous not in _BE):
        return _noun_or_adjective(word, after)
    if previous in _MODALS:
        return "VERB"
    if previous in _BE:
        return "ADJ"
    if previous in _HAVE:
        return _noun_or_adjective(word, after)
    if previous in _PREPOSITIONS:
        return _noun_or_adjective(word, after)
    if _in_noun_phrase(left) and not _starts_object(after):
        if word.endswith("s") and after and after[0] in _PREPOSITIONS and after[0] != "of":
            return "NOUN"
        return _noun_or_adjective(word, after)
    return _after_content_word(word, left, after)


def _after_content_word(word: str, left: Sequence[str], after: Sequence[str]) -> str:
    """After a noun, verb or conjunction: a verb if what follows looks like its object."""
    previous = left[-1]
    if previous in _CONJUNCTIONS:
        sooner = left[-3] if len(left) > 2 else ""
        parallel_verb = sooner in _MODALS or sooner == "to" or sooner in _PRONOUN_SUBJECTS
        return "VERB" if _starts_object(after) or parallel_verb else "NOUN"
    if previous == "that":
        return "VERB" if len(left) > 1 and _content(left[-2]) else "NOUN"
    asked = any(w in _MODALS for w in left[-4:-1]) and _content(previous)
    if _starts_object(after) or (asked and not _in_noun_phrase(left)):
        return "VERB"  # "did the boys record", "scientists use the"
    if _is_plural(previous) and not word.endswith("s"):
        return "VERB" if after else "NOUN"
    return _noun_or_adjective(word, after)


def _read(before: Sequence[str], after: Sequence[str]) -> str:
    left = _skip_adverbs(before)
    previous = left[-1] if left else ""
    if previous in _HAVE or previous in _BE or previous.endswith(("'d", "'ve")):
        return "VBN"
    if previous in _MODALS or previous == "to" or any(w in _MODALS for w in left[-4:]):
        return "VERB"
    if previous in ("he", "she", "it"):
        return "VBD"
    around = {*before, *after}
    if previous in _PRONOUN_SUBJECTS or _is_plural(previous):
        if around & _PAST_CUES:
            return "VBD"
        past_object = bool(after) and after[0] in ("the", "a", "an", "about", "that", "his", "her")
        is_past = past_object and previous != "you" and not around & _HABIT_CUES
        return "VBD" if is_past else "VERB"
    if not previous or previous in _CONJUNCTIONS:
        return "VBD" if around & _PAST_CUES else "VERB"
    if previous in DETERMINERS or previous.endswith("'s"):
        return "NOUN"
    return "VBD" if previous not in _PREPOSITIONS else "NOUN"


def _live(before: Sequence[str], after: Sequence[str]) -> str:
    left = _skip_adverbs(before)
    previous = left[-1] if left else ""
    if previous in _BE or previous in DETERMINERS or previous in _PREPOSITIONS:
        return "ADJ"
    if (
        previous == "to"
        or previous in _MODALS
        or previous in _PRONOUN_SUBJECTS
        or previous in ("that", "which")
    ):
        return "VERB"
    if not previous:
        return "VERB" if after and after[0] in _PLACES - {"on", "at"} else "ADJ"
    if _is_plural(previous) or previous in _CONJUNCTIONS:
        return "VERB" if not after or after[0] in _PLACES or previous in _PLURALS else "ADJ"
    return (
        "VERB"
        if after and after[0] in ("in", "with", "here", "there") and previous != "performed"
        else "ADJ"
    )


def _lives(before: Sequence[str], after: Sequence[str]) -> str:
    left = _skip_adverbs(before)
    previous = left[-1] if left else ""
    is_subject = previous in _PRONOUN_SUBJECTS or previous in ("that", "which")
    in_phrase = previous in DETERMINERS or previous in _PREPOSITIONS or previous.endswith("'s")
    if is_subject or (previous and not in_phrase and after and after[0] in _PLACES):
        return "VERB"
    return "NOUN"


def _used(before: Sequence[str], after: Sequence[str]) -> str:
    if not after or after[0] != "to":
        return ""
    left = _skip_adverbs(before)
    passive = bool(left) and left[-1] in _BE - {"get", "gets", "got", "getting", "i'm", "you're"}
    then = after[1] if len(after) > 1 else ""
    accustomed = then in DETERMINERS or then in _OBJECTS or then.endswith("ing") or not then
    return "" if passive and not accustomed else "VBD"


def _that(before: Sequence[str], after: Sequence[str]) -> str:
    if not after:
        return "DT"
    if before and before[-1] in _PREPOSITIONS | {"and", "do", "did", "was", "is"}:
        return "DT"
    # "That is it", "That woman speaks", but "That all men are ..."
    demonstrates = after[0] in _BE or after[0] in _MODALS or _content(after[0]) or after[0] == "one"
    return "DT" if not before and demonstrates else ""


def _bass(before: Sequence[str], after: Sequence[str]) -> str:
    fishing = {"fish", "fishing", "lake", "river", "sea", "striped", "boat"}
    caught = {"caught", "catch", "catching", "cooked", "ate", "fried", "grilled"} & {*before[-4:]}
    return "" if caught or fishing & {*before[-4:], *after[:3]} else "ADJ"


def _dove(before: Sequence[str], after: Sequence[str]) -> str:
    left = _skip_adverbs(before)
    is_verb = bool(left) and left[-1] not in DETERMINERS and bool(after)
    return "VERB" if is_verb and (after[0] in _PREPOSITIONS or after[0] in ("down", "back")) else ""


def _minute(before: Sequence[str], after: Sequence[str]) -> str:
    details = ("detail", "details", "amount", "amounts", "quantities", "particles", "differences")
    return "ADJ" if after and after[0] in details else ""


def _lead(before: Sequence[str], after: Sequence[str]) -> str:
    metal = (
        "pipe",
        "pipes",
        "paint",
        "poisoning",
        "bullet",
        "bullets",
        "pencil",
        "acetate",
        "sheet",
    )
    metals = {"copper", "zinc", "tin", "mercury", "iron", "arsenic", "heavy", "molten", "cadmium"}
    return "METAL" if (after and after[0] in metal) or metals & {*before[-3:], *after[:2]} else ""


def _bow(before: Sequence[str], after: Sequence[str]) -> str:
    tag = _general("bow", before, after)
    took = {"take", "took", "takes", "taking"} & {*before[-3:]}
    return "VERB" if took or (after and after[0] in ("down", "before")) else tag


def _wound(before: Sequence[str], after: Sequence[str]) -> str:
    with_particle = bool(after) and after[0] in ("up", "around", "down", "through", "its", "his")
    return "VBD" if with_particle else ""


def _wind(before: Sequence[str], after: Sequence[str]) -> str:
    with_particle = bool(after) and after[0] in ("up", "down", "back", "through")
    left = _skip_adverbs(before)
    in_phrase = bool(left) and (left[-1] in DETERMINERS or left[-1] in _PREPOSITIONS)
    return "VERB" if with_particle and not in_phrase else _general("wind", before, after)


_SPECIAL = {
    "read": _read,
    "reread": _read,
    "live": _live,
    "lives": _lives,
    "used": _used,
    "that": _that,
    "bass": _bass,
    "dove": _dove,
    "minute": _minute,
    "lead": _lead,
    "bow": _bow,
    "wound": _wound,
    "wind": _wind,
}
