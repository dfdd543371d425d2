"""What stands in the place of a report about a portfolio that holds nothing which could be measured?"""

from __future__ import annotations

from typing import Any, Final

from components.button import link_button
from components.empty_state import empty_state

EMPTY_CODES: Final = frozenset({"portfolio_empty", "portfolio_unvalued", "portfolio_worthless"})
"""Codes of failures that no second try mends: something has to be held first."""


def nothing_to_measure(text: str) -> Any:
    """Say that there is nothing to measure yet, and lead to where holdings come from."""
    return empty_state(
        "There is nothing to measure yet",
        text,
        glyph="shield-exclamation",
        actions=[link_button("Import holdings", "/imports", kind="primary"), link_button("Go to Home", "/")],
    )
