"""Which words stand above figures and beside fields, as sources and layouts have them?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
FIRST, SECOND = {"kpi_card", "Th"}, {"field", "column"}


def bare(heading: str) -> str:
    """Return a heading without what is no part of a term: unit, side, "(optional)"; in small letters."""
    words = re.sub(r" \(optional\)$", "", heading.strip())
    words = re.sub(r": slider from .*$", "", words)
    words = re.sub(r", at (most|least)(?= |$)", "", words)
    return re.sub(r", (%|pp|bp|% a year)$", "", words).casefold()


def in_sources() -> set[str]:
    """Return the literal headings of key figures, columns, tables and fields in the code that draws them."""
    return {
        heading
        for package in ("pages", "components", "callbacks")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for heading in _of(node)
    }


def _of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = 0 if name in FIRST else 1 if name in SECOND else None
        if place is not None and len(node.args) > place:
            yield from _text(node.args[place])
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:  # a column of `table`: words, whether it holds numbers
        second = node.elts[1]
        if isinstance(second, ast.Constant) and isinstance(second.value, bool):
            yield from _text(node.elts[0])


def _text(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
        yield node.value.strip()


def in_layouts(nodes: Iterable[dict[str, Any]]) -> set[str]:
    """Return the headings that the pages' outlines hold."""
    found: set[str] = set()
    for node in nodes:
        given = node["props"]
        names = str(given.get("className") or "").split()
        if node["type"] == "AgGrid":
            found |= {str(one.get("headerName") or "") for one in given.get("columnDefs") or []}
        elif node["type"] in {"Th", "Label"} or {"field-label", "kpi-label"} & set(names):
            found.add(words_of(given.get("children")))
    return {one.strip() for one in found if one.strip()}


def words_of(node: Any) -> str:
    """Return the text of a tree."""
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return "".join(words_of(one) for one in node)
    return words_of(node["props"].get("children") or "") if isinstance(node, dict) else ""
