"""What is judged: words, naturalness, voices, pitch and timing of any speech.

Each function takes speech and judges and gives a report; none knows a command line.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from steptts.errors import AudioError
from steptts.evaluate import folding_en, folding_zh
from steptts.evaluate.error_rate import Errors, least_errors
from steptts.evaluate.intervals import Interval, error_interval, mean_interval, ratio_interval
from steptts.evaluate.pitch import compare_pitch, pitch_error
from steptts.evaluate.report import Figure
from steptts.evaluate.similarity import centroid, mean_cosine, normalised, retrieved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from steptts.evaluate.naturalness import NaturalnessJudge
    from steptts.evaluate.recognizer import Recognizer
    from steptts.evaluate.similarity import SpeakerJudge
    from steptts.evaluate.spoken import Spoken
    from steptts.stages import FloatArray


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judges say of one utterance; None where a judge was not asked."""

    text: str
    language: str
    voice: str
    seconds: float
    heard: str | None = None
    errors: Errors | None = None
    toneless: Errors | None = None
    naturalness: float | None = None


def word_errors(text: str, heard: str, language: str) -> tuple[Errors, Errors | None]:
    """Returns errors over words, or over toned and over toneless syllables for Mandarin."""
    if language == "en":
        return least_errors(folding_en.readings(text), folding_en.readings(heard)), None
    wanted, found = folding_zh.readings(text), folding_zh.readings(heard)
    toneless = least_errors(
        [folding_zh.without_tones(reading) for reading in wanted],
        [folding_zh.without_tones(reading) for reading in found],
    )
    return least_errors(wanted, found, folding_zh.same_syllable), toneless


def judge(
    speech: Iterable[Spoken],
    *,
    recognizer: Recognizer | None = None,
    naturalness: NaturalnessJudge | None = None,
    progress: Callable[[Verdict], None] = lambda verdict: None,
) -> list[Verdict]:
    """Asks the given judges about each utterance, as it comes."""
    verdicts = []
    for spoken in speech:
        heard, errors, toneless, score = None, None, None, None
        if recognizer is not None:
            sound = (spoken.waveform, spoken.sample_rate)
            heard = recognizer.transcribe(*sound, spoken.language).text
            errors, toneless = word_errors(spoken.text, heard, spoken.language)
        if naturalness is not None:
            score = naturalness.score(spoken.waveform, spoken.sample_rate)
        verdicts.append(
            Verdict(
                spoken.text,
                spoken.language,
                spoken.voice,
                spoken.duration,
                heard,
                errors,
                toneless,
                score,
            )
        )
        progress(verdicts[-1])
    if not verdicts:
        raise AudioError("there was no speech to judge in this language")
    return verdicts


def verdict_figures(verdicts: Sequence[Verdict]) -> list[Figure]:
    """Returns error rates by language, kinds of errors, naturalness, and figures by voice."""
    figures: list[Figure] = []
    judged = [v for v in verdicts if v.errors is not None]
    mixed = len({v.language for v in judged}) > 1
    for language, name in (("en", "word errors"), ("zh", "toned syllable errors")):
        errors = [v.errors for v in judged if v.language == language and v.errors is not None]
        if errors:
            figures += _error_figures(name, errors, f"{language}: " if mixed else "")
    if mixed:
        all_errors = [v.errors for v in judged if v.errors is not None]
        put_in = Figure.of("insertions + deletions", _insertions_deletions(all_errors), "%")
        figures.append(put_in)
    toneless = [v.toneless for v in verdicts if v.toneless is not None]
    if toneless:
        figures.append(Figure.of("toneless syllable errors", error_interval(toneless), "%"))
    scores = [v.naturalness for v in verdicts if v.naturalness is not None]
    if scores:
        figures.append(Figure.of("naturalness (DistillMOS)", mean_interval(scores)))
    return figures + _figures_by_voice(verdicts)


def _insertions_deletions(errors: Sequence[Errors]) -> Interval:
    both = [e.insertions + e.deletions for e in errors]
    return ratio_interval(both, [float(e.n_tokens) for e in errors])


def _error_figures(name: str, errors: Sequence[Errors], of: str) -> list[Figure]:
    """Figures of one language; ``of`` tells their names apart where there are two."""
    n_tokens = [float(e.n_tokens) for e in errors]
    insertions = ratio_interval([e.insertions for e in errors], n_tokens)
    deletions = ratio_interval([e.deletions for e in errors], n_tokens)
    right = float(np.mean([e.total == 0 for e in errors]))
    substitutions = sum(e.substitutions for e in errors) / sum(n_tokens)
    return [
        Figure.of(name, error_interval(errors), "%"),
        Figure(f"{of}- substitutions", substitutions, "%"),
        Figure(f"{of}- insertions", insertions.value, "%"),
        Figure(f"{of}- deletions", deletions.value, "%"),
        Figure.of(f"{of}insertions + deletions", _insertions_deletions(errors), "%"),
        Figure(f"{of}sentences without error", right, "%"),
    ]


