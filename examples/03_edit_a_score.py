"""Write a score, edit it, perform it: here a sentence must last exactly three seconds."""

from pathlib import Path

from steptts import TTS, Score

tts = TTS()
score = tts.score("This sentence is exactly three seconds long.").fitted(3.0)
Path("score.json").write_text(score.to_json(), encoding="utf-8")

again = Score.from_json(Path("score.json").read_text(encoding="utf-8"))
audio = tts.speak(again.with_pause(after_word=1, seconds=0.5))
audio.save("three_seconds.wav")
for word, start, end in audio.words:
    print(f"{start:6.2f} {end:6.2f}  {word}")
