"""Which portfolios may the actor see, what are they worth, and how are they made and changed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from data.store import tables
from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize, is_allowed
from services.errors import FieldProblem
from services.market_series import SeriesReader
from services.messages.frozen import Page
from services.messages.portfolios import (
    ContributionView,
    Holding,
    LimitCheck,
    NewPortfolio,
    PortfolioChanges,
    PortfolioDetail,
    PortfolioSummary,
    PositionInput,
    PositionsInput,
    Standing,
    TargetVersion,
    TargetView,
    TransactionView,
    ValueHistory,
)
from services.portfolios_changes import Changes
from services.portfolios_checks import refuse
from services.portfolios_history import contribution_views, value_history
from services.portfolios_targets import Targets, view_of
from services.portfolios_views import Names, checks_of, detail_of, holdings_of, summary_of
from services.portfolios_whole import HoldingsMemory, Whole, wholes_of
from services.ports import Ports
from services.valuation import STATES_KEPT_COUNT, PortfolioState, Valuator

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

WEIGHT_SUM_TOLERANCE_FRAC = 1e-6


class Portfolios:
    """Portfolios below what the actor was granted; everything else is not found.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._reader = SeriesReader(ports)
        self._valuator = Valuator(ports, self._reader)
        self._changes = Changes(ports, self._reader, self._valuator)
        self._targets = Targets(ports, self._changes)
        self._memory = HoldingsMemory()

    def list(self, actor: Actor) -> tuple[PortfolioSummary, ...]:
        """Return the visible portfolios by name, each with value, return, risk and broken limits."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            rows = list(uow.portfolios.all())
            names = self._names(uow, rows, actor)
        states = self._valuator.states(actor, rows)
        with self._ports.store.read(actor) as uow:
            assets, on_risk = _assets(uow, states.values()), uow.risk_limits.standing()
        today = self._today()
        return tuple(
            summary_of(
                row,
                states[row.id],
                holdings_of(states[row.id], assets, None),
                names,
                today,
                on_risk.get(row.id, (0, 0)),
            )
            for row in rows
        )

    def wholes(self, actor: Actor) -> tuple[Whole, ...]:
        """Return the visible portfolios by name, each with holdings, target, limits and stored days."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            rows = list(uow.portfolios.all())
            names = self._names(uow, rows, actor)
        states = self._valuator.states(actor, rows)
        with self._ports.store.read(actor) as uow:
            return wholes_of(uow, rows, states, names, self._today(), self._memory)

    def count(self, actor: Actor) -> int:
        """Return how many portfolios the actor sees; nothing is valued."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            return len(uow.portfolios.all())

    def warm(self) -> int:
        """Read and value portfolios before anybody asks for them, as many as are kept; return how many.

        What is remembered is the product's own: each request still decides by itself who sees what.
        """
        with self._ports.store.system(read_only=True) as uow:
            tenant_ids = [row.id for row in uow.tenants.list().rows]
        count = 0
        for tenant_id in tenant_ids:
            product = Actor.system(tenant_id)
            with self._ports.store.read(product) as uow:
                rows = list(uow.portfolios.all())[: STATES_KEPT_COUNT - count]
            count += len(self._valuator.states(product, rows))
        return count

    def get(self, portfolio_id: str, actor: Actor) -> PortfolioDetail:
        """Return one portfolio with limits, mandate, target and cash.

        Raises
        ------
        NotFound
            There is none, or none for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        row, state = self._open(portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            names = self._names(uow, [row], actor)
            assets = _assets(uow, [state])
            target, weights = _target(uow, portfolio_id)
            view = None if target is None else view_of(uow, target)
        holdings = holdings_of(state, assets, weights if target is not None else None)
        return detail_of(row, state, holdings, names, self._today(), view)

    def holdings(self, portfolio_id: str, actor: Actor, as_of: date | None = None) -> tuple[Holding, ...]:
        """Return what is held, the largest first, valued at the closes of a day.

        Parameters
        ----------
        as_of : date or None
            The portfolio's own as-of date when None; holdings, closes and costs are those of that day.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        row, state = self._open(portfolio_id, actor, as_of)
        with self._ports.store.read(actor) as uow:
            target, weights = _target(uow, row.id)
            return holdings_of(state, _assets(uow, [state]), weights if target is not None else None)

    def standing(self, portfolio_id: str, actor: Actor, as_of: date | None = None) -> Standing:
        """Return a portfolio's currency, benchmark and value on a day, or on its own as-of date."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        row, state = self._open(portfolio_id, actor, as_of)
        return Standing(base_currency=row.base_currency, benchmark_id=row.benchmark_id, value_ccy=state.value_ccy)

    def limit_checks(self, portfolio_id: str, actor: Actor) -> tuple[LimitCheck, ...]:
        """Return every limit that is set, with its value and light."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        row, state = self._open(portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            return checks_of(row, state, holdings_of(state, _assets(uow, [state]), None))

    def history(
        self, portfolio_id: str, actor: Actor, start: date | None = None, end: date | None = None
    ) -> ValueHistory:
        """Return value, time-weighted index, benchmark and flows by day.

        Parameters
        ----------
        start, end : date or None
            Both included; the whole history when None.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        row, state = self._open(portfolio_id, actor)
        held = sorted({entry.asset_id for entry in state.entries if entry.asset_id is not None})
        with self._ports.store.read(actor) as uow:
            return value_history(uow, self._reader, row, start, end, held, state.book.sample_rates())

    def contribution(self, portfolio_id: str, actor: Actor, start: date, end: date) -> tuple[ContributionView, ...]:
        """Return what each holding added to the time-weighted return between two closes; the lines sum to it."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        row, _ = self._open(portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            return contribution_views(uow, self._valuator.path(uow, row), start, end)

    def transactions(
        self, portfolio_id: str, actor: Actor, cursor: str | None = None, limit: int = 100
    ) -> Page[TransactionView]:
        """Return the ledger, the latest day first."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            page = uow.ledger.latest(portfolio_id, cursor=cursor, limit=limit)
            ids = sorted({row.asset_id for row in page.rows if row.asset_id is not None})
            symbols = {row.id: row.symbol for row in uow.assets.get_many(ids).values()}
        return Page(items=tuple(_transaction(row, symbols) for row in page.rows), next_cursor=page.next_cursor)

    def create(self, new: NewPortfolio, actor: Actor) -> PortfolioDetail:
        """Make a portfolio; its initial cash becomes the first deposit.

        Raises
        ------
        InvalidRequest
            With every problem of the fields at once.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        return self.get(self._changes.create(new, actor), actor)

    def update(
        self, portfolio_id: str, changes: PortfolioChanges, actor: Actor, row_version: int | None = None
    ) -> PortfolioDetail:
        """Change the fields that were sent.

        Raises
        ------
        InvalidRequest, NotFound, NotAllowed
        Stale
            Somebody else changed the portfolio since `row_version`.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        self._changes.update(portfolio_id, changes, actor, row_version)
        return self.get(portfolio_id, actor)

    def delete(self, portfolio_id: str, actor: Actor, row_version: int | None = None) -> None:
        """Put a portfolio aside; `restore` takes it back."""
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            uow.portfolios.delete(portfolio_id, row_version)
            note(uow, "portfolio.delete", "portfolio", portfolio_id)
            uow.commit()

    def restore(self, portfolio_id: str, actor: Actor) -> PortfolioDetail:
        """Take back a deletion."""
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            uow.portfolios.restore(portfolio_id)
            note(uow, "portfolio.restore", "portfolio", portfolio_id)
            uow.commit()
        return self.get(portfolio_id, actor)

    def read_positions(self, portfolio_id: str, text: str, actor: Actor) -> PositionsInput:
        """Return the positions that a JSON text states; nothing is written.

        Raises
        ------
        InvalidRequest
            When the text does not have the form of positions: with every field that has not, and whatever else would be
            refused of those that have.
        NotFound
            There is no such portfolio for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        return self._changes.read_positions(portfolio_id, text, actor)

    def set_positions(
        self,
        portfolio_id: str,
        wanted: PositionsInput | Sequence[PositionInput],
        actor: Actor,
        row_version: int | None = None,
    ) -> tuple[Holding, ...]:
        """Write the entries after which the portfolio holds what is named; what is not named is not held.

        Raises
        ------
        InvalidRequest
            With every problem of every row at once, or a list forbids trades in a name that comes in or goes and no
            reason is given; nothing is written then.
        Stale
            Somebody else changed the portfolio since `row_version`.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        stated = wanted if isinstance(wanted, PositionsInput) else PositionsInput(positions=tuple(wanted))
        self._changes.set_positions(portfolio_id, stated, actor, row_version)
        return self.holdings(portfolio_id, actor)

    def set_target(
        self,
        portfolio_id: str,
        weights_frac: Mapping[str, float],
        run_id: str | None,
        name: str,
        actor: Actor,
        row_version: int | None = None,
    ) -> TargetView:
        """Save the weights that a portfolio should have, by symbol; earlier targets stay as versions.

        Raises
        ------
        InvalidRequest
            Naming every symbol that is unknown and every weight that is no number.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        self._changes.set_target(portfolio_id, weights_frac, run_id, name, actor, row_version)
        return self._targets.current(portfolio_id, actor)

    def targets(self, portfolio_id: str, actor: Actor) -> Sequence[TargetVersion]:
        """Return every target that the portfolio has or had, the one in force first."""
        return self._targets.list(portfolio_id, actor)

    def restore_target(
        self, portfolio_id: str, version: int, actor: Actor, row_version: int | None = None
    ) -> TargetView:
        """Put an earlier target in force again, as the next version. See `Targets.restore`."""
        return self._targets.restore(portfolio_id, version, actor, row_version)

    def _open(
        self, portfolio_id: str, actor: Actor, as_of: date | None = None
    ) -> tuple[tables.Portfolio, PortfolioState]:
        """Return a portfolio's row with its state now, or on a day."""
        with self._ports.store.read(actor) as uow:
            row = uow.portfolios.get(portfolio_id)
            if as_of is not None:
                state = self._valuator.state_on(uow, row, as_of)
                if state.as_of is None and state.entries:
                    refuse([_too_early(state, as_of)], "The portfolio held nothing on that day.")
                return row, state
        return row, self._valuator.state(actor, row)

    def _names(self, uow: UnitOfWork, rows: Sequence[tables.Portfolio], actor: Actor) -> Names:
        """Return what clients and benchmarks are called; a reference stands for a client whose name is hidden."""
        clients = sorted({row.client_id for row in rows if row.client_id is not None})
        benchmarks = sorted({row.benchmark_id for row in rows if row.benchmark_id is not None})
        if is_allowed(actor, Permission.CLIENTS_PERSONAL):
            shown = uow.clients.names(clients)
        else:
            shown = {key: row.reference for key, row in uow.clients.get_many(clients).items()}
        return Names(shown, {key: row.name for key, row in uow.benchmarks.get_many(benchmarks).items()})

    def _today(self) -> date:
        return self._ports.clock.now_utc().date()


def _assets(uow: UnitOfWork, states: Any) -> dict[str, tables.Asset]:
    """Return the assets that the states hold, by id."""
    return dict(uow.assets.get_many(sorted({held.asset_id for state in states for held in state.holdings})))


def _target(uow: UnitOfWork, portfolio_id: str) -> tuple[tables.PortfolioTarget | None, dict[str, float]]:
    """Return the target in force with its weights by asset id."""
    target = uow.targets.current(portfolio_id)
    return target, {} if target is None else uow.targets.weights(target.id)


def _transaction(row: tables.LedgerTransaction, symbols: Mapping[str, str]) -> TransactionView:
    return TransactionView(
        id=row.id,
        entry_number=row.entry_number,
        kind=row.kind,
        trade_date=row.trade_date,
        symbol=None if row.asset_id is None else symbols.get(row.asset_id),
        quantity=row.quantity,
        price=row.price,
        amount_ccy=row.amount_ccy,
        fees_ccy=row.fees_ccy,
        currency=row.currency,
        note=row.note,
        is_sample=row.is_sample,
    )


def _too_early(state: PortfolioState, as_of: date) -> FieldProblem:
    first = min(entry.trade_date for entry in state.entries)
    return FieldProblem(
        "as_of", f"{as_of.isoformat()} lies before the first entry.", f"Choose {first.isoformat()} or a later day."
    )
