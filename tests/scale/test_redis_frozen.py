"""Does a Redis that takes connections and never answers slow nothing down but the runs that wait for it?"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from bench.product import Product, started
from data.bus.redis_bus import RedisBus
from data.cache.redis_cache import RedisCache
from data.queue.celery_queue import CeleryQueue, make_celery
from data.queue.errors import QueueUnavailable
from tests.servers import redis_server

pytestmark = pytest.mark.scale
BUDGET_S = 1.0
"""What a frozen Redis may add to one request."""
PROBLEM = {"assets": ["A", "B"], "expected_returns_frac": [4e-4, 2e-4], "covariance": [[2e-4, 0.0], [0.0, 1e-4]]}
REQUEST = {"problem": PROBLEM, "objective": {"kind": "min_volatility"}}


@dataclass
class Server:
    """A Redis that can be frozen."""

    url: str
    pid: int

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@pytest.fixture
def server() -> Iterator[Server]:
    with redis_server() as url:
        client = redis.Redis.from_url(url)
        found = Server(url, int(client.info("server")["process_id"]))
        client.close()
        yield found
        found.thaw()


def seconds_of(work: Any) -> float:
    begun_s = time.monotonic()
    work()
    return time.monotonic() - begun_s


def test_one_missed_answer_spares_all_later_calls_the_wait_and_the_way_opens_again(server: Server) -> None:
    cache, bus, queue = RedisCache(server.url), RedisBus(server.url), CeleryQueue(make_celery(server.url))
    cache.put("a", 1, 60)
    queue.dispatch("r0")
    server.freeze()

    def everything() -> None:
        assert cache.get("a") is None
        cache.put("b", 2, 60)
        bus.nudge("runs")
        with pytest.raises(QueueUnavailable):
            queue.dispatch("r1")
        assert not queue.cancel("r1")
        with pytest.raises(QueueUnavailable):
            queue.ping()

    assert seconds_of(everything) < BUDGET_S
    assert seconds_of(everything) < 0.05
    server.thaw()
    deadline = time.monotonic() + 15
    while cache.get("a") != 1:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    queue.ping()
    queue.dispatch("r2")
    queue.stop()
    bus.stop()
    cache.close()


def asked(product: Product, token: str, method: str, path: str, body: Any = None) -> tuple[float, int, Any]:
    begun_s = time.monotonic()
    status, _, answer = product.request(method, path, body, token=token)
    return time.monotonic() - begun_s, status, answer


def test_the_product_answers_while_redis_is_frozen_and_runs_wait(server: Server, tmp_path: Path) -> None:
    environ = {"REDIS_URL": server.url}
    with started(tmp_path / "var", environ=environ, log=tmp_path / "web.log") as product:
        token = product.token()
        usual_s, status, _ = asked(product, token, "GET", "/api/v1/portfolios")
        assert status == 200
        server.freeze()
        for n in range(4):
            taken_s, status, _ = asked(product, token, "GET", "/api/v1/portfolios")
            assert status == 200
            assert taken_s < usual_s + BUDGET_S, n
        taken_s, status, run = asked(product, token, "POST", "/api/v1/optimizations", REQUEST)
        assert (status, run["status"]) == (202, "pending"), run
        assert taken_s < usual_s + 2 * BUDGET_S
        taken_s, status, told = asked(product, token, "GET", "/readyz")
        assert (status, told) == (503, {"status": "degraded", "failing": ["queue"]})
        assert taken_s < BUDGET_S
        taken_s, status, told = asked(product, token, "GET", "/api/v1/health")
        assert status == 503
        assert "Redis" in told["checks"]["queue"]
        assert told["report"]["runs_waiting_count"] == 1
        assert told["report"]["oldest_waiting_s"] >= 0
        assert taken_s < usual_s + BUDGET_S
        server.thaw()
        deadline = time.monotonic() + 15
        while asked(product, token, "GET", "/readyz")[1] != 200:
            assert time.monotonic() < deadline
            time.sleep(0.3)
