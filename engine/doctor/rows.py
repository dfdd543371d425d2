"""How does a sparse program grow block by block, and what is it in the end?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector

NOBODY = -1
Places = NDArray[np.intp]


class Rows:
    """Columns and rows in the making: ``row_lower <= A x <= row_upper``, ``lower <= x <= upper``.

    `settle` makes the attributes that are named after what they hold: `row_at`, `column_at` and `value_at` are the
    entries of A, sorted by row and column; `owners` says from which limit a row comes, or `NOBODY`.
    """

    def __init__(self) -> None:
        self.width = 0
        self.height = 0
        self._entries: list[tuple[Places, Places, Vector]] = []
        self._row_lower: list[Vector] = []
        self._row_upper: list[Vector] = []
        self._owners: list[Places] = []
        self._lower: list[Vector] = []
        self._upper: list[Vector] = []
        self._whole: list[NDArray[np.bool_]] = []

    def columns(self, count: int, lower: float, upper: float, *, is_whole: Any = False) -> int:
        """Add columns and return the place of the first."""
        start = self.width
        self._lower.append(np.full(count, lower))
        self._upper.append(np.full(count, upper))
        self._whole.append(np.full(count, is_whole, dtype=bool))
        self.width += count
        return start

    def add(self, height: int, entries: Iterable[tuple[Any, Any, Any]], lower: Any, upper: Any, owner: Any) -> None:
        """Add rows; entries are (row within the block, column, value), each broadcast against the others."""
        for at, column, value in entries:
            size = next((len(item) for item in (at, column, value) if isinstance(item, np.ndarray)), 1)
            where, columns, values = _stretched(at, size), _stretched(column, size), _stretched(value, size)
            if isinstance(value, np.ndarray):
                keep = values != 0.0
                if not keep.all():
                    where, columns, values = where[keep], columns[keep], values[keep]
            self._entries.append((where + self.height, columns, values))
        self._row_lower.append(_stretched(lower, height))
        self._row_upper.append(_stretched(upper, height))
        self._owners.append(_stretched(owner, height))
        self.height += height

    def settle(self) -> None:
        """Put everything together; nothing can be added afterwards."""
        rows = np.concatenate([item[0] for item in self._entries])
        columns = np.concatenate([item[1] for item in self._entries])
        values = np.concatenate([item[2] for item in self._entries])
        order = np.argsort(rows * self.width + columns, kind="stable")
        self.row_at, self.column_at, self.value_at = rows[order], columns[order], values[order]
        self.row_lower, self.row_upper = np.concatenate(self._row_lower), np.concatenate(self._row_upper)
        self.owners = np.concatenate(self._owners)
        self.lower, self.upper = np.concatenate(self._lower), np.concatenate(self._upper)
        self.whole = np.concatenate(self._whole)


def _stretched(item: Any, size: int) -> NDArray[Any]:
    """Return an array of that size from an array or one number."""
    return item if isinstance(item, np.ndarray) and item.ndim else np.full(size, item)
