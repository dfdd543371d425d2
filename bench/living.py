"""How long does a picture take from the pointer that drags a limit, or the point along the frontier, and is it exact?

A real browser (headless, drawn by software) shows the frontier of 50 assets under 11 sector caps, a position cap and an
ESG floor. 200 pointer moves are sent at 60 a second by the browser's own protocol, without waiting for the page, so
that what piles up shows. Measured is from the time stamp of each move to the first picture that shows it or a newer
one. Two moments bound that from above, and the earlier counts: a task that was queued while drawing, and the beginning
of the following frame. Every picture's corners are compared with the engine's own frontier under the same limits.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from typing import Any

import numpy as np

from bench.product import Product, started, wait_for_workers
from bench.report import Figure, quantile

MOVES_COUNT = 200
PERIOD_S = 1 / 60
PROMISED_MS = 50.0
CLOSE = 1e-8
SECTORS_COUNT = 11
ASSETS_COUNT = 50

WATCH = """() => {
  const bench = { moves: [], pictures: [], long: 0, path: null };
  window.bench = bench;
  const heard = (event) => { if (event.buttons) { bench.moves.push(event.timeStamp); } };
  document.addEventListener('pointermove', heard, true);
  new PerformanceObserver((list) => { bench.long += list.getEntries().length; }).observe({ type: 'longtask' });
  window.qpo.living.watch = (state) => {
    const spent = performance.now() - state.began;
    const picture = { shown: bench.moves.length, spent, paint: 0, next: 0, moves: { ...state.moves } };
    picture.corners = state.seen.path === bench.path ? null : state.seen.weights.map((row) => Array.from(row));
    picture.point = Array.from(state.point.weights);
    bench.path = state.seen.path;
    bench.pictures.push(picture);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { picture.paint = performance.now(); };
    channel.port2.postMessage(0);
    requestAnimationFrame(() => { picture.next = performance.now(); });
  };
}"""
CLEAR = "() => { bench.moves.length = 0; bench.pictures.length = 0; bench.long = 0; }"


def request_of(seed: int = 4) -> dict[str, Any]:
    """Return an optimization of 50 assets with figures of its own."""
    rng = np.random.default_rng(seed)
    names = [f"A{number:02d}" for number in range(ASSETS_COUNT)]
    loadings = rng.normal(0.8, 0.4, (ASSETS_COUNT, 4))
    covariance = loadings @ np.diag([1.2e-4, 6e-5, 5e-5, 4e-5]) @ loadings.T
    covariance += np.diag(rng.uniform(4e-5, 3e-4, ASSETS_COUNT))
    limits: list[dict[str, Any]] = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1}]
    limits.append({"kind": "esg_floor", "min_score": 50.0})
    limits += [
        {"kind": "sector_limit", "sector": f"Sector {number + 1}", "max_frac": 0.25} for number in range(SECTORS_COUNT)
    ]
    return {
        "name": "Fifty assets",
        "problem": {
            "assets": names,
            "expected_returns_frac": rng.normal(4e-4, 2e-4, ASSETS_COUNT).tolist(),
            "covariance": covariance.tolist(),
            "sectors": {name: f"Sector {at % SECTORS_COUNT + 1}" for at, name in enumerate(names)},
        },
        "objective": {"kind": "min_volatility"},
        "facts": {"esg_scores": dict(zip(names, rng.uniform(20.0, 90.0, ASSETS_COUNT).round(1).tolist(), strict=True))},
        "constraints": limits,
    }


async def _drag(page: Any, session: Any, target: str, reach_px: float, *, is_vertical: bool = False) -> dict[str, Any]:
    """Drag to and fro by 200 moves at 60 Hz, none awaited; return what the page wrote down."""
    place = page.locator(target)
    await place.scroll_into_view_if_needed()
    box = await place.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.evaluate(CLEAR)
    shared: dict[str, Any] = {"button": "left", "buttons": 1, "clickCount": 1}
    await session.send("Input.dispatchMouseEvent", {"type": "mousePressed", "x": x, "y": y, **shared})
    begun, pending = time.perf_counter(), []
    for number in range(MOVES_COUNT):
        way = reach_px * math.sin(2 * math.pi * number / MOVES_COUNT)
        at = {"x": x + (0.6 * way if is_vertical else way), "y": y - (way if is_vertical else 0.0)}
        sent = session.send("Input.dispatchMouseEvent", {"type": "mouseMoved", **at, **shared})
        pending.append(asyncio.ensure_future(sent))
        await asyncio.sleep(max(0.0, begun + (number + 1) * PERIOD_S - time.perf_counter()))
    await asyncio.gather(*pending)
    spent_s = time.perf_counter() - begun
    await page.wait_for_timeout(200)
    found: dict[str, Any] = await page.evaluate("() => JSON.parse(JSON.stringify(bench))")
    await session.send("Input.dispatchMouseEvent", {"type": "mouseReleased", "x": x, "y": y, "button": "left"})
    await page.wait_for_timeout(1500)
    return {**found, "spent_s": spent_s}


def _waits(found: dict[str, Any]) -> list[float]:
    """Return for each move the milliseconds to the first picture that shows it or a newer one."""
    waits, at = [], 0
    pictures = [(one["shown"], min(one["paint"], one["next"])) for one in found["pictures"] if one["next"] > 0.0]
    for number, stamp in enumerate(found["moves"], start=1):
        while at < len(pictures) and pictures[at][0] < number:
            at += 1
        if at < len(pictures):
            waits.append(pictures[at][1] - stamp)
    return waits


def _exact(moves: dict[str, float], request: Any, universe: Any) -> Any:
    """Return the corners that the engine finds under moved limits, shape (k, n)."""
    import engine
    from engine.frontier.live import LiveFrontier
    from services.living_handles import moved

    asked = moved(request, universe, moves)
    exact = LiveFrontier.of(engine.parse_request(json.loads(asked.model_dump_json(exclude_none=True)))).moved()
    if exact.path is None:
        raise RuntimeError(f"the engine found no corners: {exact.why_not}")
    return exact.path.points


def _apart(theirs: Any, corners: Any, gains: Any) -> float:
    """Return how far weights, shape (k, n), are at most from the engine's portfolios of the same expected return."""
    rewards = corners @ gains
    place = np.clip(np.searchsorted(rewards, theirs @ gains, side="right") - 1, 0, max(len(rewards) - 2, 0))
    following = np.minimum(place + 1, len(rewards) - 1)
    width = np.where(rewards[following] > rewards[place], rewards[following] - rewards[place], 1.0)
    share = np.clip((theirs @ gains - rewards[place]) / width, 0.0, 1.0)[:, None]
    ours = (1.0 - share) * corners[place] + share * corners[following]
    return float(np.abs(ours - theirs).max())


