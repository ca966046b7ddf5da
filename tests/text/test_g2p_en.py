"""English G2P: weak forms, homographs, acronyms, derived and unknown words."""

from __future__ import annotations

import time

import pytest

from steptts.errors import TextError
from steptts.text import phones
from steptts.text.g2p_en import EnglishG2P
from steptts.text.pronunciation import UserLexicon
from steptts.text.words import Word

US = EnglishG2P("us")
GB = EnglishG2P("gb")


def spoken(text: str, g2p: EnglishG2P = US) -> str:
    return " ".join(word.phones for word in g2p.words(text))


def sound_of(word: str, text: str, g2p: EnglishG2P = US) -> str:
    """Phones of one word in its sentence."""
    return next(w.phones for w in g2p.words(text) if w.text == word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world!", "həlˈO , wˈɜɹld !"),
        ("the cat", "ðə kˈæt"),
        ("the apple", "ði ˈæpᵊl"),
        ("the hour", "ði ˈWəɹ"),
        ("to go", "tə ɡˌO"),
        ("to eat", "tʊ ˈit"),
        ("a dog", "ɐ dˈɔɡ"),
        ("an apple", "ɐn ˈæpᵊl"),
        ("I am here.", "ˌI ɐm hˈɪɹ ."),
        ("That is what I am.", "ðˈæt ɪz wˌʌt ˌI æm ."),
        ("You can.", "ju kˈæn ."),
        ("You can go.", "ju kæn ɡˌO ."),
        ("Come in.", "kˈʌm ˈɪn ."),
        ("vitamin A is", "vˈIɾəmən ˈA ɪz"),
        ("A man", "ɐ mˈæn"),
        ("Once Upon A Time", "wˈʌns əpˈɑn ɐ tˈIm"),
    ],
)
def test_weak_forms_follow_the_next_sound(text: str, expected: str) -> None:
    assert spoken(text) == expected


HOMOGRAPHS = [
    ("record", "I will record it.", "ɹəkˈɔɹd"),
    ("record", "They broke the record.", "ɹˈɛkəɹd"),
    ("record", "She set a new record.", "ɹˈɛkəɹd"),
    ("records", "He records his songs.", "ɹəkˈɔɹdz"),
    ("live", "I live here.", "lˈɪv"),
    ("live", "They played live music.", "lˈIv"),
    ("live", "People live in cities.", "lˈɪv"),
    ("live", "The show is live now.", "lˈIv"),
    ("lives", "He lives in Paris.", "lˈɪvz"),
    ("lives", "They saved their lives.", "lˈIvz"),
    ("Use", "Use the door.", "jˈuz"),
    ("use", "It is of no use.", "jˈus"),
    ("use", "the use of force", "jˈus"),
    ("use", "Scientists use the tool.", "jˈuz"),
    ("used", "He used to smoke.", "jˈust"),
    ("used", "It was used to make bread.", "jˈuzd"),
    ("used", "I am used to it.", "jˈust"),
    ("Close", "Close the door.", "klˈOz"),
    ("close", "a close friend", "klˈOs"),
    ("close", "We are close to home.", "klˈOs"),
    ("wind", "The wind blew.", "wˈɪnd"),
    ("wind", "You must wind the clock.", "wˈInd"),
    ("tear", "A tear fell.", "tˈɪɹ"),
    ("tear", "Do not tear the paper.", "tˈɛɹ"),
    ("bow", "She tied a bow.", "bˈO"),
    ("bow", "They bow to the king.", "bˈW"),
    ("object", "I object to that.", "əbʤˈɛkt"),
    ("object", "a strange object", "ˈɑbʤəkt"),
    ("present", "a birthday present", "pɹˈɛzᵊnt"),
    ("present", "I will present the award.", "pɹizˈɛnt"),
    ("read", "I want to read a book.", "ɹˈid"),
    ("read", "He read it yesterday.", "ɹˈɛd"),
    ("read", "I have read it.", "ɹˈɛd"),
    ("read", "I read every day.", "ɹˈid"),
    ("read", "Did you read it?", "ɹˈid"),
    ("Read", "Read the manual.", "ɹˈid"),
    ("lead", "They lead the way.", "lˈid"),
    ("lead", "a lead pipe", "lˈɛd"),
    ("minute", "one minute", "mˈɪnət"),
    ("minute", "in minute detail", "mInˈut"),
    ("house", "a white house", "hˈWs"),
    ("house", "They house the poor.", "hˈWz"),
    ("excuse", "That is no excuse.", "ɪkskjˈus"),
    ("Excuse", "Excuse me.", "ɪkskjˈuz"),
    ("separate", "two separate rooms", "sˈɛpəɹət"),
    ("Separate", "Separate the eggs.", "sˈɛpəɹˌAt"),
    ("separate", "You should separate them.", "sˈɛpəɹˌAt"),
    ("estimate", "an estimate", "ˈɛstəmət"),
    ("estimate", "We estimate the cost.", "ˈɛstəmˌAt"),
    ("perfect", "a perfect day", "pˈɜɹfəkt"),
    ("perfect", "to perfect it", "pəɹfˈɛkt"),
    ("refuse", "I refuse.", "ɹəfjˈuz"),
    ("content", "the content of the box", "kˈɑntɛnt"),
    ("desert", "in the desert", "dˈɛzəɹt"),
    ("produce", "Plants produce oxygen.", "pɹədˈus"),
    ("contract", "They signed a contract.", "kˈɑntɹˌækt"),
    ("permit", "a parking permit", "pˈɜɹmɪt"),
    ("dove", "A dove flew.", "dˈʌv"),
    ("bass", "a bass guitar", "bˈAs"),
    ("bass", "We caught a bass in the lake.", "bˈæs"),
    ("wound", "a deep wound", "wˈund"),
    ("wound", "It wound around the tree.", "wˈWnd"),
    ("that", "I know that he came.", "ðæt"),
    ("Polish", "He is Polish.", "pˈOlɪʃ"),
    ("polish", "to polish shoes", "pˈɑlɪʃ"),
]


