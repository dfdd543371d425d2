"""How is the packed series of one scope kept in step with its bars when some of them stop counting?"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import delete, func, or_

from data.errors import RowRefused
from data.store.repositories.price_known import PriceKnown
from data.store.repositories.price_reads import to_series
from data.store.repositories.price_versions import CORRECTION
from data.store.repositories.price_writer import OPTIONAL, Packed, series_row, write_series
from data.store.repositories.series import CORRECTED_CODE, MINUTE, Codes, Series, to_days
from data.store.tables import IngestBatch, PriceBar, PriceSeries, PriceWithdrawal
from data.store.visibility import visible


class PricePacking(PriceKnown):
    """Takes bars back, for good or from an instant on, and packs what is left."""

    def withdraw(self, batch_id: str, asset_ids: Sequence[str], provider: str) -> int:
        """Remove the unit's bars that came with one delivery, pack the series anew, and return how many.

        What earlier and later deliveries said of the same days counts again, and answers as of an earlier instant lose
        the bars too. A unit without a tenant takes back what all tenants share.
        """
        scope = self._context.actor.tenant_id or ""
        withdrawn = 0
        for asset_id in asset_ids:
            mine = (PriceBar.tenant_scope == scope, PriceBar.asset_id == asset_id, PriceBar.provider == provider)
            its = self._query().where(*mine, PriceBar.batch_id == batch_id).with_only_columns(PriceBar.frequency)
            frequencies = sorted(self._session.scalars(its.distinct()).all())
            done = self._session.execute(delete(PriceBar).where(*mine, PriceBar.batch_id == batch_id))
            withdrawn += int(done.rowcount)
            self._session.execute(
                delete(PriceWithdrawal).where(
                    PriceWithdrawal.tenant_scope == scope,
                    PriceWithdrawal.asset_id == asset_id,
                    PriceWithdrawal.provider == provider,
                    PriceWithdrawal.batch_id == batch_id,
                )
            )
            for frequency in frequencies:
                self._pack_left(asset_id, {"scope": scope, "provider": provider, "frequency": frequency})
        return withdrawn

    def take_back(self, batch_id: str, asset_id: str, provider: str, at_utc: datetime) -> int:
        """Let the bars of a correction of the unit's tenant count no more from an instant on; return how many stay.

        What lies below counts from then on, and answers as of an earlier instant stay as they are. Where the correction
        became known at that instant or later, it is taken back a microsecond after that.

        Raises
        ------
        RowRefused
            The delivery is no correction.
        """
        scope = self._require_tenant()
        its = self._query().where(
            PriceBar.tenant_scope == scope,
            PriceBar.asset_id == asset_id,
            PriceBar.provider == provider,
            PriceBar.batch_id == batch_id,
        )
        if batch_id not in self._corrections({batch_id}):
            raise RowRefused(f"Delivery {batch_id} is no correction.")
        if batch_id in self.taken_back():
            return 0
        figures = (func.max(PriceBar.knowledge_time_utc), func.count())
        rows = self._session.execute(
            its.with_only_columns(PriceBar.frequency, *figures).group_by(PriceBar.frequency)
        ).all()
        for frequency, latest, _ in rows:
            key = {"scope": scope, "provider": provider, "frequency": frequency}
            self._session.add(
                PriceWithdrawal(
                    tenant_scope=scope,
                    asset_id=asset_id,
                    provider=provider,
                    frequency=frequency,
                    batch_id=batch_id,
                    withdrawn_at_utc=max(at_utc, latest + timedelta(microseconds=1)),
                )
            )
            self._session.flush()
            self._pack_left(asset_id, key)
        return sum(int(count) for *_, count in rows)

    def _pack_left(self, asset_id: str, key: dict[str, str]) -> None:
        """Pack a series anew from the bars that still count; without any the series goes."""
        if key["frequency"] == MINUTE:
            return
        left = self._query().where(
            PriceBar.tenant_scope == key["scope"],
            PriceBar.asset_id == asset_id,
            PriceBar.provider == key["provider"],
            PriceBar.frequency == key["frequency"],
            *self._window(None, None, None),
        )
        latest = self._session.scalar(left.with_only_columns(func.max(PriceBar.knowledge_time_utc)))
        if latest is None:
            packed = (PriceSeries.tenant_scope == key["scope"], PriceSeries.asset_id == asset_id)
            its_series = (PriceSeries.provider == key["provider"], PriceSeries.frequency == key["frequency"])
            self._session.execute(delete(PriceSeries).where(*packed, *its_series))
            return
        known = self._own_series([asset_id], **key).get(asset_id)
        self._pack_anew(asset_id, key, known, latest, is_sample=known is not None and known.is_sample)

    def _own_series(self, asset_ids: Sequence[str], scope: str, provider: str, frequency: str) -> dict[str, Series]:
        """Return the packed series of one scope and provider, by asset id."""
        rows = self._series_rows(asset_ids, frequency, is_whole=True)
        return {row.asset_id: to_series(row) for row in rows if (row.tenant_scope, row.provider) == (scope, provider)}

    def _pack_anew(
        self, asset_id: str, key: dict[str, str], known: Series | None, knowledge_time_utc: datetime, is_sample: bool
    ) -> None:
        """Pack a series from its bars; a flag stays where the close that it spoke of stays, corrections are marked."""
        packed = self._latest(asset_id, key)
        if packed is None:
            return
        if known is not None and known.flags is not None:
            corrected = np.zeros(len(packed.dates), dtype=np.int8) if packed.flags is None else packed.flags
            spot = np.minimum(np.searchsorted(known.dates, packed.dates), len(known.dates) - 1)
            is_same = (known.dates[spot] == packed.dates) & (known.close[spot] == packed.close)
            is_kept = is_same & (corrected == 0) & (known.flags[spot] != CORRECTED_CODE)
            packed = _flagged(packed, np.where(is_kept, known.flags[spot], corrected).astype(np.int8))
        row = series_row(
            asset_id=asset_id, **key, packed=packed, knowledge_time_utc=knowledge_time_utc, is_sample=is_sample,
            revision_count=next_revision(known),
        )  # fmt: skip
        write_series(self._context, [row])

    def _latest(self, asset_id: str, key: dict[str, str], *, is_raw: bool = False) -> Packed | None:
        """Return the last version of every bar of one scope and provider that counts; raw: what no correction says."""
        query = self._query().where(
            PriceBar.asset_id == asset_id,
            PriceBar.provider == key["provider"],
            PriceBar.tenant_scope == key["scope"],
            PriceBar.frequency == key["frequency"],
            *self._window(None, None, None),
        )
        if is_raw:
            corrections = visible(IngestBatch, self._context.actor).where(IngestBatch.kind == CORRECTION)
            ids = corrections.with_only_columns(IngestBatch.id)
            query = query.where(or_(PriceBar.batch_id.is_(None), PriceBar.batch_id.not_in(ids)))
        columns = query.with_only_columns(
            PriceBar.session_date, PriceBar.close, PriceBar.adjusted_close, PriceBar.batch_id,
            *(getattr(PriceBar, name) for name in OPTIONAL),
        )  # fmt: skip
        order = (PriceBar.knowledge_time_utc, PriceBar.event_time_utc)
        rows: dict[date, Any] = {row.session_date: row for row in self._session.execute(columns.order_by(*order))}
        if not rows:
            return None
        ordered = [rows[day] for day in sorted(rows)]
        optional: dict[str, Any] = {}
        for name in OPTIONAL:
            values = np.array([getattr(row, name) for row in ordered], dtype=np.float64)
            optional[name] = None if bool(np.isnan(values).all()) else values
        corrected = self._corrections({row.batch_id for row in ordered if row.batch_id})
        flags = np.array([CORRECTED_CODE if row.batch_id in corrected else 0 for row in ordered], dtype=np.int8)
        return Packed(
            to_days([row.session_date for row in ordered]),
            np.array([row.close for row in ordered]),
            np.array([row.adjusted_close for row in ordered]),
            **optional,
            flags=flags if bool(flags.any()) else None,
        )


def next_revision(known: Series | None) -> int:
    """Return the count of writes that a packed series has after one more."""
    return 1 if known is None else known.revision_count + 1


def _flagged(packed: Packed, flags: Codes) -> Packed:
    return Packed(
        packed.dates, packed.close, packed.adjusted_close, packed.volume, packed.open, packed.high, packed.low, flags
    )
