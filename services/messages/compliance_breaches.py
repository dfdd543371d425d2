"""What does a breach look like, with its history, its overrides and what may be done about it?"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from services.messages.alerts import Severity
from services.messages.exact import Exact
from services.messages.frozen import Message, Page

Reason = Annotated[str, Field(min_length=1, max_length=2_000)]


class BreachStatus(StrEnum):
    """Where a breach stands in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_REMEDIATION = "in_remediation"
    OVERRIDDEN = "overridden"
    GRANDFATHERED = "grandfathered"
    CURED = "cured"
    CLOSED = "closed"


class OverrideState(StrEnum):
    """What became of the wish to let a breach stand."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENDED = "ended"


Deed = Literal[
    "acknowledge", "assign", "comment", "plan", "request_override", "decide_override", "withdraw_override", "close"
]


class PlannedTrade(Message):
    """One trade of a plan.

    Attributes
    ----------
    quantity
        Units bought; negative for a sale.
    value_ccy, cost_ccy
        What it comes to at the price of the day, and what it is expected to cost, in the portfolio's currency.
    """

    symbol: Annotated[str, Field(min_length=1, max_length=60)]
    asset_id: str | None = None
    quantity: float
    value_ccy: Exact | None = None
    cost_ccy: Exact | None = None


class PlanInput(Message):
    """How a breach is to be mended."""

    due_on: date = Field(description="The day by which it is to be mended.")
    comment: Reason = Field(description="What will be done.")
    trades: tuple[PlannedTrade, ...] = Field(default=(), max_length=2_000, description="The trades, where known.")
    way: str | None = Field(default=None, max_length=40, description="Which of the remedies they were taken from.")
    inputs_sha256: str | None = Field(
        default=None, max_length=64, description="The `inputs_sha256` of those remedies, to derive them again."
    )


class OverrideInput(Message):
    """The wish to let a breach of a soft rule stand."""

    reason: Reason
    expires_on: date = Field(description="The last day on which it is let stand.")
    level: float | None = Field(
        default=None,
        description="Up to which figure it is let stand, in the rule's unit; the present figure when left out.",
    )


class Plan(Message):
    """A plan as it was written down."""

    due_on: date
    comment: str
    trades: tuple[PlannedTrade, ...]
    way: str | None
    inputs_sha256: str | None
    made_by: str | None
    made_at_utc: datetime
    is_after_cure: bool
    sentence: str


class BreachEventView(Message):
    """One thing that happened to a breach."""

    number: int
    at_utc: datetime
    kind: str
    who: str
    who_id: str | None
    status_before: BreachStatus | None
    status_after: BreachStatus
    value: float | None
    limit: float | None
    sentence: str
    comment: str | None


class OverrideView(Message):
    """One wish to let a breach stand.

    Attributes
    ----------
    level
        Up to which figure; None where only "cannot be judged" is let stand.
    may_decide
        Whether the reader may approve or reject it, or why not.
    """

    id: str
    breach_id: str
    state: OverrideState
    level: float | None
    reason: str
    expires_on: date
    requested_by: str | None
    requested_by_id: str
    requested_at_utc: datetime
    needs_second_person: bool
    decided_by: str | None
    decided_at_utc: datetime | None
    decision_reason: str | None
    ended_at_utc: datetime | None
    end_reason: str | None
    sentence: str
    may_decide: bool
    may_not_because: str | None
    row_version: int


class OverridePolicyView(Message):
    """Who may let a breach of the rule stand, and for how long."""

    is_possible: bool
    roles: tuple[str, ...]
    needs_second_person: bool
    days_max: int
    sentence: str


class BreachView(Message):
    """One breach in the queue.

    Attributes
    ----------
    group
        What the rule measured it of; empty for the portfolio as a whole.
    is_unjudged
        Whether data are missing to say if the rule is kept; that never counts as kept.
    unjudged_groups
        What cannot be judged, where that is one breach of several groups; empty for every other.
    value, least, most, limit, worst
        Figure, bounds, threshold and the worst figure so far, in `unit`; None where not known.
    cause
        ``active`` where trades brought it about or made it worse, ``passive`` where prices or flows did.
    cure_by
        The last day of grace; None where there is none, or where it is to be mended with priority but without a date.
    is_late
        Whether its day of cure, or that of its plan, has passed.
    sentence, grace_sentence
        What is broken by how much, and until when it must be mended.
    deeds
        What the reader may do now.
    """

    id: str
    portfolio_id: str
    portfolio_name: str
    is_sample: bool
    rule_id: str
    rule_code: str
    rule_version: int
    rule_title: str
    rule_sentence: str
    citation: str
    origin: str
    group: str
    severity: Severity
    status: BreachStatus
    status_since_utc: datetime
    is_unjudged: bool
    cause: Literal["active", "passive"] | None
    operator: str
    unit: str
    limit: float | None
    value: float | None
    least: float | None
    most: float | None
    worst: float | None
    missing: tuple[str, ...]
    unjudged_groups: tuple[str, ...] = ()
    opened_at_utc: datetime
    age_days: int
    judged_at_utc: datetime
    cure_by: date | None
    due_on: date | None
    is_late: bool
    reopened_count: int
    owner_id: str | None
    owner_name: str | None
    escalation_level: int
    cured_at_utc: datetime | None
    cured_by: Literal["mending", "rule_change", "deviation"] | None
    status_words: str
    closed_at_utc: datetime | None
    close_reason: str | None
    sentence: str
    grace_sentence: str
    deeds: tuple[Deed, ...]
    row_version: int


class BreachDetail(BreachView):
    """One breach with all that happened to it."""

    override_policy: OverridePolicyView
    plan: Plan | None
    overrides: tuple[OverrideView, ...]
    history: tuple[BreachEventView, ...]


class BreachOwner(Message):
    """Somebody who may look after a breach."""

    user_id: str
    name: str
    role: str


class BreachPage(Page[BreachView]):
    """One page of the queue."""


class SeverityCount(Message):
    """How many breaches of one severity there are, and how long they took to cure."""

    severity: Severity
    open_count: int
    acknowledged_count: int
    in_remediation_count: int
    overridden_count: int
    grandfathered_count: int
    unjudged_count: int
    oldest_open_days: int | None
    cured_count: int
    cure_days_mean: float | None
    cure_days_median: float | None


class BreachStatistics(Message):
    """How many breaches there are, and how fast they are cured.

    Attributes
    ----------
    unsettled_count
        Open, acknowledged or in remediation.
    late_count
        Of those, past the day of cure or of their plan.
    waiting_overrides_count
        Wishes that nobody decided about.
    cured_count, cure_days_mean, cure_days_median
        Of those that were mended: the figure came back within the limit that it had broken.
    rule_changed_count
        Of those that ended because the rule, or a figure of it, says something else.
    since
        From which day cures are counted.
    """

    severities: tuple[SeverityCount, ...]
    unsettled_count: int
    late_count: int
    waiting_overrides_count: int
    cured_count: int
    cure_days_mean: float | None
    cure_days_median: float | None
    rule_changed_count: int
    since: date
    sentence: str


class EscalationHours(Message):
    """After how many hours a breach nobody answers is told to whom; None for never."""

    compliance_h: Annotated[float, Field(gt=0, le=8_760)] | None
    board_h: Annotated[float, Field(gt=0, le=8_760)] | None


class EscalationPolicy(Message):
    """Who is told when of breaches that nobody answers.

    Attributes
    ----------
    hard, soft, warning
        Hours by severity; breaches of rules that only inform are never escalated.
    board_ids
        Users who are told last; administrators where there are none.
    is_default
        Whether the house never set its own.
    """

    hard: EscalationHours = EscalationHours(compliance_h=4.0, board_h=24.0)
    soft: EscalationHours = EscalationHours(compliance_h=24.0, board_h=72.0)
    warning: EscalationHours = EscalationHours(compliance_h=72.0, board_h=None)
    board_ids: tuple[str, ...] = Field(default=(), max_length=50)
    is_default: bool = False
