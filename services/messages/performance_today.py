"""In which shape is today's result told, by holding?"""

from __future__ import annotations

from datetime import date, datetime

from services.messages.exact import Exact
from services.messages.frozen import Message
from services.messages.live import FeedView


class HoldingToday(Message):
    """What one holding added to the day.

    `day_pnl_ccy` is in the portfolio's currency, and `contribution_frac` the same over the portfolio's value at the
    close before, so that contributions sum to the day's return. `fx_pnl_ccy` is the part that exchange rates brought:
    the holding's value now at the rate now, less at the rate of the close before; the rest came from its price. Null is
    what is not known. `priced_at_utc` is when the live price was paid; of a stored or recorded daily one `session` is
    known.
    """

    asset_id: str
    symbol: str
    name: str
    currency: str
    price: Exact | None
    change_frac: float | None
    value_ccy: Exact | None
    day_pnl_ccy: Exact | None
    contribution_frac: float | None
    fx_pnl_ccy: Exact | None
    is_price_live: bool
    is_rate_live: bool
    priced_at_utc: datetime | None
    session: date | None


class TodayView(Message):
    """A portfolio's result of the day at live prices, by holding, the largest gain first.

    Without live prices it is the result of the last stored session, and `is_live` is false. `start_ccy` is the value at
    the close before: value less result. The results of `holdings` sum to `day_pnl_ccy` where `is_live`; of a stored
    session `other_pnl_ccy` is what cash, trades and fees added. `feed` says how old prices are and whether they are
    replayed. An overlay: nothing of it is stored.
    """

    portfolio_id: str
    portfolio_name: str
    base_currency: str
    as_of: date | None
    is_live: bool
    start_ccy: Exact | None
    value_ccy: Exact | None
    day_pnl_ccy: Exact | None
    return_frac: float | None
    fx_pnl_ccy: Exact | None
    other_pnl_ccy: Exact | None
    live_count: int
    holdings_count: int
    sentence: str
    notes: tuple[str, ...]
    holdings: tuple[HoldingToday, ...]
    feed: FeedView
