"""Which assets are known, and what is known about them?"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, tuple_

from data.errors import RowRefused
from data.store.actor import SystemActor
from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import (
    Asset,
    AssetAttribute,
    AssetClassification,
    AssetIdentifier,
    BenchmarkWeight,
    LedgerTransaction,
    Lot,
    PortfolioTargetWeight,
    PriceBar,
)
from data.store.visibility import condition, visible

IMPORTED = "upload"
"""Provider of what a tenant brought in files."""


class Assets(Repository[Asset]):
    """Assets, shared and of the tenant. Where both have a symbol, the tenant's own comes first."""

    model = Asset
    kind = "asset"
    editable = frozenset(
        {"name", "asset_class", "currency", "exchange", "country", "sector", "industry", "issuer_id", "is_active"}
    )

    def add_many(self, rows: Iterable[Any]) -> None:
        """Insert assets, identifiers, classifications or attributes; parents must come before their children."""
        for row in rows:
            self._claim_for_tenant(row)
            self._session.add(row)
            self._session.flush()

    def by_symbols(self, symbols: Sequence[str]) -> dict[str, Asset]:
        """Return the assets with these symbols, by symbol; unknown symbols are left out.

        A unit without a tenant finds only what all tenants share, never what one of them brought.
        """
        query = self._query().where(Asset.symbol.in_(list(symbols))).order_by(Asset.tenant_id.asc().nulls_first())
        if self._context.actor.tenant_id is None:
            query = query.where(Asset.tenant_id.is_(None))
        return {row.symbol: row for row in self._all(query)}

    def search(
        self,
        *,
        text: str | None = None,
        sector: str | None = None,
        asset_class: str | None = None,
        currency: str | None = None,
        cursor: str | None = None,
        limit: int = 200,
    ) -> Page[Asset]:
        """Return assets by symbol; ``text`` is looked for in symbol and name, its characters taken literally."""
        query = self._query().where(Asset.is_active, self._not_shadowed())
        if text:
            wanted = text.strip().casefold()
            query = query.where(
                or_(
                    func.lower(Asset.symbol).contains(wanted, autoescape=True),
                    func.lower(Asset.name).contains(wanted, autoescape=True),
                )
            )
        if sector is not None:
            query = query.where(Asset.sector == sector)
        if asset_class is not None:
            query = query.where(Asset.asset_class == asset_class)
        if currency is not None:
            query = query.where(Asset.currency == currency)
        return self._by_symbol(query, cursor, limit)

    def ids_of_issuers(self, issuer_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the ids of the visible assets of each issuer."""
        columns = (
            self._query().where(Asset.issuer_id.in_(list(issuer_ids))).with_only_columns(Asset.issuer_id, Asset.id)
        )
        found: dict[str, tuple[str, ...]] = {}
        for issuer_id, asset_id in self._session.execute(columns.order_by(Asset.issuer_id, Asset.symbol)):
            found[issuer_id] = (*found.get(issuer_id, ()), asset_id)
        return found

    def sectors(self) -> Sequence[str]:
        """Return the sectors that occur, in alphabetical order."""
        query = self._query().where(Asset.is_active, Asset.sector.is_not(None))
        names: Sequence[str] = self._session.scalars(
            query.with_only_columns(Asset.sector).distinct().order_by(Asset.sector)
        ).all()
        return names

    def attributes(
        self, asset_ids: Sequence[str], name: str, as_of: date, known_by_utc: datetime | None = None
    ) -> dict[str, AssetAttribute]:
        """Return the value of one attribute in force on a day, by asset; the latest known version counts.

        An invented value counts only where there is no real one, however old that is. With `known_by_utc`, a value
        counts only once it was known; what a tenant imported itself is known from the day that it was given for.
        """
        query = (
            visible(AssetAttribute, self._context.actor)
            .where(
                AssetAttribute.asset_id.in_(list(asset_ids)),
                AssetAttribute.name == name,
                AssetAttribute.valid_on <= as_of,
            )
            .order_by(
                AssetAttribute.is_sample.desc(), AssetAttribute.valid_on, AssetAttribute.knowledge_time_utc,
                AssetAttribute.id,
            )
        )  # fmt: skip
        if known_by_utc is not None:
            was_known = AssetAttribute.knowledge_time_utc <= known_by_utc
            was_imported = and_(AssetAttribute.tenant_id.is_not(None), AssetAttribute.provider == IMPORTED)
            query = query.where(or_(was_imported, was_known))
        return {row.asset_id: row for row in self._session.scalars(query).all()}

    def attributes_named(
        self, asset_ids: Sequence[str], names: Sequence[str], as_of: date, known_by_utc: datetime
    ) -> dict[str, dict[str, AssetAttribute]]:
        """Return the values of several attributes in force on a day, by name and asset, as `attributes` does of one."""
        row = AssetAttribute
        was_imported = and_(row.tenant_id.is_not(None), row.provider == IMPORTED)
        query = visible(row, self._context.actor).where(
            row.asset_id.in_(list(asset_ids)), row.name.in_(list(names)), row.valid_on <= as_of,
            or_(was_imported, row.knowledge_time_utc <= known_by_utc),
        )  # fmt: skip
        found: dict[str, dict[str, AssetAttribute]] = {}
        for one in self._session.scalars(
            query.order_by(row.is_sample.desc(), row.valid_on, row.knowledge_time_utc, row.id)
        ):
            found.setdefault(one.name, {})[one.asset_id] = one
        return found

    def attribute_series(
        self, asset_ids: Sequence[str], name: str, first: date, as_of: date, known_by_utc: datetime
    ) -> dict[str, dict[date, AssetAttribute]]:
        """Return the real values given for days from `first` to a day, by asset and day, oldest first.

        Of two values of one day the one known later counts; what is known when is as in `attributes`.
        """
        row = AssetAttribute
        was_imported = and_(row.tenant_id.is_not(None), row.provider == IMPORTED)
        query = visible(row, self._context.actor).where(
            row.asset_id.in_(list(asset_ids)), row.name == name, row.valid_on >= first, row.valid_on <= as_of,
            row.is_sample.is_(False), or_(was_imported, row.knowledge_time_utc <= known_by_utc),
        )  # fmt: skip
        found: dict[str, dict[date, AssetAttribute]] = {}
        for one in self._session.scalars(query.order_by(row.valid_on, row.knowledge_time_utc, row.id)):
            found.setdefault(one.asset_id, {})[one.valid_on] = one
        return found

    def attribute_history(
        self, asset_ids: Sequence[str], names: Sequence[str] | None = None, known_by_utc: datetime | None = None
    ) -> Sequence[AssetAttribute]:
        """Return every dated value of attributes (None: of all), each day's latest known version, in order of days.

        What a tenant brought and what all share are told side by side, also where one provider said both.
        """
        query = visible(AssetAttribute, self._context.actor).where(AssetAttribute.asset_id.in_(list(asset_ids)))
        if names is not None:
            query = query.where(AssetAttribute.name.in_(list(names)))
        if known_by_utc is not None:
            query = query.where(AssetAttribute.knowledge_time_utc <= known_by_utc)
        order = (AssetAttribute.name, AssetAttribute.valid_on, AssetAttribute.knowledge_time_utc, AssetAttribute.id)
        rows: Sequence[AssetAttribute] = self._session.scalars(query.order_by(*order)).all()
        latest = {(row.tenant_id, row.asset_id, row.name, row.valid_on, row.provider): row for row in rows}
        return list(latest.values())

    def own_attributes(self, asset_ids: Sequence[str], names: Sequence[str], provider: str) -> dict[Any, Any]:
        """Return what a provider brought for the tenant alone: (asset id, name, day) to the latest known value."""
        query = (
            visible(AssetAttribute, self._context.actor)
            .where(
                AssetAttribute.tenant_id == self._require_tenant(),
                AssetAttribute.asset_id.in_(list(asset_ids)),
                AssetAttribute.name.in_(list(names)),
                AssetAttribute.provider == provider,
            )
            .order_by(AssetAttribute.knowledge_time_utc, AssetAttribute.id)
        )
        return {(row.asset_id, row.name, row.valid_on): row.value for row in self._session.scalars(query).all()}

    def with_attribute(self, name: str) -> frozenset[str]:
        """Return the ids of the assets of which the attribute is known on any day."""
        query = visible(AssetAttribute, self._context.actor).where(AssetAttribute.name == name)
        return frozenset(self._session.scalars(query.with_only_columns(AssetAttribute.asset_id).distinct()).all())

    def withdraw_attributes(self, batch_id: str) -> int:
        """Take back the tenant's own values that came with one delivery; return how many."""
        where = (AssetAttribute.tenant_id == self._require_tenant(), AssetAttribute.batch_id == batch_id)
        done = self._session.execute(delete(AssetAttribute).where(*where, self._may_attribute()))
        return int(done.rowcount)

    def in_use(self, asset_ids: Sequence[str]) -> frozenset[str]:
        """Return which of the assets a portfolio, a saved target or a benchmark names, whoever may see that."""
        if not asset_ids:
            return frozenset()
        found: set[str] = set()
        inside = SystemActor(self._require_tenant())
        for model in (LedgerTransaction, Lot, PortfolioTargetWeight, BenchmarkWeight):
            column = model.__table__.columns["asset_id"]
            query = visible(model, inside, deleted=True).where(column.in_(list(asset_ids)))
            found.update(self._session.scalars(query.with_only_columns(column).distinct()).all())
        return frozenset(found)

    def without_figures(self, asset_ids: Sequence[str]) -> frozenset[str]:
        """Return which of the assets have neither a price nor an attribute left."""
        left = set(asset_ids)
        for model in (PriceBar, AssetAttribute):
            column = model.__table__.columns["asset_id"]
            query = visible(model, self._context.actor).where(column.in_(list(asset_ids)))
            left -= set(self._session.scalars(query.with_only_columns(column).distinct()).all())
        return frozenset(left)

    def remove_own(self, asset_ids: Sequence[str]) -> int:
        """Remove assets that only this tenant has, with their identifiers and classifications; return how many."""
        if not asset_ids:
            return 0
        rows = self._all(self._query(write=True).where(Asset.id.in_(list(asset_ids)), Asset.tenant_id.is_not(None)))
        for row in rows:
            self._session.delete(row)
        self._session.flush()
        return len(rows)

    def identifiers(self, asset_id: str) -> Sequence[AssetIdentifier]:
        """Return all names of one asset."""
        query = visible(AssetIdentifier, self._context.actor).where(AssetIdentifier.asset_id == asset_id)
        rows: Sequence[AssetIdentifier] = self._session.scalars(query.order_by(AssetIdentifier.scheme)).all()
        return rows

    def find_by_identifier(self, scheme: str, value: str, on: date) -> Asset | None:
        """Return the asset that bore a name on a day."""
        names = visible(AssetIdentifier, self._context.actor).where(
            AssetIdentifier.scheme == scheme,
            AssetIdentifier.value == value,
            or_(AssetIdentifier.valid_from.is_(None), AssetIdentifier.valid_from <= on),
            or_(AssetIdentifier.valid_to.is_(None), AssetIdentifier.valid_to >= on),
        )
        return self._one(self._query().where(Asset.id.in_(names.with_only_columns(AssetIdentifier.asset_id))))

    def names_on(self, asset_ids: Sequence[str], scheme: str, on: date) -> dict[str, str]:
        """Return the name of each asset under one scheme on a day, by asset id; assets without one are left out."""
        query = visible(AssetIdentifier, self._context.actor).where(
            AssetIdentifier.asset_id.in_(list(asset_ids)),
            AssetIdentifier.scheme == scheme,
            or_(AssetIdentifier.valid_from.is_(None), AssetIdentifier.valid_from <= on),
            or_(AssetIdentifier.valid_to.is_(None), AssetIdentifier.valid_to >= on),
        )
        return {row.asset_id: row.value for row in self._session.scalars(query).all()}

    def classifications(self, asset_ids: Sequence[str], scheme: str, as_of: date) -> dict[str, str]:
        """Return the code of each asset in one scheme on a day."""
        query = visible(AssetClassification, self._context.actor).where(
            AssetClassification.asset_id.in_(list(asset_ids)),
            AssetClassification.scheme == scheme,
            or_(AssetClassification.valid_from.is_(None), AssetClassification.valid_from <= as_of),
            or_(AssetClassification.valid_to.is_(None), AssetClassification.valid_to >= as_of),
        )
        return {row.asset_id: row.code for row in self._session.scalars(query).all()}

    def _not_shadowed(self) -> Any:
        """Leave out what all tenants share where the tenant has an asset of its own with the same symbol.

        A unit without a tenant finds only what all tenants share.
        """
        if self._context.actor.tenant_id is None:
            return Asset.tenant_id.is_(None)
        mine = visible(Asset, self._context.actor).where(Asset.tenant_id == self._context.actor.tenant_id)
        return or_(Asset.tenant_id.is_not(None), Asset.symbol.not_in(mine.with_only_columns(Asset.symbol)))

    def _may_attribute(self) -> Any:
        return condition(AssetAttribute, self._context.actor, write=True)

    def _by_symbol(self, query: Select[Asset], cursor: str | None, limit: int) -> Page[Asset]:
        if cursor is not None:
            symbol, _, row_id = cursor.rpartition("~")
            if not symbol:
                raise RowRefused("The cursor is not one that this list handed out; start from the first page.")
            query = query.where(tuple_(Asset.symbol, Asset.id) > tuple_(symbol, row_id))
        size = max(1, min(limit, 5000))
        rows = self._all(query.order_by(Asset.symbol, Asset.id).limit(size + 1))
        if len(rows) <= size:
            return Page(rows, None)
        return Page(rows[:size], f"{rows[size - 1].symbol}~{rows[size - 1].id}")
