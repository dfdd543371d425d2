"""Which limit of a portfolio is used most, on holdings or on risk, and which light does it have?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.risk_limits.judge import judge
from engine.risk_limits.metrics import METRICS
from services import formatting
from services.messages.dashboard import Light, RiskUsed
from services.messages.portfolios import LimitState
from services.portfolios_whole import Whole
from services.risk_limits import limit_of, shown, terms_of

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

_WORST_FIRST: tuple[Light, ...] = ("red", "amber", "ok", "none")
_OF_RISK: Mapping[str, Light] = {"red": "red", "amber": "amber", "green": "ok", "grey": "none"}
_OF_CHECKS: Mapping[LimitState, Light] = {
    LimitState.RED: "red",
    LimitState.AMBER: "amber",
    LimitState.OK: "ok",
}


@dataclass(frozen=True)
class Used:
    """One limit with the share of it that is used; infinite where it is beyond every use."""

    name: str
    light: Light
    used_frac: float
    sentence: str
    link: str


class RiskLimitsRead:
    """The limits on risk of all visible portfolios, with the figures of their last reports.

    Parameters
    ----------
    uow : UnitOfWork

    """

    def __init__(self, uow: UnitOfWork) -> None:
        self._limits: dict[str, list[tables.RiskLimit]] = {}
        for row in uow.risk_limits.all():
            self._limits.setdefault(row.portfolio_id, []).append(row)
        self._figures = uow.risk_days.latest(sorted(self._limits))

    def used(self, portfolio_id: str) -> list[Used]:
        """Return the limits on risk of a portfolio whose figures are known and fresh."""
        found = []
        for row in self._limits.get(portfolio_id, ()):
            figure = self._figures.get((portfolio_id, row.metric))
            if figure is not None and row.metric in METRICS and row.state is not None:
                found.append(_of_risk(row, figure, portfolio_id))
        return [one for one in found if one.light != "none"]


def used_of(whole: Whole, risk: RiskLimitsRead) -> list[Used]:
    """Return every limit of a portfolio that can be judged, the one used most first."""
    link = f"/portfolios/{whole.summary.id}?tab=limits"
    on_holdings = [Used(one.name, _OF_CHECKS[one.state], one.used_frac, one.sentence, link) for one in whole.checks]
    every = [*on_holdings, *risk.used(whole.summary.id)]
    return sorted(every, key=lambda one: (-one.used_frac, _WORST_FIRST.index(one.light), one.name))


def light_of(used: Sequence[Used]) -> Light:
    """Return the worst light; none where nothing can be judged."""
    return next((light for light in _WORST_FIRST if any(one.light == light for one in used)), "none")


def most_used(found: Sequence[tuple[Whole, Used]]) -> RiskUsed | None:
    """Return the limit that is used most over all portfolios."""
    if not found:
        return None
    whole, used = max(found, key=lambda pair: (pair[1].used_frac, pair[0].summary.name))
    return RiskUsed(
        portfolio_id=whole.summary.id,
        portfolio_name=whole.summary.name,
        limit=used.name,
        used_frac=used.used_frac if math.isfinite(used.used_frac) else None,
        is_over=used.light == "red",
        sentence=f"{whole.summary.name}: {used.sentence}",
        link=used.link,
    )


def _of_risk(row: tables.RiskLimit, figure: Any, portfolio_id: str) -> Used:
    value = math.inf if figure.is_unbounded else figure.value
    found = judge(limit_of(row), value, row.state, figure.is_stale, row.last_known_state)  # type: ignore[arg-type]
    # the light is that of the last judgment, which alone tells alerts; the share follows from the figure kept beside it
    light: Light = _OF_RISK.get(row.state or "grey", "none")
    label = METRICS[row.metric].label
    unit = METRICS[row.metric].unit
    said = "beyond every number" if found.value is None else shown(found.value, unit)
    return Used(
        name=label,
        light=light,
        used_frac=math.inf if found.use_frac is None else found.use_frac,
        sentence=f"{label} is {said} on {formatting.day_short(figure.measured_on)}; "
        f"{terms_of(row.metric, row.direction, row.value)}.",
        link=f"/risk?portfolio={portfolio_id}",
    )
