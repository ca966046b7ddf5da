"""The data engine: shards, parts, kills, resumption, rejections, reports and merged corpora."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from steptts.distill import corpus_report  # noqa: E402
from steptts.distill import make_corpus as making  # noqa: E402
from steptts.distill.checks import (  # noqa: E402
    Judges,
    Limits,
    is_heard,
    judged,
    pitch_distance,
)
from steptts.distill.corpus import Corpus  # noqa: E402
from steptts.distill.edits import NEUTRAL, RAPPED, SHAPED, SUNG, Edit  # noqa: E402
from steptts.distill.make_corpus import CorpusJob, make_corpus, shard_rows  # noqa: E402
from steptts.distill.merge import joined_speakers, merge  # noqa: E402
from steptts.distill.recipes import Recipe, write_recipes  # noqa: E402
from steptts.distill.render import Rendering  # noqa: E402
from steptts.distill.speakers import Speaker  # noqa: E402
from steptts.errors import BackendError, StepTTSError, TextError  # noqa: E402
from steptts.evaluate.heard_phones import heard_errors  # noqa: E402
from steptts.evaluate.recognizer import Transcript  # noqa: E402
from steptts.text.frontend import to_utterances  # noqa: E402
from steptts.text.phones import read  # noqa: E402
from tests.distill.made_speech import utterance  # noqa: E402

N = 12


class Killed(Exception):
    """Stands for a kill."""


@pytest.fixture(autouse=True)
def undrawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures take seconds each; one test draws."""

    def refuse(*args: object) -> Path:
        raise BackendError("not drawn here")

    if "report_counts" not in request.node.name:
        monkeypatch.setattr(corpus_report, "draw", refuse)


@pytest.fixture
def job(tmp_path: Path) -> CorpusJob:
    """Twelve recipes of two speakers, whose packs are noise."""
    packs = tmp_path / "packs"
    packs.mkdir()
    for number, name in enumerate(("af_one", "am_two")):
        style = np.random.default_rng(number).standard_normal((510, 256)).astype("<f4")
        style.tofile(packs / f"{name}.bin")
    speakers = [
        Speaker(own, ((pack, 1.0),), {"en": ((pack, 1.0),), "zh": ((pack, 1.0),)}, "en")
        for own, pack in (("one", "af_one"), ("two", "am_two"))
    ]
    write_recipes([utterance(i)[0] for i in range(N)], speakers, tmp_path / "recipes")
    return CorpusJob(
        tmp_path / "recipes", Path("unused"), packs, tmp_path / "corpus", jobs=0, part_seconds=0
    )


class Teacher:
    """Renders pairs of utterances of a known seed, as a teacher would; may be killed or silent."""

    def __init__(self, killed_after: int | None = None, silent: tuple[int, ...] = ()) -> None:
        self.killed_after, self.silent, self.asked = killed_after, silent, 0

    def __call__(
        self, job: CorpusJob, speakers: list[Speaker], recipes: list[Recipe]
    ) -> Iterator[list[Rendering]]:
        self.asked = len(recipes)
        for first in range(0, len(recipes), 2):
            if self.killed_after is not None and first >= self.killed_after:
                raise Killed
            yield [self._rendering(recipes, first + k) for k in range(len(recipes[first:][:2]))]

    def _rendering(self, recipes: list[Recipe], index: int) -> Rendering:
        number = int(recipes[index].text_id)
        made = replace(utterance(number)[1], index=index)
        if number in self.silent:
            quiet = np.full_like(made.loudness, -70)
            made = replace(made, samples=np.zeros_like(made.samples), loudness=quiet)
        return made


def contents(folder: Path) -> list[tuple[str, bytes]]:
    """Speaker's name and samples of every utterance, in an order of their own."""
    patches = np.load(folder / "n_patches.npy").astype(int)
    samples = np.split(np.load(folder / "samples.npy"), np.cumsum(patches)[:-1] * 480)
    names = json.loads((folder / "speaker_names.json").read_text())
    speakers = np.load(folder / "speaker.npy")
    return sorted((names[k], own.tobytes()) for k, own in zip(speakers, samples, strict=True))


def test_shards_are_disjoint_and_complete() -> None:
    for n in (1, 3, 5, 20):
        rows = [row for i in range(n) for row in shard_rows(N, f"{i}/{n}")]
        assert sorted(rows) == list(range(N))


@pytest.mark.parametrize("shard", ["2/2", "1", "-1/2", "a/b", "0/0"])
def test_a_shard_that_is_none_is_refused(shard: str) -> None:
    with pytest.raises(TextError, match="i/n"):
        shard_rows(N, shard)


