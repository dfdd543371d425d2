"""What was done by whom, and is the record whole?"""

from __future__ import annotations

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, open_cursor, page
from api.routing import Resource
from services.messages.audit import AuditRow, VerifyResult

resource = Resource("audit", "Audit", "The record of deeds, chained so that changes show.")


@resource.route_for("get", "/audit", "List audit rows", answers={200: Page[AuditRow]})
def list_rows(query: PageQuery) -> Response:
    """Return recorded deeds, the latest first."""
    found = services().audit.list(actor(), cursor=open_cursor(query.cursor), limit=query.limit)
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/audit/verify", "Verify the chain", answers={200: VerifyResult})
def verify() -> Response:
    """Return whether the chain of your house is whole, and the first bad row if it is not."""
    return answer(services().audit.verify(actor()))
