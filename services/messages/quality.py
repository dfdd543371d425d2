"""What is told about the quality of stored prices, and what can be decided about it?"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from data.quality.findings import LABELS as LABELS
from data.quality.findings import Kind as Kind
from services.messages.frozen import Message


class FindingState(StrEnum):
    """What became of a finding. `gone`: the stored prices no longer show it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    GONE = "gone"


class Decision(StrEnum):
    """What can be done with a finding: take the proposal, keep the raw value, or take the last decision back."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDO = "undo"


class Mode(StrEnum):
    """What is done about a kind of finding: nothing, a proposal, or the correction at once where it is sure enough."""

    OFF = "off"
    PROPOSE = "propose"
    AUTO = "auto"


class Light(StrEnum):
    """How a score reads: good from 95 on, watch from 80 on, poor below."""

    GOOD = "good"
    WATCH = "watch"
    POOR = "poor"


class FindingView(Message):
    """One reason to doubt some sessions of one series.

    `raw` and `proposed` are those of `session`, the day that shows the error best; the figures of all sessions are in
    `FindingDetail`. They are closes, or adjusted closes where `field` says so.
    """

    id: str
    symbol: str
    name: str
    currency: str
    provider: str
    kind: Kind
    kind_label: str
    state: FindingState
    first_session: date
    last_session: date
    sessions_count: int
    session: date
    field: str
    raw: float | None
    proposed: float | None
    method: str
    confidence_frac: float
    reason: str
    is_automatic: bool
    decided_by: str | None
    decided_at_utc: datetime | None
    found_at_utc: datetime
    row_version: int


class FindingPoint(Message):
    """One session around a finding: what counts now, what is proposed, and the raw figure that the finding is about."""

    session: date
    value: float | None
    proposed: float | None
    is_concerned: bool
    raw: float | None = None


class FindingDetail(Message):
    """A finding with the sessions around it."""

    finding: FindingView
    points: tuple[FindingPoint, ...]


class Score(Message):
    """How good one series is from its first to its last session, with what the score is made of.

    ``score = 100 * completeness * (0.75 + 0.25 * freshness) * max(0, 1 - 10 * suspect) * (1 - 0.1 * corrected)``, each
    a share of the sessions; freshness falls from 1 to 0 over the five sessions after the last bar.
    """

    symbol: str
    score: float
    light: Light
    completeness_frac: float
    freshness_frac: float
    corrected_frac: float
    suspect_frac: float
    sessions_count: int
    expected_count: int
    age_sessions_count: int
    first_session: date
    last_session: date


class SeriesScore(Score):
    """The score of one series as it was last checked; see `Score`."""

    name: str
    provider: str
    open_count: int
    checked_at_utc: datetime
    sentence: str


class PeriodScore(Score):
    """The score of one series over a period; see `Score`."""


class KindCount(Message):
    """How many findings of one kind wait for a decision."""

    kind: Kind
    label: str
    open_count: int
    with_proposal_count: int


class QualitySummary(Message):
    """How good the stored prices are as a whole."""

    sentence: str
    as_of: date | None
    series_count: int
    checked_count: int
    score: float | None
    open_count: int
    corrected_count: int
    kinds: tuple[KindCount, ...]


class CalendarDay(Message):
    """One session of a series with its flag: ok, filled, missing, suspect, corrected or stale."""

    session: date
    flag: str
    note: str | None = None


class QualityCalendar(Message):
    """Every session of one series with its flag."""

    symbol: str
    name: str
    first_session: date | None
    last_session: date | None
    counts: dict[str, int]
    days: tuple[CalendarDay, ...]


class DecisionRequest(BaseModel):
    """A decision about one or many findings."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    finding_ids: tuple[str, ...] = Field(min_length=1, max_length=500, description="The findings decided about.")
    decision: Decision = Field(description="accept, reject or undo.")


class Passed(Message):
    """A finding about which nothing could be decided, and why."""

    finding_id: str
    message: str


class DecisionDone(Message):
    """What became of a decision: the findings as they are now, and those passed over with the reason."""

    done: tuple[FindingView, ...]
    passed: tuple[Passed, ...]
    sentence: str


class PolicyEntry(Message):
    """What the house wants done about one kind of finding.

    `confidence_frac` counts for `auto` alone: a proposal at least that sure is taken at once. Kinds of which nothing is
    ever proposed cannot be automatic.
    """

    kind: Kind
    label: str
    explanation: str
    mode: Mode
    confidence_frac: float
    can_be_automatic: bool


class Policy(Message):
    """What the house wants done, for every kind."""

    entries: tuple[PolicyEntry, ...]


class PolicyChoice(BaseModel):
    """A choice for one kind."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    kind: Kind
    mode: Mode
    confidence_frac: float = Field(default=0.95, ge=0.5, le=1.0, description="From which confidence on auto accepts.")


class PolicyChange(BaseModel):
    """Choices for some kinds; the others stay."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    choices: tuple[PolicyChoice, ...] = Field(min_length=1, max_length=40)


class CheckDone(Message):
    """What a check found."""

    series_count: int
    found_count: int
    new_count: int
    corrected_count: int
    event_days: tuple[date, ...]
    kept_count: int
    elapsed_ms: float
    sentence: str
