"""What can portfolios and optimizations be measured against?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, cut
from api.routing import Resource
from services.messages.market import BenchmarkView

resource = Resource("benchmarks", "Benchmarks", "What portfolios and optimizations are measured against.")


class BenchmarkQuery(PageQuery):
    """Which benchmarks."""

    has_weights: bool | None = Field(
        default=None, description="Only those whose constituents are known, or only those whose are not."
    )


@resource.route_for("get", "/benchmarks", "List benchmarks", answers={200: Page[BenchmarkView]})
def list_benchmarks(query: BenchmarkQuery) -> Response:
    """Return the benchmarks of your house and those that all houses share, by name, for `benchmark_id`."""
    found = services().market.benchmarks(actor())
    kept = [one for one in found if query.has_weights is None or one.has_weights == query.has_weights]
    return answer(cut(kept, query, key=lambda one: one.id))
