"""Which assets are known, and what is known about them?"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, tuple_

from data.errors import RowRefused
from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import Asset, AssetAttribute, AssetClassification, AssetIdentifier
from data.store.visibility import visible


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
        """Return the assets with these symbols, by symbol; unknown symbols are left out."""
        query = self._query().where(Asset.symbol.in_(list(symbols))).order_by(Asset.tenant_id.asc().nulls_first())
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
        query = self._query().where(Asset.is_active)
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

    def sectors(self) -> Sequence[str]:
        """Return the sectors that occur, in alphabetical order."""
        query = self._query().where(Asset.is_active, Asset.sector.is_not(None))
        names: Sequence[str] = self._session.scalars(
            query.with_only_columns(Asset.sector).distinct().order_by(Asset.sector)
        ).all()
        return names

    def attributes(self, asset_ids: Sequence[str], name: str, as_of: date) -> dict[str, AssetAttribute]:
        """Return the value of one attribute in force on a day, by asset; the latest known version counts."""
        query = (
            visible(AssetAttribute, self._context.actor)
            .where(
                AssetAttribute.asset_id.in_(list(asset_ids)),
                AssetAttribute.name == name,
                AssetAttribute.valid_on <= as_of,
            )
            .order_by(AssetAttribute.valid_on, AssetAttribute.knowledge_time_utc)
        )
        return {row.asset_id: row for row in self._session.scalars(query).all()}

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

    def classifications(self, asset_ids: Sequence[str], scheme: str, as_of: date) -> dict[str, str]:
        """Return the code of each asset in one scheme on a day."""
        query = visible(AssetClassification, self._context.actor).where(
            AssetClassification.asset_id.in_(list(asset_ids)),
            AssetClassification.scheme == scheme,
            or_(AssetClassification.valid_from.is_(None), AssetClassification.valid_from <= as_of),
            or_(AssetClassification.valid_to.is_(None), AssetClassification.valid_to >= as_of),
        )
        return {row.asset_id: row.code for row in self._session.scalars(query).all()}

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
