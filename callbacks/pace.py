"""How is a page's clock held while the answer to its last tick is under way?"""

from __future__ import annotations

from typing import Any

from dash import Output

from components.ticks import ANSWER_MAX_MS


def held(tick_id: str, every_ms: int) -> list[tuple[Any, int, int]]:
    """Return what a callback that a clock asks gives as its `running`: the next tick counts from the answer on.

    Parameters
    ----------
    tick_id : str
        Id of the clock.
    every_ms : int
        Its interval, as the page sets it.
    """
    return [(Output(tick_id, "interval"), ANSWER_MAX_MS, every_ms)]
