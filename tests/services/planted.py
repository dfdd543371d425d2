"""An asset with candles, volumes, a split, dividends, a correction and the bytes it came from, planted in a store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np

from data.store import tables
from data.store.repositories.series import Bars
from services.ports import Ports

SYMBOL = "ACME"
PROVIDER = "upload"
FIRST = date(2020, 1, 1)
COUNT = 700
SPLIT_PLACE = 400
CORRECTED_PLACE = 650
RAW_WRONG = 9_000.0
RIGHT = 27.25
CORRECTED = np.array([4], dtype=np.int8)
FETCHED = datetime(2022, 12, 29, 6, 0, tzinfo=UTC)
CORRECTED_AT = FETCHED + timedelta(days=2)
PAYLOAD = b'{"chart": "as it came"}'
SECRET = "s3cret-of-the-house"


@dataclass(frozen=True)
class Planted:
    """What was planted: closes as paid, session days, and the id of their delivery."""

    days: np.ndarray
    closes: np.ndarray
    batch_id: str


def plant(ports: Ports, *, tenant_id: str | None = None, symbol: str = SYMBOL, has_correction: bool = True) -> Planted:
    """Plant the asset for one house, or for all.

    Prices as paid double up to a split of two for one, 400 bars in; each of two dividends pays 1 USD a share.
    """
    rng = np.random.default_rng(7)
    days = np.arange(np.datetime64(FIRST, "D"), np.datetime64(FIRST, "D") + 2 * COUNT)
    days = days[np.is_busday(days)][:COUNT]
    steady = 50.0 * np.exp(np.cumsum(rng.normal(0.0003, 0.01, COUNT)))
    closes = np.round(np.where(np.arange(COUNT) < SPLIT_PLACE, 2.0 * steady, steady), 2)
    closes[CORRECTED_PLACE] = RAW_WRONG
    digest = hashlib.sha256(PAYLOAD).hexdigest()
    with ports.store.system(tenant_id) as uow:
        asset = uow.assets.add(
            tables.Asset(
                tenant_id=tenant_id, symbol=symbol, name="Acme Tools", asset_class="equity", currency="USD",
                exchange="XNYS", country="US", sector="Industrials", is_active=True,
            )
        )  # fmt: skip
        uow.assets.add_many([tables.AssetIdentifier(asset_id=asset.id, scheme="isin", value="US0000000ACM")])
        uow.raw_payloads.keep(
            sha256=digest, media_type="application/json", endpoint="https://prices.test/v1", fetched_at_utc=FETCHED,
            raw=PAYLOAD,
        )  # fmt: skip
        batch = uow.ingest_batches.add(_batch(tenant_id, "prices", symbol, digest))
        spread = closes * 0.01
        bars = Bars(
            asset.id, days, closes, None, closes - 0.2 * spread, closes + spread, closes - spread,
            np.full(COUNT, 1e6),
        )  # fmt: skip
        uow.prices.ingest([bars], provider=PROVIDER, knowledge_time_utc=FETCHED, batch_id=batch.id)
        for place, amount in ((100, "1"), (500, "1")):
            uow.corporate_actions.add(_action(asset.id, tenant_id, "dividend", days[place], amount_ccy=Decimal(amount)))
        uow.corporate_actions.add(_action(asset.id, tenant_id, "split", days[SPLIT_PLACE], ratio=Decimal(2)))
        uow.commit()
    if has_correction:
        day: date = days[CORRECTED_PLACE].astype("datetime64[D]").astype(object)
        correct(ports, tenant_id, day, symbol=symbol)
    return Planted(days, closes, batch.id)


def correct(ports: Ports, tenant_id: str | None, day: date, *, symbol: str = SYMBOL) -> None:
    """Correct the close of one day, for one house or for all; the raw value stays."""
    with ports.store.system(tenant_id) as uow:
        asset = uow.assets.by_symbols([symbol])[symbol]
        made = uow.ingest_batches.add(_batch(tenant_id, "correction", symbol, None))
        fixed = Bars(asset.id, np.array([day], dtype="datetime64[D]"), np.array([RIGHT]), flags=CORRECTED)
        uow.prices.ingest([fixed], provider=PROVIDER, knowledge_time_utc=CORRECTED_AT, batch_id=made.id)
        uow.commit()


def _batch(tenant_id: str | None, kind: str, symbol: str, digest: str | None) -> tables.IngestBatch:
    lineage = {
        "dataset": "daily bars",
        "endpoints": [f"https://user:{SECRET}@prices.test/v1?symbol={symbol}&apikey={SECRET}"],
        "payload_sha256": [] if digest is None else [digest],
        "fetched_at_utc": FETCHED.isoformat(),
        "licence": "For tests",
        "transformations": ["Read as JSON; no value was changed."],
        "notes": [],
        "adjustment": {symbol: "raw"},
    }
    if kind == "correction":
        lineage = {"reason": "a hundred-fold unit error", "by_name": "Quinn Lee"}
    return tables.IngestBatch(
        tenant_id=tenant_id, provider=PROVIDER, kind=kind, status="succeeded", source_sha256=digest, lineage=lineage
    )


def _action(
    asset_id: str, tenant_id: str | None, kind: str, day: np.datetime64, **more: Decimal
) -> tables.CorporateAction:
    return tables.CorporateAction(
        tenant_id=tenant_id, asset_id=asset_id, kind=kind, ex_date=day.astype("datetime64[D]").astype(object),
        currency="USD", provider=PROVIDER, knowledge_time_utc=FETCHED, **more,
    )  # fmt: skip
