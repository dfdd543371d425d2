"""How do all portfolios of a reader stand this moment, what moved them, and what waits?

One reading of the portfolios for all figures. Each part is made by itself: one that cannot be made is named, with what
to do, and takes no other with it.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from services.alerts import Alerts
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission, Role
from services.compliance.breaches import Breaches
from services.compliance.matrix import PAGE_MOST, ComplianceMatrices
from services.dashboard_activity import ActivityReader
from services.dashboard_book import Book, Books, Entry
from services.dashboard_holdings import sectors, top_holdings
from services.dashboard_limits import RiskLimitsRead, Used, used_of
from services.dashboard_rows import rows_of
from services.dashboard_summary import breaches_of, summary_of
from services.dashboard_tasks import TaskReader, TaskSources
from services.dashboard_today import DayReader
from services.errors import InvalidRequest, NotAllowed, ServiceError
from services.live import Live
from services.messages.alerts import AlertState
from services.messages.compliance_matrix import MatrixPortfolio
from services.messages.dashboard import Attention, Dashboard, DashboardRow, Part, PartProblem
from services.portfolios import Portfolios

log = logging.getLogger(__name__)

PARTS: tuple[Part, ...] = get_args(Part)
OF_BOOK: frozenset[Part] = frozenset({"summary", "portfolios", "today", "holdings", "sectors", "attention"})
COMPARED: frozenset[Part] = frozenset({"summary", "portfolios", "sectors"})
"""Parts that stand beside benchmarks."""


@dataclass(frozen=True)
class Lines:
    """Some portfolios by id, each with its row; `currencies` are those of all that the reader sees."""

    currency: str
    currencies: tuple[str, ...]
    lines: Mapping[str, tuple[Entry, DashboardRow]]


class Dashboards:
    """The dashboard of whoever asks.

    Parameters
    ----------
    sources : TaskSources
        Where tasks come from; breaches and rules are told from the same.
    portfolios : Portfolios
    live : Live
    alerts : Alerts
    matrix : ComplianceMatrices

    """

    def __init__(
        self,
        sources: TaskSources,
        *,
        portfolios: Portfolios,
        live: Live,
        alerts: Alerts,
        matrix: ComplianceMatrices,
    ) -> None:
        self._ports = sources.ports
        self._breaches: Breaches = sources.breaches
        self._alerts = alerts
        self._portfolios = portfolios
        self._matrix = matrix
        self._books = Books(sources.ports, portfolios)
        self._day = DayReader(live)
        self._tasks = TaskReader(sources)
        self._activity = ActivityReader(sources.ports, sources.rules)

    def read(
        self,
        actor: Actor,
        *,
        parts: Collection[Part] = PARTS,
        currency: str | None = None,
        sector: str | None = None,
        symbol: str | None = None,
    ) -> Dashboard:
        """Return the parts that were asked for.

        Parameters
        ----------
        parts : collection of str
            Which parts; what is not named is null.
        currency : str or None
            In which currency portfolios add up; that of most of them when None.
        sector, symbol : str or None
            Narrow the portfolios, the day and the holdings down to what is held of a sector or an asset.

        Raises
        ------
        NotAllowed
            The reader sees no portfolios.
        InvalidRequest
            Nothing can be brought into the currency.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        made: dict[str, Any] = {}
        problems: list[PartProblem] = []
        wanted = [part for part in PARTS if part in parts]
        book, failure = None, None
        if OF_BOOK & set(wanted):
            try:
                book = self._books.read(actor, currency, sector, symbol, bool(COMPARED & set(wanted)))
            except (InvalidRequest, NotAllowed):
                raise
            except Exception as error:
                failure = error
                problems += [_problem(part, error) for part in wanted if part in OF_BOOK]
        for part, make in self._makers(actor, book).items():
            if part not in wanted:
                continue
            try:
                made[part] = make()
            except Exception as error:
                problems.append(_problem(part, error))
        if failure is not None and not made:
            raise failure
        return Dashboard(
            currency=currency if book is None else book.currency,
            sector=sector,
            symbol=symbol,
            made_at_utc=self._ports.clock.now_utc(),
            problems=tuple(problems),
            **made,
        )

    def lines(self, actor: Actor, portfolio_ids: Collection[str], currency: str | None) -> Lines:
        """Return the rows of some portfolios with what they are made of; those the actor may not see are not there.

        Parameters
        ----------
        portfolio_ids : collection of str
        currency : str or None
            Of the rates; the base currency of the first of them that the actor sees when None.

        Raises
        ------
        InvalidRequest
            Nothing can be brought into the currency.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        seen = {} if currency else {one.summary.id: one.summary for one in self._portfolios.wholes(actor)}
        own = next((seen[one].base_currency for one in portfolio_ids if one in seen), None)
        book = self._books.read(actor, currency or own, None, None)
        rows = {one.id: one for one in rows_of(book, self._used(actor, book), self._rules(actor))}
        wanted = [one for one in book.entries if one.whole.summary.id in portfolio_ids]
        found = {one.whole.summary.id: (one, rows[one.whole.summary.id]) for one in wanted}
        return Lines(book.currency, book.currencies, found)

    def warm(self) -> int:
        """Read the dashboard of each house before anybody asks for it; return of how many.

        What is remembered is the product's own: each request still decides by itself who sees what.
        """
        with self._ports.store.system(read_only=True) as uow:
            tenant_ids = [row.id for row in uow.tenants.list().rows]
        for tenant_id in tenant_ids:
            product = Actor.system(tenant_id)
            self.read(product)
            # people see a part, so they ask the store in other words: once as somebody to whom nothing belongs
            self.read(replace(product, role=Role.PORTFOLIO_MANAGER, via="session"))
        return len(tenant_ids)

    def _makers(self, actor: Actor, book: Book | None) -> dict[Part, Callable[[], Any]]:
        """Return how each part is made; those of the book are left out where it was not read."""
        found: dict[Part, Callable[[], Any]] = {
            "tasks": lambda: self._tasks.read(actor),
            "activity": lambda: self._activity.read(actor),
        }
        if book is None:
            return found
        used = _Once(lambda: self._used(actor, book))
        return found | {
            "summary": lambda: summary_of(book, _flat(book, used()), self._open_breaches(actor)),
            "portfolios": lambda: rows_of(book, used(), self._rules(actor)),
            "today": lambda: self._day.read(book, actor),
            "holdings": lambda: top_holdings(book),
            "sectors": lambda: sectors(book),
            "attention": lambda: self._attention(actor, book),
        }

    def _used(self, actor: Actor, book: Book) -> dict[str, list[Used]]:
        with self._ports.store.read(actor) as uow:
            risk = RiskLimitsRead(uow)
        return {one.whole.summary.id: used_of(one.whole, risk) for one in book.entries}

    def _open_breaches(self, actor: Actor) -> Any:
        if not is_allowed(actor, Permission.COMPLIANCE_READ):
            return None
        return breaches_of(self._breaches.statistics(actor))

    def _rules(self, actor: Actor) -> dict[str, MatrixPortfolio]:
        if not is_allowed(actor, Permission.COMPLIANCE_READ):
            return {}
        found: dict[str, MatrixPortfolio] = {}
        cursor: str | None = None
        while True:
            page = self._matrix.matrix(actor, cursor=cursor, limit=PAGE_MOST)
            found |= {one.portfolio_id: one for one in page.portfolios}
            cursor = page.next_cursor
            if cursor is None:
                return found

    def _attention(self, actor: Actor, book: Book) -> Attention:
        may_read = is_allowed(actor, Permission.ALERTS_READ)
        alerts = self._alerts.list(actor, AlertState.FIRING) if may_read else []
        beyond = tuple(
            one.whole.summary
            for one in book.entries
            if one.whole.summary.breaches_count + one.whole.summary.risk_breaches_count
        )
        return Attention(alerts=tuple(alerts), beyond=beyond)


class _Once:
    """Makes something when it is first asked for, and hands out the same after that."""

    def __init__(self, make: Callable[[], dict[str, list[Used]]]) -> None:
        self._make = make
        self._made: dict[str, list[Used]] | None = None

    def __call__(self) -> dict[str, list[Used]]:
        if self._made is None:
            self._made = self._make()
        return self._made


def _flat(book: Book, used: dict[str, list[Used]]) -> list[Any]:
    return [(one.whole, limit) for one in book.entries for limit in used[one.whole.summary.id]]


def _problem(part: Part, error: Exception) -> PartProblem:
    """Return why a part could not be made; what nobody foresaw gets a number that stands in the log too."""
    if isinstance(error, ServiceError):
        return PartProblem(part=part, code=error.code, sentence=error.message, advice=error.advice)
    number = uuid.uuid4().hex[:8]
    log.error("a part of the dashboard failed: %s, reference %s", part, number, exc_info=error)
    return PartProblem(
        part=part,
        code="part_failed",
        sentence="This part could not be made.",
        advice=f"Try again; if it stays, give this reference to support: {number}.",
    )
