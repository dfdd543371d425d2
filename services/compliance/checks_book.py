"""How are many portfolios held against their rules at once, with the same outcome as one by one?

What they share is read once: versions, rules, lists, assets, and what somebody lets stand. The checks of a call are
kept in one transaction. A portfolio that cannot be judged keeps the others from nothing: what is known of it from
before stays, with a note since when it is not kept up, and why.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.version import ENGINE_VERSION
from services.auth.actor import Actor
from services.compliance.breach_allowed import overrides_in_force_of
from services.compliance.checks_failed import reason_of
from services.compliance.checks_judge import (
    EMPTY,
    Case,
    Judged,
    fields_of,
    judged_as,
    looked_at_afterwards,
    unchecked,
)
from services.compliance.checks_keep import keep
from services.compliance.checks_versions import versions_of
from services.compliance.in_force import rules_in_force_of
from services.compliance.quarter_missed import with_missed
from services.errors import Conflict, ServiceError
from services.messages.compliance_checks import ComplianceRequest

if TYPE_CHECKING:
    from data.store import tables
    from services.compliance.checks_views import Allowed
    from services.compliance.in_force import RuleInForce
    from services.compliance.state import SeenState, StateReader
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.ports import Ports

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Read:
    """What is read before any portfolio is judged."""

    portfolios: Sequence[tables.Portfolio]
    versions: dict[str, str]
    rules: dict[str, tuple[RuleInForce, ...]]
    fields: dict[str, frozenset[str]]
    allowed: dict[str, Allowed]
    looked_at: dict[str, date | None]


class BookChecks:
    """Checks of many portfolios of one house, made and kept together; called by workers.

    Parameters
    ----------
    ports : Ports
    facts : PortfolioFactsReader
    states : StateReader

    """

    def __init__(self, ports: Ports, facts: PortfolioFactsReader, states: StateReader) -> None:
        self._ports = ports
        self._facts = facts
        self._states = states

    def check(self, product: Actor, portfolio_ids: Sequence[str]) -> int:
        """Judge portfolios as they are, and keep what was found; return how many were.

        Parameters
        ----------
        product : Actor
            The product itself, for the house.
        portfolio_ids : sequence of str
            Those that are not there any more are left out.

        """
        assert product.is_system, "a check that leaves out what somebody may not see would pass what is broken"
        now_utc = self._ports.clock.now_utc()
        read = self._read(product, portfolio_ids, now_utc)
        seen = self._states.read_many(product, read.portfolios, read.fields)
        judged = [(one, self._judged(product, one, seen[one.id], read, now_utc)) for one in read.portfolios]
        made = [(found, read.versions[row.id]) for row, found in judged if isinstance(found, Judged)]
        failed = {row.id: found for row, found in judged if not isinstance(found, Judged)}
        if judged:
            with self._ports.store.system(product.tenant_id) as uow:
                changed = keep(uow, made)
                if failed:
                    uow.compliance_checks.fail(failed, ENGINE_VERSION)
                uow.commit()
            if changed:
                self._ports.bus.nudge("alerts")
        return len(made)

    def _read(self, product: Actor, portfolio_ids: Sequence[str], now_utc: datetime) -> _Read:
        with self._ports.store.read(product) as uow:
            rows = uow.portfolios.get_many(sorted(set(portfolio_ids)))
            portfolios = [rows[key] for key in sorted(rows)]
            versions = versions_of(uow, self._facts.reader, portfolios, now_utc.date())
            rules = rules_in_force_of(uow, list(rows)) if rows else {}
            allowed = overrides_in_force_of(uow, list(rows), now_utc)
            looked_at = uow.compliance_checks.days(list(rows))
        afterwards = {key: looked_at_afterwards(found) for key, found in rules.items()}
        return _Read(portfolios, versions, afterwards, _fields(afterwards), dict(allowed), looked_at)

    def _judged(
        self, product: Actor, portfolio: tables.Portfolio, seen: SeenState | Exception, read: _Read, now_utc: datetime
    ) -> Judged | tuple[str, str]:
        """Return how one portfolio stands; why that is not known, and the way out, where something went wrong."""
        request = ComplianceRequest(portfolio_id=portfolio.id)
        try:
            if isinstance(seen, Exception):
                raise seen
            rules, allowed = read.rules[portfolio.id], read.allowed[portfolio.id]
            fields = read.fields[portfolio.id]
            found = judged_as(Case(portfolio, rules, seen, allowed, now_utc, request, fields=fields))
            return with_missed(self._states, product, found, read.looked_at.get(portfolio.id))
        except ServiceError as refusal:
            if isinstance(refusal, Conflict) and refusal.code == EMPTY:
                return Judged(unchecked(request, portfolio, refusal, now_utc), ())
            _log.warning("The check of portfolio %s failed: %s", portfolio.id, refusal.sentence)
            return reason_of(refusal)
        except Exception as fault:
            _log.exception("The check of portfolio %s failed for a reason that is the product's own.", portfolio.id)
            return reason_of(fault)


def _fields(rules: dict[str, tuple[RuleInForce, ...]]) -> dict[str, frozenset[str]]:
    """Return the names that the rules of each portfolio look at; most portfolios have the very same rules."""
    known: dict[tuple[int, ...], frozenset[str]] = {}
    found = {}
    for key, several in rules.items():
        same = tuple(map(id, several))
        if same not in known:
            known[same] = fields_of(several)
        found[key] = known[same]
    return found
