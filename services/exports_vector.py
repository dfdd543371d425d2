"""How is a chart drawn on a machine without a browser: the same figure, as vectors, by matplotlib's object interface?

Serving processes have this done by `services.exports_draw`, in a process of its own. Matplotlib is imported by the
first drawing only. Its settings belong to the process, so they are set once and drawings take turns.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.exports_axes import Plot
from services.exports_figure import plain_figure, words
from services.messages.exports import ChartFormat

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

PX_PER_INCH = 100.0
POINTS_PER_PX = 72.0 / PX_PER_INCH
PNG_DPI = 200
WIDTH_PX = 960
PRODUCT = "Quantum Portfolio Optimizer"
DRAWN_BY = "Drawn by the built-in vector renderer"
FONTS = Path(__file__).resolve().parents[1] / "assets" / "vendor" / "inter"
_turn = threading.Lock()


@dataclass(frozen=True)
class Faces:
    """The two faces that texts are set in."""

    regular: FontProperties
    strong: FontProperties

    def sized(self, size_px: float, is_strong: bool = False) -> FontProperties:
        """Return a face at a size in pixels."""
        face = (self.strong if is_strong else self.regular).copy()
        face.set_size(size_px * POINTS_PER_PX)
        return face


def _prepare(cache_dir: Path | None) -> None:
    if cache_dir is not None:
        cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ.setdefault("MPLCONFIGDIR", str(cache_dir))
    import matplotlib

    matplotlib.rcParams.update(
        {
            "pdf.fonttype": 42,
            "svg.fonttype": "path",
            "svg.hashsalt": "qpo",
            "text.parse_math": False,
            "axes.unicode_minus": True,
            "font.family": "DejaVu Sans",
        }
    )


@cache
def _faces() -> Faces:
    from matplotlib.font_manager import FontProperties

    regular, strong = FONTS / "Inter-Regular.ttf", FONTS / "Inter-SemiBold.ttf"
    if regular.is_file() and strong.is_file():
        return Faces(FontProperties(fname=str(regular)), FontProperties(fname=str(strong)))
    return Faces(FontProperties(family="DejaVu Sans"), FontProperties(family="DejaVu Sans", weight="bold"))


def draw(
    figure: Any,
    kind: ChartFormat,
    *,
    made_at_utc: datetime,
    cache_dir: Path | None = None,
    width_px: int = WIDTH_PX,
) -> bytes:
    """Draw a figure and return the file.

    Parameters
    ----------
    figure : Plotly figure or mapping
        As the screen gets it; dark colors become light ones.
    kind : {"pdf", "png", "svg"}
        PDF with embedded TrueType fonts, SVG with outlines, PNG at 200 dots an inch.
    made_at_utc : datetime
        Stamp of the file.
    cache_dir : Path or None
        Where matplotlib keeps its list of fonts.
    """
    plain = plain_figure(figure)
    with _turn:
        _prepare(cache_dir)
        return _drawn(plain, kind, made_at_utc, width_px)


def draw_document(
    order: Mapping[str, Any], kind: ChartFormat = "pdf", *, made_at_utc: datetime, cache_dir: Path | None = None
) -> bytes:
    """Set the document of a whole page (`services.exports_page`) on A4, or on one sheet for a picture."""
    with _turn:
        _prepare(cache_dir)
        if kind != "pdf":
            from services.exports_page_sheet import draw_sheet

            return draw_sheet(order, kind, made_at_utc=made_at_utc, faces=_faces(), product=PRODUCT)
        from services.exports_page_draw import draw_page

        return draw_page(order, made_at_utc=made_at_utc, faces=_faces(), product=PRODUCT)


def _drawn(plain: Mapping[str, Any], kind: ChartFormat, made_at_utc: datetime, width_px: int) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    layout = plain.get("layout") or {}
    meta = layout.get("meta") or {}
    height_px = float(layout.get("height") or 460) + 24
    picture = Figure(figsize=(width_px / PX_PER_INCH, height_px / PX_PER_INCH), dpi=PX_PER_INCH, facecolor="white")
    FigureCanvasAgg(picture)  # measures texts
    plot = Plot(picture, _faces(), plain, width_px, height_px)
    plot.head()
    plot.traces()
    plot.bands()
    plot.annotations()
    plot.settle()
    plot.foot(str(meta.get("source") or ""), f"{DRAWN_BY} · {PRODUCT}")
    title = words(_text(layout.get("title")))[0]
    source = words(meta.get("source") or "")[0]
    target = io.BytesIO()
    if kind == "pdf":
        info = {
            "Title": title,
            "Subject": " · ".join(filter(None, [str(meta.get("subtitle") or ""), source])),
            "Creator": PRODUCT,
            "Keywords": "drawn_by: vector",
            "CreationDate": made_at_utc.replace(tzinfo=None),
        }
        picture.savefig(target, format="pdf", metadata=info)
    elif kind == "svg":
        about = "; ".join(filter(None, ["drawn_by: vector", source]))
        stamp = {"Title": title, "Creator": PRODUCT, "Description": about, "Date": made_at_utc.isoformat()}
        picture.savefig(target, format="svg", metadata=stamp)
    else:
        notes = {"Title": title, "Description": source, "Software": PRODUCT, "drawn_by": "vector"}
        kept = {name: text for name, text in notes.items() if text}
        picture.savefig(target, format="png", dpi=PNG_DPI, metadata=kept)
    picture.clear()
    return target.getvalue()


def _text(title: Any) -> str:
    return str((title or {}).get("text") or "") if isinstance(title, Mapping) else str(title or "")
