"""How does the page of a portfolio say whether its rules are kept, and what would pasted positions be as orders?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from callbacks.wording import reader_style, told
from components.compliance_status import WORDS, Standing, mark
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_checks import ProposedOrder
from services.messages.compliance_matrix import MatrixPortfolio
from services.messages.portfolios import PositionsInput


def line(one: MatrixPortfolio | None, portfolio_id: str) -> Any:
    """Return one line: how many rules stand how, and when that was looked at.

    Parameters
    ----------
    one : MatrixPortfolio or None
        The row of the matrix; None where no rule is in force.
    portfolio_id : str
        Whose page it is.
    """
    if one is None:
        see = dcc.Link("Rules of compliance", href="/compliance?tab=rules")
        said = [html.Span("No rule of compliance is in force for this portfolio.", className="muted"), see]
        return html.Div(said, className="compliance-line")
    counted: dict[Standing, int] = {
        "failed": one.counts.failed, "indeterminate": one.counts.indeterminate, "unchecked": one.unchecked_count,
        "warning": one.counts.warning, "passed": one.counts.passed,
    }  # fmt: skip
    marks = [_counted(state, counted[state]) for state in WORDS if counted[state]]
    see = dcc.Link("See the rules", href=f"/compliance?{urlencode({'portfolio': portfolio_id})}")
    return html.Div(
        [html.Strong("Compliance"), *marks, html.Span(_looked_at(one), className="muted"), see],
        className="compliance-line", role="group", **{"aria-label": "Compliance"},
    )  # fmt: skip


def _counted(state: Standing, count: int) -> Any:
    return html.Span(
        [mark(state), html.Span(formatting.number(count, 0, style=reader_style()), className="num")],
        className="compliance-count",
    )


def _looked_at(one: MatrixPortfolio) -> str:
    if one.failed_since_utc is not None:
        return told(f"{one.message} {one.advice or ''}".strip())
    if one.checked_at_utc is None:
        return told(one.message) if one.message else "Not looked at yet."
    changed = "; data changed since" if one.is_stale else ""
    as_of = f" as of {formatting.day_short(one.as_of)}" if one.as_of else ""
    return told(f"Checked {formatting.moment(one.checked_at_utc)}{as_of}{changed}.")


def orders(wanted: PositionsInput, held: Mapping[str, Decimal]) -> tuple[ProposedOrder, ...]:
    """Return the trades that bring holdings to the pasted positions; what is not named is sold.

    Parameters
    ----------
    wanted : PositionsInput
        By quantity or by weight; a value for weights is not looked at, the present one counts.
    held : mapping
        Units by symbol.

    Raises
    ------
    InvalidRequest
        Nothing would be traded.

    """
    named = {one.symbol for one in wanted.positions}
    made = [
        ProposedOrder(symbol=symbol, quantity=-units) for symbol, units in held.items() if symbol not in named and units
    ]
    for one in wanted.positions:
        if one.weight_frac is not None:
            made.append(ProposedOrder(symbol=one.symbol, weight_frac=float(one.weight_frac)))
        elif one.quantity is not None and one.quantity != held.get(one.symbol, Decimal(0)):
            made.append(ProposedOrder(symbol=one.symbol, quantity=one.quantity - held.get(one.symbol, Decimal(0))))
    if not made:
        said = "These are the positions as they are: nothing would be traded."
        raise InvalidRequest(said, fields=(FieldProblem("positions", said, "Change a line first."),))
    return tuple(made)