def test_a_killed_corpus_goes_on_and_ends_as_an_unbroken_one(job: CorpusJob) -> None:
    whole = replace(job, folder=job.folder.with_name("whole"))
    make_corpus(whole, Teacher())
    with pytest.raises(Killed):
        make_corpus(job, Teacher(killed_after=6))
    assert not (job.folder / "n_patches.npy").exists()
    assert len(list((job.folder / "parts").iterdir())) == 3
    (job.folder / "parts" / ".00003").mkdir()  # a part that the kill tore
    second = Teacher()
    report = make_corpus(job, second)
    assert second.asked == N - 6
    assert report["utterances"] == N
    assert contents(job.folder) == contents(whole.folder)
    assert not list((job.folder / "parts").iterdir())
    loaded = Corpus(job.folder, "cpu", waves=True, seed=0, held_out=2)
    assert loaded.samples is not None
    assert len(loaded.samples) == int(loaded.n_patches.sum()) * 480


def test_a_finished_corpus_is_not_rendered_again_and_may_grow(job: CorpusJob) -> None:
    make_corpus(replace(job, shard="0/2"), Teacher())
    again = Teacher()
    make_corpus(replace(job, shard="0/2"), again)
    assert again.asked == 0
    np.save(job.folder / "ids.npy", np.zeros((6 * 10, 5), np.int16))
    assert make_corpus(replace(job, shard="1/2"), Teacher())["utterances"] == N
    assert not (job.folder / "ids.npy").exists()  # they were those of half a corpus


def test_a_kill_while_joining_loses_nothing(
    job: CorpusJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: Path, target: Path) -> Path:
        if self.name == "plan.npy":
            raise Killed
        return Path(replaced(self, target))

    replaced = Path.replace
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            make_corpus(job, Teacher())
    after = Teacher()
    assert make_corpus(job, after)["utterances"] == N
    assert after.asked == 0
    assert not (job.folder / ".joined").exists()


def test_other_recipes_need_another_folder(job: CorpusJob, tmp_path: Path) -> None:
    make_corpus(job, Teacher())
    with pytest.raises(StepTTSError, match="other recipes"):
        make_corpus(replace(job, sound=False), Teacher())


def test_the_report_counts_hours_and_rejections(job: CorpusJob) -> None:
    pytest.importorskip("matplotlib")
    report = make_corpus(job, Teacher(silent=(1, 4)))
    assert report["rejected"] == {"silent": 2}
    assert report["rejected_share"] == pytest.approx(2 / N, abs=1e-4)
    assert report["judges"] == "none: words and naturalness were not judged"
    by_voice = report["hours_by_voice"]
    assert isinstance(by_voice, dict)
    assert set(by_voice) == {"one", "two"}
    assert sum(by_voice.values()) == pytest.approx(10 * 1.2 / 3600, abs=3e-4)
    written = json.loads((job.folder / "report.json").read_text())
    assert written == json.loads(json.dumps(report))
    assert (job.folder / "report.png").read_bytes()[:4] == b"\x89PNG"


def test_nothing_kept_is_an_error(job: CorpusJob) -> None:
    with pytest.raises(StepTTSError, match="silent"):
        make_corpus(job, Teacher(silent=tuple(range(N))))


def test_merged_shards_equal_the_whole(job: CorpusJob, tmp_path: Path) -> None:
    make_corpus(job, Teacher())
    halves = [tmp_path / "a", tmp_path / "b"]
    for i, half in enumerate(halves):
        make_corpus(replace(job, folder=half, shard=f"{i}/2"), Teacher(silent=(3,)))
    np.save(halves[0] / "ids.npy", np.zeros((60, 5), np.int16))
    report = merge(tmp_path / "both", halves)
    assert report["utterances"] == N - 1
    assert report["rejected"] == {"silent": 1}
    assert (report["ids"], report["ids_in"]) == (False, 1)
    assert set(contents(tmp_path / "both")) < set(contents(job.folder))
    with pytest.raises(StepTTSError, match="already"):
        merge(tmp_path / "both", halves)
    with pytest.raises(StepTTSError, match="render"):
        merge(tmp_path / "new", [tmp_path / "nothing"])


