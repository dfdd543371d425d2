"""Is every day that a person reads written by the one formatter, which knows how they like days?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITES_DAYS = re.compile(r"%-?d\b.*%[bBmY]|%[bB] %-?d|%m/%d|%-d %b")
"""A format with a day of a month and its month; months alone read the same for everybody."""
KEEPS = {"services/formatting.py": "is the formatter"}
SPOKEN = ("callbacks", "components", "pages", "services/charts", "services")


def files() -> Iterator[Path]:
    seen: set[Path] = set()
    for folder in SPOKEN:
        for path in sorted((ROOT / folder).glob("*.py")):
            if path not in seen:
                seen.add(path)
                yield path


def written_in(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that hold a format of days."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITES_DAYS.search(node.value):
            yield node.lineno
        spec = node.format_spec if isinstance(node, ast.FormattedValue) else None
        if spec is not None and WRITES_DAYS.search(ast.unparse(spec)):
            yield node.lineno


def test_no_day_is_written_beside_the_formatter() -> None:
    found = {
        f"{name}:{line}"
        for path in files()
        if (name := path.relative_to(ROOT).as_posix()) not in KEEPS
        for line in written_in(ast.parse(path.read_text("utf-8")))
    }
    assert sorted(found) == []


def test_no_exception_outlives_its_reason() -> None:
    for name in KEEPS:
        assert list(written_in(ast.parse((ROOT / name).read_text("utf-8")))), name


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('text = f"{one:%d %b %Y}"', True),
        ('text = one.strftime("%d/%m/%Y")', True),
        ('hover = "%{x|%-d %b %Y}<br>%{y:.2%}"', True),
        ('month = f"{one:%b %Y}"', False),
        ('time = f"{one:%H:%M}"', False),
        ('share = "%d of %d"', False),
    ],
)
def test_the_search_finds_what_it_looks_for(source: str, is_found: bool) -> None:
    assert bool(list(written_in(ast.parse(source)))) is is_found
