"""Train the letter-to-sound network that ships in steptts/text/data.

    python -m steptts.distill.letters train      # about 11 CPU minutes; --resume goes on with it
    python -m steptts.distill.letters evaluate   # network and rule table on the held-out words

Data: the shipped lexicons (US and GB), entries that suffix rules do not give back, so regular
derivatives do not make the test easy. 2,000 US words are held out with their GB entries. Each
letter is aligned with the 0 to 2 phones that it stands for; the network reads the letters in both
directions and says the phones of each letter, knowing those it said before. Stress is part of the
phones.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import zlib
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import nn

from steptts.distill.letter_alignment import Scores, align, learn, split_phones
from steptts.distill.letter_rules import by_rules
from steptts.text.letters_to_sound import ALPHABET, WEIGHTS, LettersToSound
from steptts.text.lexicon import ACCENTS, load_packed

RUNS = Path("runs/letters")  # git-ignored
_IGNORED = -100  # label of the accent marks


@dataclass(frozen=True)
class LettersConfig:
    """Everything that decides the result."""

    letter_size: int = 48
    encoder_size: int = 96  # per direction
    label_size: int = 32
    decoder_size: int = 128
    dropout: float = 0.1
    label_dropout: float = 0.1  # previous phones hidden, so that an early error does not derail
    batch_size: int = 384
    n_epochs: int = 5
    learning_rate: float = 3e-3
    n_warm_up_steps: int = 300
    decay_share: float = 0.3  # of all steps, at the end, over which the rate falls to 0
    label_smoothing: float = 0.03
    n_british: int = 60_000  # GB entries in training, beside all US ones; they share most letters
    min_label_count: int = 10  # phones of one letter seen less often are noise
    n_alignment_words: int = 12_000
    n_held_out: int = 2_000
    n_threads: int = 1
    seed: int = 7


@dataclass(frozen=True)
class Example:
    """A word, its phones, and the phones of each letter."""

    letters: str
    phones: str
    accent: str
    chunks: tuple[str, ...]


def entries(accent: str) -> list[tuple[str, str]]:
    """Words of letters only and their phones; one primary stress, no acronyms, no homographs."""
    found = []
    for word, entry in load_packed(accent).entries():
        plain = word.isascii() and word.isalpha() and len(word) > 1 and not word.isupper()
        if plain and len(entry) == 1 and entry["DEFAULT"].count("ˈ") == 1:
            found.append((word.lower(), entry["DEFAULT"]))
    return sorted(set(found))


def examples(accent: str, config: LettersConfig) -> list[Example]:
    """Aligned words of an accent."""
    words = [(letters, split_phones(phones), phones) for letters, phones in entries(accent)]
    sample = random.Random(config.seed).sample(words, min(config.n_alignment_words, len(words)))
    scores: Scores = learn((letters, split) for letters, split, _ in sample)
    aligned = []
    for letters, split, phones in words:
        chunks = align(letters, split, scores)
        if chunks:
            joined = tuple("".join(c) for c in chunks)
            aligned.append(Example(letters, phones, accent, joined))
    return aligned


def split_data(config: LettersConfig) -> tuple[list[Example], list[Example], list[str]]:
    """Training examples of both accents, held-out US examples, and the labels."""
    by_accent = {accent: examples(accent, config) for accent in ACCENTS}
    words = sorted({e.letters for e in by_accent["us"]})
    # By checksum, so that a correction of the lexicon later on moves almost no word.
    held_out = set(sorted(words, key=lambda w: zlib.crc32(w.encode()))[: config.n_held_out])
    test, seen = [], set[str]()
    for example in by_accent["us"]:
        if example.letters in held_out and example.letters not in seen:
            seen.add(example.letters)
            test.append(example)
    order = random.Random(config.seed)
    british = order.sample(by_accent["gb"], min(config.n_british, len(by_accent["gb"])))
    train = [e for e in [*by_accent["us"], *british] if e.letters not in held_out]
    counts = Counter(chunk for e in train for chunk in e.chunks)
    labels = sorted(c for c, n in counts.items() if n >= config.min_label_count)
    known = set(labels)
    return [e for e in train if known.issuperset(e.chunks)], test, labels


class LettersNet(nn.Module):
    """Letters to labels, one label a letter. B words, T letters, shapes at line ends."""

    def __init__(self, n_labels: int, config: LettersConfig) -> None:
        """Build for ``n_labels`` labels; label 0 of the embedding is "none yet"."""
        super().__init__()
        size = config.encoder_size
        self.letters = nn.Embedding(len(ALPHABET) + len(ACCENTS), config.letter_size)
        self.encoder = nn.GRU(
            config.letter_size, size, num_layers=2, bidirectional=True, batch_first=True,
            dropout=config.dropout,
        )  # fmt: skip
        self.labels = nn.Embedding(n_labels + 1, config.label_size)
        self.decoder = nn.GRU(2 * size + config.label_size, config.decoder_size, batch_first=True)
        self.head = nn.Linear(config.decoder_size, n_labels)
        self.dropout = nn.Dropout(config.dropout)
        self.label_dropout = config.label_dropout
        self.label_smoothing = config.label_smoothing

    def forward(self, letters: torch.Tensor, previous: torch.Tensor) -> torch.Tensor:
        """Logits [B, T, labels] with the true previous labels given (teacher forcing)."""
        encoded, _ = self.encoder(self.dropout(self.letters(letters)))  # [B, T, 2 size]
        if self.training:
            hidden = torch.rand(previous.shape) < self.label_dropout
            previous = previous.masked_fill(hidden, 0)
        said = self.labels(previous)  # [B, T, label_size]
        states, _ = self.decoder(torch.cat([self.dropout(encoded), said], dim=-1))
        logits: torch.Tensor = self.head(self.dropout(states))
        return logits


def collate(
    batch: list[Example], index: dict[str, int]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Letters with the accent in front and behind, previous labels, true labels, all [B, T].

    All words of a batch have the same length, so nothing is padded.
    """
    letters, previous, truth = [], [], []
    for example in batch:
        accent = len(ALPHABET) + ACCENTS.index(example.accent)
        labels = [index[c] for c in example.chunks]
        letters.append([accent, *(ALPHABET.index(c) for c in example.letters), accent])
        previous.append([0, 0, *(label + 1 for label in labels[:-1]), 0])
        truth.append([_IGNORED, *labels, _IGNORED])
    return torch.tensor(letters), torch.tensor(previous), torch.tensor(truth)


