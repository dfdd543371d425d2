"""Which deliveries of market data came in, and what was refused of them?"""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, attachment
from api.pagination import Page, PageQuery, open_cursor, page
from api.reading import Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.market_data import BatchView, RejectedRowView

resource = Resource("deliveries", "Deliveries", "What came in from sources of market data, and what was refused.")


class BatchPath(Path):
    """Which delivery."""

    batch_id: str = Field(min_length=1, max_length=36, description="The delivery's id.")


class RejectedQuery(PageQuery):
    """Which refused rows, and how."""

    format: Literal["json", "csv"] = Field(default="json", description="`csv` answers all of them as one file.")


@resource.route_for("get", "/ingest/batches", "List deliveries", answers={200: Page[BatchView]})
def list_batches(query: PageQuery) -> Response:
    """Return deliveries, the newest first: rows read, stored and refused, with a checksum of what was stored."""
    found = services().market_deliveries.list(actor(), cursor=open_cursor(query.cursor), limit=query.limit)
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/ingest/batches/<batch_id>", "Read a delivery", answers={200: BatchView})
def read_batch(path: BatchPath) -> Response:
    """Return one delivery with where it came from."""
    return answer(services().market_deliveries.get(path.batch_id, actor()))


@resource.route_for(
    "post", "/ingest/batches/<batch_id>/give-up", "Give a delivery up", answers={200: BatchView}, also=(409,)
)
@needs(Permission.MARKET_IMPORT)
def give_up_batch(path: BatchPath) -> Response:
    """End a delivery that was cut off; what it stored stays. One for all houses needs an administrator."""
    return answer(services().market_deliveries.give_up(path.batch_id, actor()))


@resource.route_for(
    "get", "/ingest/batches/<batch_id>/rejected", "List refused rows", answers={200: Page[RejectedRowView]}
)
def list_rejected(path: BatchPath, query: RejectedQuery) -> Response:
    """Return the rows of a delivery that were not taken in, each with the reason and as it came; or all as CSV."""
    deliveries = services().market_deliveries
    if query.format == "csv":
        content = deliveries.rejected_file(path.batch_id, actor())
        return attachment(content, "text/csv; charset=utf-8", f"refused-{path.batch_id}.csv")
    after = open_cursor(query.cursor)
    found = deliveries.rejected(path.batch_id, actor(), after=int(after or 0), limit=query.limit)
    return answer(page(found.items, found.next_cursor))
