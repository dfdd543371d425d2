"""How is a small portfolio written that shows where a rule of a pack passes, warns, fails or stays open?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.compliance.examples import CasePosition

Parts = dict[str, Any]
"""Cash, positions and facts of a case."""
Make = Callable[[Any], Parts]


@dataclass(frozen=True)
class Shown:
    """A rule with a portfolio for each of its figures, and the figures that pass, warn, fail and leave it open."""

    rule: str
    make: Make
    passes: Any
    warns: Any
    fails: Any
    opens: Any


def book(*rows: dict[str, Any], cash: float = 0.0, cash_is: Mapping[str, Any] | None = None, **facts: Any) -> Parts:
    """Return a portfolio of cash and rows with a `value` each; None is not known."""
    positions = [
        CasePosition(
            symbol=f"S{number}",
            value_ccy=None if row["value"] is None else float(row["value"]),
            fields={"issuer": f"I{number}"} | {name: _plain(one) for name, one in row.items() if name != "value"},
        )
        for number, row in enumerate(rows, 1)
    ]
    return {
        "cash_ccy": float(cash),
        "cash_fields": dict(cash_is or {}),
        "positions": tuple(positions),
        "facts": {name: None if one is None else float(one) for name, one in facts.items()},
    }


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def held(**fields: Any) -> Make:
    """Return a portfolio with one position of that many percent; a field that is not known may decide."""

    def make(x: Any) -> Parts:
        percent, hidden = x if isinstance(x, tuple) else (x, None)
        return book({"value": percent, **fields, **({hidden: None} if hidden else {})}, cash=100 - percent)

    return make


def having(field: str, **fields: Any) -> Make:
    """Return a portfolio with one position of 5% and a figure of it."""
    return lambda x: book({"value": 5, **fields, field: x}, cash=95)


def fact(name: str, **others: Any) -> Make:
    """Return a portfolio of cash with a fact."""
    return lambda x: book(cash=100, **{**others, name: x})


def flagged(field: str, **fields: Any) -> Make:
    """Return a portfolio with one position that is or is not something."""
    return lambda x: book({"value": 5, **fields, field: x}, cash=95)


def issuers(**fields: Any) -> Make:
    """Return a portfolio of several issuers, of the last of which one field is not known where asked for."""

    def make(x: Any) -> Parts:
        weights, hidden = x if isinstance(x, tuple) else (x, None)
        rows = [{"value": weight, **fields} for weight in weights]
        if hidden:
            rows[-1] = {**rows[-1], hidden: None}
        return book(*rows, cash=100 - sum(weights))

    return make


NO_PRICE = book({"value": None, "vote_share": None}, cash=100)

SWITCHED_ON = {"is_used": 1.0}
"""Figures that examples set otherwise than the pack: they show rules that are switched on."""
NOTHING = object()
"""Says that only a missing price leaves a rule open."""
