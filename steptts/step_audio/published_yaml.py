"""The sizes and rates that only the published YAML files know, read as text.

The files hold tags such as `!new:package.Class`, which a YAML loader would be asked to execute.
Here a line is "key: value" under its indentation and nothing else: tags, anchors, list items and
comments are skipped, `!ref <key>` looks up a plain value. Knows no file but these two kinds.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from steptts.errors import WeightsError
from steptts.nets.conformer import ConformerConfig
from steptts.nets.flow_estimator import EstimatorConfig
from steptts.nets.hift import HiftConfig
from steptts.nets.sanm import SanmConfig
from steptts.nets.token_to_mel import TokenToMelConfig
from steptts.reference import MEL_FRAMES_PER_SECOND

MAX_BYTES = 1 << 20
_LINE = re.compile(r"(?P<indent> *)(?P<key>[A-Za-z_][\w-]*) *:(?: +(?P<value>.*))?")
_REF = re.compile(r"!ref +<(?P<key>[\w.]+)>")
SLOWEST_IDS, FASTEST_IDS = 41.0, 42.5  # per second; the shipped clips fit 41.64 to 41.68


class Scalars:
    """Plain values by dotted path, for example "flow.encoder.num_blocks"."""

    def __init__(self, values: Mapping[str, str], where: str) -> None:
        """Keep the values and what to call the file."""
        self.values = values
        self.where = where

    def number(self, path: str) -> float:
        """A number that must be there: at this path, or elsewhere under the same last key.

        Raises:
            WeightsError: missing, or no number above 0.
        """
        text = self.values.get(path) or self._elsewhere(path)
        reference = _REF.fullmatch(text) if text else None
        if reference:
            text = self.values.get(reference["key"])
        try:
            value = float(text or "")
        except ValueError:
            value = 0.0
        if not 0 < value < 1e9:
            raise WeightsError(f"{self.where}: {path} is {text!r}, must be a number above 0")
        return value

    def _elsewhere(self, path: str) -> str | None:
        """The value of the same last key at another path, if there is just one such value."""
        last = path.rpartition(".")[2]
        found = {value for key, value in self.values.items() if key.rpartition(".")[2] == last}
        return found.pop() if len(found) == 1 else None

    def size(self, path: str, default: int) -> int:
        """A whole number; a list gives its first one, an absent key the default."""
        if path not in self.values:
            return default
        first = Scalars({path: self.values[path].strip("[]").split(",")[0]}, self.where)
        value = first.number(path) if "!ref" not in self.values[path] else self.number(path)
        if value != int(value):
            raise WeightsError(f"{self.where}: {path} is {value}, must be a whole number")
        return int(value)


def read_scalars(path: Path) -> Scalars:
    """Read a YAML file as nested "key: value" lines.

    Raises:
        WeightsError: the file is missing, too large, or not UTF-8 text.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8")
    except OSError as reason:
        raise WeightsError(f"cannot read {path} ({reason.strerror}); fetch it again") from None
    except UnicodeDecodeError:
        raise WeightsError(f"{path} is not text; fetch it again") from None
    if len(content) > MAX_BYTES:
        raise WeightsError(f"{path} is over {MAX_BYTES} bytes; it is not a configuration")
    return Scalars(_nested(text), path.name)


def _nested(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    open_keys: list[tuple[int, str]] = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line.split(" #")[0].rstrip())
        if match is None:
            continue
        indent, value = len(match["indent"]), (match["value"] or "").strip()
        while open_keys and open_keys[-1][0] >= indent:
            open_keys.pop()
        path = ".".join([*(key for _, key in open_keys), match["key"]])
        if not value or (value.startswith("!") and not value.startswith("!ref")):
            open_keys.append((indent, match["key"]))
        else:
            values[path] = value.strip("'\"")
    return values


