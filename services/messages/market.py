"""What is shown of assets, prices and where they come from?"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from services.messages.frozen import Message
from services.messages.lineage import DeliveryMark


class AssetView(Message):
    """One asset with its latest close.

    `change_1d_frac` is the simple return of the last session; None with fewer than two closes. `is_sample` says that
    its figures are invented. `is_investable` is False for an index, which cannot be bought. `isin` is the one that it
    bears today, None where none is known.
    """

    id: str
    symbol: str
    name: str
    sector: str | None
    industry: str | None
    country: str | None
    currency: str
    exchange: str | None
    asset_class: str
    issuer: str | None
    first_date: date | None
    last_date: date | None
    observations_count: int
    last_price: float | None
    change_1d_frac: float | None
    is_investable: bool
    is_sample: bool
    isin: str | None = None
    attributes: dict[str, AttributeView] = Field(default_factory=dict)


class AttributeView(Message):
    """One fact about an asset other than its price, with its source."""

    name: str
    value: float
    unit: str | None
    valid_on: date
    provider: str
    is_sample: bool


class BlendShare(Message):
    """One component of a blend and its share."""

    benchmark_id: str
    name: str
    share_frac: float


class BenchmarkView(Message):
    """Something that portfolios can be measured against.

    `has_weights` says whether its constituents are known, which tracking errors and market-implied returns need:
    `weights_from` and `weights_to` are the first and the last day from which such weights are in force, null where it
    is held as one asset. `prices_from` and `prices_to` are the days of its own closes, null where it has none.
    `is_own` says that it belongs to your house. Of a blend `parts` are the shares in force, the largest first, and
    `rebalancing` when they are restored: at every close (`daily`), at the last one of each month, quarter or year, or
    never.
    """

    id: str
    name: str
    kind: str
    currency: str
    is_sample: bool
    symbol: str | None = None
    has_weights: bool = False
    weights_from: date | None = None
    weights_to: date | None = None
    prices_from: date | None = None
    prices_to: date | None = None
    is_own: bool = False
    rebalancing: str | None = None
    parts: tuple[BlendShare, ...] = ()


class PricePoint(Message):
    """One bar; what the source lacks is None."""

    session: date
    close: float
    volume: float | None = None


class PriceSeriesView(Message):
    """Closes of one asset with their source.

    `adjustment` says what a close already contains: ``raw``, ``splits``, or ``splits_and_dividends``. Volumes may come
    from another source than the closes; `is_volume_sample` says that they are invented.
    `deliveries` brought the window's bars; `GET /lineage/prices/{symbol}` tells the same of one value.
    """

    symbol: str
    currency: str
    frequency: str
    points: tuple[PricePoint, ...]
    source: str
    dataset_sha256: str
    fetched_at_utc: datetime | None
    adjustment: str
    notes: tuple[str, ...]
    is_sample: bool
    volume_source: str | None = None
    is_volume_sample: bool = False
    deliveries: tuple[DeliveryMark, ...] = ()


class ProviderStatus(Message):
    """How one source of market data stands."""

    name: str
    label: str
    licence: str
    state: str
    sentence: str
    assets_count: int
    rows_count: int
    last_session: date | None
    fetched_at_utc: datetime | None
    is_sample: bool
    is_static: bool
    is_own: bool = False
    lacks: tuple[str, ...] = ()
    """Kinds of figures that the source does not have, such as "volumes" or "ESG scores"."""


class DataGap(Message):
    """One kind of figures that the stored data lack, as a whole or of some assets, with the ways to get them.

    `lacking_count` of `assets_count` assets lack it; both are None for figures that belong to no single asset.
    """

    kind: str
    title: str
    sentence: str
    way_out: str
    lacking_count: int | None
    assets_count: int | None
    can_import: bool


class SourceFailure(Message):
    """A source that was turned to and did not answer, with the reason as a sentence."""

    provider: str
    sentence: str


class IngestReport(Message):
    """What one look at the providers brought, and which of them failed."""

    providers: tuple[str, ...]
    assets_count: int
    rows_count: int
    is_changed: bool
    as_of: date | None
    elapsed_ms: float
    sentence: str
    failures: tuple[SourceFailure, ...] = ()


class SamplePackStatus(Message):
    """Whether the sample pack is loaded, and what it holds."""

    is_loaded: bool
    assets_count: int
    rows_count: int
    loaded_at_utc: datetime | None
    sentence: str


AssetView.model_rebuild()
