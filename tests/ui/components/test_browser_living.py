"""Does the chart of a frontier open where its frontier can be seen, however far apart the assets are?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ASSETS = Path(__file__).parents[3] / "assets"
SCRIPTS = ("living_chart.js", "living_layers.js")
BODY = """<!doctype html><div id="living-layers"></div>
<div class="chart-plot" style="position: relative; width: 600px; height: 400px">
  <div id="living-chart"><div class="js-plotly-plot"><svg width="500" height="300">
    <rect class="nsewdrag" width="500" height="300"></rect></svg></div></div>
</div>"""
OPENED = """(line) => new Promise((done) => {
  const plot = document.querySelector('.js-plotly-plot'), axis = (range) => ({ range });
  plot.layout = { meta: { drawn_for: 'p' }, xaxis: axis([0, 1]), yaxis: axis([-0.5, 0.5]) };
  plot.data = [{ x: [0.1], meta: { layer: 'assets' } }];
  plot.on = () => {};
  window.moved = null;
  const relayout = (_plot, to) => { window.moved = [...to['xaxis.range'], ...to['yaxis.range']]; };
  window.Plotly = { relayout, restyle() {} };
  window.qpo.frontierMath = { svgSpace: 'http://www.w3.org/2000/svg' };
  window.qpo.livingModel = { line: () => line };
  window.qpo.living = { redraw() {} };
  const state = { hidden: [], seen: {}, asked: null, model: { data: {}, esg: null, engine: null } };
  window.qpo.livingChart.take('p', () => { window.qpo.livingLayers.build(state); done(window.moved); });
})"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """The room of a chart with the scripts that draw in it."""
    made = browser.new_page()
    made.set_content(BODY)
    for name in SCRIPTS:
        made.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    yield made
    made.close()


def test_a_frontier_that_is_a_speck_among_its_assets_opens_close(page: Any) -> None:
    short = [{"x": 0.20, "y": 0.10}, {"x": 0.22, "y": 0.14}]
    left, right, low, high = page.evaluate(OPENED, short)
    assert 0.19 < left < 0.20 < 0.22 < right < 0.24
    assert 0.09 < low < 0.10 < 0.14 < high < 0.16
    page.get_by_role("button", name="Whole chart").click()
    assert page.evaluate("() => window.moved") == [0, 1, -0.5, 0.5]


@pytest.mark.parametrize("end", [{"x": 0.40, "y": 0.11}, {"x": 0.21, "y": 0.30}])
def test_a_frontier_that_is_long_on_either_axis_opens_with_all_assets(page: Any, end: dict[str, float]) -> None:
    assert page.evaluate(OPENED, [{"x": 0.20, "y": 0.10}, end]) is None
