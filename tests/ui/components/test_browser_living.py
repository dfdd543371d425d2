"""Does a frontier's chart open where it can be read: close enough, its names beside the lines, and no fifth pin?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ASSETS = Path(__file__).parents[3] / "assets"
SCRIPTS = ("living_chart.js", "living_layers.js", "living_names.js", "living_pins.js")
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


NAMED = """(at) => {
  const frame = { left: 0, top: 0, width: 500, height: 300, x: (one) => 500 * one, y: (one) => 300 - 300 * one };
  const line = Array.from({ length: 41 }, (_, n) => ({ x: at + n / 80, y: 0.5 }));
  const trace = (name, more) => ({ name, x: [at], y: [0.5], meta: { named: true }, ...more });
  const others = [trace('Hidden', { visible: false }), { name: 'Other', x: [0], y: [0] }];
  const plot = { data: [trace('Client profile', {}), ...others] };
  const number = (one, side) => Number(one.getAttribute(side));
  const host = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  document.body.appendChild(host);
  window.qpo.frontierMath = { svgSpace: 'http://www.w3.org/2000/svg' };
  window.qpo.livingNames.draw(host, plot, frame, line);
  return Array.from(host.children).map((one) => [one.textContent, number(one, 'x'), number(one, 'y')]);
}"""


def test_a_name_stands_where_no_line_strikes_through_it(page: Any) -> None:
    ((name, left, base),) = page.evaluate(NAMED, 0.3)
    assert name == "Client profile"
    assert left < 150 - 10  # the line runs to the right of its mark, at the same height
    assert 140 < base < 160
    assert page.evaluate(NAMED, 1.2) == []  # beyond the plot


def test_a_fifth_pin_is_refused_with_its_reason_by_a_button_that_can_be_reached(page: Any) -> None:
    page.evaluate(
        "() => document.body.insertAdjacentHTML('beforeend',"
        " '<button id=living-pin aria-describedby=living-pin-full>Pin</button><p id=living-pin-full></p>')"
    )
    knob = page.locator("#living-pin")
    page.evaluate("() => window.qpo.livingPins.limit(3)")
    assert knob.get_attribute("aria-disabled") is None
    page.evaluate("() => window.qpo.livingPins.limit(4)")
    assert knob.get_attribute("aria-disabled") == "true"
    knob.focus()
    assert page.evaluate("() => document.activeElement.id") == "living-pin"
    assert "Four portfolios are pinned" in str(page.locator("#living-pin-full").text_content())
    page.evaluate("() => window.qpo.livingPins.limit(3)")
    assert page.locator("#living-pin-full").text_content() == ""
