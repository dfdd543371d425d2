"""Which colors and sizes does the token file give, for charts as for the page?"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

Theme = Literal["light", "dark"]

TOKENS_FILE = Path(__file__).resolve().parents[2] / "assets" / "tokens.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
_LINE = re.compile(r"--q-([a-z0-9-]+)\s*:\s*([^;]+);")
_SELECTORS: dict[str, Theme] = {'[data-bs-theme="light"]': "light", '[data-bs-theme="dark"]': "dark"}
CHART_TOKENS = (
    *(f"series-{n}" for n in range(1, 8)),
    "chart-muted",
    "chart-proposed",
    "chart-current",
    "chart-band",
    "chart-loss-band",
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


def parse(css: str) -> dict[Theme, dict[str, str]]:
    """Read the color tokens of both themes out of the style sheet.

    Parameters
    ----------
    css : str
        The text of ``assets/tokens.css``.

    Returns
    -------
    dict
        Theme -> token name without its ``--q-`` -> value.
    """
    found: dict[Theme, dict[str, str]] = {"light": {}, "dark": {}}
    for selectors, body in _BLOCK.findall(_COMMENT.sub("", css)):
        for selector in selectors.split(","):
            theme = _SELECTORS.get(selector.strip())
            if theme is not None:
                found[theme] |= {name: value.strip() for name, value in _LINE.findall(body)}
    return found


@cache
def _themes() -> dict[Theme, dict[str, str]]:
    return parse(TOKENS_FILE.read_text(encoding="utf-8"))


def tokens(theme: Theme = "light") -> dict[str, str]:
    """Return the tokens of a theme."""
    return _themes()[theme]


def color(name: str, theme: Theme = "light") -> str:
    """Return one color; an eight-digit hex value comes back as ``rgba(...)``, which Plotly understands."""
    value = tokens(theme)[name]
    if len(value) == 9 and value.startswith("#"):
        red, green, blue, alpha = (int(value[n : n + 2], 16) for n in (1, 3, 5, 7))
        return f"rgba({red}, {green}, {blue}, {alpha / 255:.3f})"
    return value


def pairs() -> list[tuple[str, str]]:
    """Return (light, dark) for every color that charts use, so that the browser can repaint a figure."""
    return [(color(name, "light"), color(name, "dark")) for name in CHART_TOKENS]
