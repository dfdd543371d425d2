"""What did issuers do that changes prices or quantities?"""

from collections.abc import Sequence
from datetime import date

from data.store.repositories.repository import Repository
from data.store.tables import CorporateAction


class CorporateActions(Repository[CorporateAction]):
    """Dividends, splits and the like of visible assets."""

    model = CorporateAction
    kind = "corporate action"

    def between(self, asset_ids: Sequence[str], start: date, end: date) -> Sequence[CorporateAction]:
        """Return the actions of assets with an ex-date between two days, both included, in order."""
        query = self._query().where(
            CorporateAction.asset_id.in_(list(asset_ids)),
            CorporateAction.ex_date >= start,
            CorporateAction.ex_date <= end,
        )
        return self._all(query.order_by(CorporateAction.ex_date, CorporateAction.id))
