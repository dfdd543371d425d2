"""What did factors return, by set?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete

from data.store.repositories.inserts import upsert
from data.store.repositories.repository import Repository
from data.store.tables import FactorReturn

DAYS, RETURNS = np.dtype("<i4"), np.dtype("<f8")


@dataclass(frozen=True, eq=False)
class FactorDays:
    """One factor's simple returns by day, as fractions, in order of days; in which deliveries they came."""

    factor: str
    days: NDArray[np.datetime64]
    returns_frac: NDArray[np.float64]
    batch_ids: tuple[str, ...]


class Factors(Repository[FactorReturn]):
    """Returns of factors that the tenant brought."""

    model = FactorReturn
    kind = "factor set"

    def put(
        self,
        factor_set: str,
        series: Sequence[tuple[str, NDArray[np.datetime64], NDArray[np.float64]]],
        *,
        provider: str,
        knowledge_time_utc: datetime,
        batch_id: str,
    ) -> int:
        """Write a delivery of a set for the tenant alone; return how many figures.

        Parameters
        ----------
        factor_set : str
        series : sequence of (str, array of days, array of fractions)
            Factor, its days in order, and its simple returns, without NaN.
        provider : str
        knowledge_time_utc : datetime
        batch_id : str
        """
        self._refuse_read_only_roles()
        rows = [
            {
                "tenant_scope": self._require_tenant(),
                "factor_set": factor_set,
                "factor": factor,
                "batch_id": batch_id,
                "place": place,
                "provider": provider,
                "knowledge_time_utc": knowledge_time_utc,
                "first_date": days[0].astype("datetime64[D]").astype(object),
                "last_date": days[-1].astype("datetime64[D]").astype(object),
                "dates": days.astype("datetime64[D]").astype(np.int64).astype(DAYS).tobytes(),
                "returns": returns.astype(RETURNS).tobytes(),
            }
            for place, (factor, days, returns) in enumerate(series)
            if days.size
        ]
        upsert(self._context, FactorReturn, rows)
        return sum(days.size for _, days, _ in series)

    def sets(self) -> tuple[str, ...]:
        """Return the names of the sets that can be seen, in order."""
        names = self._query().with_only_columns(FactorReturn.factor_set).distinct()
        return tuple(sorted(self._session.scalars(names.order_by(FactorReturn.factor_set)).all()))

    def of(self, factor_set: str, known_at_utc: datetime | None = None) -> tuple[FactorDays, ...]:
        """Return the factors of a set, in the order of the file; of each day the latest delivery counts.

        With ``known_at_utc`` what was brought later is not read.
        """
        query = self._query().where(FactorReturn.factor_set == factor_set)
        if known_at_utc is not None:
            query = query.where(FactorReturn.knowledge_time_utc <= known_at_utc)
        found: dict[str, list[FactorReturn]] = {}
        for row in self._all(query.order_by(FactorReturn.knowledge_time_utc, FactorReturn.place)):
            found.setdefault(row.factor, []).append(row)
        return tuple(_joined(factor, rows) for factor, rows in found.items())

    def withdraw(self, batch_id: str) -> int:
        """Take back the tenant's own returns that came with one delivery; return how many series."""
        mine = (FactorReturn.tenant_scope == self._require_tenant(), FactorReturn.batch_id == batch_id)
        return int(self._session.execute(delete(FactorReturn).where(*mine)).rowcount)


def _joined(factor: str, rows: Sequence[FactorReturn]) -> FactorDays:
    """Return one series of several deliveries, the oldest first: of each day the last counts."""
    days = np.concatenate([np.frombuffer(row.dates, dtype=DAYS) for row in rows]).astype("datetime64[D]")
    values = np.concatenate([np.frombuffer(row.returns, dtype=RETURNS) for row in rows])
    order = np.argsort(days, kind="stable")
    is_last = np.append(days[order][1:] != days[order][:-1], True)
    kept = order[is_last]
    return FactorDays(factor, days[kept], values[kept], tuple(dict.fromkeys(row.batch_id for row in rows)))
