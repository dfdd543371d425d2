"""What stands at the foot of a drawn picture, on how many lines, and how much room do they take?"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

LETTER_PX = 5.3  # mean width of a letter
LINE_PX = 13.0
EDGE_PX = 24.0
BELOW_PX = 44.0
"""From the lower edge of the picture to what the axes write, where the source has one line."""


def foot_text(source: str, made_by: str, width_px: float) -> tuple[str, float]:
    """Return the source, wrapped to the picture, and by how much it stands above the line of what drew it.

    Both share a line where it has room for them.
    """
    lines = _lines(source, width_px)
    is_beside = len(lines) < 2 and (len(source) + len(made_by) + 4) * LETTER_PX <= width_px - 2 * EDGE_PX
    return "\n".join(lines), LINE_PX * (len(lines) - is_beside)


def foot_room_px(layout: Mapping[str, Any], width_px: float) -> float:
    """Return what a figure's foot needs below the axes."""
    source = str((layout.get("meta") or {}).get("source") or "")
    return BELOW_PX + LINE_PX * max(0, len(_lines(source, width_px)) - 1)


def _lines(source: str, width_px: float) -> list[str]:
    return textwrap.wrap(source, int((width_px - 2 * EDGE_PX) / LETTER_PX))
