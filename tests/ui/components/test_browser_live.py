"""Does the page write changed cells alone, keep what a paused screen shows, and reckon as the product does?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.feeds.ticks import Tick
from services.live_overlay import move_of, moved
from services.live_rates import moved_rate
from services.messages.live import LiveRate
from services.messages.portfolios import Holding, PortfolioSummary

ASSETS = Path(__file__).parents[3] / "assets"
CELL = '<span id="{0}" data-live-symbol="{0}" data-live-field="price">-</span>'
FRAME = f"""
<div id="shell-root" data-numbers="comma"><div id="shell-connection"><span class="dot-text"></span></div>
<span id="live-words"></span><p id="live-sentence"></p><button id="live-screen-pause"></button>
<main>{CELL.format("A")}{CELL.format("B")}{CELL.format("C")}</main></div>"""
STUBS = """
window.told = {}; window.sockets = []; window.hiddenNow = false; window.ahead = 0;
window.qpo = { set: (id, data) => { window.told[id] = data; }, onShell: (call) => call(document.body) };
window.dash_clientside = { no_update: null };
window.fetch = () => new Promise((done) => {
  window.answer = (found) => done({ ok: true, json: () => Promise.resolve(found) });
});
const wall = Date.now.bind(Date);
Date.now = () => wall() + window.ahead;
Object.defineProperty(document, 'visibilityState', { get: () => (window.hiddenNow ? 'hidden' : 'visible') });
window.WebSocket = class { constructor() { this.readyState = 1; this.sent = []; window.sockets.push(this); }
  send(text) { this.sent.push(JSON.parse(text)); } close() { this.readyState = 2; } };
window.WebSocket.OPEN = 1;
window.say = (type, data) => window.dispatchEvent(new CustomEvent('qpo:stream', { detail: { type, data } }));
window.quote = (symbol, price, more) => Object.assign({ symbol, price, currency: 'USD' }, more);
window.feed = (more) => Object.assign({ mode: 'push', state: 'live', words: 'Live', sentence: 'All is well.' }, more);
"""
SCRIPTS = ("aggrid.js", "clock.js", "live.js", "live_figures.js", "live_prices.js", "live_screen.js")
START = "() => say('quotes.snapshot', { feed: feed(), quotes: [quote('A', 1), quote('B', 2), quote('C', 3)] })"
TEXTS = "() => ['A', 'B', 'C'].map((id) => document.getElementById(id).textContent)"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.set_content(FRAME)
    made.add_script_tag(content=STUBS)
    for name in SCRIPTS:
        made.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    yield made
    made.close()
    assert errors == []


@pytest.mark.browser
def test_only_cells_that_read_differently_are_written(page: Any) -> None:
    page.evaluate(START)
    page.wait_for_function("() => document.getElementById('C').textContent === '3.00'")
    seen = page.evaluate(
        """async () => {
          const seen = [], every = { childList: true, characterData: true, subtree: true };
          new MutationObserver((changes) => changes.forEach((one) => {
            const node = one.target.nodeType === 1 ? one.target : one.target.parentElement;
            seen.push(node.id);
          })).observe(document.querySelector('main'), every);
          for (let number = 0; number < 500; number += 1) {
            const next = number === 499 ? 9 : 2.001;
            say('quotes.changed', { quotes: [quote('A', 1), quote('B', next), quote('C', 3.004)] });
          }
          await new Promise((done) => setTimeout(done, 150));
          return seen;
        }"""
    )
    assert seen == ["B"]  # 2.001 and 3.004 read as before
    assert page.evaluate(TEXTS) == ["1.00", "9.00", "3.00"]


@pytest.mark.browser
def test_a_paused_screen_keeps_its_values_also_on_what_is_opened_later_and_says_since_when(page: Any) -> None:
    page.evaluate(START)
    page.wait_for_function("() => document.getElementById('C').textContent === '3.00'")
    page.keyboard.press("p")
    page.evaluate("() => say('quotes.changed', { feed: feed(), quotes: [quote('A', 7), quote('B', 8)] })")
    page.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('beforeend',
             '<b id="D" data-live-symbol="A" data-live-field="price">0.50</b>')"""
    )
    page.wait_for_function("() => document.getElementById('D').textContent === '1.00'")
    assert page.evaluate(TEXTS) == ["1.00", "2.00", "3.00"]
    light = page.evaluate("() => qpo.live.light()")
    assert light["state"] == "paused"
    (time,) = re.findall(r"^Paused here at (\d\d:\d\d UTC)$", light["words"])
    assert f"its figures are those of {time} until you go on" in light["title"]
    page.keyboard.press("p")
    page.wait_for_function("() => document.getElementById('D').textContent === '7.00'")
    assert page.evaluate(TEXTS) == ["7.00", "8.00", "3.00"]
    page.keyboard.press("p")
    page.evaluate("() => say('feed.state', { feed: feed({ state: 'off' }) })")
    assert page.evaluate(TEXTS) == ["-", "-", "-"]  # the stored figures, also while paused


