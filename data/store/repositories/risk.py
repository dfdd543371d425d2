"""Which limits does a portfolio have, how did their figures stand, what was forecast, and which model is kept?"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import case, delete, func, insert, update

from data.store.ids import new_id
from data.store.repositories.inserts import insert_new, upsert
from data.store.repositories.portfolios import Portfolios
from data.store.repositories.repository import Repository
from data.store.tables import RiskDay, RiskForecast, RiskLimit, RiskModel


class RiskLimits(Repository[RiskLimit]):
    """Limits of visible portfolios."""

    model = RiskLimit
    kind = "risk limit"

    def of(self, portfolio_id: str) -> Sequence[RiskLimit]:
        """Return a portfolio's limits, the first set first."""
        query = self._query().where(RiskLimit.portfolio_id == portfolio_id)
        return self._all(query.order_by(RiskLimit.created_at_utc, RiskLimit.id))

    def all(self) -> Sequence[RiskLimit]:
        """Return the limits of all visible portfolios, the first set first."""
        return self._all(self._query().order_by(RiskLimit.created_at_utc, RiskLimit.id))

    def portfolio_ids(self) -> Sequence[str]:
        """Return the portfolios that have limits."""
        query = self._query().with_only_columns(RiskLimit.portfolio_id).distinct()
        return list(self._session.scalars(query).all())

    def standing(self) -> dict[str, tuple[int, int]]:
        """Return of each portfolio how many limits are broken, and how many could be judged."""
        red = func.sum(case((RiskLimit.state == "red", 1), else_=0))
        judged = func.sum(case((RiskLimit.state.in_(("green", "amber", "red")), 1), else_=0))
        query = self._query().with_only_columns(RiskLimit.portfolio_id, red, judged).group_by(RiskLimit.portfolio_id)
        return {key: (int(broken), int(known)) for key, broken, known in self._session.execute(query)}

    def replace(self, portfolio_id: str, rows: Iterable[RiskLimit], gone_ids: Sequence[str]) -> None:
        """Add limits and take others away; those that stay keep how they were judged."""
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        if gone_ids:
            statement = delete(RiskLimit).where(RiskLimit.id.in_(list(gone_ids)), self._may())
            self._session.execute(statement.execution_options(synchronize_session=False))
        for row in rows:
            row.portfolio_id, row.tenant_id = portfolio_id, portfolio.tenant_id
            row.set_by_id, row.set_at_utc = self._context.user_id, self._context.now_utc()
            self.add(row)

    def revise(self, row: RiskLimit, *, value: float, is_hard: bool, amber_use_frac: float) -> None:
        """Change what a limit demands; it keeps its id, and is judged anew."""
        row.value, row.is_hard, row.amber_use_frac = value, is_hard, amber_use_frac
        row.set_by_id, row.set_at_utc = self._context.user_id, self._context.now_utc()
        row.state = row.last_known_state = row.state_since_utc = row.judged_at_utc = None
        self._session.flush()

    def judged(self, limit_id: str, state: str, last_known_state: str | None, *, is_transition: bool) -> None:
        """Note how a limit stands; that is no change of the limit."""
        now = self._context.now_utc()
        since = {"state_since_utc": now} if is_transition else {}
        statement = update(RiskLimit).where(RiskLimit.id == limit_id, self._may())
        values = {"state": state, "last_known_state": last_known_state, "judged_at_utc": now, **since}
        self._session.execute(statement.values(**values).execution_options(synchronize_session=False))


