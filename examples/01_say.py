"""Speak a sentence into a file: the whole library in three lines."""

from steptts import TTS

audio = TTS().speak("Hello! This is a small model, and it speaks without a network.")
audio.save("hello.wav")
print(audio)
