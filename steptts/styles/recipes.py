"""What an emotion does to a score, as data: one row of numbers each, from the literature.

Directions and orders of size are those that listeners recognise in actors' and synthetic speech:
K. Scherer, "Vocal communication of emotion", Speech Communication 40 (2003);
R. Banse, K. Scherer, "Acoustic profiles in vocal emotion expression", JPSP 70 (1996);
P. Juslin, P. Laukka, "Communication of emotions in vocal expression and music performance",
Psychological Bulletin 129 (2003); I. Murray, J. Arnott, "Toward the simulation of
emotion in synthetic speech", JASA 93 (1993); F. Burkhardt, W. Sendlmeier, "Verification
of acoustical correlates of emotional speech using formant-synthesis", ISCA Workshop on Speech and
Emotion (2000); J. Yuan, L. Shen, F. Chen, "The acoustic realization of anger, fear, joy and sadness
in Chinese", ICSLP (2002): in Mandarin the pitch register and range carry emotion as in English,
while the tones keep their shape. Sajiao (撒娇) has no figures there: its row is ours (high, slow,
long and wavy at the end). The exact sizes are ours too, bounded so that a recogniser keeps
working: `steptts evaluate tags` measures them.

What is missing: the voice's timbre. The performer has one voice quality, so a sob, a smile or a
breathy voice is not in any recipe.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

# What of a recipe is left where tones tell words apart. A tone needs time and room: cut short it
# falls short of its target (Y. Xu & X. Sun, "Maximum speed of pitch change", JASA 111, 2002), and
# stretched beyond the voice's range it is out of reach. Of the 10 points of toned errors that
# "excited" added to 40 sentences, the rate made 6.5, the range 3.9, the height 2.5.
TONAL_HASTE = 1 / 3  # exponent on a rate above 1
TONAL_WIDTH = 1 / 3  # exponent on a range above 1: four tones fill the range already
TONAL_HEIGHT = 0.7  # exponent on semitones of a raised register: the highest cost most
TONAL_EFFORT = 0.3  # dB for each semitone withheld, lest "excited" be taken for "happy"
TONAL_FINAL = 0.5  # factor on movements of the last syllables
TONAL_WAVE = 0.6
TONAL_TREMOR = 0.5  # a movement inside every tone; all of it made 1.7 points of "fearful"
# What costs words in tones, in points of probability that Whisper takes from the true characters of
# 56 sentences, each +- 0.2 to 0.4: consonants that hurry 0.9 of 2.4 ("fearful"), 0.7 of 1.7
# ("angry"); energy widened about its mean, which the soft ends of phrases draw down, 0.7 of 1.7;
# in "excited", of 1.8, the upper 1.1 of 3.3 semitones of height 0.7 and the wider range 0.6.
# Final movements, and the range of the other two, cost less than can be measured.
TONAL_LOUD = 3.0  # dB of loudness that a doubled energy range would have added

FACTORS = frozenset(
    ("range", "rate", "consonants", "pause", "stretch", "final_stretch", "energy_range")
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Changes of a score at strength 1; the defaults change nothing.

    Amounts (semitones, dB) are multiplied by the strength, factors are raised to it.

    Attributes:
        pitch: semitones added everywhere.
        range: factor on the distance of the pitch from the phrase's mean.
        slope: semitones gained from the phrase's first sound to its last.
        accent: semitones added on stressed vowels.
        final: semitones that the last syllables rise.
        wave: semitones of a rise and fall within the last syllable.
        tremor: semitones of trembling at 7 Hz, irregular in depth.
        rate: factor on the speed.
        consonants: factor on consonants, beyond that of the rate.
        pause: factor on the pauses inside, beyond that of the rate.
        stretch: factor on stressed vowels.
        final_stretch: factor on the last syllable.
        energy: dB added everywhere.
        energy_range: factor on the distance of the energy from its mean.
        accent_energy: dB added on stressed vowels.
        energy_slope: dB gained from the first sound to the last.
    """

    pitch: float = 0.0
    range: float = 1.0
    slope: float = 0.0
    accent: float = 0.0
    final: float = 0.0
    wave: float = 0.0
    tremor: float = 0.0
    rate: float = 1.0
    consonants: float = 1.0
    pause: float = 1.0
    stretch: float = 1.0
    final_stretch: float = 1.0
    energy: float = 0.0
    energy_range: float = 1.0
    accent_energy: float = 0.0
    energy_slope: float = 0.0

    def at(self, strength: float) -> Recipe:
        """The recipe at another strength; 0 changes nothing."""
        return Recipe(
            **{
                field.name: value**strength if field.name in FACTORS else value * strength
                for field in fields(self)
                for value in (getattr(self, field.name),)
            }
        )

    def tonal(self) -> Recipe:
        """The recipe for speech in tones; what lowers, slows and narrows stays as it is."""
        rate = min(self.rate, self.rate**TONAL_HASTE)
        pitch = self.pitch**TONAL_HEIGHT if self.pitch > 1 else self.pitch
        louder = (
            self.accent_energy
            + TONAL_LOUD * (max(self.energy_range, 1.0) - 1)
            + TONAL_EFFORT * (self.pitch - pitch)
        )
        return replace(
            self,
            pitch=pitch,
            range=min(self.range, self.range**TONAL_WIDTH),
            accent=0.0,  # all full tones would count: raising each only raises the register
            final=TONAL_FINAL * self.final,
            wave=TONAL_WAVE * self.wave,
            tremor=TONAL_TREMOR * self.tremor,
            rate=rate,
            consonants=max(rate, 1.0),  # only vowels hurry
            # Most vowels of Mandarin carry a full tone: stretching all of them is a slower rate.
            stretch=self.stretch**0.5,
            # Full tones are most vowels: what accents and widened energy would have made louder,
            # the whole is; soft sounds are not made softer.
            energy=self.energy + louder,
            energy_range=min(self.energy_range, 1.0),
            accent_energy=0.0,
        )


