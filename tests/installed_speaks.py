"""Speaks with an installed StepTTS, as a user would; .ci/run gives it the program to call.

No pytest: the environment holds the base install and nothing else.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

TEXT = "Hello, this is 2.5 seconds of speech. 你好，世界。"


def main(program: str) -> None:
    import steptts

    checkout = Path(__file__).resolve().parents[1]
    assert checkout not in Path(steptts.__file__).resolve().parents, "the installed one is meant"
    for absent in ("torch", "pypinyin", "sounddevice"):
        assert importlib.util.find_spec(absent) is None, f"{absent} is not part of the base install"
    with tempfile.TemporaryDirectory() as folder:
        sound, srt = Path(folder) / "hello.wav", Path(folder) / "hello.srt"
        command = [program, "say", TEXT, "-o", str(sound), "--srt", str(srt), "--json"]
        facts = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        audio = steptts.Audio.read(sound)
        assert 2.0 < audio.duration < 12.0, audio
        assert abs(audio.samples).max() > 0.05, "silence"
        assert [word[0] for word in facts["words"]][:2] == ["Hello", "this"], facts["words"]
        assert "世界" in srt.read_text(encoding="utf-8")
    subprocess.run([program, "doctor"], check=True)
    print(f"spoke {audio.duration:.1f} s with {facts['voice']}; no torch here")


if __name__ == "__main__":
    main(sys.argv[1])
