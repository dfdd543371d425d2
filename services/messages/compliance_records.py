"""In which shapes are decisions of two people, holds, retention, locks and reviews made and shown?"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from services.messages.frozen import Message
from services.messages.portfolios import HouseLimits, Mandate
from services.messages.risk import RiskLimitInput

Reason = Annotated[str, Field(min_length=3, max_length=2_000)]


class RequestState(StrEnum):
    """How a request for a change stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ChangeRequestView(Message):
    """Something that waits for a second person, or was decided by one; `can_decide` is about whoever asks."""

    id: str
    kind: str
    object_kind: str
    object_id: str | None
    sentence: str
    reason: str
    payload: dict[str, Any]
    state: RequestState
    requested_by_id: str
    requested_by: str | None
    requested_at_utc: datetime
    decided_by: str | None
    decided_at_utc: datetime | None
    decision_reason: str | None
    can_decide: bool
    can_withdraw: bool
    row_version: int


class FourEyesView(Message):
    """Which deeds of this house need a second person."""

    for_roles: bool
    for_limits: bool
    sentence: str
    requests: tuple[ChangeRequestView, ...] = ()


class LimitProposal(Message):
    """Limits that a portfolio should have, and why; what is left out stays as it is."""

    house_limits: HouseLimits | None = None
    mandate: Mandate | None = None
    risk_limits: Annotated[tuple[RiskLimitInput, ...], Field(max_length=50)] | None = None
    reason: Reason


class RetentionAction(StrEnum):
    """What is done with records that are old enough."""

    DELETE = "delete"
    PSEUDONYMISE = "pseudonymise"
    ARCHIVE = "archive"
    KEEP = "keep"


class RetentionEntry(Message):
    """How one class of records is kept."""

    record_class: str
    label: str
    explanation: str
    years_count: int
    action: RetentionAction
    actions: tuple[RetentionAction, ...]
    is_default: bool


class RetentionPolicy(Message):
    """How long everything is kept."""

    entries: tuple[RetentionEntry, ...]
    sentence: str


class RetentionChange(Message):
    """A choice for one class of records; a shorter time than before needs a second person."""

    record_class: Annotated[str, Field(max_length=40)]
    years_count: Annotated[int, Field(ge=1, le=100)]
    action: RetentionAction
    reason: Reason


class RetentionChanged(Message):
    """The policy, and the request where a second person has to agree first."""

    policy: RetentionPolicy
    request: ChangeRequestView | None
    sentence: str


class RetentionLine(Message):
    """What one round did, or would do, with one class."""

    record_class: str
    label: str
    action: RetentionAction
    before_on: date
    found_count: int
    held_count: int
    done_count: int
    sentence: str


class RetentionReportView(Message):
    """One round of the retention job."""

    id: str | None
    made_at_utc: datetime
    made_by: str | None
    is_dry_run: bool
    lines: tuple[RetentionLine, ...]
    archive_name: str | None
    sentence: str


class HoldScope(StrEnum):
    """What a hold protects."""

    HOUSE = "house"
    CLIENT = "client"
    PORTFOLIO = "portfolio"
    PERSON = "person"


class NewHold(Message):
    """A hold to be placed; `scope_id` names the client, portfolio or person, and is left out for the house."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    scope_kind: HoldScope = HoldScope.HOUSE
    scope_id: Annotated[str, Field(max_length=36)] | None = None
    reason: Reason


class HoldView(Message):
    """One hold."""

    id: str
    name: str
    scope_kind: HoldScope
    scope_id: str | None
    scope_name: str | None
    reason: str
    placed_by: str | None
    placed_at_utc: datetime
    released_by: str | None
    released_at_utc: datetime | None
    request_id: str | None
    row_version: int
    sentence: str


class NewLock(Message):
    """A period to be locked, both days included."""

    start_on: date
    end_on: date
    reason: Reason


class LockView(Message):
    """One locked period."""

    id: str
    start_on: date
    end_on: date
    reason: str
    locked_by: str | None
    locked_at_utc: datetime
    unlocked_by: str | None
    unlocked_at_utc: datetime | None
    request_id: str | None
    row_version: int
    sentence: str


class AccessRow(Message):
    """What one person may do, and how they come in."""

    user_id: str
    name: str
    email: str
    role: str
    is_active: bool
    is_sample: bool
    has_two_factor: bool
    last_seen_at_utc: datetime | None
    password_changed_at_utc: datetime | None
    teams: tuple[str, ...]
    grants: tuple[str, ...]
    keys_count: int
    keys_last_used_at_utc: datetime | None
    keys_without_end_count: int
    remarks: tuple[str, ...]


class AccessDecision(StrEnum):
    """What a reviewer says of one person's access."""

    KEEP = "keep"
    CHANGE = "change"
    REMOVE = "remove"


class AccessRowDecision(Message):
    """What is decided about one row of the list; the change itself is made on the page of users."""

    user_id: Annotated[str, Field(max_length=36)]
    decision: AccessDecision


class AccessFollowUp(Message):
    """Whether a decision other than to keep was carried out, by how the person comes in today."""

    user_id: str
    name: str
    decision: AccessDecision
    is_done: bool
    sentence: str


class AccessReviewView(Message):
    """Who could do what when the review was made, who looked at it, and what was decided about each row.

    `decisions` is empty until it is reviewed, and where it was reviewed as a whole. `follow_ups` are what those
    decisions ask for; the review is closed once all of them are done.
    """

    id: str
    made_at_utc: datetime
    made_by: str | None
    rows: tuple[AccessRow, ...]
    content_sha256: str
    is_unchanged: bool
    reviewed_by: str | None
    reviewed_at_utc: datetime | None
    review_note: str | None
    decisions: tuple[AccessRowDecision, ...] = ()
    follow_ups: tuple[AccessFollowUp, ...] = ()
    reviewed_by_id: str | None = None
    closed_by: str | None = None
    closed_at_utc: datetime | None = None
    can_close: bool = False
    can_review: bool
    row_version: int
    sentence: str
