"""In which fields do two versions of a template differ?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from services.messages.templates import TemplateDifference

NAMED_BY = "kind"


def differences(first: dict[str, Any], second: dict[str, Any]) -> tuple[TemplateDifference, ...]:
    """Return every field that is not the same in both, in the order of the first, then what only the second has.

    Entries of lists are matched by their `kind`, not by their place: an objective that moved did not change. Where a
    kind appears more than once, its first entry is matched with the other's first, and so on.
    """
    before, after = dict(_leaves(first, "")), dict(_leaves(second, ""))
    paths = dict.fromkeys([*before, *after])
    return tuple(
        TemplateDifference(path=path, first=_text(before, path), second=_text(after, path))
        for path in paths
        if before.get(path) != after.get(path) or (path in before) != (path in after)
    )


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each field without fields of its own, with its place in words of the request."""
    if isinstance(value, dict) and value:
        for name, one in value.items():
            yield from _leaves(one, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list) and value and all(isinstance(one, dict) and NAMED_BY in one for one in value):
        seen: dict[str, int] = {}
        for one in value:
            kind = str(one[NAMED_BY])
            seen[kind] = seen.get(kind, 0) + 1
            nth = "" if seen[kind] == 1 else f" {seen[kind]}"
            yield from _leaves(one, f"{path}[{kind}{nth}]")
    else:
        yield path, value


def _text(leaves: dict[str, Any], path: str) -> str | None:
    return json.dumps(leaves[path], ensure_ascii=False) if path in leaves else None
