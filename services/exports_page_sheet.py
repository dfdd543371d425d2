"""How does a whole page become one picture, as high as everything that stands on it?"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.errors import InvalidRequest
from services.exports_page_draw import FOOT_PX, TOP_PX, WIDTH_PX, Paper, blocks_of
from services.messages.exports import ChartFormat

if TYPE_CHECKING:
    from services.exports_vector import Faces

HEIGHT_MAX_PX = 12_000.0
PNG_DPI = 200


def draw_sheet(
    order: Mapping[str, Any], kind: ChartFormat, *, made_at_utc: datetime, faces: Faces, product: str
) -> bytes:
    """Draw a document (`services.exports_page.page_order`) as PNG or SVG and return the file.

    Raises
    ------
    InvalidRequest
        It is too long for one picture; a PDF has as many pages as it needs.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    blocks = blocks_of(order)
    height_px = TOP_PX + sum(block.height_px for block in blocks) + FOOT_PX
    if height_px > HEIGHT_MAX_PX:
        raise InvalidRequest("This page is too long for one picture.", "Choose PDF, which has as many pages as needed.")
    picture = Figure(figsize=(WIDTH_PX / 100, height_px / 100), dpi=100, facecolor="white")
    FigureCanvasAgg(picture)  # measures texts
    paper = Paper(picture, faces, height_px)
    paper.frame(order, 1, 1, made_at_utc, product)
    y_px = TOP_PX
    for block in blocks:
        paper.put(block, y_px)
        y_px += block.height_px
    title, source = str(order["title"]), str(order.get("source") or "")
    target = io.BytesIO()
    if kind == "svg":
        about = "; ".join(filter(None, ["drawn_by: vector", source]))
        stamp = {"Title": title, "Creator": product, "Description": about, "Date": made_at_utc.isoformat()}
        picture.savefig(target, format="svg", metadata=stamp)
    else:
        notes = {"Title": title, "Description": source, "Software": product, "drawn_by": "vector"}
        kept = {name: text for name, text in notes.items() if text}
        picture.savefig(target, format="png", dpi=PNG_DPI, metadata=kept)
    picture.clear()
    return target.getvalue()
