"""Has every page, and every chart on it, a way out as PDF, PNG and SVG?

The lists below are complete: a page or a chart that is new, or drawn by another way, has to be put into them.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dash import html

from components.graph import chart
from components.menu import export_menu
from components.page_header import page_header

ROOT = Path(__file__).resolve().parents[3]

WITH_BUTTON = frozenset((
    "/", "/academic", "/clients", "/compare", "/compliance", "/data-quality", "/frontier", "/help", "/help/glossary",
    "/imports", "/market", "/market/economy", "/optimize", "/performance", "/portfolios/<portfolio_id>", "/providers",
    "/rebalance", "/risk", "/runs", "/settings", "/stress", "/templates", "/tradeoffs", "/users", "/walk-forward",
))  # fmt: skip
"""Pages whose outline has the button that takes the page along."""

HEAD_COMES_LATER = {
    "/runs/<run_id>": "components/result_view.py",
    "/market/<symbol>": "callbacks/market_words.py",
    "/help/<screen>": "callbacks/help.py",
}
"""Pages whose head comes with their data, and the file that makes it by `page_header`."""

WITHOUT = {"/not-found-404": "There is nothing on it."}

BARE_GRAPHS = {
    "components/market_layout.py": "a hidden place until the chart comes",
    "components/performance_layout.py": "a hidden place until the chart comes",
    "components/risk_layout.py": "a hidden place until the chart comes",
    "components/stress_layout.py": "a hidden place until the chart comes",
}
"""Files that call `graph` and not `chart`, which has the way out, and why."""

OWN_DRAWINGS = {
    "assets/frontier.js": "the point of a chart whose line is the figure's own",
    "assets/frontier_map.js": "frontier-map",
    "assets/living_chart.js": "living-chart",
    "assets/living_map.js": "living-map",
    "assets/frontier_math.js": "names the space of SVG for the others",
}
"""Scripts that draw by themselves, and what: by its id where assets/take_pictures.js makes a picture of it."""

_LOOK = """
import json, sys, warnings
warnings.simplefilter("ignore")
import dash
app = dash.Dash("app", use_pages=True, pages_folder=sys.argv[1])
import callbacks
callbacks.register()
def text(tree):
    return json.dumps(tree, default=lambda one: one.to_plotly_json())
print(json.dumps({page["path_template"] or page["path"]: '"data-take": "page"' in text(page["layout"]())
                  for page in dash.page_registry.values()}))
"""


@pytest.fixture(scope="module")
def pages() -> dict[str, bool]:
    """Return whether the outline of each page has the button, by the page's address."""
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(ROOT / "pages")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def sources(*folders: str) -> dict[str, str]:
    found = [path for folder in folders for path in sorted((ROOT / folder).glob("*.py"))]
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in found}


def calls(text: str) -> set[str]:
    """Return the names of what is called, such as `chart` and `dcc.Graph`."""
    return {ast.unparse(node.func) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)}


def as_text(component: Any) -> str:
    return json.dumps(component.to_plotly_json(), default=lambda one: one.to_plotly_json())


def test_every_page_is_listed_and_has_the_button_that_takes_it_along(pages: dict[str, bool]) -> None:
    assert set(pages) == {*WITH_BUTTON, *HEAD_COMES_LATER, *WITHOUT}
    assert {path for path, has_button in pages.items() if has_button} == WITH_BUTTON
    for file in HEAD_COMES_LATER.values():
        assert "page_header" in calls((ROOT / file).read_text("utf-8")), file
    assert '"data-take": "page"' in as_text(page_header("Title"))
    assert '"data-take": "page"' in as_text(page_header("Title", actions=html.Button("Save")))


def test_no_chart_is_drawn_but_by_the_component_that_has_the_way_out() -> None:
    found = {file: calls(text) for file, text in sources("pages", "components", "callbacks").items()}
    assert {file for file, names in found.items() if "dcc.Graph" in names} == {"components/graph.py"}
    assert {file for file, names in found.items() if "graph" in names} - {"components/graph.py"} == set(BARE_GRAPHS)


FIGURE = {"data": [], "layout": {"meta": {"title": "T", "table": [["Day", "Value"], [["1 Jan 2022", "1.0%"]]]}}}


def test_a_chart_has_one_way_out_and_never_two() -> None:
    own = export_menu([("x", "PDF", "vector")])
    assert as_text(chart(FIGURE, id="a")).count('"data-take": "chart"') == 1
    assert '"data-take": "chart"' not in as_text(chart(FIGURE, id="a", actions=[own]))
    assert as_text(chart(FIGURE, id="a", actions=[own])).count("menu-export") == 1


def test_each_menu_of_a_charts_own_offers_pdf_svg_and_png() -> None:
    files = {file: text for file, text in sources("components", "callbacks").items() if "export_menu(" in text}
    drawing = {file: text for file, text in files.items() if "chart" in calls(text)}
    assert len(drawing) >= 8
    for file, text in drawing.items():
        for kind in ("pdf", "svg", "png"):
            assert re.search(rf'[:"]{kind}\b', text), (file, kind)


def test_what_a_script_draws_by_itself_has_a_picture() -> None:
    pattern = re.compile(r'createElementNS\(|"canvas"|svgSpace')
    scripts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in (ROOT / "assets").glob("*.js")}
    own = {name for name, text in scripts.items() if pattern.search(text) and not name.startswith("assets/take")}
    assert own == set(OWN_DRAWINGS)
    pictures = scripts["assets/take_pictures.js"]
    for what in OWN_DRAWINGS.values():
        assert " " in what or f'["{what}"]' in pictures, what
    assert "polyline" in scripts["assets/take_page.js"]  # sparklines of cards and of grids are read as courses
