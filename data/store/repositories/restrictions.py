"""What stood on which list on a day, what was borrowed for short sales, and in which lots is an asset traded?"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, or_

from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import RestrictionEntry, RestrictionList, ShortLocate, TradingLot
from data.store.visibility import visible


class RestrictionLists(Repository[RestrictionList]):
    """Lists that the actor may see; they are closed and never removed."""

    model = RestrictionList
    kind = "restriction list"
    editable = frozenset({"name", "note", "closed_on"})

    def all(self, *, kind: str | None = None, with_closed: bool = False) -> Sequence[RestrictionList]:
        """Return lists by name."""
        query = self._query()
        if kind is not None:
            query = query.where(RestrictionList.kind == kind)
        if not with_closed:
            query = query.where(RestrictionList.closed_on.is_(None))
        return self._all(query.order_by(RestrictionList.name, RestrictionList.id))

    def named(self, name: str) -> RestrictionList | None:
        """Return the list of that name, closed or not."""
        return self._one(self._query().where(func.lower(RestrictionList.name) == name.lower()))

    def in_force(
        self, on: date, *, portfolio_id: str | None, client_id: str | None, person_id: str | None
    ) -> Sequence[RestrictionList]:
        """Return the lists that concern a portfolio, its client or a person on a day, beside those of the house."""
        concerned = [RestrictionList.scope_kind == "house"]
        for kind, scope_id in (("portfolio", portfolio_id), ("client", client_id), ("person", person_id)):
            if scope_id is not None:
                concerned.append(and_(RestrictionList.scope_kind == kind, RestrictionList.scope_id == scope_id))
        is_open = or_(RestrictionList.closed_on.is_(None), RestrictionList.closed_on > on)
        return self._all(self._query().where(or_(*concerned), is_open).order_by(RestrictionList.id))


class RestrictionEntries(Repository[RestrictionEntry]):
    """Names on lists that the actor may see; they are added and ended, never removed."""

    model = RestrictionEntry
    kind = "entry of a restriction list"
    editable = frozenset({"removed_on", "removed_at_utc", "removed_by_id", "removal_reason"})

    def on_day(
        self, list_ids: Sequence[str], on: date, known_at_utc: datetime | None = None
    ) -> Sequence[RestrictionEntry]:
        """Return what counts on a day.

        Parameters
        ----------
        list_ids : sequence of str
        on : date
        known_at_utc : datetime, optional
            As it was known at this instant: entries made later are left out, and removals made later are not seen.
        """
        if not list_ids:
            return ()
        row = RestrictionEntry
        stays: Any = or_(row.removed_on.is_(None), row.removed_on > on)
        query = self._query().where(row.list_id.in_(list(list_ids)), row.from_on <= on)
        query = query.where(or_(row.until_on.is_(None), row.until_on >= on))
        if known_at_utc is not None:
            query = query.where(row.created_at_utc <= known_at_utc)
            stays = or_(stays, row.removed_at_utc > known_at_utc)
        return self._all(query.where(stays).order_by(row.from_on, row.id))

    def changed_between(
        self, list_ids: Sequence[str], first_utc: datetime, last_utc: datetime
    ) -> Sequence[RestrictionEntry]:
        """Return the entries of some lists that were made or removed in a span of time."""
        row = RestrictionEntry
        made = and_(row.created_at_utc >= first_utc, row.created_at_utc < last_utc)
        removed = and_(row.removed_at_utc >= first_utc, row.removed_at_utc < last_utc)
        query = self._query().where(row.list_id.in_(list(list_ids)), or_(made, removed))
        return self._all(query.order_by(row.created_at_utc, row.id))

    def counts(self, on: date) -> Mapping[str, int]:
        """Return how many entries each visible list has on a day."""
        row = RestrictionEntry
        query = self._counting(on).with_only_columns(row.list_id, func.count()).group_by(row.list_id)
        return dict(self._session.execute(query).all())

    def page(
        self, list_id: str, *, on: date | None = None, cursor: str | None = None, limit: int = 200
    ) -> Page[RestrictionEntry]:
        """Return entries of a list, the newest first: all there ever were, or those that count on a day."""
        query = self._query() if on is None else self._counting(on)
        return self._page(query.where(RestrictionEntry.list_id == list_id), cursor, limit)

    def same(self, wanted: RestrictionEntry) -> RestrictionEntry | None:
        """Return an entry of the same list that names the same and is not over when the wanted one begins."""
        row = RestrictionEntry
        query = self._query().where(
            row.list_id == wanted.list_id,
            row.asset_id.is_(None) if wanted.asset_id is None else row.asset_id == wanted.asset_id,
            row.issuer_id.is_(None) if wanted.issuer_id is None else row.issuer_id == wanted.issuer_id,
            row.issuer_group_id.is_(None)
            if wanted.issuer_group_id is None
            else row.issuer_group_id == wanted.issuer_group_id,
            or_(row.until_on.is_(None), row.until_on >= wanted.from_on),
            or_(row.removed_on.is_(None), row.removed_on > wanted.from_on),
        )
        if wanted.until_on is not None:
            query = query.where(row.from_on <= wanted.until_on)
        return self._one(query.order_by(row.from_on, row.id))

    def _counting(self, on: date) -> Select[RestrictionEntry]:
        row = RestrictionEntry
        return self._query().where(
            row.from_on <= on,
            or_(row.until_on.is_(None), row.until_on >= on),
            or_(row.removed_on.is_(None), row.removed_on > on),
        )


class ShortLocates(Repository[ShortLocate]):
    """Locates for portfolios that the actor may see."""

    model = ShortLocate
    kind = "locate"
    editable = frozenset({"withdrawn_at_utc"})

    def valid(self, on: date, portfolio_id: str | None = None) -> Sequence[ShortLocate]:
        """Return locates that hold on a day, for one portfolio and for all of them, the first recorded first."""
        row = ShortLocate
        query = self._query().where(row.valid_on <= on, row.valid_until >= on, row.withdrawn_at_utc.is_(None))
        if portfolio_id is not None:
            query = query.where(or_(row.portfolio_id.is_(None), row.portfolio_id == portfolio_id))
        return self._all(query.order_by(row.created_at_utc, row.id))


class TradingLots(Repository[TradingLot]):
    """Lots of the house."""

    model = TradingLot
    kind = "trading lot"

    def of(self, asset_ids: Sequence[str] | None = None) -> dict[str, TradingLot]:
        """Return lots by asset id; assets without a row trade in whatever quantity."""
        query = self._query()
        if asset_ids is not None:
            query = query.where(TradingLot.asset_id.in_(list(asset_ids)))
        return {row.asset_id: row for row in self._all(query)}

    def put(self, asset_id: str, lot_quantity: Decimal, least_quantity: Decimal) -> TradingLot:
        """Choose the lot of one asset."""
        query = visible(TradingLot, self._context.actor, write=True).where(TradingLot.asset_id == asset_id)
        row = self._one(query)
        if row is None:
            made = TradingLot(asset_id=asset_id, lot_quantity=lot_quantity, least_quantity=least_quantity)
            made.set_by_id = self._context.user_id
            return self.add(made)
        row.lot_quantity, row.least_quantity, row.set_by_id = lot_quantity, least_quantity, self._context.user_id
        self._flush(row)
        return row
