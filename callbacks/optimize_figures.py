"""How is a figure of a request written into a field, so that it comes back as the same figure?"""

from __future__ import annotations


def percent_text(fraction: float | None) -> str:
    """Return a fraction as it is typed into a field with a percent sign; empty for None."""
    return "" if fraction is None else f"{round(fraction * 100, 8):.12g}"


def figure_text(value: float | None) -> str:
    """Return a plain number as it is typed into a field; empty for None."""
    return "" if value is None else f"{value:.12g}"
