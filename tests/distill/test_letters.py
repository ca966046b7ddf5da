"""The trainer of the letter-to-sound network: a tiny training, its file, its measure."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from steptts.distill import letters  # noqa: E402
from steptts.distill.letter_rules import by_rules  # noqa: E402

CONFIG = letters.LettersConfig(letter_size=8, encoder_size=16, label_size=8, decoder_size=24)
LABELS = ["", "b", "k", "t", "ˈæ"]
EXAMPLES = [
    letters.Example("cat", "kˈæt", "us", ("k", "ˈæ", "t")),
    letters.Example("bat", "bˈæt", "us", ("b", "ˈæ", "t")),
    letters.Example("tack", "tˈæk", "us", ("t", "ˈæ", "", "k")),
    letters.Example("back", "bˈæk", "gb", ("b", "ˈæ", "", "k")),
]


def trained(n_epochs: int) -> tuple[letters.LettersNet, list[float]]:
    torch.manual_seed(0)
    net = letters.LettersNet(len(LABELS), CONFIG)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    batches = letters._batches(EXAMPLES, 2, random.Random(0))
    losses = [letters._epoch(net, batches, LABELS, optimizer, schedule) for _ in range(n_epochs)]
    return net, losses


def test_the_network_learns_four_words() -> None:
    _, losses = trained(40)
    assert losses[-1] < 0.5 * losses[0]


def test_saved_weights_are_loaded_again_but_for_rounding(tmp_path: Path) -> None:
    net, _ = trained(2)
    letters.save(net, LABELS, CONFIG, tmp_path / "net.safetensors")
    other, labels = letters.load(tmp_path / "net.safetensors", CONFIG)
    assert labels == LABELS
    for name, value in net.state_dict().items():
        step = float(value.abs().max()) / 127
        assert torch.allclose(other.state_dict()[name], value, atol=step), name


def test_batches_hold_words_of_one_length_and_lose_none() -> None:
    batches = letters._batches(EXAMPLES, 1, random.Random(3))
    assert sorted(e.letters for b in batches for e in b) == ["back", "bat", "cat", "tack"]
    joined = letters._batches(EXAMPLES, 10, random.Random(3))
    assert sorted(tuple({len(e.letters) for e in batch}) for batch in joined) == [(3,), (4,)]


def test_the_rate_warms_up_stays_and_falls_to_zero() -> None:
    config = letters.LettersConfig(n_warm_up_steps=10, decay_share=0.5)
    rates = [letters._rate(step, 100, config) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[20] == rates[50] == 1.0
    assert rates[75] == pytest.approx(0.5)
    assert rates[100] == 0.0


def test_labels_are_given_one_letter_later() -> None:
    index = {label: i for i, label in enumerate(LABELS)}
    ids, previous, truth = letters.collate(EXAMPLES[:1], index)
    assert ids.shape == previous.shape == truth.shape == (1, 5)
    assert truth[0].tolist() == [-100, 2, 4, 3, -100]
    assert previous[0].tolist() == [0, 0, 3, 5, 0]


@pytest.mark.parametrize(
    ("said", "wanted", "distance"),
    [("abc", "abc", 0), ("abc", "axc", 1), ("", "ab", 2), ("ab", "b", 1)],
)
def test_edit_distance(said: str, wanted: str, distance: int) -> None:
    assert letters.edit_distance(tuple(said), tuple(wanted)) == distance


def test_the_score_takes_the_nearest_of_several_answers() -> None:
    result = letters.score(["kˈæt", "bæt"], [{"kˈæt", "kˈɑt"}, {"bˈæt"}])
    assert result["word_accuracy"] == 0.5
    assert result["phone_error_rate"] == pytest.approx(1 / 6)
    assert result["word_accuracy_without_stress"] == 1.0


def test_the_rule_table_reads_regular_words() -> None:
    assert by_rules("cat") == "kˈæt"
    assert by_rules("make") == "mˈAk"
    assert by_rules("phone") == "fˈOn"
