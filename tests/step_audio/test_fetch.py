"""`steptts fetch` against a web server on this machine that answers as the published ones do."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from steptts import TTS, NetworkError, StepTTSError, cli, fetching, fetching_sources
from steptts.fetching import RemoteFile, fetch, recorded
from steptts.fetching_sources import HuggingFace, ModelScope, download
from steptts.step_audio import fetch as published_fetch
from steptts.step_audio.published_files import PublishedFolders
from tests.step_audio.fake_hubs import Hub, serving

NAME = "step-audio-tts-3b"
TTS_REPOSITORY = "stepfun-ai/Step-Audio-TTS-3B"
TOKENIZER_REPOSITORY = "stepfun-ai/Step-Audio-Tokenizer"


@pytest.fixture
def hub(
    published: PublishedFolders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hub]:
    assert published.tokenizer is not None
    assert published.speakers is not None
    tts, speakers = tmp_path / "tts", tmp_path / "speakers"
    shutil.copytree(published.tts, tts)
    (tts / "modeling_step1.py").write_text("raise SystemExit")
    (tts / "lib").mkdir()
    (tts / "lib" / "fast.so").write_bytes(b"code")
    (tts / "CosyVoice-300M-25Hz" / "speech_tokenizer_v1.onnx").write_bytes(b"never read")
    shutil.copytree(published.speakers, speakers)
    transcripts = (speakers / "speakers_info.json").read_bytes()
    found = hashlib.sha256(transcripts).hexdigest()
    monkeypatch.setattr(published_fetch, "TRANSCRIPTS_SHA256", found)
    monkeypatch.setattr(published_fetch, "SPOKEN_BY", ("Tingting", "TingtingRAP"))
    monkeypatch.setattr(fetching_sources, "FIRST_PAUSE_S", 0.0)
    monkeypatch.setenv("STEPTTS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STEPTTS_OFFLINE", raising=False)
    repositories = {TTS_REPOSITORY: tts, TOKENIZER_REPOSITORY: published.tokenizer}
    with serving(Hub(repositories, speakers)) as served:
        yield served


Steptts = Callable[..., tuple[int, str, str]]


@pytest.fixture
def steptts_fetch(hub: Hub, capfd: pytest.CaptureFixture[str]) -> Steptts:
    def run(*arguments: str, model: str = NAME) -> tuple[int, str, str]:
        places = ("--endpoint", hub.url, "--voices-from", hub.url)
        with pytest.raises(SystemExit) as left:
            cli.main(["fetch", model, *places, *arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return int(left.value.code or 0), out.strip(), err

    return run


@pytest.mark.parametrize("source", ["huggingface", "modelscope"])
def test_fetched_converted_and_spoken_with(
    steptts_fetch: Steptts, hub: Hub, tmp_path: Path, source: str
) -> None:
    if source == "huggingface":
        pytest.importorskip("huggingface_hub")
    code, out, err = steptts_fetch("--source", source)
    assert (code, out) == (0, str(tmp_path / "home" / "models" / NAME)), err
    assert "fetching model-00001.safetensors" in err
    tts = TTS(NAME, device="cpu", n_steps=2)
    assert tts.voices == ("Tingting", "TingtingRAP")
    assert tts.speak("Hello world").duration > 0.1
    downloads = tmp_path / "home" / "downloads" / NAME
    names = {path.name for path in downloads.rglob("*") if path.is_file()}
    assert {"modeling_step1.py", "fast.so"}.isdisjoint(names)
    assert not (
        downloads / "Step-Audio-TTS-3B/CosyVoice-300M-25Hz/speech_tokenizer_v1.onnx"
    ).exists()
    record = json.loads((downloads / "Step-Audio-TTS-3B" / fetching.RECORD).read_bytes())
    shard = hub.repositories[TTS_REPOSITORY] / "model-00001.safetensors"
    assert record[shard.name]["sha256"] == hashlib.sha256(shard.read_bytes()).hexdigest()


def test_what_is_there_is_neither_fetched_nor_converted_again(
    steptts_fetch: Steptts, hub: Hub
) -> None:
    assert steptts_fetch("--source", "modelscope")[0] == 0
    hub.requests.clear()
    code, _, err = steptts_fetch("--source", "modelscope")
    assert code == 0
    assert "is there already" in err
    assert all(path.endswith("/repo/files") for path, _ in hub.requests)


def test_parts_that_nobody_wants_are_left_out(
    steptts_fetch: Steptts, hub: Hub, tmp_path: Path
) -> None:
    wishes = ("--no-music", "--no-cloning", "--no-voices", "--only-download")
    code, out, _ = steptts_fetch("--source", "modelscope", *wishes)
    assert (code, out) == (0, str(tmp_path / "home" / "downloads" / NAME))
    assert sorted(path.name for path in Path(out).iterdir()) == ["Step-Audio-TTS-3B"]
    assert not (Path(out) / "Step-Audio-TTS-3B" / "CosyVoice-300M-25Hz-Music").exists()
    assert not any("Tokenizer" in path or "speakers" in path for path, _ in hub.requests)


@pytest.mark.parametrize("source", ["huggingface", "modelscope"])
def test_a_download_that_breaks_off_goes_on_where_it_stopped(
    hub: Hub, tmp_path: Path, source: str
) -> None:
    if source == "huggingface":
        pytest.importorskip("huggingface_hub")
    shard = "model-00001.safetensors"
    hub.breaking = {shard}
    kind = {"huggingface": HuggingFace, "modelscope": ModelScope}[source](hub.url)
    folder = fetch(kind, TTS_REPOSITORY, tmp_path / "to", lambda path: path == shard)
    expected = (hub.repositories[TTS_REPOSITORY] / shard).read_bytes()
    assert (folder / shard).read_bytes() == expected
    if source == "modelscope":  # the client of the other goes on by pieces of 10 MB
        assert hub.requests[-1][1] == "bytes=1000-"


def test_a_call_that_was_killed_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    content = (hub.repositories[TTS_REPOSITORY] / "tokenizer.model").read_bytes()
    (tmp_path / "tokenizer.model.part").write_bytes(content[:5000])
    source = ModelScope(hub.url)
    fetch(source, TTS_REPOSITORY, tmp_path, lambda path: path == "tokenizer.model")
    assert (tmp_path / "tokenizer.model").read_bytes() == content
    assert [wanted for _, wanted in hub.requests][-1] == "bytes=5000-"
    assert not (tmp_path / "tokenizer.model.part").exists()


def test_a_part_that_is_too_long_is_begun_anew(hub: Hub, tmp_path: Path) -> None:
    content = (hub.repositories[TTS_REPOSITORY] / "config.json").read_bytes()
    (tmp_path / "config.json.part").write_bytes(b"x" * 2 * len(content))
    fetch(ModelScope(hub.url), TTS_REPOSITORY, tmp_path, lambda path: path == "config.json")
    assert (tmp_path / "config.json").read_bytes() == content


@pytest.mark.parametrize("source", ["huggingface", "modelscope"])
def test_a_file_that_came_damaged_is_refused_and_removed(
    hub: Hub, tmp_path: Path, source: str
) -> None:
    if source == "huggingface":
        pytest.importorskip("huggingface_hub")
    hub.spoiled = {"tokenizer.model"}
    kind = {"huggingface": HuggingFace, "modelscope": ModelScope}[source](hub.url)
    with pytest.raises(NetworkError, match=r"tokenizer\.model"):
        fetch(kind, TTS_REPOSITORY, tmp_path, lambda path: path == "tokenizer.model")
    assert not (tmp_path / "tokenizer.model").exists()
    assert not recorded(tmp_path)


def test_a_file_that_changed_since_is_fetched_again(hub: Hub, tmp_path: Path) -> None:
    def wanted(path: str) -> bool:
        return path == "config.json"

    folder = fetch(ModelScope(hub.url), TTS_REPOSITORY, tmp_path, wanted)
    (folder / "config.json").write_text("{}")
    assert not recorded(folder)
    fetch(ModelScope(hub.url), TTS_REPOSITORY, tmp_path, wanted)
    assert json.loads((folder / "config.json").read_bytes())["model_type"] == "step1"


def test_other_transcripts_than_the_published_ones_are_refused(
    steptts_fetch: Steptts, hub: Hub
) -> None:
    (hub.speakers / "speakers_info.json").write_text("{}")
    code, _, err = steptts_fetch("--source", "modelscope")
    assert (code, "speakers_info.json came damaged" in err) == (5, True)


def test_offline_what_was_fetched_is_converted(
    steptts_fetch: Steptts, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steptts_fetch("--source", "modelscope", "--only-download")[0] == 0
    hub.requests.clear()
    monkeypatch.setenv("STEPTTS_OFFLINE", "1")
    code, out, _ = steptts_fetch()
    assert (code, Path(out).name) == (0, NAME)
    assert hub.requests == []


@pytest.mark.parametrize("switch", ["option", "variable"])
def test_offline_without_anything_fetched_is_an_error(
    steptts_fetch: Steptts, hub: Hub, monkeypatch: pytest.MonkeyPatch, switch: str
) -> None:
    if switch == "variable":
        monkeypatch.setenv("STEPTTS_OFFLINE", "1")
    code, _, err = steptts_fetch(*(["--offline"] if switch == "option" else []))
    assert (code, "fetch again, with network" in err) == (5, True)
    assert hub.requests == []


def test_offline_the_network_is_not_touched_by_any_source(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPTTS_OFFLINE", "yes")
    with pytest.raises(NetworkError, match="STEPTTS_OFFLINE"):
        fetch(ModelScope(hub.url), TTS_REPOSITORY, tmp_path, lambda path: True)
    assert hub.requests == []


@pytest.mark.parametrize("source", ["huggingface", "modelscope"])
def test_a_repository_that_is_not_there_is_an_error(hub: Hub, tmp_path: Path, source: str) -> None:
    if source == "huggingface":
        pytest.importorskip("huggingface_hub")
    kind = {"huggingface": HuggingFace, "modelscope": ModelScope}[source](hub.url)
    with pytest.raises(NetworkError, match="nobody/nothing"):
        fetch(kind, "nobody/nothing", tmp_path, lambda path: True)


@pytest.mark.parametrize("source", ["huggingface", "modelscope"])
def test_without_network_the_way_out_is_told(steptts_fetch: Steptts, hub: Hub, source: str) -> None:
    if source == "huggingface":
        pytest.importorskip("huggingface_hub")
    code, _, err = steptts_fetch("--source", source, "--endpoint", "http://127.0.0.1:9")
    assert (code, "--source" in err) == (5, True)


def test_without_the_package_the_way_out_is_told(
    steptts_fetch: Steptts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    code, _, err = steptts_fetch()
    assert (code, "pip install 'steptts[hub]'" in err) == (1, True)


@pytest.mark.parametrize(
    "arguments", [("--source", "elsewhere"), ("--no-cloning",)], ids=["source", "voices"]
)
def test_wrong_usage_is_told(steptts_fetch: Steptts, arguments: tuple[str, ...]) -> None:
    assert steptts_fetch(*arguments)[0] == 2


def test_another_model_cannot_be_fetched(steptts_fetch: Steptts) -> None:
    code, _, err = steptts_fetch(model="gpt")
    assert (code, NAME in err) == (2, True)


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "C:x", "a\\..\\x"])
def test_a_listing_that_leads_out_of_its_folder_is_refused(tmp_path: Path, path: str) -> None:
    class Wicked:
        name = "wicked"

        def files(self, repository: str) -> list[RemoteFile]:
            return [RemoteFile(path)]

        def download(self, *_: object) -> None:
            pytest.fail("downloaded")

    with pytest.raises(NetworkError, match="leads out"):
        fetch(Wicked(), "x/y", tmp_path, lambda path: True)


def test_a_disk_that_is_too_small_is_told_before_anything_comes(hub: Hub, tmp_path: Path) -> None:
    source = ModelScope(hub.url)
    with pytest.raises(StepTTSError, match="GB free"):
        fetch(source, TTS_REPOSITORY, tmp_path, lambda path: True, spare=1 << 60)
    assert len(hub.requests) == 1


def test_only_web_addresses_are_opened(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="no web address"):
        download("file:///etc/hostname", tmp_path / "x")


@pytest.mark.parametrize("content", [b"no JSON", b"{}", b'{"Data": {"Files": [{"Path": 1}]}}'])
def test_an_answer_that_is_no_listing_is_told(
    hub: Hub, tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching_sources, "_read", lambda address: content)
    with pytest.raises(NetworkError, match="gave no list"):
        fetch(ModelScope(hub.url), TTS_REPOSITORY, tmp_path, lambda path: True)


def test_a_conversion_that_was_broken_off_is_done_again(
    steptts_fetch: Steptts, tmp_path: Path
) -> None:
    left = tmp_path / "home" / "models" / f".{NAME}.part"
    left.mkdir(parents=True)
    (left / "lm.safetensors").write_bytes(b"half")
    code, out, _ = steptts_fetch("--source", "modelscope", "--no-music")
    assert (code, Path(out).name) == (0, NAME)
    assert not left.exists()
