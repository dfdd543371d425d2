"""How high are the tables of findings and series, which may have three rows or hundreds?"""

from __future__ import annotations

from typing import Final

TABLE_MOST_PX: Final = 420
"""From this height on a table scrolls by itself."""
TABLE_LEAST_ROWS: Final = 2
"""Room for the sentence of an empty table."""


def table_style(rows_count: int) -> dict[str, str]:
    """Return the style of a table that is as high as its rows, but not higher than others; rows as high as the theme's.

    Parameters
    ----------
    rows_count : int
        Rows that the table shows.
    """
    rows = max(rows_count, TABLE_LEAST_ROWS)
    return {"height": f"min({TABLE_MOST_PX}px, calc(var(--q-head) + {rows} * var(--q-row) + 4px))", "width": "100%"}