@pytest.mark.parametrize(("word", "text", "expected"), HOMOGRAPHS)
def test_homographs_sound_as_their_part_of_speech(word: str, text: str, expected: str) -> None:
    assert sound_of(word, text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("NASA", "nˈæsə"),
        ("FBI", "ˌɛfbˌiˈI"),
        ("IBM", "ˌIbˌiˈɛm"),
        ("USA", "jˌuˌɛsˈA"),
        ("CDs", "sˌidˈiz"),
        ("GPUs", "ʤˌipˌijˈuz"),
        ("HTML", "ˌAʧtˌiˌɛmˈɛl"),
        ("xkcd", "ˌɛkskˌAsˌidˈi"),
        ("iPhone", "ˈIfˌOn"),
        ("YouTube", "jˈutˌub"),
        ("OpenAI", "ˌOpᵊnˌAˈI"),
        ("camelCase", "kˈæmᵊlkˌAs"),
        ("x", "ˈɛks"),
        ("W", "dˈʌbᵊlju"),
    ],
)
def test_acronyms_letters_and_camel_case(word: str, expected: str) -> None:
    assert spoken(word) == expected


def test_capitals_are_acronyms_only_in_a_sentence_that_is_not_shouted() -> None:
    assert spoken("TELL US THE TRUTH NOW!") == spoken("tell us the truth now!")
    assert sound_of("US", "He came to the US in spring.") == "jˌuˈɛs"
    assert sound_of("IT", "the IT department") == "ˌItˈi"
    assert sound_of("REALLY", "I REALLY like it.") == sound_of("really", "I really like it.")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("don't", "dˈOnt"),
        ("he'll", "hil"),
        ("they've", "ðAv"),
        ("cat's", "kˈæts"),
        ("dog's", "dˈɔɡz"),
        ("James's", "ʤˈAmzᵻz"),
        ("dogs'", "dˈɔɡz"),
        ("livin'", "lˈɪvɪn"),
        ("café", "kæfˈA"),
        ("résumé", "ɹˈɛzəmˌA"),
        ("Gdańsk", "ɡdˈænsk"),
        ("Wi-Fi", "wˈIfˌI"),
        ("x-ray", "ˈɛksɹˌA"),
        ("αβ", "ˈælfəbˈAɾə"),
    ],
)
def test_contractions_possessives_accents_and_hyphens(word: str, expected: str) -> None:
    assert spoken(word) == expected


