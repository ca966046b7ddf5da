"""Classes of English words, and the part of speech that the words around a homograph ask for.

Knows small closed classes and endings, no dictionary. Which homograph needs rules of its own is in
homographs.
"""

from __future__ import annotations

from collections.abc import Sequence

DETERMINERS = frozenset(
    "the a an my your his her its our their whose some any no every each another either neither "
    "this these those much more most less several few many one two three four five ten both all "
    "first second third last next other same such own".split()
)
PRONOUN_SUBJECTS = frozenset(
    "i you he she it we they who everyone everybody somebody nobody y'all".split()
)
OBJECTS = frozenset("me him us them it you myself yourself himself herself themselves".split())
MODALS = frozenset(
    "will would can could shall should may might must do does did don't doesn't didn't won't "
    "wouldn't can't cannot couldn't shouldn't mustn't let's let please i'll you'll he'll she'll "
    "it'll we'll they'll who'll gonna wanna gotta i'd you'd he'd she'd we'd they'd dare needn't "
    "help helped make".split()
)
BE = frozenset(
    "is are was were be been being am isn't aren't wasn't weren't i'm you're he's she's it's we're "
    "they're that's there's what's who's here's get gets got getting go goes went".split()
)
HAVE = frozenset(
    "have has had having haven't hasn't hadn't i've you've we've they've who've should've would've "
    "could've might've he's she's it's i'd you'd he'd she'd we'd they'd".split()
)
PREPOSITIONS = frozenset(
    "of in on at by with for from about into through during without between under over after "
    "before than as like per via against among within toward towards until upon despite behind "
    "beyond off up out near onto across along around past".split()
)
CONJUNCTIONS = frozenset("and or but nor then so".split())
_ADVERBS = frozenset(
    "not never always also just really still often already ever sometimes usually only soon now "
    "then even rarely seldom once almost again well better first both".split()
)
PLURALS = frozenset(
    "people men women children police who many most some all both few others fish".split()
)
_FUNCTION = (
    DETERMINERS
    | PRONOUN_SUBJECTS
    | OBJECTS
    | MODALS
    | BE
    | HAVE
    | PREPOSITIONS
    | CONJUNCTIONS
    | _ADVERBS
    | frozenset("that which what when where why how if because to there here".split())
)
PLACES = frozenset(
    "in at with here there without near alone by for together forever long under among off on "
    "within through happily comfortably abroad up".split()
)
PAST_CUES = frozenset("yesterday ago last once was were had did when before after already".split())
HABIT_CUES = frozenset(
    "every always often usually sometimes never can will to daily rarely".split()
)


def skip_adverbs(before: Sequence[str]) -> list[str]:
    """The words to the left without the adverbs next to the word: "he never - "."""
    words = list(before)
    while words and (words[-1] in _ADVERBS or (words[-1].endswith("ly") and len(words[-1]) > 4)):
        words.pop()
    return words


def _starts_object(after: Sequence[str]) -> bool:
    """Whether an object follows, as it does after a transitive verb."""
    return bool(after) and (after[0] in DETERMINERS or after[0] in OBJECTS or after[0] == "that")


def is_plural(word: str) -> bool:
    """Whether a word is a plural noun by its ending, or one of the irregular ones."""
    is_s = word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))
    return word in PLURALS or (is_s and len(word) > 3 and word not in _FUNCTION)


def content(word: str) -> bool:
    """Whether a word is a noun, verb, adjective or adverb: none of the closed classes."""
    return word not in _FUNCTION and word[:1].isalpha()


def _in_noun_phrase(left: Sequence[str]) -> bool:
    """Whether a determiner opened a noun phrase that is still open: "the new -"."""
    for count, word in enumerate(reversed(left[-4:])):
        if word in DETERMINERS or word.endswith("'s"):
            return not (count and is_plural(left[-1]))
        if word in _FUNCTION or (count == 0 and word.endswith("ly")):
            return False
    return False


def _noun_or_adjective(word: str, after: Sequence[str]) -> str:
    """After a determiner: an adjective if a noun still follows, as in "a close friend"."""
    next_is_noun = bool(after) and content(after[0]) and not after[0].endswith(("ed", "ly"))
    return "ADJ" if next_is_noun and not word.endswith("s") else "NOUN"


def general(word: str, before: Sequence[str], after: Sequence[str]) -> str:
    """The tag (NOUN, VERB, ADJ) of a word without rules of its own; arguments as part_of_speech."""
    left = skip_adverbs(before)
    previous = left[-1] if left else ""
    if not previous:
        return "VERB" if _starts_object(after) else _noun_or_adjective(word, after)
    if previous == "to":
        return "VERB"
    if previous in PRONOUN_SUBJECTS or previous == "which":
        return "VERB"
    if previous in DETERMINERS or (previous.endswith("'s") and previous not in BE):
        return _noun_or_adjective(word, after)
    if previous in MODALS:
        return "VERB"
    if previous in BE:
        return "ADJ"
    if previous in HAVE:
        return _noun_or_adjective(word, after)
    if previous in PREPOSITIONS:
        return _noun_or_adjective(word, after)
    if _in_noun_phrase(left) and not _starts_object(after):
        if word.endswith("s") and after and after[0] in PREPOSITIONS and after[0] != "of":
            return "NOUN"
        return _noun_or_adjective(word, after)
    return _after_content_word(word, left, after)


def _after_content_word(word: str, left: Sequence[str], after: Sequence[str]) -> str:
    """After a noun, verb or conjunction: a verb if what follows looks like its object."""
    previous = left[-1]
    if previous in CONJUNCTIONS:
        sooner = left[-3] if len(left) > 2 else ""
        parallel_verb = sooner in MODALS or sooner == "to" or sooner in PRONOUN_SUBJECTS
        return "VERB" if _starts_object(after) or parallel_verb else "NOUN"
    if previous == "that":
        return "VERB" if len(left) > 1 and content(left[-2]) else "NOUN"
    asked = any(w in MODALS for w in left[-4:-1]) and content(previous)
    if _starts_object(after) or (asked and not _in_noun_phrase(left)):
        return "VERB"  # "did the boys record", "scientists use the"
    if is_plural(previous) and not word.endswith("s"):
        return "VERB" if after else "NOUN"
    return _noun_or_adjective(word, after)
