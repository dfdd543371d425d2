"""Which orders did somebody type or paste, one a line?

A line is a symbol, buy or sell, and how much: units (`100`), an amount in the portfolio's currency (`10000 USD`), or
the weight that is wanted after it (`5%`). Cells of a spreadsheet are set apart by tabs.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from callbacks.present_typed import Typed
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_checks import ORDERS_MAX_COUNT, ProposedOrder

_APART: Final = re.compile(r"[\t;]+|\s+")
_SIGNS: Final = {"buy": 1, "b": 1, "sell": -1, "s": -1, "short": -1}
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
_HEADS: Final = frozenset({"asset", "instrument", "name", "security", "symbol", "ticker"})
"""First words of a head above pasted rows."""
PER_CENT = Decimal(100)
SIZE_MAX, PERCENT_MAX = 1e12, 10_000.0
_ADVICE = "Write a symbol, buy or sell, and how much, such as “AAPL buy 100”."


def read_orders(text: str | None) -> tuple[ProposedOrder, ...]:
    """Return the orders.

    Raises
    ------
    InvalidRequest
        With every line that cannot be read.

    """
    lines = [(n, line.strip()) for n, line in enumerate((text or "").splitlines(), 1) if line.strip()]
    lines = lines[1:] if lines and _is_head(lines[0][1]) else lines
    if not lines:
        raise _refused([FieldProblem("orders", "There is no order.", _ADVICE)])
    if len(lines) > ORDERS_MAX_COUNT:
        message = f"There are {len(lines)} orders; at most {ORDERS_MAX_COUNT} are checked at once."
        raise _refused([FieldProblem("orders", message, "Check them in parts.")])
    problems: list[FieldProblem] = []
    orders = [one for n, line in lines if (one := _order(f"line {n}", line, problems)) is not None]
    if problems:
        raise _refused(problems)
    return tuple(orders)


def _is_head(line: str) -> bool:
    return _APART.split(line)[0].lower() in _HEADS and not any(one.isdigit() for one in line)


def _refused(problems: list[FieldProblem]) -> InvalidRequest:
    return InvalidRequest("Some orders cannot be read.", "Correct what is named.", fields=tuple(problems))


def _order(where: str, line: str, problems: list[FieldProblem]) -> ProposedOrder | None:
    symbol, *cells = [cell for cell in _APART.split(line) if cell]
    sign = _SIGNS.get(cells[0].lower()) if cells else None
    if sign is not None:
        cells = cells[1:]
    is_amount = len(cells) > 1 and _CURRENCY.fullmatch(cells[-1]) is not None
    size = "".join(cells[:-1] if is_amount else cells)
    if not size or len(symbol) > 40:
        problems.append(FieldProblem(where, f"“{line[:60]}” is no order.", _ADVICE))
        return None
    is_weight = size.endswith("%")
    if is_weight and sign is not None:
        message = f"A wanted weight of {symbol} is neither a purchase nor a sale."
        problems.append(FieldProblem(where, message, "Leave out buy or sell, or give units."))
        return None
    typed = Typed()
    found = typed.number(
        where,
        f"The size of the order of {symbol}",
        size.rstrip("%"),
        kind="percent" if is_weight else "amount" if is_amount else "quantity",
        is_needed=True,
        low=0.0 if sign is not None else -PERCENT_MAX if is_weight else -SIZE_MAX,
        high=PERCENT_MAX if is_weight else SIZE_MAX,
        is_low_allowed=sign is None,
    )
    if found is None:
        problems.extend(typed.problems)
        return None
    if is_weight:
        return _made(where, line, problems, symbol=symbol.upper(), weight_frac=float(found / PER_CENT))
    name = "value_ccy" if is_amount else "quantity"
    return _made(where, line, problems, symbol=symbol.upper(), **{name: found * (sign or 1)})


def _made(where: str, line: str, problems: list[FieldProblem], **said: Any) -> ProposedOrder | None:
    try:
        return ProposedOrder(**said)
    except ValidationError:  # marks that no symbol has, or more digits than are kept
        problems.append(FieldProblem(where, f"“{line[:60]}” is no order.", _ADVICE))
        return None
