"""Who keeps reports on risk, forecasts and limits up to date while nobody looks?

The scheduler asks for the report of every portfolio whose data changed since it asked last, of each at most once a
minute; the workers compute it, keep the day's forecasts and judge the limits. A turn of ten seconds asks for few, so
that whoever opens a page does not wait behind all of them, and the next turn goes on.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.auth.actor import Actor
from services.errors import ServiceError
from services.market_series import SeriesReader
from services.messages.risk import RiskRequest
from services.ports import Ports

if TYPE_CHECKING:
    from services.analyses import Analyses

_log = logging.getLogger(__name__)

KIND = "risk"
TURN_MAX_COUNT = 4
AGAIN_AFTER = timedelta(seconds=60)
Version = tuple[int, int, str]


class RiskWatch:
    """Asks for reports whose data changed.

    Parameters
    ----------
    ports : Ports
    analyses : Analyses

    """

    def __init__(self, ports: Ports, analyses: Analyses) -> None:
        self._ports = ports
        self._analyses = analyses
        self._reader = SeriesReader(ports)
        self._asked: dict[str, tuple[Version, datetime]] = {}

    def keep_up(self) -> int:
        """Ask for the reports of changed portfolios, four at most; return for how many was asked."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            tenants = [row.id for row in uow.tenants.list().rows if row.is_active]
        count = 0
        for tenant_id in tenants:
            for portfolio_id, version in self._changed(tenant_id, now_utc):
                if count >= TURN_MAX_COUNT:
                    return count
                self._ask(portfolio_id, tenant_id)
                self._asked[portfolio_id] = (version, now_utc)
                count += 1
        return count

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
