"""What does each goal look like in one small drawing: the frontier, and the point that the goal picks?"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from dash import html

_CURVE: Final = "M34 58 C20 48 20 34 40 24 C66 12 110 8 150 6"
_LINE: Final = '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke-dasharray="3 3"/>'
_DOT: Final = '<circle cx="{}" cy="{}" r="4.5" fill="#000"/>'
_SPOT: Final = '<circle cx="{}" cy="{}" r="2.5"/>'
_SPREAD: Final = ((84, 40), (104, 26), (118, 46), (136, 30), (98, 54))
_BARS: Final = "".join(
    f'<rect x="{x}" y="40" width="10" height="18" fill="#000" stroke="none"/>' for x in (96, 112, 128)
)
_TAIL: Final = '<path d="M6 60 C14 58 16 50 20 38" stroke-dasharray="3 3"/>'
_PICKS: Final[dict[str, str]] = {
    "max_sharpe": _LINE.format(6, 56, 104, 2) + _DOT.format(58, 17),
    "min_volatility": _LINE.format(25, 4, 25, 60) + _DOT.format(25, 41),
    "max_return": _LINE.format(98, 2, 98, 60) + _DOT.format(98, 9.5),
    "risk_parity": _DOT.format(60, 28) + _BARS,
    "max_diversification": _DOT.format(44, 22) + "".join(_SPOT.format(x, y) for x, y in _SPREAD),
    "min_cvar": _TAIL + _DOT.format(27, 44),
    "min_tracking_error": '<circle cx="86" cy="24" r="6.5"/>' + _DOT.format(77, 20),
    "more": _DOT.format(30, 33) + _DOT.format(58, 17) + _DOT.format(98, 9.5) + _DOT.format(128, 7),
    "target_return": _LINE.format(4, 24, 156, 24) + _DOT.format(40, 24),
}


def goal_art(kind: str) -> html.Span:
    """Draw the frontier with the goal's point; a mask that the style sheet paints, so it follows the theme."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 64" fill="none" stroke="#000" stroke-width="1.6">'
        f'<path d="{_CURVE}" stroke-width="2.2"/>{_PICKS[kind]}</svg>'
    )
    url = f'url("data:image/svg+xml,{quote(svg)}")'
    return html.Span(className="wz-art", style={"maskImage": url, "WebkitMaskImage": url})
