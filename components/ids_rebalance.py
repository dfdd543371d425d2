"""Which ids does the page of trades towards a target use?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Rebalance(metaclass=Frozen):
    """The wish, its figures, the trade list, the proposal and its way."""

    PROBLEM: Final = "rebalance-problem"
    MAIN: Final = "rebalance-main"
    VIEW: Final = "rebalance-view"  # Store, what the address asks for: {"portfolio", "run", "wish", "at", ...}
    PROPOSAL: Final = "rebalance-proposal"  # Store: {"id", "row_version", "state", "press"}; None without one
    PORTFOLIO: Final = "rebalance-portfolio"
    SOURCE: Final = "rebalance-source"
    PART: Final = "rebalance-part"
    BAND: Final = "rebalance-band"
    BAND_GOAL: Final = "rebalance-band-goal"
    RESERVE: Final = "rebalance-reserve"
    LEAST: Final = "rebalance-least"
    LOT: Final = "rebalance-lot"
    KEEPS: Final = "rebalance-keeps"
    COMMISSION: Final = "rebalance-commission"
    RATE: Final = "rebalance-rate"
    SPREAD: Final = "rebalance-spread"
    IMPACT: Final = "rebalance-impact"
    FORM_PROBLEMS: Final = "rebalance-form-problems"
    ASKED: Final = "rebalance-asked"  # Store: {"portfolio_id", "new", "ticks", "press"}
    TICK: Final = "rebalance-tick"
    POINTS: Final = "rebalance-points"  # Store, the way from 0 to 100%, for the slider
    AHEAD: Final = "rebalance-ahead"
    FIGURES: Final = "rebalance-figures"
    SAID: Final = "rebalance-said"
    GRID: Final = "rebalance-grid"
    CHOICES: Final = "rebalance-choices"  # Store: a list of choices of rows
    FITS: Final = "rebalance-fits"
    RESET: Final = "rebalance-reset"
    CHECK: Final = "rebalance-check"
    STATE: Final = "rebalance-state"
    REASON: Final = "rebalance-reason"
    REASON_BOX: Final = "rebalance-reason-box"
    DAY: Final = "rebalance-day"
    FILLS: Final = "rebalance-fills"  # what was filled of the orders, one a line
    DAY_BOX: Final = "rebalance-day-box"
    DEED_PROBLEMS: Final = "rebalance-deed-problems"
    KEEP: Final = "rebalance-keep"
    SUBMIT: Final = "rebalance-submit"
    APPROVE: Final = "rebalance-approve"
    REJECT: Final = "rebalance-reject"
    RENEW: Final = "rebalance-renew"
    WITHDRAW: Final = "rebalance-withdraw"
    RECORD: Final = "rebalance-record"
    UNDO: Final = "rebalance-undo"
    ORDERS_CSV: Final = "rebalance-orders-csv"
    ORDERS_XLSX: Final = "rebalance-orders-xlsx"
    HISTORY: Final = "rebalance-history"
