"""How does the way of the money read: from the value at the start to that at the end, and as which return?"""

from __future__ import annotations

from typing import Any

from components.card import card, columns
from components.kpi_card import MISSING
from components.table import table
from services import formatting
from services.formatting import Style
from services.messages.performance import MoneyWeighted, PerformanceView
from services.number_style import in_style
from services.performance_words import RETURN_KINDS, bridge_lines


def money_cards(view: PerformanceView, style: Style) -> Any:
    """Return the bridge in money, and the four kinds of return beside each other."""
    return columns(_bridge(view, style), _kinds(view, style))


def _bridge(view: PerformanceView, style: Style) -> Any:
    lines = bridge_lines(view)
    decimals = formatting.money_decimals([one.amount_ccy for one in lines])
    rows = [
        [
            one.label,
            one.note,
            formatting.money(one.amount_ccy, style=style, signed=one.is_step, decimals=decimals),
        ]
        for one in lines
    ]
    made = table(
        (("", False), ("", False), (view.base_currency, True)),
        rows[:-1],
        caption="From the value at the start to the value at the end",
        foot=rows[-1],
    )
    return card(made, title="How did the money get from start to end?", note="Each line adds to the next", flush=True)


def _kinds(view: PerformanceView, style: Style) -> Any:
    kinds = view.kinds
    words = dict(RETURN_KINDS)
    rows = [
        [
            words["twr"],
            formatting.rate(kinds.twr_net_frac, style=style),
            formatting.rate(kinds.twr_gross_frac, style=style),
        ],
        [words["mwr"], _money_weighted(kinds.mwr_net, style), _money_weighted(kinds.mwr_gross, style)],
    ]
    heads = (("", False), ("Net of fees", True), ("Gross", True))
    yearly = "a year" if kinds.mwr_net.is_annualized else "over the period"
    note = f"Time-weighted over the period, money-weighted {yearly}, in {view.base_currency}"
    missing = next((one for one in (kinds.mwr_net, kinds.mwr_gross) if money_value(one) is None), None)
    foot = None if missing is None else in_style(missing.sentence, style)
    made = table(heads, rows, caption="Returns by kind")
    return card(made, title="Which return is meant?", note=note, foot=foot, flush=True)


def _money_weighted(money: MoneyWeighted, style: Style) -> str:
    value = money_value(money)
    return MISSING if value is None else formatting.rate(value, style=style)


def money_value(money: MoneyWeighted | None) -> float | None:
    """Return a money-weighted return as it is shown: a year where the period is one, else over the period."""
    if money is None:
        return None
    return money.rate_annual_frac if money.is_annualized else money.return_frac
