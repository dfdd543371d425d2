"""What was done by whom, and is the record whole?"""

from __future__ import annotations

from datetime import date

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, streamed
from api.pagination import Page, PageQuery, open_cursor, page
from api.reading import Query
from api.routing import Resource, file_answer
from services.messages.audit import AuditFilter, AuditRow, AuditWords, VerifyResult

GZIP = "application/gzip"
resource = Resource("audit", "Audit", "The record of deeds, chained so that changes show.")


class AuditQuery(PageQuery):
    """Which deeds."""

    actor_id: str | None = Field(default=None, max_length=64, description="Of this user alone.")
    action: str | None = Field(
        default=None, max_length=60, description="This action alone; `rule.` stands for all that begin with it."
    )
    object_kind: str | None = Field(default=None, max_length=40, description="About objects of this kind alone.")
    object_id: str | None = Field(default=None, max_length=64, description="About this object alone.")
    start_on: date | None = Field(default=None, description="First day, in UTC.")
    end_on: date | None = Field(default=None, description="Last day, in UTC.")

    @property
    def wanted(self) -> AuditFilter:
        """The filter without the page."""
        return AuditFilter.model_validate(self.model_dump(exclude={"cursor", "limit"}))


class DaysQuery(Query):
    """Which days."""

    start_on: date | None = Field(default=None, description="First day, in UTC; from the beginning when left out.")
    end_on: date | None = Field(default=None, description="Last day, in UTC; up to now when left out.")


@resource.route_for("get", "/audit", "List audit rows", answers={200: Page[AuditRow]})
def list_rows(query: AuditQuery) -> Response:
    """Return recorded deeds, the latest first."""
    found = services().audit.list(actor(), cursor=open_cursor(query.cursor), limit=query.limit, wanted=query.wanted)
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/audit/words", "List what audit rows can be filtered by", answers={200: AuditWords})
def list_words() -> Response:
    """Return the actions and the kinds of objects that occur."""
    return answer(services().audit.words(actor()))


@resource.route_for("get", "/audit/verify", "Verify the chain", answers={200: VerifyResult})
def verify(query: DaysQuery) -> Response:
    """Return whether the chain of your house is whole and fits its anchors, and the first bad row if it is not.

    With days only their part is recomputed; the row before it is taken as it stands.
    """
    return answer(services().audit.verify(actor(), start_on=query.start_on, end_on=query.end_on))


@resource.route_for("get", "/audit/export", "Export the audit log", answers={200: file_answer(GZIP)})
def export(query: DaysQuery) -> Response:
    """Return every row with its codes, the sealed head and the anchors, as compressed lines of JSON.

    The export is recorded as a deed of its own.
    """
    pieces = services().audit.export(actor(), start_on=query.start_on, end_on=query.end_on)
    return streamed(pieces, GZIP, "audit.jsonl.gz")
