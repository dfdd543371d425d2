"""What did issuers do that changes prices or quantities?"""

from collections.abc import Sequence
from datetime import date, datetime

from data.store.repositories.repository import Repository
from data.store.tables import CorporateAction


class CorporateActions(Repository[CorporateAction]):
    """Dividends, splits and the like of visible assets."""

    model = CorporateAction
    kind = "corporate action"

    def between(
        self, asset_ids: Sequence[str], start: date, end: date, *, known_at_utc: datetime | None = None
    ) -> Sequence[CorporateAction]:
        """Return the actions of assets with an ex-date between two days, both included, in order.

        Of several words of one provider on the same action the last known counts; with ``known_at_utc`` what became
        known later is not read.
        """
        query = self._query().where(
            CorporateAction.asset_id.in_(list(asset_ids)),
            CorporateAction.ex_date >= start,
            CorporateAction.ex_date <= end,
        )
        if known_at_utc is not None:
            query = query.where(CorporateAction.knowledge_time_utc <= known_at_utc)
        order = (CorporateAction.ex_date, CorporateAction.knowledge_time_utc, CorporateAction.id)
        rows = self._all(query.order_by(*order))
        latest = {(row.asset_id, row.kind, row.ex_date, row.provider, row.tenant_id): row for row in rows}
        return sorted(latest.values(), key=lambda row: (row.ex_date, row.id))

    def ingest(self, rows: Sequence[CorporateAction]) -> int:
        """Insert actions that say something new, for whom the unit is; return how many."""
        written = 0
        for row in rows:
            row.tenant_id = self._context.actor.tenant_id
            known = self.between([row.asset_id], row.ex_date, row.ex_date)
            mine = [
                one
                for one in known
                if (one.kind, one.provider, one.tenant_id) == (row.kind, row.provider, self._context.actor.tenant_id)
            ]
            if any(
                (one.amount_ccy, one.ratio, one.currency) == (row.amount_ccy, row.ratio, row.currency) for one in mine
            ):
                continue
            self.add(row)
            written += 1
        return written
