"""Phones of English words that are in no dictionary, from their letters.

``LettersToSound`` is the network that steptts/distill/letters.py trains, run in NumPy;
``by_rules`` is the letter table that it is measured against.
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

    def __call__(self, word: str, accent: str = "us") -> str:
        """Phones of a word with exactly one primary stress, if it has a vowel at all.

        Args:
            word: ASCII letters.
            accent: "us" or "gb".

        Raises:
            TextError: a character is not an ASCII letter.
        """
        lower = word.lower()
        if not lower or any(c not in ALPHABET for c in lower):
            raise TextError(f"{word!r} has characters other than a to z")
        pieces = [lower[i : i + _MAX_LETTERS] for i in range(0, len(lower), _MAX_LETTERS)]
        return "".join(self._piece(piece, accent) for piece in pieces)

    def _piece(self, letters: str, accent: str) -> str:
        mark = len(ALPHABET) + ACCENTS.index(accent)
        ids = [mark, *(ALPHABET.index(c) for c in letters), mark]
        states = self._weights["letters.weight"][ids]  # [T, letter_size]
        for layer in (0, 1):
            forward = self._gru(states, f"encoder.{{}}_l{layer}")
            backward = self._gru(states[::-1], f"encoder.{{}}_l{layer}_reverse")[::-1]
            states = np.concatenate([forward, backward], axis=1)
        return self._decode(states[1:-1], states[0])

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

    def _decode(self, encoded: _Array, first: _Array) -> str:
        """Beam search over labels; a word has at most one primary stress."""
        w = self._weights
        weight, bias = w["decoder.weight_ih_l0"], w["decoder.bias_ih_l0"]
        from_letters = encoded @ weight[:, : encoded.shape[1]].T + bias  # [T, 3 size]
        label_inputs = w["labels.weight"] @ weight[:, encoded.shape[1] :].T  # [labels + 1, 3 size]
        recurrent, recurrent_bias = w["decoder.weight_hh_l0"].T, w["decoder.bias_hh_l0"]
        state = np.zeros((1, recurrent.shape[0]), np.float32)
        given = first @ weight[:, : encoded.shape[1]].T + bias + label_inputs[0]
        state = _gru_step(given, state @ recurrent + recurrent_bias, state)
        scores, stressed = np.zeros(1, np.float32), np.zeros(1, bool)
        paths: list[tuple[int, ...]] = [()]
        for given in from_letters:
            last = [path[-1] + 1 if path else 0 for path in paths]
            state = _gru_step(given + label_inputs[last], state @ recurrent + recurrent_bias, state)
            logits = state @ w["head.weight"].T + w["head.bias"]
            logits -= logits.max(axis=1, keepdims=True)
            logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
            logits[stressed[:, None] & self._has_primary[None]] = -np.inf
            total = (scores[:, None] + logits).ravel()
            best = np.argsort(total)[::-1][:_BEAM]
            rows, labels = np.divmod(best, len(self._labels))
            scores, state = total[best], state[rows]
            stressed = stressed[rows] | self._has_primary[labels]
            paths = [(*paths[r], int(label)) for r, label in zip(rows, labels, strict=True)]
        best_first = sorted(range(len(paths)), key=lambda i: (stressed[i], scores[i]))[::-1]
        spoken = "".join(self._labels[label] for label in paths[best_first[0]])
        return spoken if "ˈ" in spoken else _with_stress(spoken)


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


# Letters -> phones (US); the longest rule that fits wins. "^" is the word's start, "$" its end.
_RULES = dict(
    line.split()
    for line in """
    ^kn n|^gn n|^wr ɹ|^ps s|^x z|^wh w|^who hu|^mc mək|^pn n|^rh ɹ|^sch ʃ|^y j
    tion$ ʃən|tions$ ʃənz|sion$ ʒən|ssion ʃən|cian$ ʃən|tious ʃəs|cious ʃəs|geous ʤəs|ture$ ʧəɹ
    ous$ əs|ough O|ought ɔt|augh ɔ|igh I|eigh A|tch ʧ|dge ʤ|sch sk|ch ʧ|sh ʃ|th θ|ph f|gh ɡ|ck k
    qu kw|que$ k|ng ŋ|nk ŋk|nge nʤ|ngi nʤi|wh w|wr ɹ|sc s|sca skæ|sco skO|scu sku|scr skɹ|cqu kw
    ce s|ci sɪ|cy si|ge ʤ|gi ɡɪ|gy ʤi|gge ɡɛ|ger$ ɡəɹ|gue$ ɡ|gu ɡ|cc k|cce ksɛ|cci ksɪ
    ee i|ea i|ead ɛd|ear ɪɹ|eer ɪɹ|ei A|ie i|ied$ id|ies$ iz|oo u|ook ʊk|ou W|oul Ol|our ɔɹ|ow O
    own Wn|oa O|oar ɔɹ|oe O|oi Y|oy Y|ai A|ay A|air ɛɹ|au ɔ|aw ɔ|ue u|ui u|eu ju|ew u|eau O|ey i
    ar ɑɹ|are$ ɛɹ|er əɹ|ere$ ɪɹ|ir ɜɹ|ire$ Iəɹ|or ɔɹ|ore$ ɔɹ|ur ɜɹ|ure$ jʊɹ|yr ɪɹ|ward wəɹd|war wɔɹ
    wor wɜɹ|wa wɑ|all ɔl|al$ əl|le$ əl|les$ əlz|el$ əl|en$ ən|on$ ən|an$ ən|age$ ɪʤ|ate$ At|a$ ə|o$ O
    e$ _|es$ z|ed$ d|i$ i|y$ i|u$ u|is$ ɪs|us$ əs|ism$ ɪzəm|ist$ ɪst|ful$ fəl|ness$ nəs|able$ əbəl
    ing$ ɪŋ|s$ s|ss s|zz z|tt t|pp p|bb b|dd d|ff f|gg ɡ|ll l|mm m|nn n|rr ɹ|kk k|mb$ m|mn$ m
    a æ|b b|c k|d d|e ɛ|f f|g ɡ|h h|i ɪ|j ʤ|k k|l l|m m|n n|o ɑ|p p|q k|r ɹ|s s|t t|u ʌ|v v|w w|x ks
    y ɪ|z z
    """.replace("|", "\n").splitlines()
    if line.strip()
)
_LONGEST = max(len(rule) for rule in _RULES)
_LONG = {"a": "A", "e": "i", "i": "I", "o": "O", "u": "u", "y": "I"}
_TO_GB = str.maketrans({"O": "Q", "æ": "a", "ɑ": "ɒ"})


def by_rules(word: str, accent: str = "us") -> str:
    """Phones by a table of letter rules, stress on the first full vowel.

    The baseline that the network is measured against.

    Args:
        word: ASCII letters; other characters are skipped.
        accent: "us" or "gb".
    """
    spelled = "^" + word.lower() + "$"
    position, phones = 1, ""
    while position < len(spelled) - 1:
        magic = spelled[position : position + 4]
        if _has_magic_e(magic):
            phones, position = phones + _LONG[magic[0]], position + 1
            continue
        piece, size = _longest_rule(spelled, position)
        phones, position = phones + piece, position + size
    return _with_stress(phones.translate(_TO_GB) if accent == "gb" else phones)


def _has_magic_e(text: str) -> bool:
    """A vowel, one consonant and a final e: make, site, rope."""
    is_open = len(text) == 4 and text[0] in _LONG and text[1] not in "aeiouwxyr"
    return is_open and text[2:] == "e$"


def _longest_rule(spelled: str, position: int) -> tuple[str, int]:
    for size in range(_LONGEST, 0, -1):
        piece = spelled[position : position + size]
        if position == 1 and "^" + piece in _RULES:
            return _RULES["^" + piece], len(piece)
        if piece in _RULES and len(piece) == size:
            return _RULES[piece].replace("_", ""), len(piece.rstrip("$"))
    return "", 1


def _with_stress(phones: str) -> str:
    full = [i for i, c in enumerate(phones) if c in VOWELS and c != "ə"]
    first = full[0] if full else next((i for i, c in enumerate(phones) if c in VOWELS), 0)
    return phones[:first] + "ˈ" + phones[first:] if any(c in VOWELS for c in phones) else phones
