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
