"""Where a voice comes from and what it fits: the facts of a voice file, written and read.

Knows neither the file around them nor the embedding.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steptts.strict import Record

FORMAT_VERSION = 1
LANGUAGES = ("en", "zh")
GENDERS = ("female", "male", "neutral")
SHIFTS, SCALES = (-24.0, 24.0), (0.25, 4.0)  # what a file may ask of the planner's pitch


@dataclass(frozen=True)
class ClipFacts:
    """The recording that a voice was cloned from.

    Attributes:
        sha256: of its samples as they were read, float32; 64 hexadecimal digits.
        seconds: between its first and its last sound.
        snr_db: how far speech stands above noise, estimated.
        pitch_hz: mean pitch.
        pitch_range: standard deviation of the pitch, in semitones.
        transcript: what is said, "" where nobody has told.
    """

    sha256: str
    seconds: float
    snr_db: float
    pitch_hz: float
    pitch_range: float
    transcript: str


@dataclass(frozen=True)
class VoiceFacts:
    """Where a voice comes from and what it fits.

    Attributes:
        language: main language, "en" or "zh".
        accent: "us" or "gb" for English, free for others ("mandarin"); decides pronunciation.
        gender: how the voice is heard: "female", "male" or "neutral".
        source: whose voice it is, or the model that it was made with.
        licence: SPDX name of the licence of the voice.
        consent: how the speaker agreed, or why no person had to.
        created: date, YYYY-MM-DD.
        analysis: fingerprint of the analysis that made the embedding; a model with another
            fingerprint refuses the voice.
        default: whether this voice speaks its language when the user names none.
        pitch_shift: semitones by which the planner's pitch is moved for this voice.
        pitch_scale: factor of the planner's pitch movements for this voice.
        clip: the recording of a cloned voice; None for others.
    """

    language: str
    accent: str
    gender: str
    source: str
    licence: str
    consent: str
    created: str
    analysis: str
    default: bool = False
    pitch_shift: float = 0.0
    pitch_scale: float = 1.0
    clip: ClipFacts | None = None

    def as_record(self) -> dict[str, Any]:
        """What is written to a file: everything but what only cloned voices have."""
        record = asdict(self)
        if self.clip is None:
            del record["clip"]
        if (self.pitch_shift, self.pitch_scale) == (0.0, 1.0):
            del record["pitch_shift"], record["pitch_scale"]
        return record


def read_facts(record: Record) -> VoiceFacts:
    """The facts of a file's record, from which its name or checksum has been taken already.

    Raises:
        StepTTSError: of the record's own kind: a fact is missing, surplus or out of range.
    """
    record.integer("version", FORMAT_VERSION, FORMAT_VERSION)
    facts = VoiceFacts(
        language=record.string("language", among=LANGUAGES),
        accent=record.string("accent"),
        gender=record.string("gender", among=GENDERS),
        source=record.string("source"),
        licence=record.string("licence"),
        consent=record.string("consent"),
        created=record.string("created"),
        analysis=record.string("analysis"),
        default=record.boolean("default"),
        pitch_shift=record.number("pitch_shift", *SHIFTS) if "pitch_shift" in record else 0.0,
        pitch_scale=record.number("pitch_scale", *SCALES) if "pitch_scale" in record else 1.0,
        clip=_read_clip(record) if "clip" in record else None,
    )
    record.close()
    return facts


def _read_clip(facts: Record) -> ClipFacts:
    record = facts.record("clip")
    clip = ClipFacts(
        sha256=record.string("sha256"),
        seconds=record.number("seconds", 0.0, 3600.0),
        snr_db=record.number("snr_db", -60.0, 120.0),
        pitch_hz=record.number("pitch_hz", 20.0, 2000.0),
        pitch_range=record.number("pitch_range", 0.0, 48.0),
        transcript=record.string("transcript"),
    )
    record.close()
    return clip
