"""Does the PDF of a whole page hold every part, on as many pages as it needs, with head and foot?"""

from __future__ import annotations

from datetime import UTC, datetime

import plotly.graph_objects as go
import pytest

from services.errors import InvalidRequest
from services.exports_page import ROWS_MAX_COUNT, PageDocument, PageTable, page_order
from services.exports_page_draw import (
    CELL_PX,
    FOOT_PX,
    HEIGHT_PX,
    ROOM_PX,
    TOP_PX,
    _widths,
    _wrapped,
    blocks_of,
    paged,
)
from services.exports_vector import draw, draw_document

NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
COLUMNS = (("Asset", False), ("Sector", False), ("Weight", True))


def heat(**more):
    cells = {"z": [[1.0, -0.4], [-0.4, 1.0]], "x": ["AAA", "BBB"], "y": ["AAA", "BBB"], **more}
    scale = [[0.0, "#0072B2"], [0.5, "#ffffff"], [1.0, "#D55E00"]]
    return go.Figure(go.Heatmap(**{"colorscale": scale, "zmin": -1.0, "zmax": 1.0, **cells}))


def document(rows_count=3, **more):
    rows = [[f"Asset {n}", "Technology", "1.0%"] for n in range(rows_count)]
    given = {
        "title": "Risk of Core",
        "facts": [("Portfolio", "Core"), ("As of", "28 Nov 2026"), ("Benchmark", "None")],
        "parts": [
            ("Where from?", heat()),
            ("Positions", PageTable(COLUMNS, rows, note="Of NAV.")),
            ("Notes", ["One.", "Two."]),
        ],
        "running": "Core · 28 Nov 2026",
        "source": "Sample prices",
    }
    return page_order(PageDocument(**{**given, **more}))


def test_every_part_stands_on_some_page_once_and_a_tables_head_on_each_of_its_pages():
    pages = paged(blocks_of(document(rows_count=120)))
    kinds = [[block.kind for block in page] for page in pages]
    assert len(pages) == 4
    assert sum(page.count("row") for page in kinds) == 120
    assert sum(page.count("chart") for page in kinds) == 1
    for page in kinds:
        if "row" in page:
            assert page.index("row_head") < page.index("row")


def test_no_page_is_fuller_than_its_room_and_no_heading_stands_alone_at_its_end():
    for rows_count in range(20, 60, 3):
        table = PageTable(COLUMNS, [["a", "b", "c"]] * rows_count)
        parts = [("", table), ("Where from?", heat()), ("Last", "A sentence.")]
        for page in paged(blocks_of(document(parts=parts))):
            assert sum(block.height_px for block in page) <= HEIGHT_PX - TOP_PX - FOOT_PX + 1e-6
            assert page[-1].kind not in ("heading", "row_head")


def test_long_cells_wrap_within_the_width_of_the_page():
    table = PageTable(COLUMNS, [["A very long name of an asset " * 6, "Another long text " * 8, "1.0%"]])
    row = next(block for block in blocks_of(document(parts=[("", table)])) if block.kind == "row")
    assert sum(row.content["widths"]) <= ROOM_PX
    assert row.content["cells"][0].count("\n") >= 1
    assert row.content["cells"][2] == "1.0%"


def test_a_table_of_very_many_rows_is_cut_and_says_so():
    order = document(rows_count=ROWS_MAX_COUNT + 1)
    table = order["parts"][1]
    assert len(table["rows"]) == ROWS_MAX_COUNT
    assert table["note"].startswith(f"The first {ROWS_MAX_COUNT} of {ROWS_MAX_COUNT + 1} rows")


def test_the_pdf_holds_its_pages_its_title_and_is_the_same_twice(tmp_path):
    order = document(rows_count=90)
    made = draw_document(order, made_at_utc=NOW, cache_dir=tmp_path)
    assert made.startswith(b"%PDF")
    assert made.count(b"/Type /Page\n") + made.count(b"/Type /Page ") == len(paged(blocks_of(order)))
    assert b"Risk of Core" in made
    assert made == draw_document(order, made_at_utc=NOW, cache_dir=tmp_path)


def test_a_chart_that_cannot_be_drawn_is_refused_by_name(tmp_path):
    with pytest.raises(InvalidRequest, match="holds 'pie'"):
        draw_document(document(parts=[("", go.Figure(go.Pie()))]), made_at_utc=NOW, cache_dir=tmp_path)


def test_a_heat_map_is_drawn_with_its_colors_texts_and_scale(tmp_path):
    shown = heat(text=[["1.0", "-0.4"], ["-0.4", "1.0"]], texttemplate="%{text}", colorbar={"tickformat": ".1f"})
    svg = draw(shown, "svg", made_at_utc=NOW, cache_dir=tmp_path).decode()
    assert svg.count("fill: #d55e00") >= 2  # both ones on the diagonal
    assert svg.count("fill: #99c7e0") >= 2  # 40% of the way from white to blue
    assert "image" in svg  # the strip of the scale
    plain = draw(heat(showscale=False), "svg", made_at_utc=NOW, cache_dir=tmp_path).decode()
    assert "<image" not in plain


def test_a_cell_without_a_value_stays_clear_and_a_middle_centers_the_scale():
    from services.exports_heat import bounds_of, cells_of, ink_on, paint_of

    cells = cells_of({"z": [[0.3, None], [-0.1, 0.2]]})
    assert bounds_of({"zmid": 0.0}, cells) == (-0.3, 0.3)
    assert paint_of(cells[0][1], (-1.0, 1.0), [[0, "#000000"], [1, "#ffffff"]])[3] == 0.0
    assert paint_of(0.0, (-1.0, 1.0), [[0, "#000000"], [1, "#ffffff"]])[:3] == pytest.approx((0.5, 0.5, 0.5))
    assert ink_on((0.0, 0.2, 0.5, 1.0)) == "#ffffff"
    assert ink_on((1.0, 0.9, 0.5, 1.0)) != "#ffffff"


def test_no_word_of_a_wide_table_is_broken() -> None:
    """The table of back-tests: ten columns, two of them with words."""
    heads = (
        "Method",
        "Level",
        "Days",
        "Beyond",
        "Expected",
        "Zone",
        "Coverage",
        "Independence",
        "Shortfall",
        "Verdict",
    )
    columns = [(name, name not in ("Method", "Zone", "Verdict")) for name in heads]
    row = [
        "Filtered historical simulation", "95%", "2,020", "101", "101.0", "Yellow", "p 0.760, rejected",
        "p 0.473, rejected", "\N{MINUS SIGN}0.13, rejected", "in doubt: yellow zone",
    ]  # fmt: skip
    widths = _widths(columns, [row])
    for text, width in zip([*heads, *row], [*widths, *widths], strict=True):
        assert [word for line in _wrapped(text, CELL_PX, width) for word in line.split()] == text.split()


def test_a_fact_that_is_longer_than_its_place_takes_another_line_and_loses_no_word(tmp_path):
    words = "0.00% a year from 2 January 2012 to 28 December 2022, as stated by the house for all of its portfolios"
    told = document(facts=[("Portfolio", "Core"), ("Risk-free rate", words), ("Benchmark", "None")])
    first, second = [block for block in blocks_of(told) if block.kind == "facts"]
    assert first.content[1][1].replace("\n", " ") == words
    assert first.content[1][1].count("\n") >= 1
    assert first.height_px > second.height_px
    assert draw_document(told, made_at_utc=NOW, cache_dir=tmp_path).startswith(b"%PDF")
