"""Phones of English words that are in no dictionary, from their letters.

``LettersToSound`` is the network that steptts/distill/letters.py trains, run in NumPy: it reads
the letters in both directions and then says, letter by letter, the 0 to 2 phones that each one
stands for, stress included, knowing what it has said so far.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from steptts.errors import TextError, WeightsError
from steptts.text.lexicon import ACCENTS
from steptts.text.suffixes_en import VOWELS

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
WEIGHTS = Path(__file__).parent / "data" / "letters_to_sound.safetensors"
_MAX_LETTERS = 40  # a longer run is no word; it is read in pieces of this size
_BEAM = 4  # hypotheses kept; 1 to 4 gains about one word in a hundred

_Array = NDArray[np.float32]


class LettersToSound:
    """The network: letters read both ways, then one label (0 to 2 phones) a letter."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Read the weights.

        Raises:
            WeightsError: the file is not there or not of this network.
        """
        if not path.is_file():
            raise WeightsError(f"{path.name} is missing; python -m steptts.distill.letters train")
        tensors = load_file(path)
        self._labels: list[str] = json.loads(tensors.pop("labels").tobytes())
        self._weights: dict[str, _Array] = {
            name: value.astype(np.float32) * tensors.get(f"{name}.scale", np.float16(1))
            for name, value in tensors.items()
            if not name.endswith(".scale")
        }
        self._has_primary = np.array(["ˈ" in label for label in self._labels])
        weight = self._weights.pop("decoder.weight_ih_l0")
        label_size = self._weights["labels.weight"].shape[1]
        self._from_encoder = weight[:, :-label_size].T  # [2 encoder_size, 3 decoder_size]
        self._from_label = self._weights.pop("labels.weight") @ weight[:, -label_size:].T

    def __call__(self, word: str, accent: str = "us", *, beam: int = _BEAM) -> str:
        """Phones of a word with exactly one primary stress, if it has a vowel at all.

        Args:
            word: ASCII letters.
            accent: "us" or "gb".
            beam: hypotheses kept; 1 takes the best label at each letter.

        Raises:
            TextError: a character is not an ASCII letter.
        """
        lower = word.lower()
        if not lower or any(c not in ALPHABET for c in lower):
            raise TextError(f"{word!r} has characters other than a to z")
        pieces = [lower[i : i + _MAX_LETTERS] for i in range(0, len(lower), _MAX_LETTERS)]
        return "".join(self._piece(piece, accent, beam) for piece in pieces)

    def _piece(self, letters: str, accent: str, beam: int) -> str:
        mark = len(ALPHABET) + ACCENTS.index(accent)
        ids = [mark, *(ALPHABET.index(c) for c in letters), mark]
        states = self._weights["letters.weight"][ids]  # [T, letter_size]
        for layer in (0, 1):
            forward = self._gru(states, f"encoder.{{}}_l{layer}")
            backward = self._gru(states[::-1], f"encoder.{{}}_l{layer}_reverse")[::-1]
            states = np.concatenate([forward, backward], axis=1)
        return self._decode(states[1:-1], states[0], beam)

    def _gru(self, inputs: _Array, name: str) -> _Array:
        """One direction of one layer over [T, in], to [T, size]."""
        w = self._weights
        projected = inputs @ w[name.format("weight_ih")].T + w[name.format("bias_ih")]
        hidden_weight = w[name.format("weight_hh")].T
        hidden_bias = w[name.format("bias_hh")]
        state = np.zeros(hidden_weight.shape[0], np.float32)
        outputs = np.empty((len(inputs), len(state)), np.float32)
        for t, given in enumerate(projected):
            state = _gru_step(given, state @ hidden_weight + hidden_bias, state)
            outputs[t] = state
        return outputs

    def _decode(self, encoded: _Array, first: _Array, beam: int) -> str:
        """Beam search over labels; a word has at most one primary stress."""
        w = self._weights
        from_letters = encoded @ self._from_encoder + w["decoder.bias_ih_l0"]  # [T, 3 size]
        recurrent, bias = w["decoder.weight_hh_l0"].T, w["decoder.bias_hh_l0"]
        state = np.zeros((1, recurrent.shape[0]), np.float32)
        # The accent mark in front says nothing; it only sets the state.
        given = first @ self._from_encoder + w["decoder.bias_ih_l0"] + self._from_label[0]
        state = _gru_step(given, state @ recurrent + bias, state)
        scores, stressed = np.zeros(1, np.float32), np.zeros(1, bool)
        paths: list[tuple[int, ...]] = [()]
        for given in from_letters:
            last = [path[-1] + 1 if path else 0 for path in paths]
            state = _gru_step(given + self._from_label[last], state @ recurrent + bias, state)
            logits = state @ w["head.weight"].T + w["head.bias"]
            logits -= logits.max(axis=1, keepdims=True)
            logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
            logits[stressed[:, None] & self._has_primary[None]] = -np.inf
            total = (scores[:, None] + logits).ravel()
            best = np.argsort(total)[::-1][:beam]
            rows, labels = np.divmod(best, len(self._labels))
            scores, state = total[best], state[rows]
            stressed = stressed[rows] | self._has_primary[labels]
            paths = [(*paths[r], int(label)) for r, label in zip(rows, labels, strict=True)]
        best_first = sorted(range(len(paths)), key=lambda i: (stressed[i], scores[i]))[::-1]
        spoken = "".join(self._labels[label] for label in paths[best_first[0]])
        return spoken if "ˈ" in spoken else with_stress(spoken)


def _gru_step(given: _Array, recurrent: _Array, state: _Array) -> _Array:
    """torch.nn.GRU's cell; gates are stored in the order reset, update, new."""
    size = state.shape[-1]
    reset = 1 / (1 + np.exp(-(given[..., :size] + recurrent[..., :size])))
    update = 1 / (1 + np.exp(-(given[..., size : 2 * size] + recurrent[..., size : 2 * size])))
    new = np.tanh(given[..., 2 * size :] + reset * recurrent[..., 2 * size :])
    result: _Array = (1 - update) * new + update * state
    return result


@lru_cache(maxsize=1)
def load_letters_to_sound() -> LettersToSound:
    """The shipped network, read once."""
    return LettersToSound()


def with_stress(phones: str) -> str:
    """Phones with primary stress on the first full vowel, or on the first vowel at all."""
    full = [i for i, c in enumerate(phones) if c in VOWELS and c != "ə"]
    first = full[0] if full else next((i for i, c in enumerate(phones) if c in VOWELS), 0)
    return phones[:first] + "ˈ" + phones[first:] if any(c in VOWELS for c in phones) else phones
