"""What can portfolios and optimizations be measured against?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, nothing
from api.pagination import Page, PageQuery, cut
from api.reading import Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.blends import NewBlend
from services.messages.market import BenchmarkView

resource = Resource("benchmarks", "Benchmarks", "What portfolios and optimizations are measured against.")


class BenchmarkQuery(PageQuery):
    """Which benchmarks."""

    has_weights: bool | None = Field(
        default=None, description="Only those whose constituents are known, or only those whose are not."
    )


class BenchmarkPath(Path):
    """Which benchmark."""

    benchmark_id: str = Field(max_length=64, description="The benchmark's id.")


@resource.route_for("get", "/benchmarks", "List benchmarks", answers={200: Page[BenchmarkView]})
def list_benchmarks(query: BenchmarkQuery) -> Response:
    """Return the benchmarks of your house and those that all houses share, by name, for `benchmark_id`."""
    found = services().market.benchmarks(actor())
    kept = [one for one in found if query.has_weights is None or one.has_weights == query.has_weights]
    return answer(cut(kept, query, key=lambda one: one.id))


@resource.route_for(
    "post",
    "/benchmarks/blends",
    "Create a blend",
    answers={201: BenchmarkView},
    example={
        "name": "60/40 momentum and low volatility",
        "currency": "USD",
        "rebalancing": "monthly",
        "parts": [{"symbol": "MTUM", "share_frac": 0.6}, {"symbol": "USMV", "share_frac": 0.4}],
    },
)
@needs(Permission.PORTFOLIOS_WRITE)
def create_blend(body: NewBlend) -> Response:
    """Make a benchmark out of others; between the closes at which its shares are restored they drift."""
    return answer(services().benchmark_blends.create(body, actor()), 201)


@resource.route_for("delete", "/benchmarks/<benchmark_id>", "Delete a blend", answers={204: None})
@needs(Permission.PORTFOLIOS_WRITE)
def delete_blend(path: BenchmarkPath) -> Response:
    """Take a blend of your house away; 409 `in_use` where a portfolio or another blend is measured by it."""
    services().benchmark_blends.delete(path.benchmark_id, actor())
    return nothing()
