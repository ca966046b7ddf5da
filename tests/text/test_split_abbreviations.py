"""Where sentences end after initials and abbreviations, with the sentences of real texts."""

import pytest

from steptts.text.frontend import to_utterances
from steptts.text.split import split_sentences

# Sentences, cut by "|".
TEXTS = """
The U.S. Army left.
He lives in the U.S.| They moved.
The U.S. Senate met in Washington, D.C. on Monday.
J.R.R. Tolkien wrote it.
She has a Ph.D. in physics.| He has a Ph.D.| He works.
At 5 p.m. Eastern we go.| He came at 5 p.m.| John left.
Call ext. 204 now.
It is Op. 27 No. 2 of c. 1900.
Take vitamin C.| It is good.
A. Christie wrote it.
A song by Drake feat. Rihanna plays.
Add 1/2 tsp. salt.| Stir.
""".strip().splitlines()


@pytest.mark.parametrize("text", TEXTS)
def test_a_sentence_ends_where_the_next_begins(text: str) -> None:
    pieces = [piece.strip() for piece in split_sentences(text.replace("|", ""))]
    assert pieces == [piece.strip() for piece in text.split("|")]


@pytest.mark.parametrize("text", [line for line in TEXTS if "|" not in line])
def test_no_pause_stands_inside_an_abbreviation(text: str) -> None:
    marks = [word.phones for u in to_utterances(text) for word in u.words if word.is_punctuation]
    assert marks == [","] * text.count(", ") + ["."]


@pytest.mark.parametrize("text", ["We go at 5 p.m. Eastern", "Lee vs. Grant", "see cf. Smith"])
def test_no_pause_follows_an_abbreviation_that_a_name_follows(text: str) -> None:
    (utterance,) = to_utterances(text)
    assert [word.phones for word in utterance.words if word.is_punctuation] == ["."]
