"""How long are records kept, what is held, which periods are closed, and who looked at who may do what?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.pagination import Page, PageQuery, cut, open_cursor, page
from api.reading import Body, Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_records import (
    AccessReviewView,
    AccessRowDecision,
    HoldView,
    LockView,
    NewHold,
    NewLock,
    RetentionChange,
    RetentionChanged,
    RetentionPolicy,
    RetentionReportView,
)

resource = Resource("records", "Records", "Retention, holds, locked periods and reviews of access.")


class HoldPath(Path):
    """Which hold."""

    hold_id: str = Field(max_length=64, description="The hold's id.")


class LockPath(Path):
    """Which locked period."""

    lock_id: str = Field(max_length=64, description="The period's id.")


class ReviewPath(Path):
    """Which review."""

    review_id: str = Field(max_length=64, description="The review's id.")


class HoldsQuery(PageQuery):
    """Which holds."""

    with_released: bool = Field(default=False, description="Released ones too.")


class LocksQuery(PageQuery):
    """Which periods."""

    with_unlocked: bool = Field(default=False, description="Those that were opened again too.")


class RecordReason(Body):
    """RecordReason it is done."""

    reason: str = Field(min_length=3, max_length=2000, description="Goes into the record.")


class ReviewNote(Body):
    """What follows from the review."""

    note: str = Field(min_length=3, max_length=2000, description="What was found, and what is done about it.")
    decisions: tuple[AccessRowDecision, ...] = Field(
        default=(),
        max_length=5000,
        description="One for each row; none at all where the list is vouched for as a whole.",
    )


@resource.route_for("get", "/retention", "Read how long records are kept", answers={200: RetentionPolicy})
def read_retention() -> Response:
    """Return for each class of records how long it is kept and what happens then."""
    return answer(services().retention.policy(actor()))


@resource.route_for("put", "/retention", "Choose how long records are kept", answers={200: RetentionChanged})
@needs(Permission.RECORDS_WRITE)
def choose_retention(body: RetentionChange) -> Response:
    """Choose for one class; keeping less than before waits for a second person (`request`)."""
    return answer(services().retention.choose(body, actor()))


@resource.route_for("get", "/retention/reports", "List rounds of retention", answers={200: Page[RetentionReportView]})
def list_retention_reports(query: PageQuery) -> Response:
    """Return what earlier rounds let go, the latest first."""
    found = services().retention_job.reports(actor(), open_cursor(query.cursor), query.limit)
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/retention/preview", "Preview a round of retention", answers={200: RetentionReportView})
def preview_retention() -> Response:
    """Return what a round would let go now, and what a hold keeps; nothing is changed."""
    return answer(services().retention_job.dry_run(actor()))


@resource.route_for("post", "/retention/reports", "Do a round of retention", answers={201: RetentionReportView})
@needs(Permission.RECORDS_WRITE)
def run_retention() -> Response:
    """Let go now what is old enough and not held; the product does so every four weeks by itself."""
    return answer(services().retention_job.run(actor()), 201)


@resource.route_for("get", "/legal-holds", "List holds", answers={200: Page[HoldView]})
def list_legal_holds(query: HoldsQuery) -> Response:
    """Return holds, the newest first."""
    return answer(cut(services().holds.list(actor(), with_released=query.with_released), query, lambda one: one.id))


@resource.route_for("post", "/legal-holds", "Place a hold", answers={201: HoldView})
@needs(Permission.RECORDS_WRITE)
def place_legal_hold(body: NewHold) -> Response:
    """Keep everything of the house, of a client, a portfolio or a person, whatever retention says; counts at once."""
    return answer(services().holds.place(body, actor()), 201)


@resource.route_for("get", "/legal-holds/<hold_id>", "Read a hold", answers={200: HoldView})
def read_legal_hold(path: HoldPath) -> Response:
    """Return one hold."""
    return answer(services().holds.get(path.hold_id, actor()))


@resource.route_for("post", "/legal-holds/<hold_id>/release", "Ask to release a hold", answers={200: HoldView})
@needs(Permission.RECORDS_WRITE)
def release_legal_hold(path: HoldPath, body: RecordReason) -> Response:
    """Ask a second person to release the hold (`request_id`); until then it counts."""
    return answer(services().holds.release(path.hold_id, body.reason, actor()))


@resource.route_for("get", "/locked-periods", "List locked periods", answers={200: Page[LockView]})
def list_locked_periods(query: LocksQuery) -> Response:
    """Return the periods in which nothing is booked or changed any more, the latest first."""
    found = services().locked_periods.list(actor(), with_unlocked=query.with_unlocked)
    return answer(cut(found, query, lambda one: one.id))


@resource.route_for("post", "/locked-periods", "Lock a period", answers={201: LockView})
@needs(Permission.RECORDS_WRITE)
def lock_period(body: NewLock) -> Response:
    """Lock days that have passed: bookings, corrections of prices and restrictions dated in them are refused."""
    return answer(services().locked_periods.lock(body, actor()), 201)


@resource.route_for("get", "/locked-periods/<lock_id>", "Read a locked period", answers={200: LockView})
def read_locked_period(path: LockPath) -> Response:
    """Return one period."""
    return answer(services().locked_periods.get(path.lock_id, actor()))


@resource.route_for("post", "/locked-periods/<lock_id>/unlock", "Ask to open a period", answers={200: LockView})
@needs(Permission.RECORDS_WRITE)
def unlock_period(path: LockPath, body: RecordReason) -> Response:
    """Ask a second person to open the period again (`request_id`); until then it stays locked."""
    return answer(services().locked_periods.unlock(path.lock_id, body.reason, actor()))


@resource.route_for("get", "/access-reviews", "List reviews of access", answers={200: Page[AccessReviewView]})
def list_access_reviews(query: PageQuery) -> Response:
    """Return lists of who could do what, the latest first."""
    found = services().access_reviews.list(actor(), open_cursor(query.cursor), query.limit)
    return answer(page(found.items, found.next_cursor))


@resource.route_for("post", "/access-reviews", "Make a list of who may do what", answers={201: AccessReviewView})
@needs(Permission.RECORDS_WRITE)
def make_access_review() -> Response:
    """Write down who may do what now, for somebody else to review."""
    made = services().access_reviews.make(actor())
    return answer(made, 201, row_version=made.row_version, location=f"/api/v1/access-reviews/{made.id}")


@resource.route_for(
    "get", "/access-reviews/<review_id>", "Read a review of access", answers={200: AccessReviewView}, also=(412,)
)
def read_access_review(path: ReviewPath) -> Response:
    """Return one list, and whether it is as it was made."""
    found = services().access_reviews.get(path.review_id, actor())
    return answer(found, row_version=found.row_version)


@resource.route_for(
    "put", "/access-reviews/<review_id>/review", "Review a list of who may do what",
    answers={200: AccessReviewView}, versioned=True,
)  # fmt: skip
@needs(Permission.RECORDS_WRITE)
def review_access(path: ReviewPath, body: ReviewNote) -> Response:
    """Say that you have looked at the list, and decide row by row; its maker is refused (403 `maker_is_checker`)."""
    done = services().access_reviews.review(path.review_id, body.note, actor(), expected_version(), body.decisions)
    return answer(done, row_version=done.row_version)


@resource.route_for(
    "post", "/access-reviews/<review_id>/close", "Close a review of access",
    answers={200: AccessReviewView}, versioned=True, also=(409,),
)  # fmt: skip
@needs(Permission.RECORDS_WRITE)
def close_access_review(path: ReviewPath) -> Response:
    """Close a review once everything that it decided is done; 409 `follow_up_open` names who still comes in."""
    done = services().access_reviews.close(path.review_id, actor(), expected_version())
    return answer(done, row_version=done.row_version)
