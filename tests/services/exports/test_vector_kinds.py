"""Are candles, volumes, stacks, steps, bands and logarithmic axes drawn at the heights that their figures have?"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

import plotly.graph_objects as go
import pytest
from pypdf import PdfReader

from services.exports_bars import heaped
from services.exports_figure import tick_words
from services.exports_ticks import log_ticks
from services.exports_vector import draw

NOW = datetime(2026, 11, 29, tzinfo=UTC)
DAYS = ["2022-01-03", "2022-01-04", "2022-01-05"]
SVG = "{http://www.w3.org/2000/svg}"


def text_of(figure: go.Figure) -> str:
    made = draw(figure, "pdf", made_at_utc=NOW)
    return " ".join(PdfReader(io.BytesIO(made)).pages[0].extract_text().split())


def shapes(figure: go.Figure, paint: str) -> list[list[tuple[float, float]]]:
    """Return the corners of every shape that is filled or drawn in a color."""
    found = []
    for node in ET.fromstring(draw(figure, "svg", made_at_utc=NOW)).iter(f"{SVG}path"):
        if f": {paint.lower()}" in node.attrib.get("style", "").lower():
            spots = re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", node.attrib["d"].replace("\n", " "))
            found.append([(float(x), float(y)) for x, y in spots])
    return found


def candles(**axes: Any) -> go.Figure:
    figure = go.Figure()
    figure.add_candlestick(
        x=DAYS, open=[10, 12, 11], high=[13, 14, 12], low=[9, 11, 8], close=[12, 11, 9],
        increasing={"line": {"color": "#0000aa"}, "fillcolor": "#0000aa"},
        decreasing={"line": {"color": "#aa0000"}, "fillcolor": "#aa0000"},
    )  # fmt: skip
    figure.add_bar(x=DAYS, y=[2e6, 4e6, 1e6], yaxis="y2", marker={"color": "#00aa00"})
    figure.update_layout(yaxis={"domain": [0.26, 1.0], **axes}, yaxis2={"domain": [0.0, 0.18], "tickformat": "~s"})
    return figure


def test_bodies_of_candles_go_from_open_to_close_over_their_volumes() -> None:
    bodies = [one for one in shapes(candles(), "#0000aa") + shapes(candles(), "#aa0000") if len(one) >= 4]
    assert len(bodies) == 3
    heights = [max(y for _, y in one) - min(y for _, y in one) for one in bodies]
    assert [height / heights[1] for height in heights] == pytest.approx([2.0, 1.0, 2.0], rel=1e-3)
    volumes = [one for one in shapes(candles(), "#00aa00") if len(one) >= 4]
    tall = [max(y for _, y in one) - min(y for _, y in one) for one in volumes]
    assert [one / tall[2] for one in tall] == pytest.approx([2.0, 4.0, 1.0], rel=1e-3)
    assert max(y for one in bodies for _, y in one) < min(y for one in volumes for _, y in one)
    assert "2.5M" in text_of(candles())


def test_a_logarithmic_axis_has_equal_steps_for_equal_ratios() -> None:
    figure = go.Figure(go.Scatter(x=[1, 2, 3], y=[1.0, 10.0, 100.0], mode="lines", line={"color": "#123456"}))
    figure.update_layout(yaxis={"type": "log", "range": [0, 2]})
    (line,) = [one for one in shapes(figure, "#123456") if len(one) == 3]
    assert line[0][1] - line[1][1] == pytest.approx(line[1][1] - line[2][1], abs=0.01)
    assert log_ticks(1, 1000) == [1, 3, 10, 30, 100, 300, 1000]
    assert log_ticks(20, 180) == [20, 50, 100]
    assert log_ticks(0, 10) == [0]
    for words in ("1", "10", "100"):
        assert re.search(rf"\b{words}\b", text_of(figure))


def test_stacked_bars_stand_on_each_other_and_overlaid_ones_at_the_same_place() -> None:
    heaps: dict[tuple[float, bool], float] = {}
    assert heaped(heaps, [0, 1], [1.0, -2.0]) == [0.0, 0.0]
    assert heaped(heaps, [0, 1], [2.0, -1.0]) == [1.0, -2.0]
    figure = go.Figure([go.Bar(x=["a"], y=[1.0], marker={"color": "#111111"}),
                        go.Bar(x=["a"], y=[2.0], marker={"color": "#222222"})])  # fmt: skip
    figure.update_layout(barmode="relative")
    low, high = (next(one for one in shapes(figure, paint) if len(one) >= 4) for paint in ("#111111", "#222222"))
    assert min(y for _, y in low) == pytest.approx(max(y for _, y in high), abs=0.01)
    figure.update_layout(barmode="overlay")
    low, high = (next(one for one in shapes(figure, paint) if len(one) >= 4) for paint in ("#111111", "#222222"))
    assert {round(x, 2) for x, _ in low} == {round(x, 2) for x, _ in high}


def test_a_band_lies_between_its_edges_and_a_step_stays_until_the_next() -> None:
    figure = go.Figure()
    figure.add_scatter(x=[1, 2, 3], y=[1, 1, 1], mode="lines", line={"color": "#010101"})
    figure.add_scatter(x=[1, 2, 3], y=[2, 3, 2], mode="lines", line={"color": "#020202", "shape": "hv"},
                       fill="tonexty", fillcolor="#030303")  # fmt: skip
    (band,) = [one for one in shapes(figure, "#030303") if len(one) >= 6]
    (edge,) = [one for one in shapes(figure, "#010101") if len(one) >= 2]
    assert max(y for _, y in band) == pytest.approx(edge[0][1], abs=0.01)
    step = max(shapes(figure, "#020202"), key=len)
    assert len(step) == 5
    assert step[0][1] == step[1][1]
    assert step[1][0] == step[2][0]


def test_level_lines_cross_the_whole_plot_and_open_marks_are_not_filled() -> None:
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 2], mode="markers",
                                  marker={"symbol": "square-open", "color": "#0a0b0c"}))  # fmt: skip
    figure.add_hline(y=1.5, line={"color": "#c0ffee", "dash": "dot"})
    (level,) = [one for one in shapes(figure, "#c0ffee") if len(one) == 2]
    assert level[0][1] == level[1][1]
    assert level[1][0] - level[0][0] > 400
    svg = draw(figure, "svg", made_at_utc=NOW).decode()
    assert "stroke: #0a0b0c" in svg
    assert "fill: #0a0b0c" not in svg


@pytest.mark.parametrize(
    ("value", "style", "words"),
    [(20_000_000, "comma", "20M"), (2_500, "point", "2,5k"), (0.5, "comma", "0.5"), (3e9, "comma", "3G")],
)
def test_short_marks_are_written_in_the_readers_style(value: float, style: Any, words: str) -> None:
    assert tick_words(value, "~s", style) == words
