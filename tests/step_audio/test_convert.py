"""Conversion: the published keys and counts, and a clear error for each way a file can be wrong."""

import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from steptts.errors import ManifestError, StepTTSError, WeightsError
from steptts.manifest import read_manifest
from steptts.nets.step1_lm import Step1Config, Step1LM
from steptts.step_audio.convert import convert
from steptts.step_audio.lm_checkpoint import joined_shapes, published_shapes
from steptts.step_audio.model import load
from steptts.step_audio.published_files import INDEX, SINGLE_SHARD, SPEECH, PublishedFolders
from steptts.step_audio.published_yaml import ids_per_second, read_scalars
from steptts.text.prompt import EOT
from steptts.tokens import N_AUDIO_IDS
from tests.step_audio.conftest import OPTIONS

Q_PROJ = "model.layers.1.self_attn.q_proj.weight"


def test_the_published_language_model_has_291_tensors_of_the_published_shapes() -> None:
    shapes = published_shapes(Step1Config())
    assert len(shapes) == 291
    assert shapes["model.embed_tokens.weight"] == (74_752, 3072)
    assert shapes["lm_head.weight"] == (74_752, 3072)
    assert shapes["model.norm.weight"] == (3072,)
    layer = {n.split(".", 3)[3]: s for n, s in shapes.items() if n.startswith("model.layers.31.")}
    assert layer == {
        "self_attn.q_proj.weight": (3072, 3072),
        "self_attn.k_proj.weight": (256, 3072),
        "self_attn.v_proj.weight": (256, 3072),
        "self_attn.o_proj.weight": (3072, 3072),
        "mlp.gate_proj.weight": (8192, 3072),
        "mlp.up_proj.weight": (8192, 3072),
        "mlp.down_proj.weight": (3072, 8192),
        "input_layernorm.weight": (3072,),
        "post_attention_layernorm.weight": (3072,),
    }


def test_the_published_language_model_has_3_53_billion_parameters() -> None:
    config = Step1Config()
    counted = sum(int(np.prod(shape)) for shape in published_shapes(config).values())
    assert counted == config.n_parameters
    assert counted == pytest.approx(3.53e9, rel=1e-3)
    with torch.device("meta"):
        whole = Step1LM(replace(config, n_logits=config.vocabulary))
    assert sum(p.numel() for p in whole.parameters()) == counted


def test_converted_tensors_are_the_networks_own() -> None:
    config = Step1Config()
    with torch.device("meta"):
        network = Step1LM(config)
    own = {name: tuple(p.shape) for name, p in network.state_dict().items()}
    del own["audio_embedding"]
    assert {**own, "embedding": (74_752, 3072)} == joined_shapes(config)


def test_projections_are_joined_and_the_head_is_cut(
    published: PublishedFolders, converted: Path
) -> None:
    theirs = load_file(published.tts / SINGLE_SHARD)
    ours = load_file(converted / "lm.safetensors")
    parts = [theirs[f"model.layers.0.self_attn.{p}_proj.weight"] for p in "qkv"]
    assert torch.equal(ours["transformer.layers.0.attention.qkv.weight"], torch.cat(parts))
    offset = read_manifest(converted).stage("lm").config["audio_offset"]
    assert torch.equal(
        ours["head.weight"][:N_AUDIO_IDS], theirs["lm_head.weight"][offset : offset + N_AUDIO_IDS]
    )
    assert torch.equal(ours["head.weight"][N_AUDIO_IDS], theirs["lm_head.weight"][EOT])
    assert ours["head.weight"].dtype == torch.bfloat16


def test_shards_are_found_through_the_index(published: PublishedFolders, tmp_path: Path) -> None:
    folders = copied(published, tmp_path)
    tensors = load_file(folders.tts / SINGLE_SHARD)
    (folders.tts / SINGLE_SHARD).unlink()
    names, where = sorted(tensors), {}
    for part, file in enumerate(("a.safetensors", "b.safetensors")):
        own = names[part::2]
        save_file({name: tensors[name] for name in own}, folders.tts / file)
        where |= dict.fromkeys(own, file)
    (folders.tts / INDEX).write_text(json.dumps({"weight_map": where}), "utf-8")
    convert(replace(folders, tokenizer=None, speakers=None), tmp_path / "out")
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_the_yaml_is_read_without_its_tags(published: PublishedFolders) -> None:
    yaml = read_scalars(published.tts / SPEECH / "cosyvoice.yaml")
    assert ids_per_second(yaml) == pytest.approx(41.667)
    assert yaml.number("flow.spk_embed_dim") == 192  # through !ref
    assert yaml.size("flow.decoder.estimator.channels", 0) == 32
    assert not [key for key in yaml.values if "apply" in key]


