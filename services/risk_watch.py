"""Who keeps reports on risk, forecasts and limits up to date while nobody looks?

The scheduler asks for the report of every portfolio whose data changed since it asked last, of each at most once a
minute; the workers compute it, keep the day's forecasts and judge the limits. A turn of ten seconds asks for few, so
that whoever opens a page does not wait behind all of them, and the next turn goes on. Where prices stop coming nothing
changes, so limits are judged once a day by the last report: what it says has become too old to be judged by.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from services.auth.actor import Actor
from services.errors import ServiceError
from services.market_series import SeriesReader
from services.messages.risk import RiskRequest
from services.ports import Ports
from services.valuation_prices import STALE_SESSIONS_MAX

if TYPE_CHECKING:
    from services.analyses import Analyses
    from services.risk import Risk

_log = logging.getLogger(__name__)

KIND = "risk"
TURN_MAX_COUNT = 4
AGAIN_AFTER = timedelta(seconds=60)
LOOK_AFTER = timedelta(minutes=10)
Version = tuple[int, int, str]


class RiskWatch:
    """Asks for reports whose data changed.

    Parameters
    ----------
    ports : Ports
    analyses : Analyses
    risk : Risk

    """

    def __init__(self, ports: Ports, analyses: Analyses, risk: Risk) -> None:
        self._ports = ports
        self._analyses = analyses
        self._risk = risk
        self._judged: dict[str, date] = {}
        self._looked: dict[str, datetime] = {}
        self._reader = SeriesReader(ports)
        self._asked: dict[str, tuple[Version, datetime]] = {}

    def keep_up(self) -> int:
        """Ask for the reports of changed portfolios, four at most; return for how many was asked."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            tenants = [row.id for row in uow.tenants.list().rows if row.is_active]
        count = 0
        for tenant_id in tenants:
            self._judge_old(tenant_id, now_utc)
            for portfolio_id, version in self._changed(tenant_id, now_utc):
                if count >= TURN_MAX_COUNT:
                    return count
                self._ask(portfolio_id, tenant_id)
                self._asked[portfolio_id] = (version, now_utc)
                count += 1
        return count

    def _judge_old(self, tenant_id: str, now_utc: datetime) -> None:
        """Judge the limits of portfolios whose last report is several days old, once a day."""
        looked = self._looked.get(tenant_id)
        if looked is not None and now_utc - looked < LOOK_AFTER:
            return
        self._looked[tenant_id], today = now_utc, now_utc.date()
        with self._ports.store.read(Actor.system(tenant_id)) as uow:
            limited, days = set(uow.risk_limits.portfolio_ids()), uow.risk_days.last_days()
        old = [key for key in limited & set(days) if np.busday_count(days[key], today) > STALE_SESSIONS_MAX]
        for portfolio_id in old:
            if self._judged.get(portfolio_id) != today:
                self._judged[portfolio_id] = today
                self._risk.judge_again(portfolio_id, tenant_id)

    def _changed(self, tenant_id: str, now_utc: datetime) -> list[tuple[str, Version]]:
        """Return the portfolios of a house whose row, ledger or prices changed, with what they are now."""
        with self._ports.store.read(Actor.system(tenant_id)) as uow:
            versions = uow.portfolios.versions()
            prices = self._reader.version(uow)
            entries = uow.ledger.last_entries(list(versions))
        now = {key: (version, entries[key], prices) for key, version in versions.items() if key in entries}
        return [(key, version) for key, version in now.items() if self._is_due(key, version, now_utc)]

    def _is_due(self, portfolio_id: str, version: Version, now_utc: datetime) -> bool:
        asked = self._asked.get(portfolio_id)
        return asked is None or (asked[0] != version and now_utc - asked[1] >= AGAIN_AFTER)

    def _ask(self, portfolio_id: str, tenant_id: str) -> None:
        try:
            self._analyses.answer(KIND, RiskRequest(portfolio_id=portfolio_id), Actor.system(tenant_id), wait_s=0.0)
        except ServiceError as refusal:
            _log.warning("The risk of a portfolio could not be asked for: %s", refusal.sentence)
