"""How long does a pushed price take to the changed cell of a page, and how much of that is the socket itself?

The page of home stands in a headless browser; fifty symbols are pushed one after the other in a random rhythm. Measured
is from the moment at which the product has the price to the moment at which the page has written the cell (beside it,
from sending the HTTP request that brings it); all clocks are this machine's. The reference is a bare WebSocket echo
that the same page asks in the same rhythm, in the same minutes. Then the same with 200 more sockets, and with 10,000
prices a second.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import websockets

from bench.product import Product, started
from bench.report import Figure, quantile

TICKS_COUNT = 320
SYMBOLS_COUNT = 50
MORE_SOCKETS_COUNT = 200
PROMISED_MS = 100.0
PAUSE_S = (0.02, 0.18)
FLOOD_PER_S = 10_000
FLOOD_S = 5

WATCH = """(symbols) => {
  const box = document.createElement('div');
  box.id = 'bench-cells';
  symbols.forEach((symbol) => {
    const cell = document.createElement('span');
    cell.dataset.liveSymbol = symbol;
    cell.dataset.liveField = 'price';
    cell.textContent = '-';
    box.appendChild(cell);
  });
  document.querySelector('main').appendChild(box);
  window.benchSeen = [];
  new MutationObserver((changes) => changes.forEach((change) => {
    const cell = change.target.nodeType === 1 ? change.target : change.target.parentElement;
    if (cell.dataset.liveSymbol) {
      window.benchSeen.push([cell.dataset.liveSymbol, cell.textContent, performance.timeOrigin + performance.now()]);
    }
  })).observe(box, { childList: true, characterData: true, subtree: true });
}"""

ECHO = """async ([url, count, low, high]) => {
  const socket = new WebSocket(url);
  await new Promise((opened) => { socket.onopen = opened; });
  const found = [];
  for (let number = 0; number < count; number += 1) {
    await new Promise((waited) => setTimeout(waited, 1000 * (low + Math.random() * (high - low))));
    const began = performance.now();
    await new Promise((heard) => { socket.onmessage = heard; socket.send(JSON.stringify({ number })); });
    found.push(performance.now() - began);
  }
  socket.close();
  return found;
}"""


@contextmanager
def _beside(work: Callable[[asyncio.Event], Awaitable[None]]) -> Iterator[None]:
    """Run asynchronous work in a thread until the block ends, and let it end in peace."""
    loop, leave = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(work(leave)), daemon=True)
    thread.start()
    yield
    loop.call_soon_threadsafe(leave.set)
    thread.join(20)
    loop.close()


@contextmanager
def _echo_server() -> Iterator[int]:
    """Run a bare echo beside; yields its port."""
    port: list[int] = []
    ready = threading.Event()

    async def answer(link: Any) -> None:
        async for text in link:
            await link.send(text)

    async def serve(leave: asyncio.Event) -> None:
        async with websockets.serve(answer, "127.0.0.1", 0) as server:
            port.append(next(iter(server.sockets)).getsockname()[1])
            ready.set()
            await leave.wait()

    with _beside(serve):
        ready.wait(10)
        yield port[0]


def _tick(symbol: str, price: float) -> dict[str, Any]:
    return {"symbol": symbol, "price": price, "currency": "USD", "event_time_utc": datetime.now(UTC).isoformat()}


def _push(product: Product, token: str, page: Any, symbols: list[str], start: int) -> tuple[list[float], list[float]]:
    """Push prices one by one; return the milliseconds to each cell, since the product took it and since it was sent."""
    rng = random.Random(start)
    sent: dict[tuple[str, str], tuple[float, float]] = {}
    page.evaluate("() => { window.benchSeen.length = 0; }")
    for number in range(TICKS_COUNT):
        symbol, price = symbols[number % len(symbols)], round(start + number / 100, 2)
        body = {"ticks": [_tick(symbol, price)]}
        sent_ms = time.time() * 1e3
        status, _, answer = product.request("POST", "/api/v1/live/ticks", body, token=token)
        if status != 200 or answer["accepted_count"] != 1:
            raise RuntimeError(f"a price was not taken: {status} {answer}")
        taken_ms = datetime.fromisoformat(answer["received_at_utc"].replace("Z", "+00:00")).timestamp() * 1e3
        sent[symbol, f"{price:,.2f}"] = (taken_ms, sent_ms)
        page.wait_for_timeout(rng.uniform(*PAUSE_S) * 1e3)
    page.wait_for_timeout(500)
    seen = page.evaluate("() => window.benchSeen")
    found = [(at_ms, *sent[symbol, text]) for symbol, text, at_ms in seen if (symbol, text) in sent]
    return [at - taken for at, taken, _ in found], [at - begun for at, _, begun in found]


@contextmanager
def _more_sockets(product: Product, token: str) -> Iterator[list[int]]:
    """Keep 200 further clients subscribed to all prices; yields how many messages they heard."""
    heard = [0]
    ready = threading.Event()
    waiting = [MORE_SOCKETS_COUNT]
    url = product.url.replace("http", "ws", 1) + "/ws"

    async def listen() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with websockets.connect(url, additional_headers=headers, origin=product.url) as link:
            await link.send(json.dumps({"op": "subscribe", "channels": ["quotes"]}))
            async for text in link:
                if '"subscribed"' in text:
                    waiting[0] -= 1
                    if waiting[0] == 0:
                        ready.set()
                heard[0] += '"quotes.changed"' in text

    async def everybody(leave: asyncio.Event) -> None:
        tasks = [asyncio.create_task(listen()) for _ in range(MORE_SOCKETS_COUNT)]
        await leave.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    with _beside(everybody):
        if not ready.wait(60):
            raise RuntimeError(f"{waiting[0]} of {MORE_SOCKETS_COUNT} sockets did not open")
        yield heard


def _flood(product: Product, token: str, page: Any, symbols: list[str]) -> tuple[float, float]:
    """Push 10,000 prices a second for five seconds; return accepted prices a second and the page's frames a second."""
    page.evaluate(
        "() => { window.benchFrames = 0; addEventListener('qpo:quotes', () => { window.benchFrames += 1; }); }"
    )
    accepted, batch, began_s = 0, 1000, time.perf_counter()
    for number in range(FLOOD_PER_S * FLOOD_S // batch):
        price = 500 + number / 100
        ticks = [_tick(symbols[n % len(symbols)], round(price + n * 1e-4, 4)) for n in range(batch)]
        _, _, answer = product.request("POST", "/api/v1/live/ticks", {"ticks": ticks}, token=token)
        accepted += answer["accepted_count"]
        ahead_s = began_s + (number + 1) * batch / FLOOD_PER_S - time.perf_counter()
        if ahead_s > 0:
            time.sleep(ahead_s)
    spent_s = time.perf_counter() - began_s
    return accepted / spent_s, page.evaluate("() => window.benchFrames") / spent_s


def _sign_in(page: Any, product: Product) -> None:
    email, password = product.sign_ins["portfolio_manager"]
    page.goto(product.url)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#home-table .ag-row").first.wait_for()
    page.wait_for_timeout(1500)


def _figures(name: str, found: tuple[list[float], list[float]], echo: list[float]) -> list[Figure]:
    taken, sent = found
    return [
        Figure(f"{name}: prices seen", len(taken), "count", "sent", TICKS_COUNT),
        Figure(f"{name}: p50", quantile(taken, 0.5), "ms", "bare socket echo, p50", quantile(echo, 0.5)),
        Figure(f"{name}: p95", quantile(taken, 0.95), "ms", "bare socket echo, p95", quantile(echo, 0.95)),
        Figure(f"{name}: p99", quantile(taken, 0.99), "ms", "promised", PROMISED_MS),
        Figure(f"{name}: p50 with its HTTP request", quantile(sent, 0.5), "ms", "without it", quantile(taken, 0.5)),
    ]


def measure() -> list[Figure]:
    """Push prices into a running product and watch the cells of a page."""
    from playwright.sync_api import sync_playwright

    with started(environ={"API_RATE_PER_MIN": "1000000"}) as product, _echo_server() as port, sync_playwright() as play:
        token = product.token()
        product.request("POST", "/api/v1/live/feed/start", {"mode": "push"}, token=token)
        _, _, found = product.request("GET", "/api/v1/assets?limit=200", token=token)
        symbols = [one["symbol"] for one in found["data"] if one["currency"] == "USD"][:SYMBOLS_COUNT]
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(bypass_csp=True, viewport={"width": 1440, "height": 900})
        _sign_in(page, product)
        page.evaluate(WATCH, symbols)
        echo = page.evaluate(ECHO, [f"ws://127.0.0.1:{port}", TICKS_COUNT, *PAUSE_S])
        alone = _push(product, token, page, symbols, 100)
        with _more_sockets(product, token) as heard:
            crowded = _push(product, token, page, symbols, 200)
            everybody = heard[0] / MORE_SOCKETS_COUNT
        taken, frames = _flood(product, token, page, symbols)
        browser.close()
    return [
        *_figures("tick to cell, one page", alone, echo),
        *_figures(f"tick to cell, {MORE_SOCKETS_COUNT} more sockets", crowded, echo),
        Figure("frames heard by each of the other sockets", everybody, "count", "prices sent", TICKS_COUNT),
        Figure("prices taken in a flood", taken, "/s", "sent", FLOOD_PER_S),
        Figure("frames to the page in a flood", frames, "/s", "promised at most", 20.0),
    ]
