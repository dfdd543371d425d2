"""How much memory do the idle web process and a worker that has worked take?"""

from __future__ import annotations

import time

import psutil

from bench.problems import factor_problem
from bench.product import started
from bench.report import Figure

PROMISED_MB = {"web process": 250.0, "worker": 600.0}
IDLE_S = 10.0


def _kind(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    if "data.queue.child" in command:
        return "worker"
    return "web process" if process.children() else "other process"


def measure() -> list[Figure]:
    """Start a product, leave it alone, read resident memory; then work with it and read it again."""
    with started() as product:
        arbiter = psutil.Process(product.process.pid)
        time.sleep(IDLE_S)
        figures = [
            Figure(f"{_kind(p)}, idle", p.memory_info().rss / 1e6, "MB", "promised", PROMISED_MB[_kind(p)])
            for p in arbiter.children(recursive=True)
            if _kind(p) in PROMISED_MB
        ]
        figures.append(Figure("its parent process, idle", arbiter.memory_info().rss / 1e6, "MB", "", None))
        token = product.token()
        for _ in range(20):
            product.request("POST", "/api/v1/optimizations", factor_problem(50), token=token)
            product.request("GET", "/api/v1/portfolios", token=token)
        for process in arbiter.children(recursive=True):
            kind = _kind(process)
            if kind == "worker":
                rss_mb = process.memory_info().rss / 1e6
                figures.append(Figure("worker, after 20 runs", rss_mb, "MB", "promised", PROMISED_MB[kind]))
            elif kind in PROMISED_MB:
                figures.append(Figure(f"{kind}, after 40 requests", process.memory_info().rss / 1e6, "MB", "", None))
    return figures
