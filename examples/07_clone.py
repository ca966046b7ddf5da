"""Copy a voice, mix it with another, and let the copy act: tags work on copies as on any voice.

The recording here is made by a built-in voice; put a file of your own in its place, and say in
``consent`` how its speaker agreed. Six to fifteen seconds in a quiet room serve best.
"""

from steptts import TTS, Voice

tts = TTS()
recording = tts.speak(
    "This is the voice that will be copied. It reads a few sentences, because a copy needs three "
    "seconds of speech, and does better with ten.",
    voice="ava",
)
recording.save("reference.wav")

me = tts.clone("reference.wav", name="me", consent="a synthetic voice: nobody had to agree")
me.save("me.voice")
tts.speak("(happy) The copy speaks, and it is happy.", voice="me.voice").save("copy.wav")

other = tts.voice(tts.voices[-1])
half = Voice.mix({me: 0.5, other: 0.5}, name="half")
tts.speak("This is someone between the two.", voice=half).save("between.wav")
