"""Which shares were found for short sales, and in which lots are assets traded?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from data.store import tables
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.compliance.restrictions_checks import person_id, refuse
from services.errors import Conflict, FieldProblem, NotFound
from services.messages.compliance_restrictions import LocateView, LotView, LotWish, NewLocate
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

QUANTITY_MAX = Decimal(10) ** 12
VALID_FOR_MAX = timedelta(days=31)


class Locates:
    """Locates and lots of the actor's house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor, *, on: date | None = None, portfolio_id: str | None = None) -> tuple[LocateView, ...]:
        """Return the locates that hold on a day (today when None), the first recorded first."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            return _views(uow, *uow.short_locates.valid(on or self._today(), portfolio_id))

    def record(self, new: NewLocate, actor: Actor) -> LocateView:
        """Record shares that a broker found, before the short sale is sent.

        Compliance and administrators record for every portfolio, portfolio managers for one that they may change.

        Raises
        ------
        InvalidRequest
            With every problem of the fields at once.

        """
        if not is_allowed(actor, Permission.RESTRICTIONS_WRITE):
            authorize(actor, Permission.PORTFOLIOS_WRITE)
        valid_on = new.valid_on or self._today()
        with self._ports.store.work(actor) as uow:
            asset = uow.assets.by_symbols([new.symbol]).get(new.symbol)
            until = new.valid_until or valid_on
            problems = _quantity_problems("quantity", new.quantity, zero=False)
            problems += _locate_problems(uow, new, actor, asset, until, valid_on)
            refuse(problems, "This locate cannot be recorded.")
            assert asset is not None
            row = uow.short_locates.add(
                tables.ShortLocate(
                    asset_id=asset.id, portfolio_id=new.portfolio_id, broker=new.broker.strip(),
                    reference=new.reference, quantity=new.quantity, valid_on=valid_on, valid_until=until,
                    recorded_by_id=person_id(actor),
                )
            )  # fmt: skip
            after = {"asset_id": asset.id, "quantity": row.quantity, "broker": row.broker, "valid_on": valid_on}
            note(uow, "locate.record", "short_locate", row.id, after={**after, "portfolio_id": row.portfolio_id})
            uow.commit()
            return _views(uow, row)[0]

    def withdraw(self, locate_id: str, actor: Actor) -> LocateView:
        """Let a locate hold no more; Conflict where it was withdrawn already."""
        if not is_allowed(actor, Permission.RESTRICTIONS_WRITE):
            authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.short_locates.get(locate_id, write=True)
            if row.withdrawn_at_utc is not None:
                raise Conflict("This locate was withdrawn already.", "There is nothing to do.")
            uow.short_locates.update(locate_id, {"withdrawn_at_utc": self._ports.clock.now_utc()})
            note(uow, "locate.withdraw", "short_locate", locate_id)
            uow.commit()
            return _views(uow, row)[0]

    def lots(self, actor: Actor) -> tuple[LotView, ...]:
        """Return the lots of the house by symbol; other assets trade in whatever quantity."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            found = _lot_views(uow, *uow.trading_lots.of().values())
        return tuple(sorted(found, key=lambda one: one.symbol))

    def set_lot(self, symbol: str, wish: LotWish, actor: Actor) -> LotView:
        """Choose in which lots an asset is traded; InvalidRequest, and NotFound where the symbol is unknown."""
        authorize(actor, Permission.RESTRICTIONS_WRITE)
        problems = _quantity_problems("lot_quantity", wish.lot_quantity, zero=False)
        problems += _quantity_problems("least_quantity", wish.least_quantity, zero=True)
        refuse(problems, "This lot cannot be set.")
        with self._ports.store.work(actor) as uow:
            asset = uow.assets.by_symbols([symbol]).get(symbol)
            if asset is None:
                raise NotFound(f"There is no asset with the symbol {symbol!r}.", "Choose one from the list.")
            row = uow.trading_lots.put(asset.id, wish.lot_quantity, wish.least_quantity)
            after = {"lot_quantity": row.lot_quantity, "least_quantity": row.least_quantity}
            note(uow, "lot.set", "trading_lot", asset.id, after=after)
            uow.commit()
            return _lot_views(uow, row)[0]

    def _today(self) -> date:
        return self._ports.clock.now_utc().date()


def _locate_problems(
    uow: UnitOfWork, new: NewLocate, actor: Actor, asset: tables.Asset | None, until: date, valid_on: date
) -> list[FieldProblem]:
    problems = []
    if asset is None:
        problems.append(
            FieldProblem("symbol", f"There is no asset with the symbol {new.symbol!r}.", "Choose from the list.")
        )
    if until < valid_on or until - valid_on > VALID_FOR_MAX:
        problems.append(
            FieldProblem("valid_until", "A locate holds for 1 to 31 days.", "Locates are made anew for later days.")
        )
    if new.portfolio_id is None and not is_allowed(actor, Permission.RESTRICTIONS_WRITE):
        problems.append(
            FieldProblem("portfolio_id", "The portfolio is not named.", "Name the portfolio that goes short.")
        )
    is_guard = is_allowed(actor, Permission.RESTRICTIONS_WRITE)
    if new.portfolio_id is not None and uow.portfolios.find(new.portfolio_id, write=not is_guard) is None:
        problems.append(
            FieldProblem("portfolio_id", f"There is no portfolio with the id {new.portfolio_id!r}.", "Choose one.")
        )
    return problems


def _quantity_problems(field: str, value: Decimal, *, zero: bool) -> list[FieldProblem]:
    if value.is_finite() and (value > 0 or (zero and value == 0)) and value <= QUANTITY_MAX:
        return []
    return [FieldProblem(field, "This is no number of shares above zero.", "Write a number such as 100.")]


def _views(uow: UnitOfWork, *rows: tables.ShortLocate) -> tuple[LocateView, ...]:
    assets = uow.assets.get_many([row.asset_id for row in rows])
    people = uow.users.get_many([row.recorded_by_id for row in rows if row.recorded_by_id is not None])
    return tuple(
        LocateView(
            id=row.id, symbol=assets[row.asset_id].symbol, quantity=row.quantity, broker=row.broker,
            reference=row.reference, portfolio_id=row.portfolio_id, valid_on=row.valid_on,
            valid_until=row.valid_until, recorded_by=_name(people, row.recorded_by_id),
            recorded_at_utc=row.created_at_utc, is_withdrawn=row.withdrawn_at_utc is not None,
        )
        for row in rows
    )  # fmt: skip


def _lot_views(uow: UnitOfWork, *rows: tables.TradingLot) -> tuple[LotView, ...]:
    assets = uow.assets.get_many([row.asset_id for row in rows])
    people = uow.users.get_many([row.set_by_id for row in rows if row.set_by_id is not None])
    return tuple(
        LotView(
            symbol=assets[row.asset_id].symbol, lot_quantity=row.lot_quantity, least_quantity=row.least_quantity,
            set_by=_name(people, row.set_by_id), row_version=row.row_version,
        )
        for row in rows
    )  # fmt: skip


def _name(people: dict[str, tables.User], user_id: str | None) -> str | None:
    user = people.get(user_id or "")
    return None if user is None else user.name
