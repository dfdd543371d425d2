"""Is a chart in which nothing can be chosen stepped through by keyboard too, and read aloud?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ASSETS = Path(__file__).parents[3] / "assets"
BODY = """<!doctype html><div id="shell-root" data-numbers="comma"></div>
<figure class="chart" aria-label="Growth"><div class="graph" id="g"><div class="js-plotly-plot">
<svg class="hoverlayer"></svg></div></div></figure>"""
DRAWN = """(given) => {
  const plot = document.querySelector('.js-plotly-plot');
  window.shown = [];
  window.Plotly = { Fx: { unhover: () => {}, hover: (drawn, points, places) => {
    if (!Array.isArray(points)) { window.shown.push([points, places]); return; }
    window.shown.push([points.map((one) => [one.curveNumber, one.pointNumber]), places]);
    const lines = points.map((one) => `<tspan class="line">curve ${one.curveNumber}</tspan>`).join('');
    plot.querySelector('.hoverlayer').innerHTML = `<text>${lines}</text>`;
  } } };
  plot.on = () => {};
  plot.layout = { meta: given.meta || {} };
  plot._fullData = given.traces.map((one) => ({ visible: true, type: 'scatter', ...one }));
  plot._fullLayout = given.hovermode ? { hovermode: given.hovermode, xaxis: { d2c: (day) => Date.parse(day) } } : {};
  plot.appendChild(document.createElement('i'));
}"""
DAYS = ["2022-01-03", "2022-01-04", "2022-01-05"]
LINES = [
    {"mode": "lines", "x": DAYS, "y": [1, 2, 3]},
    {"mode": "lines", "x": DAYS[1:], "y": [4, 5], "yaxis": "y2"},
    {"mode": "lines", "x": DAYS, "y": [0, 0, 0], "hoverinfo": "skip"},
]
DOTS = [{"mode": "markers", "x": [3, 1], "y": [1, 1]}, {"mode": "markers", "x": [2], "y": [9]}]
BARS = [{"type": "bar", "orientation": "h", "x": [5, 6], "y": ["A", "B"]}]
HEAT = [{"type": "heatmap", "x": ["a", "b"], "y": ["c", "d"], "z": [[1, None], [3, 4]]}]


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    made.route("http://product.test/*", lambda route: route.fulfill(body=BODY, content_type="text/html"))
    made.goto("http://product.test/")
    for name in ("aggrid.js", "chart_steps.js", "choose.js"):
        made.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    yield made
    made.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("traces", "keys", "shown"),
    [
        (LINES, ["ArrowRight"], [[[0, 0]], ["xy"]]),
        (LINES, ["ArrowRight", "ArrowDown"], [[[0, 1], [1, 0]], ["xy", "xy2"]]),
        (LINES, ["End"], [[[0, 2], [1, 1]], ["xy", "xy2"]]),
        (LINES, ["ArrowLeft"], [[[0, 2], [1, 1]], ["xy", "xy2"]]),
        (LINES, ["End", "ArrowRight", "Home"], [[[0, 0]], ["xy"]]),
        (LINES, ["PageDown", "PageDown", "PageUp"], [[[0, 0]], ["xy"]]),
        (DOTS, ["ArrowRight", "ArrowRight"], [[[1, 0]], ["xy"]]),
        (BARS, ["End"], [[[0, 1]], ["xy"]]),
        (HEAT, ["ArrowRight", "ArrowRight"], [[[0, [1, 0]]], ["xy"]]),
    ],
)
def test_arrow_keys_go_through_it_and_show_everything_that_stands_there(
    page: Any, traces: list[dict[str, Any]], keys: list[str], shown: list[Any]
) -> None:
    page.evaluate(DRAWN, {"traces": traces})
    page.wait_for_selector("#g.steps[tabindex='0'][role=application]")
    assert page.get_attribute("#g", "aria-label") == "Growth. Arrow keys go through it."
    page.focus("#g")
    for key in keys:
        page.keyboard.press(key)
    assert page.evaluate("window.shown.at(-1)") == shown
    told = ", ".join(f"curve {curve}" for curve, _ in shown[0])
    page.wait_for_function("(told) => (document.getElementById('choose-voice') || {}).textContent === told", arg=told)


@pytest.mark.browser
def test_where_one_hover_tells_everything_of_a_day_that_day_is_asked_for(page: Any) -> None:
    page.evaluate(DRAWN, {"traces": LINES, "hovermode": "x unified"})
    page.wait_for_selector("#g.steps")
    page.focus("#g")
    page.keyboard.press("End")
    assert page.evaluate("window.shown.at(-1)") == [{"xval": 1641340800000}, "xy"]


@pytest.mark.browser
def test_a_chart_that_chooses_later_or_has_handles_of_its_own_is_no_such_stop(page: Any) -> None:
    page.evaluate(DRAWN, {"traces": LINES})
    page.wait_for_selector("#g.steps")
    page.evaluate(DRAWN, {"traces": LINES, "meta": {"choices": {"spans": [["2022-01-03", "2022-01-05", "Fall"]]}}})
    page.wait_for_selector("#g.chooses:not(.steps)[tabindex='0']")
    page.evaluate(DRAWN, {"traces": LINES})
    page.wait_for_selector("#g.steps:not(.chooses)[tabindex='0']")
    page.evaluate("document.querySelector('.chart').insertAdjacentHTML('beforeend', '<b role=slider tabindex=0></b>')")
    page.wait_for_selector("#g:not(.steps):not([tabindex])")
