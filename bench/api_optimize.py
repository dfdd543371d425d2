"""How long does a 50-asset constrained optimization take, from the request over the API to its result?"""

from __future__ import annotations

from bench.problems import factor_problem
from bench.product import started, wait_for_workers
from bench.report import Figure, quantile, timed_ms

CALLS_COUNT = 100
PROMISED_MS = 200.0


def measure() -> list[Figure]:
    """Start a product, solve the same problem many times inline, compare with the plain health route."""
    with started() as product:
        token = product.token()
        body = factor_problem(50)

        def solve() -> None:
            status, _, answer = product.request("POST", "/api/v1/optimizations", body, token=token)
            if status not in {200, 201} or answer["status"] != "optimal":
                raise RuntimeError(f"not solved inline: {status} {answer}")

        wait_for_workers(product, token)
        for _ in range(5):
            solve()
        solves_ms = [timed_ms(solve) for _ in range(CALLS_COUNT)]
        health_ms = [timed_ms(lambda: product.request("GET", "/api/v1/health")) for _ in range(CALLS_COUNT)]
        simple_ms = [
            timed_ms(lambda: product.request("GET", "/api/v1/portfolios", token=token)) for _ in range(CALLS_COUNT)
        ]
    return [
        Figure(
            "50 assets, 25% cap, 5 sector caps: p50",
            quantile(solves_ms, 0.5),
            "ms",
            "health route p50, same run",
            quantile(health_ms, 0.5),
        ),
        Figure("50 assets, 25% cap, 5 sector caps: p95", quantile(solves_ms, 0.95), "ms", "promised", PROMISED_MS),
        Figure("list of portfolios: p95", quantile(simple_ms, 0.95), "ms", "promised", PROMISED_MS),
    ]