def _worst(found: dict[str, Any], body: dict[str, Any]) -> tuple[float, float, int]:
    """Return by how much the pictures' points and corners differ at most from the engine's, and how many corners."""
    from engine.kernel.facts import universe_of
    from services.optimize_parse import parse

    request = parse(json.dumps(body))
    assert request.problem is not None
    universe = universe_of(request.problem.assets, dict(request.problem.sectors or {}), None, request.facts)
    gains = np.array(request.problem.expected_returns_frac)
    known: dict[str, Any] = {}
    point, corner, count = 0.0, 0.0, 0
    for picture in found["pictures"]:
        key = json.dumps(picture["moves"], sort_keys=True)
        if key not in known:
            known[key] = _exact(picture["moves"], request, universe)
        point = max(point, _apart(np.array([picture["point"]]), known[key], gains))
        if picture["corners"] is not None:
            corner, count = max(corner, _apart(np.array(picture["corners"]), known[key], gains)), count + 1
    return point, corner, count


async def _measured(product: Product, run_id: str) -> dict[str, dict[str, Any]]:
    from playwright.async_api import async_playwright

    email, password = product.sign_ins["portfolio_manager"]
    async with async_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = await play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(product.url)
        await page.get_by_label("E-mail address").fill(email)
        await page.get_by_label("Password", exact=True).fill(password)
        await page.get_by_role("button", name="Sign in").click()
        await page.locator("#home-table .ag-row").first.wait_for()
        await page.goto(f"{product.url}/frontier?run={run_id}")
        await page.locator(".living-point-handle").wait_for()
        await page.wait_for_timeout(3000)
        await page.evaluate(WATCH)
        session = await page.context.new_cdp_session(page)
        found = {}
        for name, target, reach, is_vertical in (
            ("position cap", '.living-row[data-key="max"] .living-thumb', 16.0, False),
            ("ESG floor", '.living-row[data-key="esg"] .living-thumb', 30.0, False),
            ("sector cap", '.living-row[data-key="max:Sector 2"] .living-thumb', 24.0, False),
            ("along the frontier", ".living-point-handle", 60.0, True),
        ):
            found[name] = await _drag(page, session, target, reach, is_vertical=is_vertical)
        await browser.close()
    return found


def measure() -> list[Figure]:
    """Drag limits and the point of a running product's frontier."""
    body = request_of()
    with started(environ={"COMPLIANCE_WATCH": "off", "RISK_WATCH": "off"}) as product:
        token = product.token()
        wait_for_workers(product, token)
        status, headers, answer = product.request("POST", "/api/v1/optimizations", body, token=token)
        if status not in {200, 201}:
            raise RuntimeError(f"the optimization was not answered: {status} {answer}")
        found = asyncio.run(_measured(product, headers["Location"].rstrip("/").split("/")[-1]))
    figures = []
    for name, one in found.items():
        waits, frame_ms = _waits(one), PERIOD_S * 1e3
        spent = [picture["spent"] for picture in one["pictures"]]
        point, corner, count = _worst(one, body)
        figures += [
            Figure(f"{name}: moves shown", len(waits), "count", "moves the page heard", len(one["moves"])),
            Figure(f"{name}: pointer to picture, p50", quantile(waits, 0.5), "ms", "one frame", frame_ms),
            Figure(f"{name}: pointer to picture, p95", quantile(waits, 0.95), "ms", "promised", PROMISED_MS),
            Figure(f"{name}: pointer to picture, p99", quantile(waits, 0.99), "ms", "three frames", 3 * frame_ms),
            Figure(f"{name}: script in a frame, p95", quantile(spent, 0.95), "ms", "one frame", frame_ms),
            Figure(f"{name}: pictures", len(one["pictures"]) / one["spent_s"], "/s", "moves sent", 1 / PERIOD_S),
            Figure(f"{name}: long tasks", one["long"], "count", "none wished for"),
        ]
        shown = len(one["pictures"])
        figures += [
            Figure(f"{name}: points compared with the engine", shown, "count", "pictures", shown),
            Figure(f"{name}: largest difference of a point's weight", point, "frac", "promised", CLOSE),
        ]
        if count:
            figures += [
                Figure(f"{name}: frontiers compared with the engine", count, "count", "pictures", shown),
                Figure(f"{name}: largest difference of a corner's weight", corner, "frac", "promised", CLOSE),
            ]
    return figures
