"""Which words do all providers share: frequencies, kinds of assets, fields and quality flags?"""

from __future__ import annotations

from enum import StrEnum


class Frequency(StrEnum):
    """How often a series has a bar."""

    MINUTE = "minute"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class AssetClass(StrEnum):
    """What kind of thing a symbol stands for."""

    EQUITY = "equity"
    ETF = "etf"
    INDEX = "index"
    BOND = "bond"
    COMMODITY = "commodity"
    FX = "fx"
    CRYPTO = "crypto"
    MACRO = "macro"


class Field(StrEnum):
    """One column of a bar."""

    OPEN = "open"
    HIGH = "high"
    LOW = "low"
    CLOSE = "close"
    ADJUSTED_CLOSE = "adjusted_close"
    VOLUME = "volume"


class Flag(StrEnum):
    """What is known about the quality of one value; the raw value always stays."""

    OK = "ok"
    FILLED = "filled"
    MISSING = "missing"
    SUSPECT = "suspect"
    CORRECTED = "corrected"
    STALE = "stale"


class Adjustment(StrEnum):
    """What a close already contains."""

    RAW = "raw"
    SPLITS = "splits"
    SPLITS_AND_DIVIDENDS = "splits_and_dividends"


class Fact(StrEnum):
    """One fact about an asset other than its price; the name says the unit."""

    MARKET_VALUE = "market_value_ccy"
    SHARES_OUTSTANDING = "shares_outstanding_count"
    PRICE_TO_EARNINGS = "pe_ratio"
    PRICE_TO_BOOK = "pb_ratio"
    DIVIDEND_YIELD = "dividend_yield_frac"
    AVERAGE_DAILY_VOLUME = "average_daily_volume_units"
    ESG_SCORE = "esg_score"


class EsgDirection(StrEnum):
    """Which way an ESG figure points: a score praises, a risk rating blames."""

    SCORE_HIGHER_BETTER = "score_higher_better"
    RISK_LOWER_BETTER = "risk_lower_better"
