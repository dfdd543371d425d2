"""What does each goal look like in one small drawing: the frontier, and the point that the goal picks?"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from dash import html

_CURVE: Final = "M34 58 C20 48 20 34 40 24 C66 12 110 8 150 6"
_PICKS: Final[dict[str, str]] = {
    "max_sharpe": '<line x1="6" y1="56" x2="104" y2="2" stroke-dasharray="3 3"/><circle cx="58" cy="17" r="4.5" fill="#000"/>',
    "min_volatility": '<line x1="25" y1="4" x2="25" y2="60" stroke-dasharray="3 3"/><circle cx="25" cy="41" r="4.5" fill="#000"/>',
    "max_return": '<line x1="98" y1="2" x2="98" y2="60" stroke-dasharray="3 3"/><circle cx="98" cy="9.5" r="4.5" fill="#000"/>',
    "target_return": '<line x1="4" y1="24" x2="156" y2="24" stroke-dasharray="3 3"/><circle cx="40" cy="24" r="4.5" fill="#000"/>',
}


def goal_art(kind: str) -> html.Span:
    """Draw the frontier with the goal's point; a mask that the style sheet paints, so it follows the theme."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 64" fill="none" stroke="#000" stroke-width="1.6">'
        f'<path d="{_CURVE}" stroke-width="2.2"/>{_PICKS[kind]}</svg>'
    )
    url = f'url("data:image/svg+xml,{quote(svg)}")'
    return html.Span(className="wz-art", style={"maskImage": url, "WebkitMaskImage": url})
