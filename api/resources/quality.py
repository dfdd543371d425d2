"""How good are the stored prices, what looks wrong in them, and how is that decided?"""

from __future__ import annotations

from datetime import date

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, cut
from api.reading import Body, Path, Query
from api.repeating import key_of_run
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.quality import (
    DecisionDone,
    DecisionRequest,
    FindingDetail,
    FindingState,
    FindingView,
    Kind,
    PeriodScore,
    Policy,
    PolicyChange,
    QualityCalendar,
    QualitySummary,
    SeriesScore,
)
from services.messages.runs import RunView
from services.runs_kind_quality_check import QualityCheckRequest

FINDINGS_MAX_COUNT = 10_000
resource = Resource("quality", "Data quality", "What looks wrong in stored prices, and what the house does about it.")


class FindingQuery(PageQuery):
    """Which findings."""

    symbol: str | None = Field(default=None, max_length=40, description="Of this asset alone.")
    kind: Kind | None = Field(default=None, description="Of this kind alone.")
    state: FindingState | None = Field(default=FindingState.OPEN, description="In this state; open when left out.")


class FindingPath(Path):
    """Which finding."""

    finding_id: str = Field(max_length=64, description="The finding's id.")


class CalendarPath(Path):
    """Which series."""

    symbol: str = Field(max_length=40, description="The asset's symbol.")


class CalendarQuery(Query):
    """Which sessions."""

    start: date | None = Field(default=None, description="First day.")
    end: date | None = Field(default=None, description="Last day.")


class CheckBody(Body):
    """Which series to check."""

    symbols: tuple[str, ...] | None = Field(
        default=None, min_length=1, max_length=5000, description="Symbols; all series when left out."
    )


class Scored(BaseModel):
    """The score of one series over a period."""

    model_config = ConfigDict(frozen=True)

    score: PeriodScore | None


@resource.route_for("get", "/data-quality/summary", "Read the quality of all prices", answers={200: QualitySummary})
def read_quality_summary() -> Response:
    """Return in one sentence how good the prices are, with the counts of what waits for a decision."""
    return answer(services().quality.summary(actor()))


@resource.route_for("get", "/data-quality/scores", "List scores of series", answers={200: Page[SeriesScore]})
def list_quality_scores(query: PageQuery) -> Response:
    """Return the score of every series that was checked, the poorest first."""
    return answer(cut(services().quality.score(None, actor()), query, lambda one: one.symbol))


@resource.route_for("get", "/data-quality/findings", "List findings", answers={200: Page[FindingView]})
def list_quality_findings(query: FindingQuery) -> Response:
    """Return what looks wrong, the surest first; open findings unless another state is named."""
    found = services().quality.findings(
        actor(), symbol=query.symbol, kind=query.kind, state=query.state, limit=FINDINGS_MAX_COUNT
    )
    return answer(cut(found, query, lambda one: one.id))


@resource.route_for("get", "/data-quality/findings/<finding_id>", "Read a finding", answers={200: FindingDetail})
def read_quality_finding(path: FindingPath) -> Response:
    """Return one finding with the sessions around it."""
    return answer(services().quality.finding(path.finding_id, actor()))


@resource.route_for(
    "post", "/data-quality/decisions", "Decide about findings", answers={200: DecisionDone}, also=(409,)
)
@needs(Permission.MARKET_IMPORT)
def decide_quality_findings(body: DecisionRequest) -> Response:
    """Accept proposals, reject findings, or take decisions back; several at once, each for itself.

    An accepted proposal becomes a correction for your house alone; the raw value stays, and `undo` brings it back.
    """
    return answer(services().quality.decide(body.finding_ids, body.decision, actor()))


@resource.route_for("post", "/data-quality/checks", "Check series", answers={202: RunView})
@needs(Permission.MARKET_IMPORT)
def start_quality_check(body: CheckBody) -> Response:
    """Check series as a run that can be followed and cancelled at its `Location`."""
    request = QualityCheckRequest(symbols=body.symbols)
    run = services().runs.submit("quality_check", request, actor(), idempotency_key=key_of_run())
    return answer(run, 202, location=f"/api/v1/runs/{run.id}", headers={"Retry-After": "1"})


@resource.route_for("get", "/data-quality/policy", "Read the policy", answers={200: Policy})
def read_quality_policy() -> Response:
    """Return what your house wants done about each kind of finding."""
    return answer(services().quality.policy(actor()))


@resource.route_for("patch", "/data-quality/policy", "Change the policy", answers={200: Policy})
@needs(Permission.MARKET_IMPORT)
def change_quality_policy(body: PolicyChange) -> Response:
    """Choose whether kinds are looked for, proposed, or corrected at once; counts from the next check on."""
    return answer(services().quality.set_policy(body, actor()))


@resource.route_for(
    "get", "/data-quality/series/<symbol>/calendar", "Read the quality of each session", answers={200: QualityCalendar}
)
def read_quality_calendar(path: CalendarPath, query: CalendarQuery) -> Response:
    """Return every session of a series with its flag: ok, filled, missing, suspect, corrected or stale."""
    return answer(services().quality.calendar(path.symbol, actor(), query.start, query.end))


@resource.route_for(
    "get", "/data-quality/series/<symbol>/score", "Read the score of a series over a period", answers={200: Scored}
)
def read_quality_score(path: CalendarPath, query: CalendarQuery) -> Response:
    """Return the score of one series over a period with what it is made of; null where there is no bar in it."""
    return answer({"score": services().quality.score_of_period(path.symbol, actor(), query.start, query.end)})
