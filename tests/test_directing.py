"""Tags and wishes act on what is planned, in the right order; on a fake model."""

from collections.abc import Iterator

import pytest

from steptts import TTS, Score, ScoreError, TagError, TagWarning, TextError
from steptts.styles import styled
from steptts.text.tag_table import TAGS
from tests import fakes

TEXT = "Hello there, you."


def texts(score: Score) -> list[str]:
    return [part.text for part in score.parts]


def test_a_tag_is_heard_and_not_spoken(tts: TTS) -> None:
    plain, sad = tts.score(TEXT), tts.score(f"(sad) {TEXT}")
    assert [p.symbol for p in sad.phones] == [p.symbol for p in plain.phones]
    assert sad.duration > 1.1 * plain.duration
    assert sad.phones == styled(plain, "sad").phones


def test_strength_and_scope_are_kept(tts: TTS) -> None:
    score = tts.score("(happy:0.5) One two. (neutral) One two. (happy) One two.")
    weak, plain, full = score.split()
    assert weak.duration > full.duration
    assert full.phones == styled(plain, "happy").phones
    assert weak.phones == styled(plain, "happy", 0.5).phones


def test_tags_of_several_groups_act_together(tts: TTS) -> None:
    both = tts.score(f"(sad)(slow2) {TEXT}").duration
    assert both > tts.score(f"(sad) {TEXT}").duration > tts.score(TEXT).duration
    assert both > tts.score(f"(slow2) {TEXT}").duration


def test_tags_hold_across_pieces_of_a_stream(tts: TTS) -> None:
    def pieces() -> Iterator[str]:
        yield from ("(sad)", " One two. ", "Three four.")

    scores = [audio.score for audio in tts.stream(pieces())]
    wanted = [tts.score("(sad) One two.").duration, tts.score("(sad) Three four.").duration]
    assert [score.duration for score in scores if score] == pytest.approx(wanted)


def test_a_sentence_that_goes_on_over_a_tag_has_no_full_stop_in_it(tts: TTS) -> None:
    score = tts.score("so (sad) it goes")
    assert [p.symbol for p in score.phones if not p.is_speech and p.symbol != "_"] == [",", "."]
    assert texts(score) == ["so", "it goes"]
    assert [word.text for word in score.words_timed] == ["so", "it", "goes"]


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_speed_is_met_within_a_millisecond(tts: TTS, speed: float) -> None:
    for text in (TEXT, f"(angry) {TEXT}", "One. Two. Three."):
        assert tts.score(text, speed=speed).duration == pytest.approx(
            tts.score(text).duration / speed, abs=1e-3
        )


@pytest.mark.parametrize("duration", [1.6, 2.0, 3.0])
def test_a_window_is_met_and_its_pauses_stay_exact(tts: TTS, duration: float) -> None:
    audio = tts.speak("Hello there. [pause 0.5s] How are you?", duration=duration)
    assert audio.duration == pytest.approx(duration, abs=2e-3)
    there, how = audio.words[1:3]
    assert how.start - there.end == pytest.approx(0.5, abs=2e-3)


def test_a_window_that_cannot_be_met_says_what_can(tts: TTS) -> None:
    with pytest.raises(ScoreError, match=r"takes \d\.\d\d s by itself"):
        tts.speak(TEXT, duration=30)
    with pytest.raises(ScoreError, match="duration -1"):
        tts.speak(TEXT, duration=-1)


def test_a_score_takes_the_same_wishes(tts: TTS) -> None:
    score = tts.score(TEXT)
    assert tts.speak(score, duration=2.0).duration == pytest.approx(2.0, abs=1e-3)
    louder = tts.speak(score, energy=3.0).score
    assert louder is not None
    assert louder.phones[2].energy == score.phones[2].energy + 3.0


def test_exact_pauses_stay_exact_under_emotion_and_speed(tts: TTS) -> None:
    audio = tts.speak("(sad) One. [pause 0.8s] (excited) Two.", speed=1.5)
    one, two = audio.words
    assert two.start - one.end == pytest.approx(0.8, abs=1e-3)


def test_a_tag_before_a_pause_alone_is_no_error(tts: TTS) -> None:
    with pytest.warns(TagWarning, match="nothing"):
        audio = tts.speak("One. (sad) [pause 1s] (happy) Two. (calm)")
    assert [word.text for word in audio.words] == ["One", "Two"]


def test_an_unknown_tag_is_an_error_or_a_warning(tts: TTS) -> None:
    with pytest.raises(TagError, match="happy"):
        tts.speak("(hapy) Hello.")
    with pytest.warns(TagWarning, match="hapy"):
        audio = tts.speak("(hapy) Hello.", strict=False)
    assert [word.text for word in audio.words] == ["Hello"]


def test_what_this_model_cannot_do_is_refused_and_never_read_aloud(tts: TTS) -> None:
    with pytest.raises(TagError, match=r"\(korean\) is not available in the embedded model"):
        tts.speak("(韩语) Hello.")


def test_nothing_but_tags_is_nothing_to_speak(tts: TTS) -> None:
    with pytest.raises(TextError, match="nothing to speak"):
        tts.speak("(happy)(fast)")


def test_british_and_american_change_the_sounds(tts: TTS) -> None:
    american, british = tts.score("(american) bath"), tts.score("(british) bath")
    assert [p.symbol for p in american.phones] != [p.symbol for p in british.phones]


def test_dialects_are_made_before_planning(tts: TTS) -> None:
    plain, there = tts.score("是你。"), tts.score("（四川话）是你。")
    assert [p.symbol for p in plain.phones] != [p.symbol for p in there.phones]


def test_a_melody_is_sung_over_all_sentences_of_its_stretch(tts: TTS) -> None:
    score = tts.score("(sing) One two. Three four. (speak) Five.", melody="C4 D4 E4 F4", bpm=120)
    sung = [round(note.pitch) for note in score.notes if note.pitch is not None]
    assert [pitch - sung[0] for pitch in sung] == [0, 2, 4, 5]
    assert tts.score("One two three four.", melody="C4 D4 E4 F4").notes
    assert all(note.pitch is None for note in tts.score("(rap) One two three.").notes)


def test_every_tag_that_is_said_to_act_here_changes_the_score(tts: TTS) -> None:
    words = "他们是这里的朋友，吃饭 bath tomato 25"
    plain = tts.score(words, language="zh")
    for tag in tts.tags:
        made = tts.score(f"({tag.name}) {words}", language="zh")
        if tag.published == ("",) or tag.name == "chinese":
            assert made.phones == plain.phones
        else:
            assert made.phones != plain.phones, tag.name


def test_the_tags_of_a_model_are_those_that_act_in_it(tts: TTS) -> None:
    assert {tag.name for tag in tts.tags} == {tag.name for tag in TAGS if tag.embedded}


def test_the_first_sentence_is_ready_before_the_second_is_planned(
    tts: TTS, engine: fakes.FakeEngine
) -> None:
    stream = tts.stream("(happy) First one. Second one.")
    next(stream)
    assert not any("Second" in call for call in engine.calls)
