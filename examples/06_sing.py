"""Sing to notes, to a tune that is known, and to one made for the text; rap on a beat."""

from pathlib import Path

from steptts import TTS
from steptts.singing import click_track, fitted_key, rap, read_melody, sing

tts = TTS()
tts.speak("(sing) Row along the river", melody="C4 D4 E4 G4 A4~ G4 E4:2", bpm=90).save("row.wav")
tts.speak("(唱) 小河弯弯向东流，月亮出来照高楼。", melody="小星星").save("river.wav")

spoken = tts.score("Sing a song of morning light, all the birds are taking flight.")
song = sing(spoken, bpm=96)
print("sung", fitted_key(spoken), "semitones from C major:", [note.pitch for note in song.notes])
tts.speak(song).save("morning.wav")

lines = tts.score("Check the time, I am on the line.\nYou can hear the beat outside.")
rapped = rap(lines, bpm=92)
audio = tts.speak(rapped)
audio.save("rap.wav")
print(len(click_track(audio.duration, audio.sample_rate, bpm=92)), "samples of clicks go with it")

melody = read_melody("ode to joy")
Path("ode.json").write_text(sing(spoken, melody, key=-5).to_json(), encoding="utf-8")
