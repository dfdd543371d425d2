"""Do the grids in the browser write numbers exactly as the server does?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services import formatting

SCRIPT = Path(__file__).parents[3] / "assets" / "aggrid.js"
VALUES = [0.25, -0.125, 0.0004, -0.00004, 0.12345, 1.005, -7.5, 0.0, 1234.5, -9999.995, 10000.4, 48213400.12, 1e-9]
RULES = {
    "qpoWeight": formatting.weight,
    "qpoPercent": formatting.rate,
    "qpoMoney": formatting.money,
    "qpoQuantity": formatting.quantity,
}


@pytest.mark.browser
@pytest.mark.parametrize("style", ["comma", "point", "space"])
def test_the_browser_and_the_server_write_the_same_digits(style, browser):
    page = browser.new_page()
    page.set_content(f'<div id="shell-root" data-numbers="{style}"></div>')
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    made = page.evaluate(
        "([names, values]) => names.map(name => values.map(value => window.dashAgGridFunctions[name](value)))",
        [list(RULES), [*VALUES, None, "1500.00", "x"]],
    )
    days = page.evaluate(
        "() => [window.dashAgGridFunctions.qpoDate('2022-12-28'), window.dashAgGridFunctions.qpoDate(null)]"
    )
    page.close()
    for name, shown in zip(RULES, made, strict=True):
        wanted = [RULES[name](value, style=style) for value in VALUES]
        assert shown[: len(VALUES)] == wanted, json.dumps([name, shown, wanted])
        assert shown[len(VALUES)] == shown[-1] == formatting.MISSING
    assert days == ["28 Dec 2022", formatting.MISSING]


@pytest.mark.browser
def test_amounts_of_one_column_have_one_number_of_decimals_at_live_prices_too(browser):
    page = browser.new_page()
    page.set_content('<div id="shell-root" data-numbers="comma"></div>')
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    columns = {"day": [7968.84, "-26960", None], "fee": [9.5, 9999.99, None]}
    made = page.evaluate(
        """(columns) => Object.entries(columns).map(([field, values]) => {
          const rows = values.map((value) => ({ [field]: value }));
          const place = { api: { getGridOption: () => rows }, colDef: { field } };
          return [...values, 10000.5, 3].map((value) => window.dashAgGridFunctions.qpoSignedMoney(value, place));
        })""",
        columns,
    )
    page.close()
    assert made == [
        ["+7,969", "−26,960", "—", "+10,001", "+3"],
        ["+9.50", "+9,999.99", "—", "+10,000.50", "+3.00"],  # a live price that gets there changes no digits
    ]


GRID = """() => {
  window.told = {}; window.wrote = [];
  window.qpo = { set: () => undefined, onShell: (call) => call(document.body) };
  window.dash_clientside = { no_update: null };
  const held = { symbol: 'A', asset_id: 'a', currency: 'USD', close: 1, units_ccy: 1, value_ccy: 20000 };
  const recipe = { portfolio_id: 'p', base_currency: 'USD', value_ccy: '20000', day_pnl_ccy: '0', positions: [held] };
  const answer = { ok: true, json: () => Promise.resolve({ portfolios: [recipe] }) };
  window.fetch = () => Promise.resolve(answer);
  const rows = [{ id: 'p', day: 7968.84 }, { id: 'q', day: -26960 }];
  const nodes = rows.map((data) => {
    const node = { id: data.id, data };
    node.updateData = (next) => { node.data = next; wrote.push([next.id, next.day]); };
    return node;
  });
  const api = { getGridOption: () => rows, forEachNode: (call) => nodes.forEach(call), isDestroyed: () => false };
  window.dash_ag_grid = { getApi: () => api };
  window.gain = (price) => {
    const quote = { symbol: 'A', price, currency: 'USD', previous_close: 1 };
    const data = { feed: { state: 'live', words: 'Live' }, quotes: [quote] };
    window.dispatchEvent(new CustomEvent('qpo:stream', { detail: { type: 'quotes.snapshot', data } }));
  };
}"""


@pytest.mark.browser
def test_a_live_amount_is_written_where_it_reads_differently_in_its_column(browser):
    page = browser.new_page()
    page.set_content(
        """<div id="shell-root" data-numbers="comma"></div><div data-live-grid="portfolios"
        data-live-map='{"day": "day_pnl_ccy"}'><div id="grid"><div class="ag-root-wrapper"></div></div></div>"""
    )
    page.evaluate(GRID)
    for name in ("aggrid.js", "clock.js", "live_figures.js", "live_prices.js"):
        page.add_script_tag(content=(SCRIPT.parent / name).read_text(encoding="utf-8"))
    page.evaluate("() => { qpo.live.onFeed = () => undefined; gain(7971.1); }")
    page.wait_for_function("() => wrote.length === 1")
    page.evaluate("() => gain(7971.4)")  # 7,970.40 after 7,970.10: both read +7,970 in a column without cents
    page.wait_for_timeout(150)
    page.evaluate("() => gain(8001.4)")
    page.wait_for_function("() => wrote.length > 1")
    wrote = page.evaluate("() => wrote.map(([id, day]) => [id, Math.round(day * 100) / 100])")
    page.close()
    assert wrote == [["p", 7970.1], ["p", 8000.4]]
