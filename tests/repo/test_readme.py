"""Does what the README shows run as it stands, and do the pages that it names exist?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text("utf-8")


def test_every_python_block_of_the_readme_runs_by_itself() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block],
            cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        assert "'A': 0." in done.stdout


def test_every_page_and_picture_that_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", TEXT)
    assert len(links) > 10
    assert [one for one in links if "://" not in one and not (ROOT / one).exists()] == []


def test_the_readme_names_only_commands_that_there_are() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", TEXT))
    assert named
    assert named <= targets


def test_the_doors_of_the_engine_are_named_on_its_page() -> None:
    import engine

    page = (ROOT / "docs" / "engine.md").read_text("utf-8")
    doors = {name for name in engine.__all__ if name.islower()}
    assert {one for one in doors if f"engine.{one}" not in page} == set()
    named = set(re.findall(r"`?engine\.([A-Za-z_]+)", page + TEXT)) - {"md"}
    modules = {path.stem for path in (ROOT / "engine").iterdir()}
    assert named <= {*engine.__all__, *modules}