@pytest.mark.parametrize(
    ("text", "n_words"), [("well-known", 2), ("jack-in-the-box", 1), ("a-b-c-d-e", 5)]
)
def test_hyphenated_words_are_one_entry_or_their_parts(text: str, n_words: int) -> None:
    assert len(US.words(text)) == n_words


def test_british_words_and_linking_r() -> None:
    assert spoken("The car is far.", GB) == "ðə kˈɑːɹ ɪz fˈɑː ."
    assert spoken("hello water", GB) == "həlˈQ wˈɔːtə"
    assert sound_of("far", "far away", GB) == "fˈɑːɹ"
    assert sound_of("idea", "the idea is", GB).endswith("ə")


def test_an_expansion_keeps_its_source_on_the_first_word() -> None:
    words = US.words("It costs $3.50.")
    assert [w.text for w in words] == ["It", "costs", "$3.50", "", "", "", "", "."]
    assert words[2] == Word("$3.50", "θɹˈi")


def test_marks_in_a_row_become_the_strongest_and_none_is_first() -> None:
    assert [w.phones for w in US.words("... (yes), no?!")][-1] == "?"
    words = US.words("— yes), no")
    assert words[0].phones == "jˈɛs"
    assert [w.phones for w in words if w.is_punctuation] == [","]


def test_the_user_lexicon_overrides_everything() -> None:
    own = UserLexicon({"nasa": ("nˈɑzə",), "Dr": ("dˈɪɹ",), "gif": ("ʤˈɪf", "fˈɪʤ")})
    g2p = EnglishG2P("us", own)
    assert spoken("NASA", g2p) == "nˈɑzə"
    assert [w.text for w in g2p.words("a gif here")] == ["a", "gif", "", "here"]
    assert spoken("the cat", g2p) == spoken("the cat")


def test_an_unknown_accent_is_refused() -> None:
    with pytest.raises(TextError, match="'au'"):
        EnglishG2P("au")


def test_a_script_without_letter_names_is_an_error_that_shows_it() -> None:
    with pytest.raises(TextError, match="你"):
        US.words("hello 你")


def test_text_without_words_has_no_words() -> None:
    assert US.words("") == US.words(" \n") == US.words("\"'`|\\") == []


HARD_TEXT = """
Dr. O'Neill (b. 1962) paid $1,234.56 — 12% of €10k — to AT&T on 3/4/2026 at 5:30pm; see
https://example.org/~a_b?x=1#y or mail <a.b@c.de>. "Who's there?!" 👩‍👩‍👧 🇬🇧 №5 ½ x² ∞ ≈ 100 °C
Ångström's café, naïve Zoë & Łódź... ﬁne ＡＢＣ ١٢٣ e.g. 'twas C++/C# foo_bar.baz v2.0 #tag @me
"""


@pytest.mark.parametrize("g2p", [US, GB], ids=["us", "gb"])
def test_all_phones_of_a_hard_text_are_in_the_inventory(g2p: EnglishG2P) -> None:
    words = g2p.words(HARD_TEXT)
    assert len(words) > 100
    for word in words:
        assert phones.read_word(word.phones)
        assert not any(c.isspace() for c in word.phones)


def test_time_is_linear_in_the_length_of_a_text() -> None:
    text = "The quick brown fox, who lives in the U.S., read 25% of his records. "

    def seconds(n: int) -> float:
        started = time.process_time()
        EnglishG2P("us").words(text * n)
        return time.process_time() - started

    seconds(10)
    assert seconds(800) < 24 * seconds(100) + 0.2