def ids_per_second(yaml: Scalars) -> float:
    """Rate of the audio ids that the flow was trained with.

    Raises:
        WeightsError: missing, or far from 41.667.
    """
    rate = yaml.number("flow.input_frame_rate")
    if not SLOWEST_IDS <= rate <= FASTEST_IDS:
        raise WeightsError(
            f"{yaml.where}: flow.input_frame_rate is {rate}, must be near 41.667: "
            "5 ids every 120 ms"
        )
    return rate


def flow_config(yaml: Scalars, n_audio_ids: int) -> TokenToMelConfig:
    """Sizes of the mel decoder; what the file does not say has the published default.

    Args:
        yaml: the file.
        n_audio_ids: rows of the embedding in the weights; the file must say the same.

    Raises:
        WeightsError: a size is no whole number, or the file has another vocabulary.
    """
    told = yaml.number("flow.vocab_size")
    if told != n_audio_ids:
        raise WeightsError(
            f"{yaml.where}: flow.vocab_size is {told:g}, flow.pt has {n_audio_ids} rows"
        )
    base, encoder, estimator = TokenToMelConfig(), ConformerConfig(), EstimatorConfig()
    inside = "flow.decoder.estimator"
    return TokenToMelConfig(
        n_audio_ids=n_audio_ids,
        mel_bins=yaml.size("flow.output_size", base.mel_bins),
        speaker_width=yaml.size("flow.spk_embed_dim", base.speaker_width),
        encoder=ConformerConfig(
            input_width=yaml.size("flow.input_size", encoder.input_width),
            width=yaml.size("flow.encoder.output_size", encoder.width),
            n_heads=yaml.size("flow.encoder.attention_heads", encoder.n_heads),
            ff_width=yaml.size("flow.encoder.linear_units", encoder.ff_width),
            n_layers=yaml.size("flow.encoder.num_blocks", encoder.n_layers),
        ),
        estimator=EstimatorConfig(
            in_channels=yaml.size(f"{inside}.in_channels", estimator.in_channels),
            out_channels=yaml.size(f"{inside}.out_channels", estimator.out_channels),
            channels=yaml.size(f"{inside}.channels", estimator.channels),
            head_width=yaml.size(f"{inside}.attention_head_dim", estimator.head_width),
            n_heads=yaml.size(f"{inside}.num_heads", estimator.n_heads),
            blocks_per_stage=yaml.size(f"{inside}.n_blocks", estimator.blocks_per_stage),
            n_mid_stages=yaml.size(f"{inside}.num_mid_blocks", estimator.n_mid_stages),
        ),
    )


def hift_config(yaml: Scalars) -> HiftConfig:
    """Sizes of the vocoder.

    Raises:
        WeightsError: a size is no whole number, or the rates are not those of 256-sample frames.
    """
    base = HiftConfig()
    rate = yaml.size("hift.sampling_rate", base.sample_rate)
    if rate != base.sample_rate:
        raise WeightsError(
            f"{yaml.where}: hift.sampling_rate is {rate}, must be {base.sample_rate} "
            f"({MEL_FRAMES_PER_SECOND:.2f} frames of 256 samples per second)"
        )
    return HiftConfig(
        mel_bins=yaml.size("hift.in_channels", base.mel_bins),
        base_channels=yaml.size("hift.base_channels", base.base_channels),
        f0_channels=yaml.size("hift.f0_predictor.cond_channels", base.f0_channels),
    )


def sanm_config(yaml: Scalars) -> SanmConfig:
    """Sizes of the linguistic encoder, from the `config.yaml` beside `model.pt`.

    Raises:
        WeightsError: a size is no whole number.
    """
    base = SanmConfig()
    return SanmConfig(
        input_width=yaml.size("encoder_conf.input_size", base.input_width),
        width=yaml.size("encoder_conf.output_size", base.width),
        n_heads=yaml.size("encoder_conf.attention_heads", base.n_heads),
        ff_width=yaml.size("encoder_conf.linear_units", base.ff_width),
        n_layers=yaml.size("encoder_conf.num_blocks", base.n_layers),
        kernel=yaml.size("encoder_conf.kernel_size", base.kernel),
    )
