"""How does each limit of a portfolio stand, who set it, and who is told when that changes?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.risk_limits.judge import judge
from engine.risk_limits.metrics import METRICS
from engine.risk_limits.result import LimitJudgment, RiskLimit
from services import formatting
from services.alerts_states import ESCALATED, NOTIFIED, Condition, Observation, observe
from services.errors import FieldProblem, InvalidRequest
from services.formatting import Style
from services.messages.alerts import AlertState, Severity
from services.messages.risk import RiskLimitInput, RiskLimitView, RiskMetric, RiskReport
from services.risk_constraints import Translation, translate
from services.risk_held import held_of
from services.valuation_prices import STALE_SESSIONS_MAX

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

AMBER_EXIT_BELOW_FRAC = 0.05
RED_EXIT_USE_FRAC = 0.95
STUDY_AFTER_DAYS = 366
DAYS_LEAST = 0.1
KEY = "risk:"


def metrics() -> tuple[RiskMetric, ...]:
    """Return every figure that a limit can be put on."""
    return tuple(
        RiskMetric(
            name=one.name,
            label=one.label,
            unit=one.unit,
            direction=one.direction,
            directions=one.directions,
            explain=one.explain,
        )
        for one in METRICS.values()
    )


def check(wanted: Sequence[RiskLimitInput]) -> None:
    """Refuse limits on figures that do not exist, on wrong sides, twice on one side, or that exclude each other.

    Raises
    ------
    InvalidRequest
        With every problem at once.

    """
    problems: list[FieldProblem] = []
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(wanted):
        path = f"limits[{place}]"
        metric = METRICS.get(one.metric)
        if metric is None:
            names = ", ".join(sorted(METRICS))
            problems.append(
                FieldProblem(f"{path}.metric", f"There is no figure {one.metric!r} to limit.", f"Use one of: {names}.")
            )
        elif one.direction not in metric.directions:
            way = "a maximum" if metric.directions == ("max",) else "a minimum"
            problems.append(FieldProblem(f"{path}.direction", f"{metric.label} has only {way}.", f"Set {way}."))
        if (one.metric, one.direction) in seen:
            problems.append(
                FieldProblem(path, f"{_label(one.metric)} is limited twice on the same side.", "Keep one of them.")
            )
        seen.add((one.metric, one.direction))
    problems += _crossed(wanted)
    if problems:
        raise InvalidRequest("Some limits cannot be set.", "Correct what is named below.", fields=tuple(problems))


def _crossed(wanted: Sequence[RiskLimitInput]) -> list[FieldProblem]:
    """Return the floors that stand above the ceiling on the same figure: nothing can keep both."""
    ceilings = {one.metric: one.value for one in wanted if one.direction == "max"}
    return [
        FieldProblem(
            f"limits[{place}].value",
            f"{_label(one.metric)} cannot be at least {_figure(one.metric, one.value)} and at most "
            f"{_figure(one.metric, ceilings[one.metric])} at once.",
            "Lower the minimum, or raise the maximum.",
        )
        for place, one in enumerate(wanted)
        if one.direction == "min" and one.metric in ceilings and one.value > ceilings[one.metric]
    ]


def _figure(metric: str, value: float) -> str:
    is_share = metric in METRICS and METRICS[metric].unit in ("frac", "annual_frac")
    return formatting.percent(value, 1) if is_share else formatting.number(value, 2)


def _label(metric: str) -> str:
    return METRICS[metric].label if metric in METRICS else metric


def is_old(report: RiskReport, now_utc: datetime) -> bool:
    """Return whether all prices of a report have become too old to judge by since it was made.

    They have once more than five business days lie after its day: prices should have come. A house whose prices end
    more than a year ago is looked at as it was then.
    """
    today = now_utc.date()
    is_study = (today - report.as_of).days > STUDY_AFTER_DAYS
    return not is_study and behind_days(report, now_utc) > STALE_SESSIONS_MAX


def behind_days(report: RiskReport, now_utc: datetime) -> int:
    """Return how many business days lie after the day of a report, today among them."""
    return int(np.busday_count(report.as_of, now_utc.date()))


def judgment_of(row: tables.RiskLimit, report: RiskReport | None, now_utc: datetime) -> LimitJudgment:
    """Return how a limit stands by a report, going on from where it stood; grey without one or on stale data."""
    value = None if report is None else measured(report, row.metric)
    is_stale = report is not None and (bool(report.outdated_assets) or is_old(report, now_utc))
    return judge(limit_of(row), value, row.state, is_stale, row.last_known_state)  # type: ignore[arg-type]


def limit_of(row: tables.RiskLimit) -> RiskLimit:
    """Return a stored limit with the thresholds at which its states are left."""
    return RiskLimit(
        metric=row.metric,
        value=row.value,
        direction=row.direction,  # type: ignore[arg-type]
        is_hard=row.is_hard,
        amber_use_frac=row.amber_use_frac,
        amber_exit_use_frac=max(row.amber_use_frac - AMBER_EXIT_BELOW_FRAC, 0.01),
        red_exit_use_frac=max(RED_EXIT_USE_FRAC, row.amber_use_frac),
    )


def measured(report: RiskReport, metric: str) -> float | None:
    """Return the figure that a limit is put on; infinite where it is beyond every number, None where not known."""
    return math.inf if metric in report.unbounded else report.metrics.get(metric)


def view_of(
    row: tables.RiskLimit, report: RiskReport | None, people: Mapping[str, str], now_utc: datetime
) -> RiskLimitView:
    """Return one limit as it stands now."""
    metric = METRICS[row.metric]
    found = judgment_of(row, report, now_utc)
    made = translate(row.metric, row.direction, row.value, held_of(report))
    reason = made if isinstance(made, str) else None
    return RiskLimitView(
        id=row.id,
        metric=row.metric,
        label=metric.label,
        explain=metric.explain,
        unit=metric.unit,
        value=row.value,
        direction=found.direction,
        is_hard=row.is_hard,
        amber_use_frac=row.amber_use_frac,
        measured=found.value,
        use_frac=found.use_frac,
        state=found.state,
        word=found.word,
        sentence=sentence_of(row, found, report, now_utc),
        is_held=found.held_by_hysteresis,
        state_since_utc=row.state_since_utc,
        set_by=people.get(row.set_by_id or ""),
        set_at_utc=row.set_at_utc,
        has_constraint=isinstance(made, Translation),
        constraint_reason=reason,
    )


def terms_of(metric: str, direction: str, value: float) -> str:
    """Return what a limit demands in words: ``at most 12.00% is allowed``, ``at least 8.00 is required``."""
    bound = shown(value, METRICS[metric].unit)
    return f"at most {bound} is allowed" if direction == "max" else f"at least {bound} is required"


def sentence_of(row: tables.RiskLimit, found: LimitJudgment, report: RiskReport | None, now_utc: datetime) -> str:
    """Return how a limit stands in words."""
    metric = METRICS[row.metric]
    allowed = terms_of(row.metric, row.direction, row.value)
    if report is None:
        return f"{metric.label} has not been computed yet; {allowed}."
    if report.outdated_assets:
        names = ", ".join(report.outdated_assets[:3])
        return f"{metric.label} rests on old prices of {names} and is not judged; {allowed}."
    if is_old(report, now_utc):
        days = formatting.count(behind_days(report, now_utc), "session")
        return f"{metric.label} rests on prices of {formatting.day(report.as_of)}, {days} old: not judged; {allowed}."
    if found.state == "grey":
        return f"{metric.label} is not known; {allowed}."
    value = "beyond every number" if found.value is None else shown(found.value, metric.unit)
    held = " It counts as such until it has clearly moved away." if found.held_by_hysteresis else ""
    return f"{metric.label} is {value}; {allowed}.{held}"


def shown(value: float, unit: str) -> str:
    """Return a figure in its unit."""
    match unit:
        case "frac" | "annual_frac":
            return formatting.percent(value)
        case "days":
            return days_words(value)
        case _:
            return formatting.number(value)


def days_words(days: float, style: Style = "comma") -> str:
    """Return trading days in words; a few minutes are less than a tenth of one, never none."""
    if 0.0 < days < DAYS_LEAST:
        return f"less than {formatting.number(DAYS_LEAST, 1, style=style)} days"
    if float(days).is_integer():
        return formatting.count(round(days), "day", style=style)
    return f"{formatting.number(days, 1, style=style)} days"


def settle(uow: UnitOfWork, row: tables.Portfolio, report: RiskReport, now_utc: datetime) -> int:
    """Note how every limit of a portfolio stands, and raise or end the alert of each; return how many changed.

    Runs in a unit of the product's own.
    """
    changed = 0
    for limit in uow.risk_limits.of(row.id):
        found = judgment_of(limit, report, now_utc)
        known = limit.last_known_state if found.state == "grey" else found.state
        uow.risk_limits.judged(limit.id, found.state, known, is_transition=found.state != limit.state)
        changed += found.is_transition
        if (limit.last_known_state, found.state) == ("amber", "red"):
            _escalate(uow, key_of(row.id, limit))
        observe(uow, _observation(row, limit, found, sentence_of(limit, found, report, now_utc)), now_utc)
    return changed


def _escalate(uow: UnitOfWork, key: str) -> None:
    """Let an alert that warned begin anew, for a breach is told even to whoever took note of the warning."""
    alert = uow.alerts.find_open(key)
    if alert is not None:
        kept = {name: value for name, value in alert.details.items() if name not in (NOTIFIED, ESCALATED)}
        uow.alerts.set_state(alert.id, AlertState.PENDING.value, details=kept)


def end_alert(uow: UnitOfWork, row: tables.Portfolio, limit: tables.RiskLimit, now_utc: datetime) -> None:
    """Resolve the alert of a limit that is taken away."""
    title = f"{row.name}: {METRICS[limit.metric].label} is no longer limited"
    observe(uow, Observation(row.tenant_id, key_of(row.id, limit), "gone", title=title, sentence=f"{title}."), now_utc)


def key_of(portfolio_id: str, limit: tables.RiskLimit) -> str:
    """Return the key of a limit's alert."""
    return f"{KEY}{portfolio_id}:{limit.metric}:{limit.direction}"


