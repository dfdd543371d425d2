"""Who holds portfolios against their rules while nobody looks?

The scheduler asks for the check of every portfolio of which anything changed since the check that is kept: holdings,
prices, rules, lists, overrides, or the day, so that each is checked at the end of every day at the least. Workers do
it, fifty together, so that what portfolios share is read once and whoever opens a page meanwhile does not wait
behind all of a book. Two turns of ten seconds ask for a book of two hundred. A house without rules is left alone.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.kernel.canonical import sha256_of
from services.auth.actor import Actor
from services.compliance.checks_versions import versions_of
from services.errors import ServiceError
from services.market_series import SeriesReader
from services.messages.compliance_checks import BookRequest

if TYPE_CHECKING:
    from services.analyses import Analyses
    from services.ports import Ports

_log = logging.getLogger(__name__)

KIND = "compliance_book"
TURN_MAX_COUNT = 100
TOGETHER_COUNT = 50
AGAIN_AFTER = timedelta(seconds=60)
RETRY_AFTER = timedelta(minutes=10)


class ComplianceWatch:
    """Asks for checks of what changed.

    Parameters
    ----------
    ports : Ports
    analyses : Analyses
    reader : SeriesReader

    """

    def __init__(self, ports: Ports, analyses: Analyses, reader: SeriesReader) -> None:
        self._ports = ports
        self._analyses = analyses
        self._reader = reader
        self._asked: dict[str, tuple[str, datetime]] = {}

    def keep_up(self) -> int:
        """Ask for the checks of changed portfolios, a hundred at most; return for how many was asked."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            tenants = [row.id for row in uow.tenants.list().rows if row.is_active]
        count = 0
        for tenant_id in tenants:
            due = self._due(tenant_id, now_utc)[: TURN_MAX_COUNT - count]
            self._asked |= {portfolio_id: (version, now_utc) for portfolio_id, version in due}
            for start in range(0, len(due), TOGETHER_COUNT):
                self._ask(due[start : start + TOGETHER_COUNT], tenant_id, now_utc)
            count += len(due)
        return count

    def _due(self, tenant_id: str, now_utc: datetime) -> list[tuple[str, str]]:
        """Return the portfolios of a house whose check is not of what they are now; those never checked first."""
        with self._ports.store.read(Actor.system(tenant_id)) as uow:
            kept = uow.compliance_checks.versions()
            if not kept and not any(uow.rules.approvals()):
                return []
            now = versions_of(uow, self._reader, uow.portfolios.all(), now_utc.date())
        due = [(key, version) for key, version in now.items() if kept.get(key) != version]
        return sorted(
            ((key, version) for key, version in due if self._is_due(key, version, now_utc)),
            key=lambda one: (one[0] in kept, one[0]),
        )

    def _is_due(self, portfolio_id: str, version: str, now_utc: datetime) -> bool:
        """Whether to ask: once for the same data, unless nothing came of it; not at once where data change often."""
        asked = self._asked.get(portfolio_id)
        if asked is None:
            return True
        return now_utc - asked[1] >= (AGAIN_AFTER if asked[0] != version else RETRY_AFTER)

    def _ask(self, due: list[tuple[str, str]], tenant_id: str, now_utc: datetime) -> None:
        try:
            request = BookRequest(
                portfolio_ids=tuple(portfolio_id for portfolio_id, _ in due),
                made_from=sha256_of([now_utc.isoformat(), *(version for _, version in due)]),
            )
            self._analyses.answer(KIND, request, Actor.system(tenant_id), wait_s=0.0)
        except ServiceError as refusal:
            _log.warning("The check of %d portfolios could not be asked for: %s", len(due), refusal.sentence)