def test_code_in_a_yaml_tag_is_never_run(published: PublishedFolders, tmp_path: Path) -> None:
    path = tmp_path / "cosyvoice.yaml"
    harm = tmp_path / "harm"
    text = (published.tts / SPEECH / "cosyvoice.yaml").read_text("utf-8")
    path.write_text(f"x: !!python/object/apply:pathlib.Path.touch [{harm}]\n{text}", "utf-8")
    assert ids_per_second(read_scalars(path)) == pytest.approx(41.667)
    assert not harm.exists()


class _Harm:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('code of a checkpoint was run')",))


def copied(published: PublishedFolders, to: Path) -> PublishedFolders:
    for name in ("tts", "tokenizer"):
        shutil.copytree(getattr(published, name), to / name)
    return PublishedFolders(to / "tts", to / "tokenizer")


def edit_tensors(folders: PublishedFolders, change: Callable[[dict], object]) -> None:
    tensors = load_file(folders.tts / SINGLE_SHARD)
    change(tensors)
    save_file(tensors, folders.tts / SINGLE_SHARD)


def edit_json(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def edit_yaml(folders: PublishedFolders, old: str, new: str) -> None:
    path = folders.tts / SPEECH / "cosyvoice.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def edit_pt(path: Path, change: Callable[[dict], object]) -> None:
    tensors = dict(torch.load(path, weights_only=True))
    change(tensors)
    torch.save(tensors, path)


def halve(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def model_pt(folders: PublishedFolders) -> Path:
    return folders.tokenizer_file("model.pt")


FAULTS: dict[str, tuple[Callable[[PublishedFolders], object], str]] = {
    "config is missing": (lambda f: (f.tts / "config.json").unlink(), r"config\.json is missing"),
    "config is no JSON": (
        lambda f: (f.tts / "config.json").write_text("{", "utf-8"),
        "not valid JSON",
    ),
    "another architecture": (
        lambda f: edit_json(f.tts / "config.json", model_type="llama"),
        "model_type is 'llama'",
    ),
    "another stop id": (lambda f: edit_json(f.tts / "config.json", eos_token_id=2), "eos_token_id"),
    "a size that does not divide": (
        lambda f: edit_json(f.tts / "config.json", num_attention_heads=5),
        "n_heads 5",
    ),
    "another vocabulary": (
        lambda f: edit_json(f.tts / "config.json", vocab_size=500),
        "no room for 5120",
    ),
    "shard is missing": (lambda f: (f.tts / SINGLE_SHARD).unlink(), "is missing"),
    "shard is cut short": (lambda f: halve(f.tts / SINGLE_SHARD), "is damaged"),
    "tensor is missing": (
        lambda f: edit_tensors(f, lambda t: t.pop(Q_PROJ)),
        f"1 tensors missing: {Q_PROJ}",
    ),
    "tensor is surplus": (
        lambda f: edit_tensors(f, lambda t: t.update({"x.bias": torch.zeros(2)})),
        r"1 tensors surplus: x\.bias",
    ),
    "tensor of another shape": (
        lambda f: edit_tensors(f, lambda t: t.update({Q_PROJ: t[Q_PROJ][:-1].clone()})),
        r"another shape: .*q_proj.*\[63, 64\], expected \[64, 64\]",
    ),
    "tensor of another type": (
        lambda f: edit_tensors(f, lambda t: t.update({Q_PROJ: t[Q_PROJ].to(torch.int8)})),
        "not BF16 or F16 or F32: .*q_proj.* I8",
    ),
    "types are mixed": (
        lambda f: edit_tensors(f, lambda t: t.update({Q_PROJ: t[Q_PROJ].float()})),
        "mixes BF16, F32",
    ),
    "tokenizer of another kind": (
        lambda f: (f.tts / "tokenizer.model").write_bytes(b"\x00" * 100),
        r"tokenizer\.model",
    ),
    "pt file holds code": (
        lambda f: (f.tts / SPEECH / "flow.pt").write_bytes(pickle.dumps({"x": _Harm()})),
        r"flow\.pt",
    ),
    "pt file is cut short": (lambda f: halve(f.tts / SPEECH / "hift.pt"), r"hift\.pt is damaged"),
    "pt tensor is missing": (
        lambda f: edit_pt(f.tts / SPEECH / "flow.pt", lambda t: t.pop("encoder_proj.bias")),
        r"missing: encoder_proj\.bias",
    ),
    "pt tensor is surplus": (
        lambda f: edit_pt(f.tts / SPEECH / "hift.pt", lambda t: t.update(x=torch.zeros(1))),
        "surplus: x",
    ),
    "pt tensor of another shape": (
        lambda f: edit_pt(
            f.tts / SPEECH / "flow.pt", lambda t: t.update({"encoder_proj.bias": torch.zeros(3)})
        ),
        r"encoder_proj\.bias \[3\], expected \[80\]",
    ),
    "yaml without the rate": (
        lambda f: edit_yaml(f, "input_frame_rate", "other"),
        "input_frame_rate is None",
    ),
    "yaml with another rate": (
        lambda f: edit_yaml(f, "input_frame_rate: 41.667", "input_frame_rate: 25"),
        "must be near 41.667",
    ),
    "yaml of another vocabulary": (
        lambda f: edit_yaml(f, "vocab_size: 5120", "vocab_size: 4096"),
        "vocab_size is 4096, flow.pt has 5120",
    ),
    "onnx file is missing": (
        lambda f: (f.tts / SPEECH / "campplus.onnx").unlink(),
        r"campplus\.onnx is missing",
    ),
    "codebook of another shape": (
        lambda f: np.save(f.tokenizer_file("linguistic_tokenizer.npy"), np.zeros((9, 64), "f4")),
        r"float32 \[9, 64\], must be float32 \[1024, n\]",
    ),
    "encoder lacks a tensor": (
        lambda f: edit_pt(model_pt(f), lambda t: t.pop("encoder.after_norm.bias")),
        r"missing: after_norm\.bias",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_file_is_a_clear_error_and_nothing_is_left_to_load(
    published: PublishedFolders, tmp_path: Path, fault: str
) -> None:
    folders = copied(published, tmp_path)
    spoil, message = FAULTS[fault]
    spoil(folders)
    with pytest.raises(WeightsError, match=message):
        convert(folders, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_not_written_to(
    published: PublishedFolders, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("keep", "utf-8")
    with pytest.raises(WeightsError, match="not an empty folder"):
        convert(published, tmp_path)


def spoil_converted(converted: Path, to: Path, file: str, how: Callable[[Path], object]) -> Path:
    shutil.copytree(converted, to)
    how(to / file)
    return to


CONVERTED_FAULTS: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "a file was altered": (
        "vocoder.safetensors",
        lambda p: p.write_bytes(p.read_bytes()[:-1] + b"x"),
        "SHA-256",
    ),
    "a file is missing": ("flow.safetensors", Path.unlink, r"cannot read .*flow\.safetensors"),
    "the manifest is missing": ("manifest.json", Path.unlink, "manifest"),
}


@pytest.mark.parametrize("fault", CONVERTED_FAULTS)
def test_a_model_folder_that_was_altered_is_refused(
    converted: Path, tmp_path: Path, fault: str
) -> None:
    file, how, message = CONVERTED_FAULTS[fault]
    folder = spoil_converted(converted, tmp_path / "model", file, how)
    with pytest.raises((WeightsError, ManifestError), match=message):
        load(folder, options=OPTIONS)


def test_sizes_that_were_tampered_with_are_named(converted: Path, tmp_path: Path) -> None:
    shutil.copytree(converted, tmp_path / "model")
    path = tmp_path / "model" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["stages"]["lm"]["config"]["sizes"]["blocks"]["width"]
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(StepTTSError, match="width"):
        load(tmp_path / "model", options=OPTIONS)


def test_speakers_need_the_tokenizer_repository(
    published: PublishedFolders, tmp_path: Path
) -> None:
    with pytest.raises(WeightsError, match="Step-Audio-Tokenizer"):
        convert(replace(published, tokenizer=None), tmp_path / "out")