def _figures_by_voice(verdicts: Sequence[Verdict]) -> list[Figure]:
    by_voice: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_voice[verdict.voice].append(verdict)
    if len(by_voice) < 2:
        return []
    figures = []
    for voice, own in sorted(by_voice.items()):
        errors = [v.errors for v in own if v.errors is not None]
        scores = [v.naturalness for v in own if v.naturalness is not None]
        if errors:
            figures.append(Figure.of(f"{voice}: errors", error_interval(errors), "%"))
        if scores:
            figures.append(Figure.of(f"{voice}: naturalness", mean_interval(scores)))
    return figures


def pitch_figures(speech: Iterable[Spoken]) -> list[Figure]:
    """Returns how far the pitch heard is from the pitch asked for.

    Raises:
        AudioError: no utterance says what pitch was asked for.
    """
    cents, mismatches, n_points = [], 0, 0
    for spoken in speech:
        if spoken.pitch:
            own, wrong = compare_pitch(spoken.waveform, spoken.sample_rate, spoken.pitch)
            cents.append(own)
            mismatches += wrong
            n_points += len(spoken.pitch)
    if not n_points:
        raise AudioError('no pitch was asked for: judge "ours", or a folder with "pitch" rows')
    error = pitch_error(np.concatenate(cents), mismatches, n_points)
    return [
        Figure("pitch error, median", error.median_cents, "cents"),
        Figure("pitch errors above 200 cents", error.gross_share, "%"),
        Figure("voicing mismatches", error.voicing_share, "%"),
    ]


def similarity_figures(
    speech: Iterable[Spoken], judge: SpeakerJudge, reference: Iterable[Spoken] = ()
) -> list[Figure]:
    """Returns how steady each voice is, how far apart the voices are, and how like a reference.

    Args:
        speech: at least two utterances of each of at least two voices.
        judge: of voices.
        reference: speech of the voices to be imitated, under the same names.

    Raises:
        AudioError: there are too few utterances or voices to compare.
    """
    vectors = _vectors(speech, judge)
    usable = {voice: own for voice, own in vectors.items() if len(own) > 1}
    if len(usable) < 2:
        raise AudioError(f"{len(usable)} voices with 2 utterances or more; likeness needs 2 voices")
    own, right, between = [], [], []
    for voice, members in usable.items():
        others = {name: rest for name, rest in usable.items() if name != voice}
        centroids = {name: centroid(rest) for name, rest in others.items()}
        for index, vector in enumerate(members):
            rest = [*members[:index], *members[index + 1 :]]
            own.append(mean_cosine(vector, rest))
            right.append(float(retrieved(vector, {**centroids, voice: centroid(rest)}) == voice))
            between += [mean_cosine(vector, other) for other in others.values()]
    figures = [
        Figure.of("cosine to own voice", mean_interval(own)),
        Figure.of("cosine to other voices", mean_interval(between)),
        Figure.of(f"found among {len(usable)} voices", mean_interval(right), "%"),
    ]
    return figures + _likeness(usable, _vectors(reference, judge))


def _vectors(speech: Iterable[Spoken], judge: SpeakerJudge) -> dict[str, list[FloatArray]]:
    vectors: dict[str, list[FloatArray]] = defaultdict(list)
    for spoken in speech:
        vectors[spoken.voice].append(judge.embed(spoken.waveform, spoken.sample_rate))
    return vectors


def _likeness(
    vectors: dict[str, list[FloatArray]], reference: dict[str, list[FloatArray]]
) -> list[Figure]:
    """Returns the likeness to a reference of the same voices; [] where none was given."""
    if not reference:
        return []
    centroids = {voice: centroid(members) for voice, members in reference.items()}
    pairs = [(v, x) for v, members in vectors.items() if v in centroids for x in members]
    if not pairs:
        known = ", ".join(sorted(centroids))
        raise AudioError(f"the reference has none of these voices; it has {known}")
    cosines = [mean_cosine(vector, reference[voice]) for voice, vector in pairs]
    right = [float(retrieved(vector, centroids) == voice) for voice, vector in pairs]
    mean = mean_interval(cosines)
    return [
        Figure.of("cosine to reference", mean),
        Figure.of("likeness to reference", Interval(*(normalised(value) for value in mean)), "%"),
        Figure.of(f"found among {len(centroids)} references", mean_interval(right), "%"),
    ]
