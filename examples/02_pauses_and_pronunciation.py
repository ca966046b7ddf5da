"""Exact pauses, a pronunciation of your own, both languages in one text."""

from steptts import TTS

TEXT = """
Ready? [pause 0.8s] The word is {təmˈAɾO}, or {T AH0 M AA1 T OW2} if you like.
下一站，银行。The bank is on the left.
"""

TTS().speak(TEXT, speed=1.1, seed=7).save("pauses.flac")
