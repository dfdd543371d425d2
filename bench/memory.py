"""How much memory do the idle web process and a worker that has worked take?"""

from __future__ import annotations

import time

import psutil

from bench.problems import factor_problem
from bench.product import started
from bench.report import Figure

WEB_PROMISED_MB = 250.0
WORKER_PROMISED_MB = 600.0


def measure() -> list[Figure]:
    """Start a product, sign in, load the pages' data, run three optimizations, then read resident memory."""
    with started() as product:
        token = product.token()
        root = psutil.Process(product.process.pid)
        for _ in range(3):
            product.request("POST", "/api/v1/optimizations", factor_problem(50), token=token)
            product.request("GET", "/api/v1/portfolios", token=token)
        time.sleep(3)
        processes = [root, *root.children(recursive=True)]
        figures = []
        for process in processes:
            command = " ".join(process.cmdline())
            rss_mb = process.memory_info().rss / 1e6
            kind = (
                "worker"
                if "spawn_main" in command
                else ("resource tracker" if "resource_tracker" in command else "web")
            )
            promised = {"web": WEB_PROMISED_MB, "worker": WORKER_PROMISED_MB}.get(kind)
            figures.append(
                Figure(f"{kind} (pid {process.pid}) resident", rss_mb, "MB", "promised" if promised else "", promised)
            )
    return figures
