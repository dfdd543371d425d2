"""How is a figure marked that the project made up so that features can be tried?"""

from __future__ import annotations

from dash import html

from components.pills import tag

WORDS = "Sample, fictitious"
REASON = "Made by this project with a fixed seed, so that every feature can be tried. Not market data."


def sample_badge() -> html.Span:
    """Mark a figure or a row of the sample pack."""
    return tag(WORDS, "sample", glyph="flask", title=REASON)