def train(config: LettersConfig, resume: bool = False) -> None:
    """Train, write the weights that ship, and log to ``runs/letters``.

    Args:
        config: sizes and schedule.
        resume: go on after the epochs in the log, from the weights saved after each epoch. Adam's
            moments are not saved; they settle within some hundred steps.
    """
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.n_threads)
    data, _, labels = split_data(config)
    RUNS.mkdir(parents=True, exist_ok=True)
    n_done = len((RUNS / "log.jsonl").read_text().splitlines()) if resume else 0
    if resume:  # the lexicon, and so the labels, may have changed a little since
        net, labels = load(RUNS / "latest.safetensors", config)
        data = [e for e in data if set(labels).issuperset(e.chunks)]
    else:
        net = LettersNet(len(labels), config)
    optimizer = torch.optim.AdamW(net.parameters(), lr=config.learning_rate, weight_decay=0.01)
    n_steps = len(_batches(data, config.batch_size, random.Random(0)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _rate(step + n_done * n_steps, config.n_epochs * n_steps, config)
    )
    with (RUNS / "log.jsonl").open("a" if resume else "w") as log:
        for epoch in range(n_done, config.n_epochs):
            order = random.Random(config.seed + epoch)
            started = time.process_time()
            loss = _epoch(
                net, _batches(data, config.batch_size, order), labels, optimizer, schedule
            )
            row = {"epoch": epoch, "loss": loss, "cpu_s": time.process_time() - started}
            log.write(json.dumps(row) + "\n")
            log.flush()
            save(net, labels, config, RUNS / "latest.safetensors")
    save(net, labels, config, WEIGHTS)


def _rate(step: int, n_steps: int, config: LettersConfig) -> float:
    """Share of the learning rate: warm-up, plateau, linear fall to 0."""
    falling = (n_steps - step) / (config.decay_share * n_steps)
    return max(0.0, min(1.0, (step + 1) / config.n_warm_up_steps, falling))


def _epoch(
    net: LettersNet,
    batches: list[list[Example]],
    labels: list[str],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> float:
    """One pass over the batches; the mean loss."""
    index = {label: i for i, label in enumerate(labels)}
    total = 0.0
    for batch in batches:
        letters, previous, truth = collate(batch, index)
        logits = net(letters, previous).flatten(0, 1)
        loss = nn.functional.cross_entropy(
            logits, truth.flatten(), ignore_index=_IGNORED, label_smoothing=net.label_smoothing
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += float(loss.detach())
    return total / len(batches)


def _batches(data: list[Example], size: int, order: random.Random) -> list[list[Example]]:
    """Batches of words of one length, in a new order each time."""
    by_length: dict[int, list[Example]] = {}
    for example in order.sample(data, len(data)):
        by_length.setdefault(len(example.letters), []).append(example)
    groups = by_length.values()
    batches = [group[i : i + size] for group in groups for i in range(0, len(group), size)]
    order.shuffle(batches)
    return batches


def save(net: LettersNet, labels: list[str], config: LettersConfig, path: Path) -> None:
    """Matrices as int8 with one float16 scale a row, vectors as float16."""
    tensors: dict[str, np.ndarray] = {}
    for name, value in net.state_dict().items():
        array = value.detach().numpy()
        if array.ndim == 1:
            tensors[name] = array.astype(np.float16)
            continue
        scale = np.maximum(np.abs(array).max(axis=1, keepdims=True) / 127, 1e-8).astype(np.float16)
        tensors[name] = np.round(array / scale.astype(np.float32)).clip(-127, 127).astype(np.int8)
        tensors[name + ".scale"] = scale
    tensors["labels"] = np.frombuffer(json.dumps(labels).encode(), np.uint8)
    save_file(tensors, path, metadata={"config": json.dumps(asdict(config))})


def load(path: Path, config: LettersConfig) -> tuple[LettersNet, list[str]]:
    """A network with saved weights, and the labels that they are for."""
    tensors = load_file(path)
    labels: list[str] = json.loads(tensors.pop("labels").tobytes())
    scales = {name: tensors.pop(name) for name in list(tensors) if name.endswith(".scale")}
    one = np.float16(1)
    net = LettersNet(len(labels), config)
    net.load_state_dict(
        {
            name: torch.from_numpy(value.astype(np.float32) * scales.get(f"{name}.scale", one))
            for name, value in tensors.items()
        }
    )
    return net, labels


def edit_distance(said: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """Insertions, deletions and substitutions between two phone sequences."""
    row = list(range(len(wanted) + 1))
    for i, phone in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(wanted, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (phone != other))
    return row[-1]


def evaluate(config: LettersConfig, weights: Path = WEIGHTS) -> dict[str, float]:
    """Phone error rate and word accuracy on the held-out words, with and without stress."""
    _, test, _ = split_data(config)
    accepted: dict[str, set[str]] = {}
    for letters, phones in entries("us"):
        accepted.setdefault(letters, set()).add(phones)
    wanted = [accepted[e.letters] for e in test]
    network = LettersToSound(weights)
    started = time.perf_counter()
    answers = {"network": [network(e.letters, "us") for e in test]}
    seconds = time.perf_counter() - started
    answers["rules"] = [by_rules(e.letters) for e in test]
    result = {"n_words": float(len(test)), "network_ms_per_word": 1000 * seconds / len(test)}
    for name, said in answers.items():
        result |= {f"{name}_{kind}": value for kind, value in score(said, wanted).items()}
    return result


def score(said: list[str], wanted: list[set[str]]) -> dict[str, float]:
    """Phone error rate and word accuracy, as they are and without stress marks."""
    result: dict[str, float] = {}
    for kind, ignored in (("", ""), ("_without_stress", "ˈˌ")):
        clean = str.maketrans("", "", ignored)
        pairs = [
            min(
                (edit_distance(given, true), len(true))
                for given in [split_phones(answer.translate(clean))]
                for true in (split_phones(phones.translate(clean)) for phones in answers)
            )
            for answer, answers in zip(said, wanted, strict=True)
        ]
        errors, n_phones = (sum(column) for column in zip(*pairs, strict=True))
        result[f"phone_error_rate{kind}"] = errors / n_phones
        result[f"word_accuracy{kind}"] = sum(not distance for distance, _ in pairs) / len(pairs)
    return result


def main() -> None:
    """Train or evaluate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=("train", "evaluate"))
    parser.add_argument("--resume", action="store_true", help="go on with a training broken off")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    config = LettersConfig()
    if arguments.what == "train":
        train(config, arguments.resume)
    print(json.dumps(evaluate(config, arguments.weights)))


if __name__ == "__main__":
    main()
