"""Sentences and clauses by table; nothing is lost; linear."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steptts.text.split import MAX_SENTENCE_LENGTH, best_cut, split_clauses, split_sentences

# "|" marks where a sentence begins.
SENTENCES = """
Hello there. |How are you? |Fine!
Dr. Smith met Mrs. Jones. |They talked.
It costs $3.14 or 1,000.50 dollars. |Cheap!
Visit example.com or https://a.b/c?d=e.f today. |Ok.
Version 3.11.2 is out. |Get it.
J. K. Rowling wrote it. |I did too. |So did I. |We all did.
He said no. |She left.
No. 5 is alive. |Fig. 3 shows it.
At 5 p.m. we left. |At 6 a.m. |He came.
Use apples, e.g. Fuji, i.e. red ones. |Fine.
"Really?" she asked. |"Yes." |He nodded.
He left (finally!). |Good.
Wait... what? |Wait... |What?
Stop!!! |Now?! |Yes.
The U.S. is big. |We know.
你好。|今天天气不错！|真的吗？
“你好。”|他说。|“再见！”
他说：“走吧。”|我们走了。
价格是3.14元。|很便宜。
好……走吧。
我用Python 3.11。|很好。
1. First item
end of it. |and lower case too. |ok.
"""


def sentences(text: str) -> list[str]:
    return list(split_sentences(text))


@pytest.mark.parametrize("marked", SENTENCES.strip().splitlines())
def test_a_sentence_ends_where_the_table_says(marked: str) -> None:
    assert sentences(marked.replace("|", "")) == marked.split("|")


def test_a_blank_line_ends_a_sentence() -> None:
    assert sentences("A title\n\nsome text") == ["A title\n\n", "some text"]


def test_a_line_that_goes_on_in_lower_case_was_only_wrapped() -> None:
    assert sentences("this is\nwrapped, and\nmore.\nNew line") == [
        "this is\nwrapped, and\nmore.\n",
        "New line",
    ]


def test_list_items_are_sentences() -> None:
    assert sentences("1. One\n2. Two") == ["1. One\n", "2. Two"]


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("If so, then go; or stay: here.", ["If so, ", "then go; ", "or stay: ", "here."]),
        ("共1,000元，明天15:30见", ["共1,000元，", "明天15:30见"]),
        ("see http://a.b, ok", ["see http://a.b, ", "ok"]),
        ("one - two — three", ["one - ", "two — ", "three"]),
        ("a well-known fact", ["a well-known fact"]),
        ("红、黄、蓝", ["红、", "黄、", "蓝"]),
    ],
)
def test_clauses_end_after_their_marks_but_not_inside_numbers(
    sentence: str, clauses: list[str]
) -> None:
    assert split_clauses(sentence) == clauses


HOSTILE = st.text(alphabet="ab A.!?。！？…,，;:-—\n \"'”）1我é", max_size=600)


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_the_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(split_sentences(text)) == text
    assert "".join(split_clauses(text)) == text


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
def test_no_piece_is_empty_or_over_the_cap(text: str) -> None:
    for piece in split_sentences(text):
        assert piece
        assert len(piece.rstrip()) <= MAX_SENTENCE_LENGTH


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab ,，", min_size=2, max_size=80))
def test_a_cut_leaves_two_pieces(text: str) -> None:
    assert 0 < best_cut(text) < len(text)


def test_a_long_sentence_is_cut_after_a_clause() -> None:
    text = "some words in a row, " * 20
    assert all(piece.endswith(", ") for piece in sentences(text))


@pytest.mark.parametrize(
    "unit", [".", "a. ", "!", "…", '"', ",", "a", "我", "\n", "\n a", "Dr. ", "1.", "a" * 39 + " "]
)
def test_a_megabyte_is_split_within_seconds(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.perf_counter()
    assert sum(map(len, split_sentences(text))) == len(text)
    assert time.perf_counter() - start < 10  # 0.01 to 1.5 s alone on one core
