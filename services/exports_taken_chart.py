"""How does a chart become a file as it stands on the screen, zoomed and with the layers that are shown?

The page hands over the figure that its chart library draws. Of that only what draws lines, points, bars, candles and
cells is kept: nothing that could make a browser load an address, and nothing that answers a pointer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from services.charts.frame import joined, plain
from services.charts.template import template
from services.errors import FieldProblem, InvalidRequest
from services.exports_axes import DRAWN
from services.exports_figure import array
from services.messages.exports import ChartFormat, Renderer
from services.messages.frozen import Message

VALUES_MAX_COUNT = 400_000
TRACES_MAX_COUNT = 400
DEPTH_MAX_COUNT = 8
HEIGHTS_PX = (240, 900)
HEAD_PX = 84
"""What title and subtitle take, which stand above the plot on the screen and inside the picture on paper."""
TRACE_KEYS = frozenset((
    "type", "x", "y", "z", "open", "high", "low", "close", "mode", "name", "line", "marker", "fill", "fillcolor",
    "text", "textfont", "textposition", "texttemplate", "orientation", "base", "width", "visible", "showlegend",
    "xaxis", "yaxis", "opacity", "colorscale", "zmin", "zmax", "zmid", "showscale", "colorbar", "increasing",
    "decreasing", "cliponaxis", "connectgaps",
))  # fmt: skip
LAYOUT_KEYS = frozenset((
    "xaxis", "yaxis", "yaxis2", "annotations", "shapes", "margin", "showlegend", "legend", "barmode", "bargap",
    "colorway", "separators",
))  # fmt: skip
Short = Annotated[str, Field(max_length=400)]
Line = Annotated[str, Field(max_length=2000)]


class TakenChart(Message):
    """A chart of a page: its words, which stand beside it there, its figure, and as which file it is wanted."""

    title: Line = ""
    subtitle: Line = ""
    source: Line = ""
    height_px: Annotated[float, Field(ge=0, le=10_000)] = 0
    figure: Mapping[str, Any]
    format: ChartFormat = "pdf"
    renderer: Renderer = "auto"
    what: Literal["chart"] = "chart"
    search: Short = ""
    is_hidden: bool = False
    count: int = 0


def taken_chart_of(data: Any) -> TakenChart:
    """Return what a page handed over.

    Raises
    ------
    InvalidRequest
        It is no chart.

    """
    try:
        return TakenChart.model_validate(data)
    except ValidationError:
        problem = FieldProblem("chart", "It holds no figure.", "Wait until the chart is shown, then try again.")
        raise InvalidRequest("This chart cannot be taken along.", "", fields=(problem,)) from None


def figure_of(title: str, subtitle: str, source: str, height_px: float, figure: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figure for paper: the traces and axes of the screen, in light colors, with its words inside.

    Raises
    ------
    InvalidRequest
        It holds more than a picture can, or something that is not drawn.

    """
    traces, given = figure.get("data"), figure.get("layout")
    if not isinstance(traces, list) or not isinstance(given, Mapping) or len(traces) > TRACES_MAX_COUNT:
        raise _refused(f"A chart has up to {TRACES_MAX_COUNT} traces, and axes.")
    kept = [_trace(one) for one in traces if isinstance(one, Mapping) and one.get("type", "scatter") in DRAWN]
    if sum(_size_of(one) for one in kept) > VALUES_MAX_COUNT:
        raise _refused(f"A chart has up to {VALUES_MAX_COUNT:,} values.")
    layout: dict[str, Any] = {key: _plain(given[key]) for key in LAYOUT_KEYS if key in given}
    for side in ("xaxis", "yaxis"):
        layout[side] = _axis(layout.get(side))
    notes = layout.get("annotations")
    layout["annotations"] = [one for one in notes if isinstance(one, dict)] if isinstance(notes, list) else []
    low, high = HEIGHTS_PX
    drawn_px = min(max(height_px + HEAD_PX, low), high)
    margin = {"l": 16, "r": 20, **_margins(layout.get("margin")), "t": 104, "b": 64}
    meta = {"name": title, "title": title, "subtitle": subtitle, "source": source}
    words = {"text": plain(title), "subtitle": {"text": plain(subtitle)}}
    more = {"title": words, "meta": meta, "height": drawn_px, "margin": margin, "template": _light()}
    return {"data": kept, "layout": {**layout, **more}}


def with_words(figure: Mapping[str, Any], words: str) -> dict[str, Any]:
    """Return a figure whose foot says what it belongs to, before its source."""
    layout = dict(figure["layout"])
    source = joined(words, str((layout.get("meta") or {}).get("source") or ""))
    layout["meta"] = {**(layout.get("meta") or {}), "source": source}
    note = {"name": "source", "text": plain(source), "xref": "paper", "yref": "paper", "x": 0, "y": 0,
            "xanchor": "left", "yanchor": "top", "yshift": -44, "showarrow": False, "font": {"size": 10}}  # fmt: skip
    layout["annotations"] = [*(one for one in layout["annotations"] if one.get("name") != "source"), note]
    return {"data": figure["data"], "layout": layout}


def _light() -> dict[str, Any]:
    return dict(template("light").to_plotly_json())


def _trace(trace: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in trace.items() if key in TRACE_KEYS}


def _margins(given: Any) -> dict[str, float]:
    known = given if isinstance(given, Mapping) else {}
    return {key: float(value) for key, value in known.items() if key in ("l", "r") and isinstance(value, int | float)}


def _axis(given: Any) -> dict[str, Any]:
    """Return an axis as it was seen: from where to where, unless its places are names."""
    axis = dict(given) if isinstance(given, dict) else {}
    if axis.get("type") == "category":
        axis.pop("range", None)
    elif axis.get("range"):
        axis["autorange"] = False
    return axis


def _plain(value: Any, depth: int = 0) -> Any:
    """Return plain values; what is nested deeper than any figure is refused."""
    if depth > DEPTH_MAX_COUNT:
        raise _refused("It is nested too deeply.")
    if isinstance(value, Mapping):
        return {str(key): _plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    return value


def _size_of(trace: Mapping[str, Any]) -> int:
    try:
        return sum(len(array(trace.get(key))) for key in ("x", "y", "open", "text")) + _cells_of(trace.get("z"))
    except (KeyError, TypeError, ValueError):
        raise _refused("An array in it cannot be read.") from None


def _cells_of(rows: Any) -> int:
    return sum(len(array(row)) for row in array(rows)) if isinstance(rows, list) else len(array(rows))


def _refused(words: str) -> InvalidRequest:
    return InvalidRequest("This chart cannot be taken along.", "", fields=(FieldProblem("chart", words, ""),))
