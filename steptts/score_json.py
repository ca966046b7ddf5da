"""A score as JSON text and back, strictly: nothing unknown, missing or out of range is accepted."""

from __future__ import annotations

import json
from typing import Any

from steptts.errors import ScoreError
from steptts.score import MARKS, Score, ScoreNote, ScorePart, ScorePhone, ScoreWord
from steptts.strict import Record, parse_json
from steptts.text.phones import SYMBOL_IDS

FORMAT = "steptts-score"
VERSION = 2  # 1 had no notes
MAX_PHONES = 1_000_000  # about a day of speech at 12 phones a second
PITCH_HZ = (20.0, 2_000.0)
ENERGY_DB = (-200.0, 20.0)
MAX_DURATION = 3_600.0  # seconds of one phone
NOTE_PITCH = (0.0, 127.0)


def to_json(score: Score) -> str:
    """See `Score.to_json`; one line a phone, so that a diff shows what was edited."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "voice": score.voice,
        "language": score.language,
        "text": score.text,
        "parts": [part._asdict() for part in score.parts],
    }
    words = [ScoreWord(*word)._asdict() for word in score.words]
    phones = [{key: getattr(phone, key) for key in ScorePhone.__slots__} for phone in score.phones]
    rows = [f"  {_dump(key)}: {_dump(value)}" for key, value in head.items()]
    notes = [ScoreNote(*note)._asdict() for note in score.notes]
    tables = (("words", words), ("phones", phones), ("notes", notes))
    rows += [f'  "{key}": {_table(table)}' for key, table in tables]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def from_json(text: str | bytes) -> Score:
    """See `Score.from_json`."""
    record = Record(parse_json(text, "score", ScoreError), "score", ScoreError)
    record.string("format", among=(FORMAT,))
    version = record.integer("version", 1, VERSION)
    score = Score(
        voice=record.string("voice"),
        language=record.string("language"),
        text=record.string("text"),
        parts=tuple(_part(value, i) for i, value in enumerate(record.array("parts"))),
        words=tuple(_word(value, i) for i, value in enumerate(record.array("words"))),
        phones=tuple(_phone(value, i) for i, value in enumerate(record.array("phones"))),
        notes=tuple(
            _note(value, i) for i, value in enumerate(record.array("notes") if version > 1 else ())
        ),
    )
    record.close()
    check(score)
    return score


def check(score: Score) -> None:
    """Refuse a score whose references do not fit together.

    Raises:
        ScoreError: no phones or too many, or words, parts or notes that are not ranges of phones.
    """
    n_phones, n_words = len(score.phones), len(score.words)
    if not 0 < n_phones <= MAX_PHONES:
        raise ScoreError(f"score has {n_phones} phones; 1 to {MAX_PHONES} are possible")
    last = 0
    for i, (_, start, end) in enumerate(score.words):
        if not last <= start <= end <= n_phones:
            raise ScoreError(
                f"word {i} of the score is phones {start} to {end}, must be in {last} to {n_phones}"
            )
        last = end
    for i, phone in enumerate(score.phones):
        if not -1 <= phone.word < n_words:
            raise ScoreError(f"phone {i} of the score belongs to word {phone.word} of {n_words}")
    starts = [part.start for part in score.parts]
    if starts and (starts[0] != 0 or sorted(set(starts)) != starts or starts[-1] >= n_phones):
        raise ScoreError(
            f"parts of the score start at {starts[:8]}: 0, then rising below {n_phones}"
        )

    last = 0
    for i, (start, end, _) in enumerate(score.notes):
        if not last <= start < end <= n_phones:
            raise ScoreError(
                f"note {i} of the score is phones {start} to {end}, must be in {last} to {n_phones}"
            )
        last = end


def _part(value: object, index: int) -> ScorePart:
    record = Record(value, f"part {index} of the score", ScoreError)
    part = ScorePart(
        start=record.integer("start", 0, MAX_PHONES),
        language=record.string("language"),
        text=record.string("text"),
    )
    record.close()
    return part


def _word(value: object, index: int) -> ScoreWord:
    record = Record(value, f"word {index} of the score", ScoreError)
    word = ScoreWord(
        text=record.string("text"),
        start=record.integer("start", 0, MAX_PHONES),
        end=record.integer("end", 0, MAX_PHONES),
    )
    record.close()
    return word


def _note(value: object, index: int) -> ScoreNote:
    record = Record(value, f"note {index} of the score", ScoreError)
    pitch = record.anything("pitch")
    note = ScoreNote(
        start=record.integer("start", 0, MAX_PHONES),
        end=record.integer("end", 0, MAX_PHONES),
        pitch=None if pitch is None else record.as_number("pitch", pitch, *NOTE_PITCH),
    )
    record.close()
    return note


def _phone(value: object, index: int) -> ScorePhone:
    where = f"phone {index} of the score"
    record = Record(value, where, ScoreError)
    phone = ScorePhone(
        symbol=record.string("symbol"),
        mark=record.integer("mark", 0, len(MARKS) - 1),
        word=record.integer("word", -1, MAX_PHONES),
        duration=record.number("duration", 1e-4, MAX_DURATION),
        pitch=_pitch(record),
        energy=record.number("energy", *ENERGY_DB),
    )
    record.close()
    if phone.symbol not in SYMBOL_IDS:
        raise ScoreError(
            f"{where}: {phone.symbol[:20]!r} is no phone; known: {' '.join(SYMBOL_IDS)}"
        )
    return phone


def _pitch(record: Record) -> tuple[float, ...] | None:
    points = record.anything("pitch")
    if points is None:
        return None
    if not isinstance(points, list) or not points:
        raise ScoreError(f"{record.where}: pitch must be a list of hertz, or null where unvoiced")
    return tuple(record.as_number("pitch", point, *PITCH_HZ) for point in points)


def _table(rows: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(f"    {_dump(row)}" for row in rows) + "\n  ]" if rows else "[]"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