def test_speakers_are_matched_by_name_and_embedding() -> None:
    a, b, c = np.eye(3, dtype=np.float32)
    names, rows, places = joined_speakers(
        [
            (["ava", "mix"], np.stack([a, b])),
            (["mix", "ava"], np.stack([c, a])),  # another voice under a known name
            (["", ""], np.stack([b, c])),  # an older corpus without names
        ]
    )
    assert names == ["ava", "mix", "mix-2"]
    np.testing.assert_array_equal(rows, np.eye(3))
    assert [place.tolist() for place in places] == [[0, 1], [2, 0], [1, 2]]


class Told:
    """Judges that hear and like what they are told to."""

    def __init__(self, text: str, liked: float) -> None:
        self.text, self.liked, self.n_heard = text, liked, 0

    def transcribe(
        self, waveform: np.ndarray, sample_rate: int, language: str, *, timed: bool = False
    ) -> Transcript:
        self.n_heard += 1
        return Transcript(self.text)

    def score(self, waveform: np.ndarray, sample_rate: int) -> float:
        return self.liked


def spoken(text: str, kind: str = NEUTRAL, language: str = "en") -> tuple[Recipe, Rendering]:
    """Made speech under the phones of a text."""
    recipe, rendering = utterance(3)
    [said] = to_utterances(text, language=language)
    phones = read(said.words)
    arrays = (np.array(x) for x in (phones.symbols, phones.marks, phones.starts))
    symbols, marks, starts = arrays
    edit = Edit(kind)
    recipe = replace(
        recipe, symbols=symbols, marks=marks, starts=starts, edit=edit, language=language
    )
    return recipe, rendering


def verdict(recipe: Recipe, rendering: Rendering, told: Told) -> str:
    return judged(recipe, rendering, Judges(told, told), Limits()).reason


def test_words_and_naturalness_decide_with_their_own_limits() -> None:
    text = "Two hens sat there."
    assert verdict(*spoken(text), Told("2 hens sat, their.", 4.0)) == ""
    assert verdict(*spoken(text), Told("Two hens sat here.", 4.0)) == ""  # one is forgiven
    assert verdict(*spoken(text), Told("Too hens cat here.", 4.0)) == "words"
    assert verdict(*spoken(text), Told("", 4.0)) == "words"
    assert verdict(*spoken(text), Told(text, 3.5)) == "naturalness"
    assert verdict(*spoken(text, RAPPED), Told(text, 3.5)) == ""
    sung = Told("nothing alike", 3.3)
    assert verdict(*spoken(text, SUNG), sung) == ""
    assert sung.n_heard == 0


def test_no_recogniser_that_knows_standard_tones_alone_judges_an_accent() -> None:
    told = Told("没有一个字对", 4.0)
    assert verdict(*spoken("他在家里说话。", "sichuanese", "zh"), told) == ""
    assert told.n_heard == 0
    assert verdict(*spoken("他在家里说话。", language="zh"), told) == "words"


def test_mandarin_homophones_are_no_errors_and_tones_are() -> None:
    recipe, _ = spoken("他在家里。", language="zh")
    phones = (recipe.symbols.tolist(), recipe.marks.tolist(), recipe.starts.tolist())
    assert heard_errors(*phones, "她在家里", "zh").total == 0
    assert heard_errors(*phones, "他在夹里", "zh").total > 0


def test_pitch_off_its_label_is_rejected() -> None:
    recipe, rendering = utterance(5)
    waveform = rendering.samples.astype(np.float32) / 32768
    assert pitch_distance(waveform, rendering.f0)[0] < 10
    higher = replace(rendering, f0=rendering.f0 * np.float32(1.06))  # a semitone
    assert judged(recipe, higher, None, Limits()).reason == "pitch"
    assert judged(recipe, rendering, None, Limits()).reason == ""


def test_edited_utterances_are_always_heard_and_others_by_share() -> None:
    plain, _ = utterance(0)
    rows = [is_heard(plain, row, 0.25) for row in range(400)]
    assert rows == [is_heard(plain, row, 0.25) for row in range(400)]
    assert 60 < sum(rows) < 140
    assert is_heard(replace(plain, edit=Edit(SHAPED)), 0, 0.0)
    assert is_heard(replace(plain, speed=1.4), 0, 0.0)


def test_only_heard_utterances_meet_the_judges(
    job: CorpusJob, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = Told("", 1.0)
    monkeypatch.setattr(making, "load_judges", lambda folder: Judges(told, told))
    report = make_corpus(replace(job, judges=tmp_path, check_share=0.5), Teacher())
    expected = sum(is_heard(utterance(i)[0], i, 0.5) for i in range(N))
    assert 0 < expected < N
    assert report["heard_by_judges"] == expected
    assert report["rejected"] == {"naturalness": expected}
