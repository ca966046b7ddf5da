"""Part of speech of an English homograph from its neighbours, by small rules.

Only words whose lexicon entry differs by part of speech are asked about ("record", "live",
"read"), so the rules answer one question, what is this word here, and know nothing else of the
sentence. Tags are those of the lexicon: NOUN VERB ADJ ADV VBD (past) VBN (participle) DT.
"""

from __future__ import annotations

from collections.abc import Sequence

from steptts.text.word_classes_en import (
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    HABIT_CUES,
    HAVE,
    MODALS,
    OBJECTS,
    PAST_CUES,
    PLACES,
    PLURALS,
    PREPOSITIONS,
    PRONOUN_SUBJECTS,
    content,
    general,
    is_plural,
    skip_adverbs,
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
    return general(word, before, after)


def _read(before: Sequence[str], after: Sequence[str]) -> str:
    left = skip_adverbs(before)
    previous = left[-1] if left else ""
    asked = previous in PRONOUN_SUBJECTS and len(left) > 1 and left[-2] in HAVE  # have you read
    if asked or previous in HAVE or previous in BE or previous.endswith(("'d", "'ve")):
        return "VBN"
    if previous in MODALS or previous == "to" or any(w in MODALS for w in left[-4:]):
        return "VERB"
    if previous in ("he", "she", "it"):
        return "VBD"
    around = {*before, *after}
    if previous in PRONOUN_SUBJECTS or is_plural(previous):
        if around & PAST_CUES:
            return "VBD"
        past_object = bool(after) and after[0] in ("the", "a", "an", "about", "that", "his", "her")
        is_past = past_object and previous != "you" and not around & HABIT_CUES
        return "VBD" if is_past else "VERB"
    if not previous or previous in CONJUNCTIONS:
        return "VBD" if around & PAST_CUES else "VERB"
    if previous in DETERMINERS or previous.endswith("'s"):
        return "NOUN"
    return "VBD" if previous not in PREPOSITIONS else "NOUN"


def _live(before: Sequence[str], after: Sequence[str]) -> str:
    left = skip_adverbs(before)
    previous = left[-1] if left else ""
    if previous in BE or previous in DETERMINERS or previous in PREPOSITIONS:
        return "ADJ"
    if (
        previous == "to"
        or previous in MODALS
        or previous in PRONOUN_SUBJECTS
        or previous in ("that", "which")
    ):
        return "VERB"
    if not previous:
        return "VERB" if after and after[0] in PLACES - {"on", "at"} else "ADJ"
    if is_plural(previous) or previous in CONJUNCTIONS:
        return "VERB" if not after or after[0] in PLACES or previous in PLURALS else "ADJ"
    return (
        "VERB"
        if after and after[0] in ("in", "with", "here", "there") and previous != "performed"
        else "ADJ"
    )


def _lives(before: Sequence[str], after: Sequence[str]) -> str:
    left = skip_adverbs(before)
    previous = left[-1] if left else ""
    is_subject = previous in PRONOUN_SUBJECTS or previous in ("that", "which")
    in_phrase = previous in DETERMINERS or previous in PREPOSITIONS or previous.endswith("'s")
    if is_subject or (previous and not in_phrase and after and after[0] in PLACES):
        return "VERB"
    return "NOUN"


def _used(before: Sequence[str], after: Sequence[str]) -> str:
    if not after or after[0] != "to":
        return ""
    left = skip_adverbs(before)
    passive = bool(left) and left[-1] in BE - {"get", "gets", "got", "getting", "i'm", "you're"}
    then = after[1] if len(after) > 1 else ""
    accustomed = then in DETERMINERS or then in OBJECTS or then.endswith("ing") or not then
    return "" if passive and not accustomed else "VBD"


def _that(before: Sequence[str], after: Sequence[str]) -> str:
    if not after:
        return "DT"
    if before and before[-1] in PREPOSITIONS | {"and", "do", "did", "was", "is"}:
        return "DT"
    # "That is it", "That woman speaks", but "That all men are ..."
    demonstrates = after[0] in BE or after[0] in MODALS or content(after[0]) or after[0] == "one"
    return "DT" if not before and demonstrates else ""


def _bass(before: Sequence[str], after: Sequence[str]) -> str:
    fishing = {"fish", "fishing", "lake", "river", "sea", "striped", "boat"}
    caught = {"caught", "catch", "catching", "cooked", "ate", "fried", "grilled"} & {*before[-4:]}
    return "" if caught or fishing & {*before[-4:], *after[:3]} else "ADJ"


def _dove(before: Sequence[str], after: Sequence[str]) -> str:
    left = skip_adverbs(before)
    is_verb = bool(left) and left[-1] not in DETERMINERS and bool(after)
    return "VERB" if is_verb and (after[0] in PREPOSITIONS or after[0] in ("down", "back")) else ""


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
    named = (after and after[0] in metal) or metals & {*before[-3:], *after[:2]}
    made = before[-1:] and before[-1] in ("of", "contain", "contains", "containing")
    is_metal = named or (made and (not after or not content(after[0])))  # made of lead
    return "METAL" if is_metal else ""


def _bow(before: Sequence[str], after: Sequence[str]) -> str:
    tag = general("bow", before, after)
    took = {"take", "took", "takes", "taking"} & {*before[-3:]}
    return "VERB" if took or (after and after[0] in ("down", "before")) else tag


def _wound(before: Sequence[str], after: Sequence[str]) -> str:
    with_particle = bool(after) and after[0] in ("up", "around", "down", "through", "its", "his")
    return "VBD" if with_particle else ""


def _wind(before: Sequence[str], after: Sequence[str]) -> str:
    with_particle = bool(after) and after[0] in ("up", "down", "back", "through")
    left = skip_adverbs(before)
    in_phrase = bool(left) and (left[-1] in DETERMINERS or left[-1] in PREPOSITIONS)
    return "VERB" if with_particle and not in_phrase else general("wind", before, after)


_NEAR = frozenset(
    "too very so as really pretty quite how fairly extremely came come comes coming get gets got "
    "getting stay stayed stand stood keep kept remain remained sit sat feel felt draw drew".split()
)


def _close(before: Sequence[str], after: Sequence[str]) -> str:
    """Near (ADJ) after "very" and "came", and before "to" and "enough"; else to shut."""
    previous = before[-1] if before else ""
    near = bool(after) and after[0] in ("to", "enough", "by")
    shuts = previous == "to" or previous in MODALS
    return "ADJ" if previous in _NEAR or (near and not shuts) else general("close", before, after)


def _refuse(before: Sequence[str], after: Sequence[str]) -> str:
    to_do = bool(after) and after[0] == "to"
    return "VERB" if to_do else general("refuse", before, after)


_SPECIAL = {
    "close": _close,
    "refuse": _refuse,
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
