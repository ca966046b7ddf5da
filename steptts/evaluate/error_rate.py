"""Counts how far a transcript is from the text that was to be spoken.

Works on sequences of tokens (words, or toned syllables) and knows no language.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import eq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of a transcript against a reference of `n_tokens` tokens."""

    n_tokens: int = 0
    substitutions: int = 0
    insertions: int = 0
    deletions: int = 0

    def __add__(self, other: Errors) -> Errors:
        """Pools two counts."""
        return Errors(
            self.n_tokens + other.n_tokens,
            self.substitutions + other.substitutions,
            self.insertions + other.insertions,
            self.deletions + other.deletions,
        )

    @property
    def total(self) -> int:
        """All errors together."""
        return self.substitutions + self.insertions + self.deletions

    @property
    def rate(self) -> float:
        """Errors per reference token; may exceed 1. An empty reference counts as one token."""
        return self.total / max(self.n_tokens, 1)

    @property
    def skip_or_loop_rate(self) -> float:
        """Insertions and deletions per reference token: what skipping and looping leave behind."""
        return (self.insertions + self.deletions) / max(self.n_tokens, 1)


def pooled(errors: Iterable[Errors]) -> Errors:
    """Returns the sum of all counts, so that long sentences weigh more than short ones."""
    return sum(errors, Errors())


def least_errors(
    references: Sequence[Sequence[str]],
    transcripts: Sequence[Sequence[str]],
    same: Callable[[str, str], bool] = eq,
) -> Errors:
    """Returns the errors of the nearest pair among readings of a text and of what was heard."""
    pairs = ((reference, heard) for reference in references for heard in transcripts)
    return min((count_errors(*pair, same) for pair in pairs), key=lambda errors: errors.total)


def count_errors(
    reference: Sequence[str], heard: Sequence[str], same: Callable[[str, str], bool] = eq
) -> Errors:
    """Aligns two token sequences at the least number of errors and counts them.

    Writing two words as one is no error ("seat belt" and "seatbelt"), since it cannot be heard.
    Among alignments of equal cost the one with more substitutions is taken. `same` tells whether
    two tokens count as equal.
    """
    rows, columns = len(reference) + 1, len(heard) + 1
    # Each cell holds (cost, insertions + deletions, substitutions, insertions, deletions).
    table = [[(0, 0, 0, 0, 0)] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            if i or j:
                matches = bool(i and j) and same(reference[i - 1], heard[j - 1])
                table[i][j] = min(_steps(table, reference, heard, (i, j), matches))
    _, _, substitutions, insertions, deletions = table[-1][-1]
    return Errors(len(reference), substitutions, insertions, deletions)


_Cell = tuple[int, int, int, int, int]


def _steps(
    table: list[list[_Cell]],
    reference: Sequence[str],
    heard: Sequence[str],
    cell: tuple[int, int],
    matches: bool,
) -> list[_Cell]:
    """Returns the ways to reach a cell (i, j): i reference and j heard tokens consumed."""
    i, j = cell
    ways = []
    if i and j:
        cost, moves, substitutions, insertions, deletions = table[i - 1][j - 1]
        wrong = int(not matches)
        ways.append((cost + wrong, moves, substitutions + wrong, insertions, deletions))
    if i:
        cost, moves, substitutions, insertions, deletions = table[i - 1][j]
        ways.append((cost + 1, moves + 1, substitutions, insertions, deletions + 1))
    if j:
        cost, moves, substitutions, insertions, deletions = table[i][j - 1]
        ways.append((cost + 1, moves + 1, substitutions, insertions + 1, deletions))
    if i > 1 and j and reference[i - 2] + reference[i - 1] == heard[j - 1]:
        ways.append(table[i - 2][j - 1])
    if i and j > 1 and heard[j - 2] + heard[j - 1] == reference[i - 1]:
        ways.append(table[i - 1][j - 2])
    return ways
