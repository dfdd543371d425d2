"""Which versions do a portfolio's holdings and targets have, what differs between two, and how does one come back?

Nothing is ever overwritten: a version of the holdings is what was entered into the ledger together, a version of the
target is one that was saved. Bringing one back makes the next version.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, NotFound
from services.messages.portfolio_versions import VersionDifference, VersionKind, VersionView
from services.messages.portfolios import PositionInput, PositionsInput
from services.portfolios_versions_difference import Side, difference_of
from services.portfolios_versions_ledger import LedgerVersion, held_after, versions_of
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader
    from services.portfolios import Portfolios
    from services.ports import Ports

LOWEST = 0
"""The number of the version before the first: nothing."""


class PortfolioVersions:
    """Versions of the portfolios that the actor may see.

    Parameters
    ----------
    ports : Ports
    portfolios : Portfolios
    reader : SeriesReader
        Closes and rates, to tell differences in money.

    """

    def __init__(self, ports: Ports, *, portfolios: Portfolios, reader: SeriesReader) -> None:
        self._ports = ports
        self._portfolios = portfolios
        self._reader = reader

    def list(self, portfolio_id: str, actor: Actor) -> builtins.list[VersionView]:
        """Return the versions of holdings and targets, the newest first.

        Raises
        ------
        NotFound
            There is no such portfolio for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            held = versions_of(uow.ledger.entries(portfolio_id))
            targets = uow.targets.versions(portfolio_id)
            ids = {one.by_id for one in held} | {one.set_by_id for one in targets}
            people = {key: row.name for key, row in uow.users.get_many(sorted(one for one in ids if one)).items()}
            counts = {one.id: len(uow.targets.weights(one.id)) for one in targets}
        made = [_held_view(one, people, is_current=one is held[-1]) for one in held]
        made += [_target_view(one, people, counts[one.id], is_current=one is targets[0]) for one in targets]
        return sorted(made, key=lambda one: (one.at_utc, one.number), reverse=True)

    def difference(
        self, portfolio_id: str, kind: VersionKind, before: int, after: int, actor: Actor
    ) -> VersionDifference:
        """Return what differs between two versions, in units, weight and money at today's closes.

        Parameters
        ----------
        kind : {"holdings", "target"}
        before, after : int
            Numbers of versions; 0 is the time before the first.

        Raises
        ------
        NotFound
            There is no such portfolio for this actor, or no such version.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.portfolios.get(portfolio_id)
            if kind == "holdings":
                sides = [self._holdings(uow, row, number) for number in (before, after)]
                weights = None
            else:
                sides = [Side(), Side()]
                weights = [self._target(uow, portfolio_id, number) for number in (before, after)]
            ids = {key for side in sides for key in side.quantities} | {key for one in weights or () for key in one}
            assets = dict(uow.assets.get_many(sorted(ids)))
            currencies = {one for side in sides for one in side.cash} | {one.currency for one in assets.values()}
            book = self._reader.book(uow, row.base_currency, sorted(assets), currencies)
        standing = self._portfolios.get(portfolio_id, actor)
        return difference_of(kind, (before, after), sides, weights, assets, book, standing)

    def restore(
        self, portfolio_id: str, kind: VersionKind, number: int, actor: Actor, row_version: int | None = None
    ) -> VersionView:
        """Bring a version back, as the next one.

        Of the holdings the units of every asset and the cash in the base currency come back, booked as transfers on the
        last day with closes; cash in other currencies stays.

        Raises
        ------
        NotFound
            There is no such version.
        Conflict
            It is in force already, or some of its assets were split since.
        InvalidRequest
            Some asset of it has no close any more.
        Stale
            Somebody else changed the portfolio since `row_version`.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        if kind == "target":
            self._portfolios.restore_target(portfolio_id, number, actor, row_version)
        else:
            self._restore_holdings(portfolio_id, number, actor, row_version)
        return next(one for one in self.list(portfolio_id, actor) if one.kind == kind and one.is_current)

    def take_back(self, place: str, actor: Actor) -> VersionView:
        """Bring ``portfolio id~kind~number`` back, which was in force before another one.

        Raises
        ------
        NotFound
            There is no such version.

        """
        portfolio_id, _, rest = place.partition("~")
        kind, _, number = rest.partition("~")
        if kind not in ("holdings", "target") or not number.isdigit():
            raise NotFound.of("version", rest)
        return self.restore(portfolio_id, "target" if kind == "target" else "holdings", int(number), actor)

    def _restore_holdings(self, portfolio_id: str, number: int, actor: Actor, row_version: int | None) -> None:
        with self._ports.store.read(actor) as uow:
            row = uow.portfolios.get(portfolio_id, write=True)
            side = self._holdings(uow, row, number)
            entries = uow.ledger.entries(portfolio_id)
            versions = versions_of(entries)
            if number == versions[-1].number:
                raise Conflict(f"Version {number} is what is held now.", "Choose an earlier one.", code="in_force")
            later = [one for one in entries if one.entry_number > versions[number - 1].last_entry]
            split = {one.asset_id for one in later if one.kind == "split"} & set(side.quantities)
            assets = uow.assets.get_many(sorted(side.quantities))
            if split:
                names = ", ".join(sorted(assets[key].symbol for key in split if key in assets))
                raise Conflict(
                    f"{names} was split since version {number}, so its units of that time mean something else now.",
                    "Set the positions by hand instead.",
                    code="split_since",
                )
            wanted = PositionsInput(
                positions=tuple(
                    PositionInput(symbol=assets[key].symbol, quantity=quantity)
                    for key, quantity in sorted(side.quantities.items())
                    if key in assets
                ),
                cash_ccy=side.cash.get(row.base_currency, ZERO),
                reason=f"Version {number} of the holdings brought back.",
            )
        self._portfolios.set_positions(portfolio_id, wanted, actor, row_version)

    def _holdings(self, uow: UnitOfWork, row: tables.Portfolio, number: int) -> Side:
        """Return what was held after a version."""
        entries = uow.ledger.entries(row.id)
        versions = versions_of(entries)
        if not LOWEST <= number <= len(versions):
            raise _no_version("holdings", number)
        last = 0 if number == LOWEST else versions[number - 1].last_entry
        quantities, cash = held_after(entries, last)
        return Side(quantities, cash)

    def _target(self, uow: UnitOfWork, portfolio_id: str, number: int) -> dict[str, float]:
        """Return the weights of a target by asset id."""
        if number == LOWEST:
            return {}
        found = next((one for one in uow.targets.versions(portfolio_id) if one.version == number), None)
        if found is None:
            raise _no_version("target", number)
        return uow.targets.weights(found.id)


def _no_version(kind: VersionKind, number: int) -> NotFound:
    return NotFound(f"There is no version {number} of the {kind}.", "Choose one from the list of versions.")


def _held_view(one: LedgerVersion, people: dict[str, str], *, is_current: bool) -> VersionView:
    return VersionView(
        kind="holdings",
        number=one.number,
        at_utc=one.at_utc,
        by_id=one.by_id,
        by_name=people.get(one.by_id or ""),
        why=one.why,
        entries_count=one.entries_count,
        positions_count=one.positions_count,
        is_current=is_current,
    )


def _target_view(row: tables.PortfolioTarget, people: dict[str, str], count: int, *, is_current: bool) -> VersionView:
    return VersionView(
        kind="target",
        number=row.version,
        at_utc=row.created_at_utc,
        by_id=row.set_by_id,
        by_name=people.get(row.set_by_id or ""),
        why=row.name,
        entries_count=0,
        positions_count=count,
        is_current=is_current,
        run_id=row.run_id,
    )