class RiskDays(Repository[RiskDay]):
    """Limited figures of visible portfolios, day by day."""

    model = RiskDay
    kind = "risk day"

    def keep(
        self,
        portfolio_id: str,
        measured_on: date,
        figures: Mapping[str, float | None],
        *,
        is_stale: bool,
        engine_version: str,
        is_recomputed: bool = False,
    ) -> None:
        """Write the figures of a day by metric; infinity is beyond every number, None not known.

        What a report of that day said replaces what it said before; what is computed afterwards replaces nothing.
        """
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        rows = [
            {
                "portfolio_id": portfolio_id,
                "metric": metric,
                "measured_on": measured_on,
                "tenant_id": portfolio.tenant_id,
                "value": None if value is None or math.isinf(value) else value,
                "is_unbounded": value is not None and math.isinf(value),
                "is_stale": is_stale,
                "is_recomputed": is_recomputed,
                "engine_version": engine_version,
                "created_at_utc": self._context.now_utc(),
            }
            for metric, value in sorted(figures.items())
        ]
        if not is_recomputed:
            upsert(self._context, RiskDay, rows)
            return
        for row in rows:
            insert_new(self._context, RiskDay, row)

    def since(self, portfolio_id: str, first: date) -> Sequence[Any]:
        """Return a portfolio's figures from a day on, as plain rows in order of days."""
        query = self._query().where(RiskDay.portfolio_id == portfolio_id, RiskDay.measured_on >= first)
        columns = query.with_only_columns(
            RiskDay.metric,
            RiskDay.measured_on,
            RiskDay.value,
            RiskDay.is_unbounded,
            RiskDay.is_stale,
            RiskDay.is_recomputed,
        )
        rows: Sequence[Any] = self._session.execute(columns.order_by(RiskDay.measured_on)).all()
        return rows

    def latest(self, portfolio_ids: Sequence[str]) -> dict[tuple[str, str], Any]:
        """Return the figures of the last day of each portfolio as plain rows, by portfolio and metric."""
        if not portfolio_ids:
            return {}
        mine = self._query().where(RiskDay.portfolio_id.in_(list(portfolio_ids)))
        last = (
            mine.with_only_columns(RiskDay.portfolio_id, func.max(RiskDay.measured_on).label("day"))
            .group_by(RiskDay.portfolio_id)
            .subquery()
        )
        columns = mine.join(last, (last.c.portfolio_id == RiskDay.portfolio_id) & (last.c.day == RiskDay.measured_on))
        wanted = (RiskDay.portfolio_id, RiskDay.metric, RiskDay.measured_on, RiskDay.value)
        rows = self._session.execute(columns.with_only_columns(*wanted, RiskDay.is_unbounded, RiskDay.is_stale)).all()
        return {(row.portfolio_id, row.metric): row for row in rows}

    def last_days(self) -> dict[str, date]:
        """Return the last day of each portfolio that has any."""
        query = self._query().with_only_columns(RiskDay.portfolio_id, func.max(RiskDay.measured_on))
        return {key: day for key, day in self._session.execute(query.group_by(RiskDay.portfolio_id))}

    def forget_before(self, portfolio_id: str, first: date) -> None:
        """Delete a portfolio's figures of the days before one."""
        old = delete(RiskDay).where(RiskDay.portfolio_id == portfolio_id, RiskDay.measured_on < first, self._may())
        self._session.execute(old.execution_options(synchronize_session=False))


class RiskForecasts(Repository[RiskForecast]):
    """Forecasts of visible portfolios."""

    model = RiskForecast
    kind = "risk forecast"

    def keep(self, portfolio_id: str, made_on: date, rows: Iterable[dict[str, Any]], engine_version: str) -> int:
        """Write forecasts that are not written yet; return how many were. What stands is never changed."""
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        shared = {
            "portfolio_id": portfolio_id,
            "tenant_id": portfolio.tenant_id,
            "made_on": made_on,
            "engine_version": engine_version,
            "created_at_utc": self._context.now_utc(),
        }
        return sum(insert_new(self._context, RiskForecast, {"id": new_id(), **shared, **row}) for row in rows)

    def last_day(self, portfolio_id: str) -> date | None:
        """Return the last day on which anything was forecast; None before the first."""
        query = self._query().where(RiskForecast.portfolio_id == portfolio_id)
        day: date | None = self._session.scalar(query.with_only_columns(func.max(RiskForecast.made_on)))
        return day

    def figures(self, portfolio_id: str, horizon_days: int) -> Sequence[Any]:
        """Return a portfolio's forecasts for a horizon by day, as plain rows, being many."""
        query = self._query().where(
            RiskForecast.portfolio_id == portfolio_id, RiskForecast.horizon_days == horizon_days
        )
        columns = query.with_only_columns(
            RiskForecast.made_on,
            RiskForecast.method,
            RiskForecast.level_frac,
            RiskForecast.var_frac,
            RiskForecast.es_frac,
            RiskForecast.engine_version,
        )
        rows: Sequence[Any] = self._session.execute(columns.order_by(RiskForecast.made_on)).all()
        return rows


class RiskModels(Repository[RiskModel]):
    """Fitted models of visible portfolios."""

    model = RiskModel
    kind = "risk model"

    def latest(self, portfolio_id: str, kind: str) -> RiskModel | None:
        """Return what is kept of a model; None before its first fit."""
        return self._one(self._query().where(RiskModel.portfolio_id == portfolio_id, RiskModel.kind == kind))

    def keep(self, portfolio_id: str, kind: str, **values: Any) -> None:
        """Put a fit in place of the one before."""
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        old = delete(RiskModel).where(RiskModel.portfolio_id == portfolio_id, RiskModel.kind == kind)
        self._session.execute(old.execution_options(synchronize_session=False))
        row = {
            "id": new_id(),
            "portfolio_id": portfolio_id,
            "tenant_id": portfolio.tenant_id,
            "kind": kind,
            "created_at_utc": self._context.now_utc(),
            "row_version": 1,
            **values,
        }
        self._session.execute(insert(RiskModel).values(**row))
