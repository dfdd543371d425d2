"""How do traces, axes, notes and legend of a figure stand on the drawn page?"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from services.charts.tokens import color
from services.errors import InvalidRequest
from services.exports_bars import draw_bars, heaped
from services.exports_candles import draw_candles
from services.exports_figure import array, as_number, each, is_date, rgba, scale_words, style_of, words
from services.exports_foot import EDGE_PX, foot_room_px, foot_text
from services.exports_heat import SCALE_ROOM_PX, draw_heat, draw_scale
from services.exports_points import draw_marks, draw_texts
from services.exports_ticks import day_ticks, given_ticks, log_ticks, number_ticks
from services.exports_under import part_of, settle_under

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from services.exports_vector import Faces

POINTS_PER_PX = 0.72
TITLE_PX, SUBTITLE_PX, TEXT_PX, SMALL_PX = 16.0, 12.0, 12.0, 11.0
DRAWN = ("scatter", "scattergl", "bar", "heatmap", "candlestick")
DASHES = {"dash": "--", "dot": ":", "dashdot": "-."}
ANCHORS = {"left": "left", "right": "right", "center": "center", "auto": "center"}
VERTICALS = {"top": "top", "bottom": "bottom", "middle": "center", "auto": "center"}


class Plot:
    """One drawing: head, plot area, legend and foot.

    Parameters
    ----------
    picture : matplotlib Figure
        The page.
    faces : Faces
        Faces of the texts.
    plain : mapping
        The Plotly figure as a dict, in light colors.
    """

    def __init__(
        self, picture: Figure | SubFigure, faces: Faces, plain: Mapping[str, Any], width_px: float, height_px: float
    ) -> None:
        self._picture = picture
        self._faces = faces
        self._data: list[Mapping[str, Any]] = list(plain.get("data") or [])
        self._layout: Mapping[str, Any] = plain.get("layout") or {}
        self._width_px = width_px
        self._height_px = height_px
        self._top_px = EDGE_PX
        self._axes: Any = picture.add_axes((0.1, 0.15, 0.8, 0.6))
        self._under: Any = None
        if any(trace.get("yaxis") == "y2" for trace in self._data):
            self._under = picture.add_axes((0.1, 0.1, 0.8, 0.05), sharex=self._axes)
        self._handles: list[tuple[Any, str]] = []
        self._edge: tuple[list[float], list[float]] = ([], [])
        self._heaps: dict[tuple[float, bool], float] = {}
        self._scale: Callable[..., None] | None = None
        self._categories: dict[str, list[str]] = {}
        self._is_date: dict[str, bool] = {}
        for side in ("x", "y"):
            values = [
                value
                for trace in self._data
                if side == "x" or trace.get("yaxis") != "y2"
                for value in array(trace.get(side))
            ]
            self._is_date[side] = is_date(values) and self._axis(side).get("type") != "category"
            texts = [value for value in values if isinstance(value, str)]
            if texts and not self._is_date[side]:
                self._categories[side] = list(dict.fromkeys(texts))

    def _axis(self, side: str) -> Mapping[str, Any]:
        return self._layout.get(f"{side}axis") or {}

    def _at(self, side: str, values: Sequence[Any]) -> list[float]:
        if side in self._categories:
            places = {name: float(n) for n, name in enumerate(self._categories[side])}
            return [places.get(str(value), math.nan) for value in values]
        return [as_number(value) for value in values]

    # head and foot

    def _write(
        self, x_px: float, y_px: float, text: str, size_px: float, tone: str, *, strong: bool = False, ha: str = "left"
    ) -> None:
        self._picture.text(
            x_px / self._width_px,
            1 - y_px / self._height_px,
            text,
            ha=ha,
            va="top",
            color=color(tone),
            fontproperties=self._faces.sized(size_px, strong),
            linespacing=1.3,
        )

    def head(self) -> None:
        """Write title and subtitle, wrapped to the width."""
        title = self._layout.get("title") or {}
        title = title if isinstance(title, Mapping) else {"text": title}
        lines = textwrap.wrap(
            words(title.get("text") or "")[0], int((self._width_px - 2 * EDGE_PX) / (TITLE_PX * 0.54))
        )
        if lines:
            self._write(EDGE_PX, self._top_px, "\n".join(lines), TITLE_PX, "text", strong=True)
            self._top_px += len(lines) * TITLE_PX * 1.35 + 4
        below = words((title.get("subtitle") or {}).get("text") or "")[0]
        if below:
            told = textwrap.wrap(below, int((self._width_px - 2 * EDGE_PX) / (SUBTITLE_PX * 0.52)))
            self._write(EDGE_PX, self._top_px, "\n".join(told), SUBTITLE_PX, "text-muted")
            self._top_px += len(told) * SUBTITLE_PX * 1.5 + 6

    def foot(self, source: str, made_by: str) -> None:
        """Write where the data comes from, and what drew the picture; below it where one line has no room for both."""
        text, rise_px = foot_text(source, made_by, self._width_px)
        y_px = self._height_px - 26
        self._write(EDGE_PX, y_px - rise_px, text, 10, "text-faint")
        self._write(self._width_px - EDGE_PX, y_px, made_by, 10, "text-faint", ha="right")

    # traces

    def traces(self) -> None:
        """Draw every trace that is a line, points, bars, candles or a heat map; others are refused with their name."""
        bars = [trace for trace in self._data if trace.get("type") == "bar"]
        way = self._layout.get("colorway") or [color(f"series-{n}") for n in range(1, 8)]
        for n, trace in enumerate(self._data):
            kind = str(trace.get("type") or "scatter")
            if kind not in DRAWN:
                raise InvalidRequest(
                    f"The vector renderer draws lines, points, bars, candles and heat maps; this chart holds '{kind}'.",
                    "Choose the drawing as on screen, which needs a browser.",
                )
            if trace.get("visible") in (False, "legendonly"):
                continue
            ink = way[n % len(way)]
            if kind == "heatmap":
                self._heat(trace)
            elif kind == "candlestick":
                draw_candles(self._axes_of(trace), trace, self._at("x", array(trace.get("x"))))
            elif kind == "bar":
                beside = [one for one in bars if one.get("yaxis") == trace.get("yaxis")]
                place = next(n for n, one in enumerate(beside) if one is trace)
                self._bar(trace, ink, place, len(beside))
            else:
                self._scatter(trace, ink)

    def _axes_of(self, trace: Mapping[str, Any]) -> Any:
        return self._under if trace.get("yaxis") == "y2" else self._axes

    def _heat(self, trace: Mapping[str, Any]) -> None:
        places = self._at("x", array(trace.get("x"))), self._at("y", array(trace.get("y")))
        given = trace.get("colorscale")
        is_list = given and not isinstance(given, str)
        scale = array(given) if is_list else [(0.0, color("surface")), (1.0, color("series-1"))]
        bounds = draw_heat(self._axes, trace, places, scale, self._faces)
        if trace.get("showscale", True):
            self._scale = partial(draw_scale, trace=trace, bounds=bounds, scale=scale, faces=self._faces)

    def _remember(self, handle: Any, trace: Mapping[str, Any]) -> None:
        if trace.get("showlegend", True) and trace.get("name"):
            self._handles.append((handle, str(trace["name"])))

    def _bar(self, trace: Mapping[str, Any], ink: str, index: int, count: int) -> None:
        is_flat = trace.get("orientation") == "h"
        where, sizes = ("y", "x") if is_flat else ("x", "y")
        at, lengths = self._at(where, array(trace.get(where))), self._at(sizes, array(trace.get(sizes)))
        way, gap = self._layout.get("barmode"), self._layout.get("bargap")
        if way in ("overlay", "relative", "stack"):
            index, count = 0, 1
        thickness = (1 - float(0.38 if gap is None else gap)) * self._step(where, at) / count
        shifted = [place + (index - (count - 1) / 2) * thickness for place in at]
        paint = [rgba(one or ink) for one in each((trace.get("marker") or {}).get("color"), len(at))]
        begins = self._at(sizes, each(trace.get("base") or 0.0, len(at)))
        if way in ("relative", "stack"):
            begins = heaped(self._heaps, at, lengths)
        self._remember(draw_bars(self._axes_of(trace), shifted, begins, lengths, thickness, paint, is_flat), trace)

    def _step(self, side: str, at: Sequence[float]) -> float:
        """Return the room of one bar: that of a category, else the least distance between two."""
        places = sorted({one for one in at if math.isfinite(one)})
        if side in self._categories or len(places) < 2:
            return 1.0
        return min(later - earlier for earlier, later in pairwise(places))

    def bands(self) -> None:
        """Shade the stretches of the x-axis that rectangles over the whole height mark, and draw level lines."""
        for shape in self._layout.get("shapes") or []:
            if shape.get("type") == "line":
                self._level(shape)
            if shape.get("type") == "rect" and shape.get("yref") == "paper":
                begin, end = self._at("x", [shape["x0"], shape["x1"]])
                paint = rgba(shape.get("fillcolor") or color("grid"))
                self._axes.axvspan(begin, end, color=paint, linewidth=0, zorder=0.5)

    def _level(self, shape: Mapping[str, Any]) -> None:
        """Draw a line over the whole width or height; others mark what the page's own script moves."""
        line = shape.get("line") or {}
        look = {
            "color": rgba(line.get("color") or color("line-strong")),
            "linewidth": float(line.get("width") or 1) * POINTS_PER_PX,
            "linestyle": DASHES.get(str(line.get("dash") or ""), "-"),
            "zorder": 1.6,
        }
        if shape.get("y0") == shape.get("y1") and shape.get("yref", "y") == "y":
            self._axes.axhline(self._at("y", [shape["y0"]])[0], **look)
        elif shape.get("x0") == shape.get("x1") and shape.get("xref", "x") == "x":
            self._axes.axvline(self._at("x", [shape["x0"]])[0], **look)

    def _scatter(self, trace: Mapping[str, Any], ink: str) -> None:
        xs, ys = self._at("x", array(trace.get("x"))), self._at("y", array(trace.get("y")))
        mode = str(trace.get("mode") or "lines")
        line, marker = trace.get("line") or {}, trace.get("marker") or {}
        handle: Any = None
        axes = self._axes_of(trace)
        if "lines" in mode:
            paint = rgba(line.get("color") or ink)
            dash = DASHES.get(str(line.get("dash") or ""), "-")
            width = float(line.get("width") or 2) * POINTS_PER_PX
            (handle,) = axes.plot(xs, ys, dash, color=paint, linewidth=width, solid_capstyle="round", zorder=2)
            if line.get("shape") == "hv":
                handle.set_drawstyle("steps-post")
            if trace.get("fill") == "tozeroy":
                fill = rgba(trace.get("fillcolor") or line.get("color") or ink)
                axes.fill_between(xs, ys, 0, color=fill, linewidth=0, zorder=1)
            elif trace.get("fill") == "tonexty" and self._edge[0]:
                around = xs + self._edge[0][::-1], ys + self._edge[1][::-1]
                axes.fill(*around, color=rgba(trace.get("fillcolor") or ink), linewidth=0, zorder=1)
            elif trace.get("fill") == "toself":
                axes.fill(xs, ys, color=rgba(trace.get("fillcolor") or ink), linewidth=0, zorder=1)
        self._edge = xs, ys
        if "markers" in mode and rgba(marker.get("color") or ink)[3] > 0:
            handle = draw_marks(axes, xs, ys, marker, ink) or handle
        if "text" in mode:
            draw_texts(axes, self._faces, trace, xs, ys)
        if handle is not None:
            self._remember(handle, trace)

    # notes

    def annotations(self) -> None:
        """Write the notes; that of the source stands in the foot instead."""
        for note in self._layout.get("annotations") or []:
            if note.get("name") == "source" or not note.get("text"):
                continue
            in_paper = {side: str(note.get(f"{side}ref") or side) == "paper" for side in ("x", "y")}
            x = float(note["x"]) if in_paper["x"] else self._at("x", [note.get("x")])[0]
            y = float(note["y"]) if in_paper["y"] else self._at("y", [note.get("y")])[0]
            axes = self._axes
            system: Any = axes.transData
            if in_paper["x"] and in_paper["y"]:
                system = axes.transAxes
            elif in_paper["x"]:
                system = axes.get_yaxis_transform()
            elif in_paper["y"]:
                system = axes.get_xaxis_transform()
            shown, is_bold = words(note["text"])
            font = note.get("font") or {}
            axes.annotate(
                shown,
                (x, y),
                xycoords=system,
                xytext=(
                    float(note.get("xshift") or 0) * POINTS_PER_PX,
                    float(note.get("yshift") or 0) * POINTS_PER_PX,
                ),
                textcoords="offset points",
                ha=ANCHORS[str(note.get("xanchor") or "auto")],
                va=VERTICALS[str(note.get("yanchor") or "auto")],
                color=rgba(font.get("color") or color("text-muted")),
                fontproperties=self._faces.sized(float(font.get("size") or SMALL_PX), is_bold),
                annotation_clip=False,
                zorder=5,
            )

    # axes

    def settle(self) -> None:
        """Set ranges, ticks, grid and legend, then give the plot area the room that the texts leave."""
        axes = self._axes
        for edge in ("top", "right", "left"):
            axes.spines[edge].set_visible(False)
        axes.spines["bottom"].set_color(color("line-strong"))
        axes.spines["bottom"].set_visible(bool(self._axis("x").get("showline", True)))
        axes.set_axisbelow(True)
        for side in ("x", "y"):
            self._settle_axis(side)
        if self._under is not None:
            given = self._layout.get("yaxis2") or {}
            settle_under(self._under, self._axes, self._faces, given, style_of(self._layout.get("separators")))
        if self._axis("x").get("visible") is False:
            axes.set_axis_off()
        top_px = self._legend()
        self._fit(top_px)
        if self._scale is not None:
            separators = self._layout.get("separators")
            self._scale(self._picture, self._axes, width_px=self._width_px, separators=separators)

    def _settle_axis(self, side: str) -> None:
        axes, given = self._axes, self._axis(side)
        axis = axes.xaxis if side == "x" else axes.yaxis
        set_limits = axes.set_xlim if side == "x" else axes.set_ylim
        get_limits = axes.get_xlim if side == "x" else axes.get_ylim
        if given.get("type") == "log":
            (axes.set_xscale if side == "x" else axes.set_yscale)("log")
            from matplotlib.ticker import NullLocator

            axis.set_minor_locator(NullLocator())
        if side in self._categories:
            names = self._categories[side]
            axis.set_ticks(range(len(names)), [words(name)[0] for name in names])
            set_limits(-0.6, len(names) - 0.4)
        elif given.get("range"):
            ends = self._at(side, given["range"])
            set_limits(*([10.0**end for end in ends] if given.get("type") == "log" else ends))
        elif self._is_date[side]:
            values = [v for t in self._data for v in self._at(side, array(t.get(side))) if math.isfinite(v)]
            spare = (
                self._step(side, values) / 2 if any(t.get("type") in ("bar", "candlestick") for t in self._data) else 0
            )
            set_limits(min(values) - spare, max(values) + spare)
        if given.get("autorange") == "reversed":
            set_limits(*reversed(get_limits()))
        if side not in self._categories:
            low, high = sorted(get_limits())
            ticks = day_ticks(low, high) if self._is_date[side] else given_ticks(given, low, high)
            if ticks is None:
                at = log_ticks(low, high) if given.get("type") == "log" else number_ticks(low, high)
                style = style_of(self._layout.get("separators"))
                ticks = list(zip(at, scale_words(at, given.get("tickformat"), style), strict=True))
            is_told = given.get("showticklabels") is not False
            axis.set_ticks([value for value, _ in ticks], [text if is_told else "" for _, text in ticks])
        has_grid = given.get("showgrid", side == "y") and side not in self._categories
        if has_grid:
            axis.grid(True, color=color("grid"), linewidth=0.75)
        if given.get("zeroline"):
            draw = axes.axvline if side == "x" else axes.axhline
            draw(0, color=color("line-strong"), linewidth=0.75, zorder=1.5)
        if side == "y" and given.get("visible") is False:
            axis.set_ticks([])
        axis.set_tick_params(length=0, pad=6)
        tone = (given.get("tickfont") or {}).get("color") or color("text-muted")
        for label in axis.get_ticklabels():
            label.set_fontproperties(self._faces.sized(SMALL_PX))
            label.set_color(rgba(tone))
        title = given.get("title") or {}
        text = title.get("text") if isinstance(title, Mapping) else title
        if text:
            axis.set_label_text(words(text)[0], fontproperties=self._faces.sized(TEXT_PX), color=color("text-muted"))

    def _legend(self) -> float:
        """Draw the legend in a row under the head; return how far down the plot area may begin."""
        if self._layout.get("showlegend") is False or len(self._handles) < 2:
            return self._top_px + 10
        self._picture.legend(
            [handle for handle, _ in self._handles],
            [name for _, name in self._handles],
            loc="upper left",
            bbox_to_anchor=((EDGE_PX - 4) / self._width_px, 1 - self._top_px / self._height_px),
            ncols=len(self._handles),
            frameon=False,
            prop=self._faces.sized(TEXT_PX),
            labelcolor=color("text-muted"),
            handlelength=1.6,
            columnspacing=1.6,
            borderpad=0.2,
        )
        return self._top_px + 32

    def _fit(self, top_px: float) -> None:
        """Make room for what the axes write at the left and below."""
        renderer = self._picture.canvas.get_renderer()  # type: ignore[attr-defined]
        margin_px = float((self._layout.get("margin") or {}).get("r") or 0)
        right_px = margin_px + 14 if margin_px > EDGE_PX else EDGE_PX
        right_px += SCALE_ROOM_PX if self._scale is not None else 0.0
        bottom_px, left_px = 78.0, 70.0
        for _ in range(2):
            width = (self._width_px - left_px - right_px) / self._width_px
            height = (self._height_px - top_px - bottom_px) / self._height_px
            place = (left_px / self._width_px, bottom_px / self._height_px, width, max(0.1, height))
            self._axes.set_position(part_of(place, self._axis("y").get("domain")))
            if self._under is not None:
                self._under.set_position(
                    part_of(place, (self._layout.get("yaxis2") or {}).get("domain") or (0.0, 0.18))
                )
            lowest = self._axes if self._under is None else self._under
            tight = self._axes.yaxis.get_tightbbox(renderer)
            below = lowest.xaxis.get_tightbbox(renderer)
            box, low = self._axes.get_window_extent(renderer), lowest.get_window_extent(renderer)
            left_px = EDGE_PX + max(0.0, box.x0 - tight.x0) if tight is not None else EDGE_PX
            bottom_px = foot_room_px(self._layout, self._width_px)
            bottom_px += max(0.0, low.y0 - below.y0) if below is not None else 0.0