@pytest.mark.browser
def test_an_answer_of_the_interval_path_that_comes_late_overwrites_nothing_of_the_socket(page: Any) -> None:
    page.evaluate("() => { qpo.live.ask(); }")
    page.evaluate("() => answer({ feed: feed(), quotes: [quote('A', 4, { previous_close: null })] })")
    page.wait_for_function("() => document.getElementById('A').textContent === '4.00'")
    page.evaluate("() => { qpo.live.ask(); }")
    page.evaluate(START)
    page.evaluate("() => answer({ feed: feed({ words: 'Old' }), quotes: [quote('A', 5)] })")
    page.wait_for_timeout(100)
    assert page.evaluate(TEXTS) == ["1.00", "2.00", "3.00"]
    assert page.evaluate("() => qpo.live.light().words") == "Live"


@pytest.mark.browser
def test_a_machine_that_slept_drops_its_socket_and_says_how_long_nothing_was_heard(page: Any) -> None:
    page.evaluate(START)
    page.evaluate("() => { sockets[0].onopen(); }")
    assert page.evaluate("() => sockets[0].sent[0].channels.includes('quotes')")
    page.evaluate("() => { ahead = 3600 * 1000; }")  # the steady clock stood still meanwhile
    assert page.evaluate("() => qpo.live.light().words") == "Offline 1 h"
    page.wait_for_function("() => sockets.length === 2 && sockets[0].readyState === 2")
    page.evaluate("() => { sockets[0].onmessage({ data: '{}' }); sockets[1].onopen(); }")
    assert page.evaluate("() => told['shell-resync'].data.reason") == "reconnected"
    page.evaluate("() => { hiddenNow = true; document.dispatchEvent(new Event('visibilitychange')); }")
    assert page.evaluate("() => sockets[1].sent.pop()") == {"op": "unsubscribe", "channels": ["quotes"]}
    page.evaluate("() => { hiddenNow = false; document.dispatchEvent(new Event('visibilitychange')); }")
    assert page.evaluate("() => sockets[1].sent.pop()") == {"op": "subscribe", "channels": ["quotes"]}


def _holding(symbol: str, currency: str, price: str, value: str) -> Holding:
    return Holding.model_construct(
        asset_id=symbol, symbol=symbol, currency=currency, quantity=Decimal(10), price=Decimal(price),
        value_ccy=Decimal(value), unrealized_pnl_ccy=None, target_weight_frac=None,
    )  # fmt: skip


@pytest.mark.browser
def test_the_page_and_the_product_value_a_portfolio_alike_with_rates_of_exchange(page: Any) -> None:
    holdings = [
        _holding("SAP", "EUR", "100", "1250"), _holding("AAPL", "USD", "120", "360"), _holding("BP", "GBP", "5", "60"),
        _holding("BMW", "EUR", "80", "1000"),
    ]  # fmt: skip
    quotes = [
        ("SAP", 102.0, "EUR", 101.0), ("AAPL", 118.5, "USD", 120.0), ("EURUSD=X", 1.3, "USD", 1.2),
        ("USDGBP=X", 0.8, "GBP", 0.81), ("BMW", 70.0, "USD", None),
    ]  # fmt: skip
    rates = [
        LiveRate(currency=code, symbol=f"{code}USD=X", rate=Decimal(rate), rate_date=date(2022, 12, 28))
        for code, rate in (("EUR", "1.25"), ("GBP", "1.2"), ("CHF", "1.1"))
    ]
    ticks = {one[0]: Tick(*one[:3], previous_close=one[3]) for one in quotes}
    by_currency = {rate.currency: rate for rate in rates}
    moves = [
        move_of(one, ticks.get(one.symbol), moved_rate(by_currency.get(one.currency), "USD", ticks)) for one in holdings
    ]
    summary = PortfolioSummary.model_construct(value_ccy=Decimal(3000), day_pnl_ccy=None)
    value_ccy, day_ccy, live_count = moved(summary, moves)
    recipe = {
        "base_currency": "USD", "value_ccy": "3000", "rates": [rate.model_dump(mode="json") for rate in rates],
        "positions": [
            {"symbol": one.symbol, "currency": one.currency, "units_ccy": float(one.value_ccy / one.price),
             "close": float(one.price), "value_ccy": float(one.value_ccy)}
            for one in holdings if one.price and one.value_ccy
        ],
    }  # fmt: skip
    sent = {one[0]: dict(zip(("symbol", "price", "currency", "previous_close"), one, strict=True)) for one in quotes}
    seen = page.evaluate(
        """([quotes, recipe]) => {
          const now = qpo.liveFigures(quotes, { p: recipe }, 'Live');
          const totals = now.ofPortfolio(recipe);
          const days = recipe.positions.map((held) => now.ofHolding(recipe, totals, held, 'day_pnl_ccy'));
          const price = now.ofHolding(recipe, totals, recipe.positions[3], 'price');
          const partly = Object.assign({}, quotes, { AAPL: { symbol: 'AAPL', price: 118.5, currency: 'USD' } });
          const dim = qpo.liveFigures(partly, { p: recipe }, 'Live');
          const unknown = dim.ofPortfolio(recipe);
          const aapl = dim.ofHolding(recipe, unknown, recipe.positions[1], 'day_pnl_ccy');
          const sum = dim.ofTotal('USD', { p: unknown }, 'day_frac');
          return { totals, days, rates: now.rates((day) => day), price, unknown, aapl, sum };
        }""",
        [sent, recipe],
    )
    assert seen["totals"]["value_ccy"] == pytest.approx(float(value_ccy or 0), abs=0.01)
    assert seen["totals"]["day_pnl_ccy"] == pytest.approx(float(day_ccy or 0), abs=0.01) == sum(seen["days"])
    assert seen["totals"]["live"] == live_count == 4  # a quote in another currency counts not, its live rate does
    assert seen["rates"] == ["CHF/USD of 2022-12-28", "EUR/USD live", "GBP/USD live"]
    assert seen["price"] is None
    # without the close of the session before the day is unknown, of the holding and of every sum that it is in
    assert (seen["unknown"]["day_pnl_ccy"], seen["unknown"]["day_frac"], seen["aapl"], seen["sum"]) == (None,) * 4
    assert seen["unknown"]["words"] == "Live, day's result unknown"
    assert seen["unknown"]["value_ccy"] == seen["totals"]["value_ccy"]


