"""Has every control whose refusals a form tells a place beside it where they are told?"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import callbacks
from components.fields import error_id


def written(one: Any) -> str:
    """Return an id as text, whether it is plain or a pattern."""
    return json.dumps(one, sort_keys=True)


def told() -> Iterator[tuple[str, Any]]:
    """Give every control that a module of callbacks names in the words of its form."""
    for found in pkgutil.iter_modules(callbacks.__path__):
        module = importlib.import_module(f"callbacks.{found.name}")
        for name, words in vars(module).items():
            if name.endswith("WORDS") and isinstance(words, dict):
                for said in words.values():
                    if isinstance(said, tuple) and len(said) == 2:
                        yield f"{found.name}.{name}", said[1]


def test_a_refusal_at_a_field_finds_its_place_on_the_page(nodes: list[dict[str, Any]]) -> None:
    ids = {written(node["props"]["id"]) for node in nodes if "id" in node["props"]}
    shown = {(where, written(one), written(error_id(one))) for where, one in told() if written(one) in ids}
    assert len(shown) > 50
    assert sorted((where, one) for where, one, slot in shown if slot not in ids) == []
