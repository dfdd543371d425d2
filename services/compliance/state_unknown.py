"""What of a portfolio is not known, why, and how is it brought?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.compliance.bounds import Mask, Truths, Words
from engine.compliance.fields import FACTS, POSITION_FIELDS
from services import formatting
from services.compliance.stated_catalog import MARKS, STATED

if TYPE_CHECKING:
    from engine.compliance.state import ComplianceState

SHOWN_COUNT = 5
_FILE = "Import a file with the columns symbol, date, field and value, where the field is {name}."
_COLUMN = "Import a file with the columns symbol, date and {name}; of assets that are new, beside their prices."
_FLAG = "Import a file with the columns symbol, date, field and value: the field {name}, 1 for yes and 0 for no."
_MARKED = f"{_FLAG} Or state that what is not marked is none (POST /compliance/facts, marked_{{name}})."
_PRICE = "Import a file with the columns symbol, date and close, or rates with base, quote, date and rate."
_VOLUME = "Import prices with a column volume, or the field average_daily_volume_units."
_BENCHMARK = "Give the portfolio a benchmark whose weights and prices are known."
_HISTORY = "Import a longer history of prices of what is held."
_CLIENT = "Give the portfolio a client, and answer the client's questionnaire."
_HOUSE = "Nothing tells it by itself: compliance states it with its source (POST /compliance/facts)."
_STATED = "Nothing tells it by itself: compliance states it with its source (POST /compliance/facts, {name})."
_RATES = "Import rates into US dollars for the days of the trades."
_BANK = "Compliance states at which bank the cash lies (POST /compliance/facts, cash_bank)."
_EXPOSURE = f"{_PRICE} Of derivatives also the field exposure_per_unit_ccy: notional times delta of one unit."
_OTC = (
    "State what each counterparty owes after collateral, 0 for none (POST /compliance/facts, otc_exposure_bank or "
    "otc_exposure_other), or import is_listed as 1 for what is traded on an exchange."
)
_TARGET = (
    "Import a file with the fields target_client_rank and target_knowledge_rank, give the portfolio a client with a "
    "profile, and state what kind of client it is (POST /compliance/facts, client_category)."
)
_KNOWS = (
    "Give the portfolio a client with a profile, and state which kinds of instrument the client knows "
    "(POST /compliance/facts, client_knows)."
)
_WISH = (
    "Ask the client which share must be sustainable, and keep it in the profile: preferences, sustainable_min_frac (0 "
    "where the client does not mind)."
)
_QUARTER = "Import prices back to the end of the last quarter."
_PAID = "Enter what was paid for it in the portfolio's ledger."
ADVICE: dict[str, str] = {
    "value_ccy": _PRICE, "weight": _PRICE, "weight_total": _PRICE, "weight_gross": _PRICE,
    "exposure": _EXPOSURE, "exposure_ccy": _EXPOSURE, "is_otc": _OTC, "is_credit_institution": _OTC,
    "otc_exposure": _OTC, "otc_exposure_ccy": _OTC, "capital_share": _FILE.format(name="capital_outstanding_count"),
    "sri": _FILE.format(name="priips_sri"), "holding_days": _FILE.format(name="recommended_holding_days"),
    "is_in_target_market": _TARGET, "is_known_kind": _KNOWS, "fall_since_bought": _PAID,
    "issuer": _COLUMN.format(name="issuer"), "issuer_group": _COLUMN.format(name="issuer"),
    "sector": _COLUMN.format(name="sector"), "industry": _COLUMN.format(name="industry"),
    "country": _COLUMN.format(name="country"), "currency": _COLUMN.format(name="currency"),
    "asset_class": _COLUMN.format(name="asset_class"), "active_weight": _BENCHMARK,
    "class_share": _FILE.format(name="shares_outstanding_count"),
    "vote_share": _FILE.format(name="votes_outstanding_count"),
    "short_month_ccy": _PRICE, "short_month_share": _FILE.format(name="shares_outstanding_count"),
    "other_class_share": _FILE.format(name="shares_outstanding_count"),
    "other_vote_share": _FILE.format(name="votes_outstanding_count"),
    "other_short_share": _FILE.format(name="capital_outstanding_count"),
    "debt_share": _FILE.format(name="debt_outstanding_count"),
    "sell_days": _VOLUME, "is_illiquid": _VOLUME, "esg_score": _FILE.format(name="esg_score"),
    "rating_notch": _FILE.format(name="rating_notch"), "firm_share": _FILE.format(name="securities_revenue_frac"),
    "held_days": "Enter the purchase in the portfolio's ledger.",
    **{
        name: (_MARKED if f"{MARKS}{name}" in STATED else _FLAG).format(name=name)
        for name in ("is_government", "is_covered", "is_ucits", "is_listed", "is_named", "is_own_firm", "is_party",
                     "is_employer", "is_144a", "is_qptp", "has_fund_agreement", "is_money_market", "is_nonvoting",
                     "is_leveraged", "is_priip", "is_sustainable")
    },
    "net_assets_ccy": _PRICE, "total_assets_ccy": _PRICE, "gross_exposure": _PRICE, "net_exposure": _PRICE,
    "borrowing": _PRICE, "var_99_20d": _HISTORY, "volatility": _HISTORY, "product_risk": _HISTORY,
    "benchmark_var_99_20d": _BENCHMARK, "tracking_error": _BENCHMARK,
    "turnover_year": "Import the prices and rates of the last year, so that every day of it has a value.",
    "fall_since_report": _QUARTER, "worst_fall_since_report": _QUARTER,
    "review_age_days": _CLIENT, "risk_score": _CLIENT, "horizon_days": _CLIENT, "loss_capacity": _CLIENT,
    "sustainable_min": _WISH, "borrowing_days": "Enter what is owed in the portfolio's ledger.",
    "day_trades_ccy": _RATES, "month_trades_ccy": _RATES,
    **{name: _STATED.format(name=name) for name, one in STATED.items() if one.is_fact},
    **{one.age_fact: _STATED.format(name=one.name) for one in STATED.values() if one.age_fact},
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
            if column.is_known:
                continue
            missing = column.possible & ~column.sure
        else:
            missing = column.least != column.most
        told_of = missing if name in ("value_ccy", "weight") else missing & told
        symbols = [state.symbols[place] for place in np.flatnonzero(told_of).tolist()]
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
