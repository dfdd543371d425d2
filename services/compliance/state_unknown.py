"""What of a portfolio is not known, why, and how is it brought?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.compliance.bounds import Mask, Truths, Words
from engine.compliance.fields import FACTS, POSITION_FIELDS
from services import formatting

if TYPE_CHECKING:
    from engine.compliance.state import ComplianceState

SHOWN_COUNT = 5
_FILE = "Import a file with the columns symbol, date, field and value, where the field is {name}."
_COLUMN = "Import a file with the columns symbol, date and {name}; of assets that are new, beside their prices."
_FLAG = "Import a file with the columns symbol, date, field and value: the field {name}, 1 for yes and 0 for no."
_PRICE = "Import a file with the columns symbol, date and close, or rates with base, quote, date and rate."
_VOLUME = "Import prices with a column volume, or the field average_daily_volume_units."
_BENCHMARK = "Give the portfolio a benchmark whose weights and prices are known."
_HISTORY = "Import a longer history of prices of what is held."
_CLIENT = "Give the portfolio a client, and answer the client's questionnaire."
_HOUSE = "Nothing tells it by itself: compliance states it with its source (POST /compliance/facts)."
_BANK = "Compliance states at which bank the cash lies (POST /compliance/facts, cash_bank)."
ADVICE: dict[str, str] = {
    "value_ccy": _PRICE, "weight": _PRICE, "weight_total": _PRICE, "weight_gross": _PRICE, "exposure": _PRICE,
    "issuer": _COLUMN.format(name="issuer"), "issuer_group": _COLUMN.format(name="issuer"),
    "sector": _COLUMN.format(name="sector"), "industry": _COLUMN.format(name="industry"),
    "country": _COLUMN.format(name="country"), "currency": _COLUMN.format(name="currency"),
    "asset_class": _COLUMN.format(name="asset_class"), "active_weight": _BENCHMARK,
    "class_share": _FILE.format(name="shares_outstanding_count"),
    "vote_share": _FILE.format(name="votes_outstanding_count"),
    "sell_days": _VOLUME, "is_illiquid": _VOLUME, "esg_score": _FILE.format(name="esg_score"),
    "rating_notch": _FILE.format(name="rating_notch"), "firm_share": _FILE.format(name="securities_revenue_frac"),
    "held_days": "Enter the purchase in the portfolio's ledger.",
    **{
        name: _FLAG.format(name=name)
        for name in ("is_government", "is_covered", "is_ucits", "is_listed", "is_named", "is_own_firm", "is_party",
                     "is_employer")
    },
    "net_assets_ccy": _PRICE, "total_assets_ccy": _PRICE, "gross_exposure": _PRICE, "net_exposure": _PRICE,
    "borrowing": _PRICE, "var_99_20d": _HISTORY, "volatility": _HISTORY, "product_risk": _HISTORY,
    "benchmark_var_99_20d": _BENCHMARK, "tracking_error": _BENCHMARK,
    "turnover_year": "Import the prices and rates of the last year, so that every day of it has a value.",
    "fall_since_report": "Import prices back to the end of the last quarter.",
    "review_age_days": _CLIENT, "risk_score": _CLIENT,
    "securities_13f_ccy": _HOUSE, "private_funds_ccy": _HOUSE,
}  # fmt: skip
"""What brings each field and fact that may be missing, in one sentence."""


@dataclass(frozen=True)
class Unknown:
    """One field or fact that is not known of something.

    Parameters
    ----------
    field, label : str
        As rules and people call it.
    symbols : tuple of str
        Of which positions; empty for a fact of the portfolio.
    why, advice : str
        Sentences.

    """

    field: str
    label: str
    symbols: tuple[str, ...]
    why: str
    advice: str


def unknown_of(state: ComplianceState, wanted: Collection[str], rows: Mask | None = None) -> tuple[Unknown, ...]:
    """Return what of the wanted fields is not known, in the order of the list of fields.

    Parameters
    ----------
    rows : array (n,) of bool or None
        Of which positions; when None of all but cash, which has no issuer, score or volume of its own.

    """
    cash = state.column("is_cash")
    assert isinstance(cash, Truths)
    told = ~cash.sure if rows is None else rows
    found = []
    for name in (one for one in POSITION_FIELDS if one in wanted):
        column = state.column(name)
        if isinstance(column, Words):
            missing = column.codes < 0
        elif isinstance(column, Truths):
            missing = column.possible & ~column.sure
        else:
            missing = column.least != column.most
        symbols = [
            symbol for symbol, is_missing, is_told in zip(state.symbols, missing, told, strict=True)
            if is_missing and (is_told or name in ("value_ccy", "weight"))
        ]  # fmt: skip
        if symbols:
            label = POSITION_FIELDS[name].label
            why = f"The {label} of {named(symbols)} is not known."
            if POSITION_FIELDS[name].kind == "truth":
                why = f"Of {named(symbols)} it is not known whether they {label}."
            is_of_cash = name in ("issuer", "issuer_group") and all(one.startswith("CASH ") for one in symbols)
            advice = _BANK if is_of_cash else advice_for(name)
            found.append(Unknown(name, label, tuple(symbols), why, advice))
    for name in (one for one in FACTS if one in wanted):
        if not state.fact(name).is_exact:
            label = FACTS[name].label
            why = f"There is no figure for the {label} of the portfolio."
            found.append(Unknown(name, label, (), why, advice_for(name)))
    return tuple(found)


def advice_for(name: str) -> str:
    """Return how a field or fact is brought."""
    return ADVICE.get(name, _HOUSE)


def named(symbols: Sequence[str]) -> str:
    """Return some names and how many more there are."""
    more = len(symbols) - SHOWN_COUNT
    shown = ", ".join(symbols[:SHOWN_COUNT])
    return shown if more <= 0 else f"{shown} and {formatting.count(more, 'more position', 'more positions')}"
