"""Do 200 sockets all hear of an event, and how soon?"""

from __future__ import annotations

import asyncio
import json
import time

import websockets

from bench.problems import factor_problem
from bench.product import Product, started
from bench.report import Figure, quantile

SOCKETS_COUNT = 200
RUNS_COUNT = 10
PROMISED_MS = 100.0


async def _listen(product: Product, token: str, heard: list[float], ready: asyncio.Event, missing: list[int]) -> None:
    url = product.url.replace("http", "ws", 1) + "/ws"
    async with websockets.connect(
        url, additional_headers={"Authorization": f"Bearer {token}"}, origin=product.url
    ) as link:
        await link.send(json.dumps({"op": "subscribe", "channels": ["runs"]}))
        got = 0
        while got < RUNS_COUNT:
            message = json.loads(await asyncio.wait_for(link.recv(), 60))
            if message.get("type") == "subscribed":
                missing[0] -= 1
                if missing[0] == 0:
                    ready.set()
            if message.get("type") == "run.finished":
                heard.append((time.time() - _seconds(message["ts"])) * 1e3)
                got += 1


def _seconds(stamp: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


async def _run(product: Product, token: str) -> list[float]:
    heard: list[float] = []
    ready, missing = asyncio.Event(), [SOCKETS_COUNT]
    tasks = [asyncio.create_task(_listen(product, token, heard, ready, missing)) for _ in range(SOCKETS_COUNT)]
    await asyncio.wait_for(ready.wait(), 60)
    body = factor_problem(20)
    for _ in range(RUNS_COUNT):
        await asyncio.to_thread(product.request, "POST", "/api/v1/optimizations", body, token=token)
        await asyncio.sleep(0.3)
    await asyncio.wait_for(asyncio.gather(*tasks), 90)
    return heard


def measure() -> list[Figure]:
    """Open 200 sockets, finish ten runs, and take the time from the event's stamp to each socket's message."""
    with started() as product:
        heard = asyncio.run(_run(product, product.token()))
    return [
        Figure("messages heard", len(heard), "count", "sent to all sockets", SOCKETS_COUNT * RUNS_COUNT),
        Figure("event to socket p95", quantile(heard, 0.95), "ms", "promised", PROMISED_MS),
        Figure("event to socket p50", quantile(heard, 0.5), "ms", "promised", PROMISED_MS),
    ]
