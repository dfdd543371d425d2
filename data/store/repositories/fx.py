"""What was one currency worth in another?"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, delete, or_

from data.store.repositories.inserts import upsert
from data.store.repositories.repository import Repository
from data.store.tables import FxRate


class FxRates(Repository[FxRate]):
    """Rates that all tenants share and the tenant's own; the own ones win on the same day.

    Of one pair either real rates count or fictitious ones, over the whole series: one real rate in either direction
    shuts the fictitious ones out.
    """

    model = FxRate
    kind = "exchange rate"

    def ingest(
        self,
        base: str,
        quote: str,
        rates: Mapping[date, float],
        *,
        provider: str,
        knowledge_time_utc: datetime,
        batch_id: str | None = None,
        is_sample: bool = False,
    ) -> int:
        """Write rates; return how many. The unit's tenant owns them, all share them when it has none.

        Parameters
        ----------
        base, quote : str
            A rate is the number of units of ``quote`` for one unit of ``base``.
        rates : mapping
            By session date.
        provider : str
            Who said so.
        knowledge_time_utc : datetime
            Since when it is known.
        batch_id : str, optional
            Delivery it came with.
        is_sample : bool
            Whether the figures are fictitious.
        """
        scope = self._context.actor.tenant_id or ""
        rows = [
            {
                "tenant_scope": scope,
                "base": base,
                "quote": quote,
                "provider": provider,
                "rate_date": day,
                "knowledge_time_utc": knowledge_time_utc,
                "rate": float(rate),
                "is_sample": is_sample,
                "batch_id": batch_id,
            }
            for day, rate in rates.items()
        ]
        upsert(self._context, FxRate, rows)
        return len(rows)

    def series(
        self,
        base: str,
        quote: str,
        start: date | None = None,
        end: date | None = None,
        *,
        known_at_utc: datetime | None = None,
    ) -> dict[date, FxRate]:
        """Return the latest known rate of each day between two days, both included, in order of days.

        With ``known_at_utc`` what became known later is not read. Empty too where only fictitious rates are of this
        direction and a real one is of the other. A unit without a tenant reads what all share.
        """
        query = self._counting(base, quote, known_at_utc)
        if start is not None:
            query = query.where(FxRate.rate_date >= start)
        if end is not None:
            query = query.where(FxRate.rate_date <= end)
        rows = self._all(query.order_by(FxRate.rate_date, FxRate.tenant_scope, FxRate.knowledge_time_utc))
        return {row.rate_date: row for row in rows}

    def partners(self, currency: str) -> frozenset[str]:
        """Return the currencies between which and one rates can be seen, in either direction."""
        others = self._query().with_only_columns(FxRate.quote).where(FxRate.base == currency).distinct()
        bases = self._query().with_only_columns(FxRate.base).where(FxRate.quote == currency).distinct()
        return frozenset(self._session.scalars(others)) | frozenset(self._session.scalars(bases))

    def has_any(self) -> bool:
        """Return whether any rate can be seen."""
        return self._one(self._query().limit(1)) is not None

    def own(self, base: str, quote: str, provider: str) -> dict[date, float]:
        """Return what a provider brought for the tenant alone: the latest known rate by day."""
        query = self._query().where(
            FxRate.tenant_scope == self._require_tenant(),
            FxRate.base == base,
            FxRate.quote == quote,
            FxRate.provider == provider,
        )
        return {row.rate_date: row.rate for row in self._all(query.order_by(FxRate.knowledge_time_utc))}

    def withdraw(self, batch_id: str) -> int:
        """Take back the tenant's own rates that came with one delivery; return how many."""
        mine = (FxRate.tenant_scope == self._require_tenant(), FxRate.batch_id == batch_id)
        return int(self._session.execute(delete(FxRate).where(*mine)).rowcount)

    def on(self, base: str, quote: str, as_of: date) -> FxRate | None:
        """Return the last rate known up to a day; None when there is none of those that count."""
        query = self._counting(base, quote, None).where(FxRate.rate_date <= as_of)
        newest = (FxRate.rate_date.desc(), FxRate.tenant_scope.desc(), FxRate.knowledge_time_utc.desc())
        return self._one(query.order_by(*newest).limit(1))

    def _counting(self, base: str, quote: str, known_at_utc: datetime | None) -> Select[FxRate]:
        """Return the rows of one direction of a pair that count: without the fictitious where a real rate is known."""
        direct = and_(FxRate.base == base, FxRate.quote == quote)
        inverse = and_(FxRate.base == quote, FxRate.quote == base)
        seen: list[ColumnElement[bool]] = []
        if self._context.actor.tenant_id is None:  # the product's own jobs see all houses, and use what all share
            seen.append(FxRate.tenant_scope == "")
        if known_at_utc is not None:
            seen.append(FxRate.knowledge_time_utc <= known_at_utc)
        real = self._query().where(or_(direct, inverse), FxRate.is_sample.is_(False), *seen).limit(1)
        query = self._query().where(direct, *seen)
        return query if self._one(real) is None else query.where(FxRate.is_sample.is_(False))
