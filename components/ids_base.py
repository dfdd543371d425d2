"""How are ids kept from changing, and how does a family of components share one?"""

from __future__ import annotations

from typing import Any, NoReturn

Pattern = dict[str, Any]


class Frozen(type):
    """Ids are constants: assigning to one is a mistake, not a feature."""

    def __setattr__(cls, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{cls.__name__}.{name} is an id and cannot be changed.")


def pattern(kind: str, index: Any) -> Pattern:
    """Return the id of one member of a family."""
    return {"type": kind, "index": index}
