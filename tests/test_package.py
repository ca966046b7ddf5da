"""What is installed: every package and data file, a sorted public list, a light import."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

import steptts

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
OUTSIDE = {"steptts.export": "export", "steptts.voices": "voices"}


def listed(key: str) -> list[str]:
    """The strings of an array in pyproject.toml; tomllib comes only with Python 3.11."""
    found = re.search(rf'^"?{re.escape(key)}"? = (\[[^\]]*\])', PYPROJECT, re.MULTILINE)
    return re.findall(r'"([^"]+)"', found[1]) if found else []


def folder(package: str) -> Path:
    return ROOT / OUTSIDE.get(package, package.replace(".", "/"))


def test_every_folder_with_code_is_a_listed_package() -> None:
    inside = {
        ".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "steptts").rglob("*.py")
    }
    assert inside | set(OUTSIDE) == set(listed("packages"))


@pytest.mark.parametrize("package", listed("packages"))
def test_every_data_file_is_installed(package: str) -> None:
    others = [folder(name) for name in listed("packages") if name != package]
    patterns = listed(package)
    here = folder(package)
    for path in here.rglob("*"):
        relative = path.relative_to(here).as_posix()
        if (
            path.is_dir()
            or path.suffix in (".py", ".pyc")
            or any(p in path.parents for p in others if here in p.parents)
        ):
            continue
        assert any(fnmatch(relative, pattern) for pattern in patterns), f"{path} is not installed"


def test_public_names_are_sorted_and_there() -> None:
    assert steptts.__all__ == sorted(steptts.__all__, key=lambda name: (not name.isupper(), name))
    for name in steptts.__all__:
        assert getattr(steptts, name).__name__ == name
    assert set(steptts.__all__) <= set(dir(steptts))
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = steptts.Nothing


def test_every_error_is_public_and_of_the_one_tree() -> None:
    from steptts import errors

    for name, value in vars(errors).items():
        if isinstance(value, type):
            assert name in steptts.__all__
            assert issubclass(value, steptts.StepTTSError)


@pytest.mark.parametrize(
    "statement", ["import steptts", "from steptts import TTS, Audio, Score, Voice"]
)
def test_importing_loads_no_runtime(statement: str) -> None:
    heavy = "{'torch', 'onnxruntime', 'numpy'}"
    code = f"import sys; {statement}; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ([] if statement == "import steptts" else ["numpy"])


def test_nothing_is_printed_started_or_set_by_importing() -> None:
    code = (
        "import logging, os, random, threading\n"
        "def state(): return (dict(os.environ), random.getstate(), threading.active_count(),\n"
        "    logging.root.handlers[:])\n"
        "before = state()\n"
        "from steptts import TTS, Audio, Score, Voice\n"
        "assert state() == before\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
