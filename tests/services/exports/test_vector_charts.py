"""Are charts drawn as vectors, with their texts, and do they say what drew them?"""

from __future__ import annotations

import io
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image
from pypdf import PdfReader

from services.charts import drawdown, sector_allocation, weights_comparison
from services.errors import InvalidRequest
from services.exports_figure import array, as_number, plain_figure, rgba, tick_words, words
from services.exports_ticks import day_ticks, number_ticks
from services.exports_vector import draw

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def text_of(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def test_a_pdf_holds_vectors_and_words_but_no_picture(figure):
    made = draw(figure, "pdf", made_at_utc=NOW)
    page = PdfReader(io.BytesIO(made)).pages[0]
    shown = text_of(made)
    assert len(page.images) == 0
    assert "12.40% expected return at 15.20% volatility" in shown
    for part in ("Volatility a year", "Proposed", "Current", "AAPL", "Estimated from 1,260 daily returns", "20%"):
        assert part in shown


def test_a_pdf_embeds_its_fonts(figure):
    page = PdfReader(io.BytesIO(draw(figure, "pdf", made_at_utc=NOW))).pages[0]
    for font in page["/Resources"]["/Font"].get_object().values():
        inner = font.get_object()["/DescendantFonts"].get_object()[0].get_object()
        assert inner["/Subtype"] == "/CIDFontType2"
        assert "/FontFile2" in inner["/FontDescriptor"].get_object()


def test_each_kind_of_file_says_that_the_vector_renderer_drew_it(figure):
    pdf = draw(figure, "pdf", made_at_utc=NOW)
    assert PdfReader(io.BytesIO(pdf)).metadata["/Keywords"] == "drawn_by: vector"
    assert "Drawn by the built-in vector renderer" in text_of(pdf)
    assert Image.open(io.BytesIO(draw(figure, "png", made_at_utc=NOW))).text["drawn_by"] == "vector"
    assert b"drawn_by: vector" in draw(figure, "svg", made_at_utc=NOW)


def test_an_svg_is_well_formed_and_holds_paths_only(figure):
    root = ET.fromstring(draw(figure, "svg", made_at_utc=NOW))
    names = {node.tag.rsplit("}", 1)[-1] for node in root.iter()}
    assert "path" in names
    assert not names & {"image", "script", "foreignObject"}


def test_the_same_figure_gives_the_same_file(figure):
    assert draw(figure, "svg", made_at_utc=NOW) == draw(figure, "svg", made_at_utc=NOW)


def test_paper_is_light_even_when_the_screen_is_dark(figure):
    picture = Image.open(io.BytesIO(draw(figure, "png", made_at_utc=NOW))).convert("RGB")
    assert picture.getpixel((3, 3)) == (255, 255, 255)
    assert picture.width == 1920


def test_bars_and_dumbbells_and_areas_are_drawn(result):
    days = [f"2020-{month:02d}-01" for month in range(1, 13)]
    for made in (weights_comparison(result), sector_allocation(result), drawdown(days, [100.0, 90.0, *range(91, 101)])):
        shown = text_of(draw(made, "pdf", made_at_utc=NOW))
        assert made.layout.title.text.split()[0] in shown


def test_a_dollar_sign_is_not_taken_for_a_formula():
    figure = go.Figure(go.Scatter(x=[1, 2], y=[1, 2], name="$a$"), layout={"title": {"text": "From $1 to $2"}})
    assert "From $1 to $2" in text_of(draw(figure, "pdf", made_at_utc=NOW))


def test_a_kind_of_chart_that_it_cannot_draw_is_refused_by_name():
    with pytest.raises(InvalidRequest, match="holds 'sankey'"):
        draw(go.Figure(go.Sankey()), "pdf", made_at_utc=NOW)


def test_importing_the_service_does_not_import_matplotlib_or_kaleido():
    code = "import sys, services.exports; print(sorted({'matplotlib', 'kaleido', 'xlsxwriter'} & set(sys.modules)))"
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"


def test_arrays_are_read_in_every_form_that_plotly_writes():
    packed = {"dtype": "f8", "bdata": "AAAAAAAA8D8AAAAAAAAAQA=="}
    assert array(packed) == array(np.array([1.0, 2.0])) == array((1.0, 2.0)) == [1.0, 2.0]
    assert array(None) == []


def test_texts_lose_their_markup_and_keep_their_lines():
    assert words("<b>Johnson &amp; Johnson</b><br>JNJ") == ("Johnson & Johnson\nJNJ", True)


def test_numbers_on_axes_follow_the_one_formatter():
    assert [tick_words(v, f) for v, f in ((0.25, ".0%"), (-0.125, ".1%"), (12000, ",.0f"), (3.0, None))] == [
        "25%",
        "−12.5%",
        "12,000",
        "3",
    ]


def test_colors_are_read_in_every_form():
    assert rgba("#ff0000") == rgba("#f00") == rgba("rgb(255, 0, 0)") == (1.0, 0.0, 0.0, 1.0)
    assert rgba("rgba(0, 0, 0, 0)")[3] == 0
    assert rgba("#00000080")[3] == pytest.approx(0.502, abs=1e-3)


def test_days_are_numbers_that_begin_in_1970():
    assert as_number("1970-01-02") == 1
    assert np.isnan(as_number(None))


def test_marks_are_round_and_lie_within_the_axis():
    assert number_ticks(-0.02, 0.26) == [0.0, 0.05, 0.1, 0.15, 0.2, 0.25]
    assert [words for _, words in day_ticks(as_number("2015-01-02"), as_number("2022-12-28"))] == [
        str(year) for year in range(2016, 2023)
    ]
    assert day_ticks(as_number("2022-01-01"), as_number("2022-06-30"))[0][1] == "Jan 2022"


def test_a_dark_figure_is_read_in_light_colors(figure):
    assert "#131a25" in str(figure)
    assert "#131a25" not in str(plain_figure(figure)["data"])


def test_a_long_source_is_wrapped_and_stays_inside_the_picture():
    source = (
        "Estimated from 1,260 daily returns · "
        + "Source: Embedded history and more · " * 6
        + "hash of what is shown 4f1c"
    )
    figure = go.Figure(go.Scatter(x=[1, 2], y=[1, 2]))
    figure.update_layout(meta={"source": source}, xaxis_title="Volatility")
    picture = np.asarray(Image.open(io.BytesIO(draw(figure, "png", made_at_utc=NOW))).convert("L"))
    assert (picture[:, -20:] > 250).all()  # what runs out of the picture crosses its margin
    assert text_of(draw(figure, "pdf", made_at_utc=NOW)).count("hash of what is shown 4f1c") == 1
    lower = (picture < 200).any(axis=1).nonzero()[0]
    short = figure.update_layout(meta={"source": "Source: Embedded history"})
    other = np.asarray(Image.open(io.BytesIO(draw(short, "png", made_at_utc=NOW))).convert("L"))
    assert lower.max() == (other < 200).any(axis=1).nonzero()[0].max()  # the room is taken from the axes