def _observation(row: tables.Portfolio, limit: tables.RiskLimit, found: LimitJudgment, sentence: str) -> Observation:
    conditions: dict[str, Condition] = {"red": "holds", "amber": "holds", "grey": "unknown", "green": "gone"}
    label = METRICS[limit.metric].label
    title = {
        "red": f"{row.name}: {label} is beyond its limit",
        "amber": f"{row.name}: {label} is near its limit",
        "grey": f"{row.name}: {label} cannot be judged",
        "green": f"{row.name}: {label} is within its limit again",
    }[found.state]
    hard = Severity.HARD if limit.is_hard else Severity.SOFT
    return Observation(
        tenant_id=row.tenant_id,
        key=key_of(row.id, limit),
        condition=conditions[found.state],
        severity=hard if found.state == "red" else Severity.WARNING,
        title=title,
        sentence=sentence,
        owner_id=limit.set_by_id or row.created_by_id,
        portfolio_id=row.id,
        object_kind="portfolio",
        object_id=row.id,
        link=f"/risk?portfolio={row.id}",
    )


def audit_document(rows: Sequence[Any]) -> dict[str, Any]:
    """Return limits as the audit row shows them."""
    return {
        f"{one.metric} {one.direction}": {
            "value": one.value,
            "is_hard": one.is_hard,
            "amber_use_frac": one.amber_use_frac,
        }
        for one in rows
    }