@pytest.mark.browser
def test_a_page_of_compliance_is_told_once_of_many_breaches_and_no_other_page_is(page: Any) -> None:
    page.route("http://product.test/**", lambda route: route.fulfill(body=FRAME, content_type="text/html"))
    for path, told in (("/compliance", 40), ("/risk", None)):
        page.goto(f"http://product.test{path}")
        page.add_script_tag(content=STUBS)
        for name in SCRIPTS:
            page.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
        heard = page.evaluate(
            """async () => {
              const frame = (seq) => ({ channel: 'compliance', type: 'breach.changed', seq, data: {} });
              const heard = [];
              window.qpo.set = (id, found) => { if (id === 'shell-event') heard.push(found.data.seq); };
              const socket = window.sockets[0];
              socket.onopen();
              for (let seq = 1; seq <= 40; seq += 1) socket.onmessage({ data: JSON.stringify(frame(seq)) });
              await new Promise((done) => setTimeout(done, 2600));
              return [heard, socket.sent[0].channels.includes('compliance')];
            }"""
        )
        assert heard == [[told] if told else [], True]


@pytest.mark.browser
def test_a_question_that_reached_nobody_is_told_by_the_light_and_asked_again_when_the_way_is_back(page: Any) -> None:
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('Failed to fetch')); }")
    page.add_script_tag(content=(ASSETS / "session.js").read_text(encoding="utf-8"))
    page.evaluate("() => sockets[0].onopen()")
    assert page.inner_text("#shell-connection") == "Connected"
    failed = page.evaluate("() => fetch('/_dash-update-component').catch((error) => error.message)")
    assert failed == "Failed to fetch"
    assert page.inner_text("#shell-connection").startswith("Offline")
    page.wait_for_function("() => sockets.length === 2")
    page.evaluate("() => sockets[1].onopen()")
    assert page.evaluate("() => window.told['shell-resync'].data.reason") == "reconnected"
    page.evaluate("() => fetch('/_dash-update-component').catch((error) => error.message)")  # at once again: no circle
    assert page.inner_text("#shell-connection") == "Connected"


@pytest.mark.browser
def test_a_page_that_could_not_be_fetched_comes_by_itself_when_the_way_is_back(page: Any) -> None:
    page.route("http://product.test/**", lambda route: route.fulfill(body=FRAME, content_type="text/html"))
    ask = "() => fetch('/_dash-update-component', { body: '{\"output\":\"_pages_content.children\"}' }).catch(() => 0)"
    for drawn, is_fetched in (("<p>Home</p>", True), ("", False)):
        page.goto("http://product.test/")
        page.evaluate("(drawn) => { document.body.innerHTML += `<div id=_pages_content>${drawn}</div>`; }", drawn)
        page.add_script_tag(content=STUBS)
        page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('Failed to fetch')); }")
        for name in ("aggrid.js", "clock.js", "session.js", "live.js"):
            page.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
        page.evaluate("() => { window.isOld = true; sockets[0].onopen(); }")
        page.evaluate(ask)
        page.wait_for_function("() => sockets.length === 2")
        page.evaluate("() => { sockets[1].onopen(); }")
        if is_fetched:
            page.wait_for_function("() => !window.isOld")
        else:
            assert page.evaluate("() => window.told['shell-resync'].data.reason") == "reconnected"
