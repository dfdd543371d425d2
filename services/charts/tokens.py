"""Which colors and sizes does the token file give, for charts as for the page?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Theme = Literal["light", "dark"]
Signs = Literal["green_red", "blue_orange"]
"""The colors of gain and loss that a user prefers; the tokens themselves are blue and orange."""

TOKENS_FILE = Path(__file__).resolve().parents[2] / "assets" / "tokens.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
_LINE = re.compile(r"--q-([a-z0-9-]+)\s*:\s*([^;]+);")
_SELECTORS: dict[str, Theme] = {'[data-bs-theme="light"]': "light", '[data-bs-theme="dark"]': "dark"}
_SIGNS: dict[str, Theme] = {
    '[data-signs="green-red"]': "light",
    '[data-bs-theme="dark"] [data-signs="green-red"]': "dark",
}
SIGN_TOKENS = ("up", "up-fill", "down", "down-fill")
LOSS_BAND = "chart-loss-band"
CHART_TOKENS = (
    *(f"series-{n}" for n in range(1, 8)),
    "chart-muted",
    "chart-proposed",
    "chart-current",
    "chart-band",
    "chart-loss-band",
    "chart-map-low",
    "chart-map-high",
    "up",
    "up-fill",
    "down",
    "down-fill",
    "text",
    "text-muted",
    "text-faint",
    "surface",
    "line",
    "line-strong",
    "grid",
)


def parse(css: str, selectors_of: Mapping[str, Theme] = _SELECTORS) -> dict[Theme, dict[str, str]]:
    """Read the color tokens of both themes out of the style sheet.

    Parameters
    ----------
    css : str
        The text of ``assets/tokens.css``.
    selectors_of : mapping
        Selector -> the theme that its block describes.

    Returns
    -------
    dict
        Theme -> token name without its ``--q-`` -> value.
    """
    found: dict[Theme, dict[str, str]] = {"light": {}, "dark": {}}
    for selectors, body in _BLOCK.findall(_COMMENT.sub("", css)):
        for selector in selectors.split(","):
            theme = selectors_of.get(" ".join(selector.split()))
            if theme is not None:
                found[theme] |= {name: value.strip() for name, value in _LINE.findall(body)}
    return found


@cache
def _themes() -> dict[Theme, dict[str, str]]:
    return parse(TOKENS_FILE.read_text(encoding="utf-8"))


@cache
def _green_and_red() -> dict[Theme, dict[str, str]]:
    return parse(TOKENS_FILE.read_text(encoding="utf-8"), _SIGNS)


def tokens(theme: Theme = "light") -> dict[str, str]:
    """Return the tokens of a theme."""
    return _themes()[theme]


def color(name: str, theme: Theme = "light", signs: Signs = "blue_orange") -> str:
    """Return one color; an eight-digit hex value comes back as ``rgba(...)``, which Plotly understands.

    Parameters
    ----------
    name : str
        Name of the token.
    theme, signs : str
        The theme, and the palette of gain and loss; the band of losses takes the palette's color of losses.
    """
    value = tokens(theme)[name]
    if signs == "green_red":
        chosen = _green_and_red()[theme]
        value = chosen["down-fill"] + value[-2:] if name == LOSS_BAND else chosen.get(name, value)
    if len(value) == 9 and value.startswith("#"):
        red, green, blue, alpha = (int(value[n : n + 2], 16) for n in (1, 3, 5, 7))
        return f"rgba({red}, {green}, {blue}, {alpha / 255:.3f})"
    return value


def pairs() -> list[tuple[str, str]]:
    """Return (light, dark) for every color that charts use, so that the browser can repaint a figure."""
    chosen = [(color(name, "light"), color(name, "dark")) for name in CHART_TOKENS]
    others = [
        (color(name, "light", "green_red"), color(name, "dark", "green_red")) for name in (*SIGN_TOKENS, LOSS_BAND)
    ]
    return chosen + others
