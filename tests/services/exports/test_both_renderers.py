"""Do the built-in renderer and a browser draw the same charts of the screen, light and of a sane size?"""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from services import exports_browser
from services.charts.tokens import color
from services.errors import InvalidRequest
from services.exports_taken_chart import figure_of, taken_chart_of, with_words
from services.exports_vector import draw
from tests.conftest import missing_tool
from tests.services.exports.taken import chart, figure
from tests.services.exports.test_taken_pages import NOW

RENDERERS = ("vector", "browser")
FIGURES = ("bars", "candles", "heat", "lines", "log")


@pytest.fixture(scope="module", autouse=True)
def browser_ends() -> Any:
    yield
    exports_browser.stop()


def plain(name: str) -> dict[str, Any]:
    days = ["2022-01-03", "2022-01-04", "2022-01-05"]
    if name == "lines":
        return figure()
    if name == "bars":
        bars = [
            {"type": "bar", "orientation": "h", "y": ["AAA", "BBB"], "x": [0.25, -0.1], "name": one} for one in "ab"
        ]
        axis = {"type": "category", "autorange": "reversed", "range": [1.5, -0.5]}
        return {"data": bars, "layout": {"barmode": "relative", "xaxis": {"tickformat": ".0%"}, "yaxis": axis}}
    if name == "candles":
        candle = {"type": "candlestick", "x": days, "open": [10, 11, 12], "high": [12, 13, 14], "low": [9, 10, 10],
                  "close": [11, 12, 11], "name": "Price"}  # fmt: skip
        volume = {"type": "bar", "x": days, "y": [2e6, 3e6, 1e6], "yaxis": "y2", "name": "Volume"}
        axes = {"xaxis": {"type": "date", "anchor": "y2", "rangeslider": {"visible": False}},
                "yaxis": {"domain": [0.26, 1.0]}, "yaxis2": {"domain": [0.0, 0.18], "tickformat": "~s"}}  # fmt: skip
        return {"data": [candle, volume], "layout": {**axes, "showlegend": False}}
    if name == "heat":
        cells = {"type": "heatmap", "x": ["AAA", "BBB"], "y": ["AAA", "BBB"], "z": [[1.0, 0.2], [0.2, 1.0]],
                 "colorscale": [[0.0, "#ffffff"], [1.0, "#0072B2"]]}  # fmt: skip
        return {"data": [cells], "layout": {"xaxis": {"type": "category"}, "yaxis": {"type": "category"}}}
    levels = {"type": "scatter", "mode": "lines+markers", "x": [1, 2, 3], "y": [1, 30, 1000],
              "marker": {"symbol": "circle-open"}, "name": "Level"}  # fmt: skip
    return {"data": [levels], "layout": {"yaxis": {"type": "log", "range": [0, 3]}, "xaxis": {"type": "linear"}}}


def drawn(name: str, renderer: str, kind: Any) -> bytes:
    found = with_words(
        figure_of("Grew 8.25%", "Growth of 100", "Sample prices", 320, plain(name)), "Core · hash c0ffee"
    )
    if renderer == "vector":
        return draw(found, kind, made_at_utc=NOW)
    if exports_browser.find_browser() is None:
        missing_tool("No browser of the Chromium family is installed.")
    return exports_browser.draw(found, kind)


def text_of(pdf: bytes) -> str:
    """Return the words of a file; a browser sets some letters as one, such as the two of "off"."""
    told = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(unicodedata.normalize("NFKC", told).split())


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("name", FIGURES)
def test_each_kind_of_chart_leaves_as_a_vector_pdf_with_its_words_as_words(name: str, renderer: str) -> None:
    made = drawn(name, renderer, "pdf")
    assert made.startswith(b"%PDF")
    assert 4_000 < len(made) < 400_000
    text = text_of(made)
    for words in ("Grew 8.25%", "Growth of 100", "Core · hash c0ffee · Sample prices", "Quantum Portfolio Optimizer"):
        assert words in text, (words, text)
    assert not PdfReader(io.BytesIO(made)).pages[0].images or name == "heat"


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("name", FIGURES)
def test_paper_is_white_and_pictures_are_twice_as_sharp(name: str, renderer: str) -> None:
    picture = Image.open(io.BytesIO(drawn(name, renderer, "png")))
    assert picture.size[0] == 1920
    assert 480 < picture.size[1] < 1900
    assert picture.text["drawn_by"] == renderer
    assert picture.convert("RGB").getpixel((3, 3)) == (255, 255, 255)


@pytest.mark.parametrize("renderer", RENDERERS)
def test_a_drawing_as_svg_loads_nothing_and_says_what_drew_it(renderer: str) -> None:
    made = drawn("lines", renderer, "svg").decode()
    assert f"drawn_by: {renderer}" in made
    assert "127.0.0.1" not in made
    assert "<script" not in made
    assert color("chart-proposed", "dark").lower() not in made.lower()


def test_both_read_the_same_figures_along_the_axis() -> None:
    texts = [text_of(drawn("candles", renderer, "pdf")) for renderer in RENDERERS]
    for text in texts:
        marks = re.findall(r"\b(?:9|1[0-4])\b", text)
        assert len(marks) >= 3, text
        assert "M" in text


def test_of_a_figure_of_the_screen_only_what_is_drawn_is_kept() -> None:
    kept = figure_of("t", "s", "q", 320, figure())
    assert "images" not in kept["layout"]
    assert "customdata" not in kept["data"][0]
    assert kept["layout"]["template"]["layout"]["paper_bgcolor"] == color("surface")
    assert kept["layout"]["yaxis"] == {"type": "linear", "range": [0, 120], "tickformat": ",.0f", "autorange": False}
    assert figure_of("t", "s", "q", 320, {**figure(), "data": [{"type": "image", "source": "http://x"}]})["data"] == []


def _taken(data: dict[str, Any]) -> None:
    found = taken_chart_of(data)
    figure_of(found.title, found.subtitle, found.source, found.height_px, found.figure)


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "chart"},
        {**chart(), "format": "exe"},
        {**chart(), "renderer": "cloud"},
        {**chart(), "figure": {"data": "x", "layout": {}}},
        {**chart(), "figure": {"data": [{"x": {"bdata": "AAAA", "dtype": "nope"}}], "layout": {}}},
        {**chart(), "figure": {"data": [{"x": list(range(400_001))}], "layout": {}}},
    ],
)
def test_what_is_no_chart_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="cannot be taken along"):
        _taken(wrong)


def test_the_service_draws_a_chart_of_the_screen_with_its_title_as_name(exports: Any, actor: Any) -> None:
    found = exports.shown_chart(taken_chart_of(chart(search="")), "/market", actor)
    assert found.filename == "grew-8-25-with-one-deep-fall.pdf"
    assert found.drawn_by == "vector"
    assert "Grew 8.25% with one deep fall" in text_of(found.data)
    assert "Lowest" in text_of(found.data)
    assert re.search(r"hash\s+of\s+what\s+is\s+shown\s+[0-9a-f]{16}", text_of(found.data)), "no portfolio, no run"
