"""A long text into one file with subtitles; the file grows by sentences, memory does not."""

from pathlib import Path

from steptts import TTS
from steptts.captions import cues, to_srt
from steptts.sound_files import writing

CHAPTER = "It was a bright cold day in spring. " * 20

tts = TTS()
shown, seconds = [], 0.0
with writing("chapter.wav", tts.sample_rate) as file:
    for chunk in tts.stream(CHAPTER, speed=1.2):
        file.write(chunk.samples)
        shown += cues(chunk.score.text if chunk.score else "", chunk.words, offset=seconds)
        seconds += chunk.duration
Path("chapter.srt").write_text(to_srt(shown), encoding="utf-8")
print(f"{seconds:.0f} s, {len(shown)} subtitles")