NEUTRAL = Recipe()
RECIPES: dict[str, Recipe] = {
    "happy": Recipe(
        pitch=2.2, range=1.35, accent=0.8, final=0.5, rate=1.06, pause=0.85, energy=2.0
    ),
    "sad": Recipe(
        pitch=-2.6, range=0.55, slope=-1.0, final=-1.0, rate=0.78, pause=1.5, energy=-5.5,
        energy_range=0.85, energy_slope=-2.0,
    ),
    "angry": Recipe(
        pitch=0.8, range=1.45, slope=-1.5, accent=0.8, final=-2.5, rate=1.1, pause=0.65,
        energy=5.0, energy_range=1.25, accent_energy=1.5,
    ),
    "fearful": Recipe(
        pitch=3.0, range=0.6, slope=0.5, final=0.5, tremor=0.7, rate=1.18, pause=1.3,
        energy=-2.5, energy_range=0.9,
    ),
    "surprised": Recipe(
        pitch=2.6, range=1.25, slope=3.5, accent=0.6, final=6.0, rate=0.95, stretch=1.08,
        final_stretch=1.25, energy=1.5,
    ),
    "calm": Recipe(
        pitch=-0.4, range=0.7, rate=0.9, pause=1.25, energy=-1.5, energy_range=0.8,
        energy_slope=0.5,
    ),
    "excited": Recipe(
        pitch=4.4, range=1.5, slope=0.5, accent=1.2, final=0.5, rate=1.2, pause=0.6, energy=4.5,
        energy_range=1.1, accent_energy=0.5,
    ),
    "serious": Recipe(
        pitch=-1.8, range=0.85, slope=-0.5, final=-2.0, rate=0.93, pause=1.3, stretch=1.05,
        energy=2.0, accent_energy=1.0,
    ),
    "coquettish": Recipe(
        pitch=3.2, range=1.3, slope=0.5, wave=3.0, final=0.5, rate=0.9, stretch=1.12,
        final_stretch=1.7, energy=-1.5, energy_slope=1.0,
    ),
}  # fmt: skip
EMOTIONS = tuple(RECIPES)
