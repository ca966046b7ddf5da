"""Oracle lanes: what a corpus says, what each lane is made of, and what is counted."""

from pathlib import Path

import numpy as np
import pytest

from steptts.embedded.engine import Embedded
from steptts.errors import AudioError
from steptts.evaluate.heard_phones import heard_errors, spoken_tokens, written_words
from steptts.evaluate.labelled import read_corpus
from steptts.evaluate.lanes import CHAIN, DECODER, LANES, VOCODER, lane_figures, log_mel
from steptts.evaluate.lanes import spoken_lanes as lanes_of
from steptts.evaluate.recognizer import Transcript
from steptts.loading import SHIPPED, load_model
from steptts.text.frontend import to_utterances
from steptts.text.phones import read

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three made utterances of two speakers."""
    from steptts.distill.prepare import prepare, write_corpus
    from tests.distill.made_speech import utterance

    made = [utterance(i) for i in range(3)]
    out: Path = tmp_path_factory.mktemp("corpus")
    embeddings = np.random.default_rng(0).standard_normal((2, 256)).astype(np.float32)
    write_corpus([prepare(*pair) for pair in made], [r for r, _ in made], embeddings, out)
    return out


@pytest.fixture(scope="module")
def model() -> Embedded:
    engine = load_model(SHIPPED).engine
    assert isinstance(engine, Embedded)
    return engine


@pytest.mark.parametrize(
    ("text", "language"),
    [("The thing, 2 rates: we stay!", "en"), ("他在家里，不一样。", "zh"), ("我爱 pizza！", "zh")],
)
def test_words_written_from_phones_are_read_back(text: str, language: str) -> None:
    for utterance in to_utterances(text, language=language):
        phones = read(utterance.words)
        words = written_words(phones.symbols, phones.marks, phones.starts)
        assert read(words) == phones


def test_words_are_compared_as_they_sound() -> None:
    phones = read(to_utterances("Two hens sat there.", language="en")[0].words)
    said = (phones.symbols, phones.marks, phones.starts)
    assert heard_errors(*said, "2 hens sat their", "en").total == 0
    assert heard_errors(*said, "2 hens sat", "en").deletions == 1
    assert heard_errors(*said, "...", "en").total == 4
    assert len(spoken_tokens(*said, "en")) == 4


def test_log_mel_is_that_of_training() -> None:
    from steptts.distill.corpus import LogMel

    samples = (0.1 * np.random.default_rng(0).standard_normal(240 * 60)).astype(np.float32)
    with torch.no_grad():
        twin = LogMel()(torch.from_numpy(samples)[None])[0].numpy()
    np.testing.assert_allclose(log_mel(samples), twin, atol=2e-3)


def test_a_corpus_gives_back_its_utterances(corpus: Path) -> None:
    from tests.distill.made_speech import utterance

    labelled = list(read_corpus(corpus))
    assert [said.voice.name for said in labelled] == ["speaker0", "speaker1", "speaker0"]
    for number, said in enumerate(labelled):
        recipe, rendering = utterance(number)
        assert said.symbols == recipe.symbols.tolist()
        np.testing.assert_allclose(said.samples, rendering.samples / 32768, atol=1e-6)
        assert len(said.frames.f0) * 240 == len(said.samples)
        assert len(said.frames.symbols) * 480 == len(said.samples)
    assert len(list(read_corpus(corpus, 2))) == 2


def test_a_folder_without_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="no corpus"):
        list(read_corpus(tmp_path))


def test_lanes_differ_and_keep_the_true_length(corpus: Path, model: Embedded) -> None:
    said = next(iter(read_corpus(corpus)))
    spoken = lanes_of(model, said)
    assert tuple(spoken) == LANES
    for lane in (VOCODER, DECODER):
        assert len(spoken[lane]) == len(said.samples)
    assert not np.allclose(spoken[VOCODER], spoken[DECODER])
    assert len(spoken[CHAIN]) > 4800
    true, made = (log_mel(spoken[lane])[20:100].mean() for lane in (LANES[0], VOCODER))
    assert abs(true - made) < 2.0  # nats; silence would be 5 away


class Judge:
    """Hears nothing; likes a lane by how often it was asked; all voices are one."""

    def __init__(self) -> None:
        self.asked = 0

    def transcribe(
        self, waveform: np.ndarray, sample_rate: int, language: str, *, timed: bool = False
    ) -> Transcript:
        return Transcript("")

    def score(self, waveform: np.ndarray, sample_rate: int) -> float:
        self.asked += 1
        return 5.0 - (self.asked - 1) % 4

    def embed(self, waveform: np.ndarray, sample_rate: int) -> np.ndarray:
        return np.array([1.0, 0.0], np.float32)


def test_every_lane_is_counted_against_the_one_before(corpus: Path, model: Embedded) -> None:
    judge = Judge()
    figures = lane_figures(model, read_corpus(corpus, 2), judge, judge, judge)
    by_name = {figure.name: figure.value for figure in figures}
    for place, lane in enumerate(LANES):
        assert by_name[f"{lane}: naturalness (DistillMOS)"] == 5.0 - place
        assert by_name[f"{lane}: word errors"] == 1.0
    assert by_name[f"{CHAIN}: naturalness lost"] == 1.0
    assert by_name[f"{VOCODER}: cosine to the teacher's voice"] == 1.0


def test_an_empty_corpus_is_no_perfect_score(model: Embedded) -> None:
    judge = Judge()
    with pytest.raises(AudioError, match="no utterance"):
        lane_figures(model, [], judge, judge, judge)
