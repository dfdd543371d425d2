"""Does a rule judge the small portfolios that it was written for as its author expects?

A case says only what matters: of a position, what is not said is harmless and known (`HARMLESS`), and what is null is
not known. Facts of the portfolio that are not said are not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from engine.compliance.evaluate import evaluate
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.result import Status
from engine.compliance.rule import Rule
from engine.compliance.state import DERIVED, ComplianceState, Order
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.frozen import FrozenResult, OpenSpec

CASH = "CASH"
HARMLESS: Mapping[str, Any] = {name: False for name, one in POSITION_FIELDS.items() if one.kind == "truth"} | {
    "sector": "Industry", "industry": "Machines", "country": "US", "currency": "USD", "asset_class": "equity",
    "class_share": 0.0, "vote_share": 0.0, "debt_share": 0.0, "other_class_share": 0.0,
    "other_vote_share": 0.0, "other_short_share": 0.0,
    "short_month_ccy": 0.0, "short_month_share": 0.0,
    "sell_days": 1.0, "esg_score": 60.0, "rating_notch": 5.0,
    "held_days": 400.0, "firm_share": 0.0, "active_weight": 0.0, "capital_share": 0.0, "otc_exposure_ccy": 0.0,
    "sri": 1.0, "holding_days": 0.0, "fall_since_bought": 0.0, "is_in_target_market": True, "is_known_kind": True,
}  # fmt: skip
"""What a position of a case is where the case does not say otherwise; it is its own issuer and issuer group."""
_GIVEN = tuple(
    name for name in POSITION_FIELDS if name not in DERIVED and name not in ("symbol", "quantity", "exposure_ccy")
)
_CASH_IS: Mapping[str, Any] = {"is_cash": True, "sector": "Cash", "issuer": "Bank"}
Value = bool | float | str | None
Symbol = Annotated[str, Field(min_length=1, max_length=40)]


class CasePosition(OpenSpec):
    """One position of a case.

    Attributes
    ----------
    value_ccy
        Negative for what is short; None where no price is known.
    quantity
        Units held; its value where None, so that one unit is worth 1. What is not held yet has the quantity 0.
    price_ccy
        What a unit is worth, needed only for orders of what is not held yet.
    fields
        What is known of it, by the names of the language; None is not known.

    """

    symbol: Symbol
    value_ccy: float | None = 0.0
    quantity: float | None = None
    price_ccy: float | None = None
    fields: dict[str, Value] = Field(default_factory=dict)


class CaseOrder(OpenSpec):
    """A proposed trade of a case: units to buy, negative to sell."""

    symbol: Symbol
    quantity: float


class RuleCase(OpenSpec):
    """A small portfolio with what a rule must say of it.

    Attributes
    ----------
    name
        What it shows, in a few words.
    expected
        The status that the rule must come to, after the orders if there are any.
    cash_ccy, cash_fields
        The portfolio's cash, and what is known of it.
    facts
        What is known of the portfolio, by the names of the language.
    parameters
        Figures with which the rule is judged here in place of its own, so that a case holds whatever a house sets.

    """

    name: Annotated[str, Field(min_length=1, max_length=160)]
    expected: Status
    cash_ccy: float | None = 0.0
    cash_fields: dict[str, Value] = Field(default_factory=dict)
    positions: Annotated[tuple[CasePosition, ...], Field(max_length=60)] = ()
    facts: dict[str, float | None] = Field(default_factory=dict)
    orders: Annotated[tuple[CaseOrder, ...], Field(max_length=60)] = ()
    parameters: dict[str, float] = Field(default_factory=dict)


class CaseOutcome(FrozenResult):
    """What a rule said of a case.

    Attributes
    ----------
    found
        The status; None where the case cannot be judged, which `problem` explains.
    group, value, limit
        The worst group with its figure and the limit, in the unit of the measure; None where not known.

    """

    name: str
    expected: Status
    found: Status | None
    group: str | None = None
    value: float | None = None
    limit: float | None = None
    unit: str | None = None
    problem: str | None = None

    @property
    def is_as_expected(self) -> bool:
        """Whether the rule said what the author expects."""
        return self.found == self.expected


def judge_case(rule: Rule, case: RuleCase) -> CaseOutcome:
    """Return what a rule says of a case, whatever the days on which it is in force."""
    try:
        judged = _with(rule, case.parameters)
        orders = [Order(one.symbol, one.quantity) for one in case.orders]
        (result,) = evaluate([judged], state_of(case), orders).results
    except InputRefused as refusal:
        words = " ".join(one.sentence() for one in refusal.problems)
        return CaseOutcome(name=case.name, expected=case.expected, found=None, problem=words)
    worst = result.groups[0] if result.groups else None
    return CaseOutcome(
        name=case.name,
        expected=case.expected,
        found=result.status,
        group=None if worst is None else worst.group,
        value=None if worst is None else worst.value,
        limit=result.limit,
        unit=result.unit,
    )


def state_of(case: RuleCase) -> ComplianceState:
    """Return the portfolio of a case.

    Raises
    ------
    InputRefused
        A name that is no field or fact, a value of another kind, or a symbol that stands twice.

    """
    rows = [
        CasePosition(symbol=CASH, value_ccy=case.cash_ccy, fields={**_CASH_IS, **case.cash_fields}), *case.positions
    ]  # fmt: skip
    problems = [one for number, row in enumerate(rows) for one in _problems(number - 1, row)]
    problems += [
        Problem(f"facts.{name}", "This is no fact.", "See the list of facts.")
        for name in case.facts
        if name not in FACTS
    ]
    if problems:
        raise InputRefused(problems)
    full = [_full(row) for row in rows]
    values = [None if row.value_ccy is None else Decimal(repr(row.value_ccy)) for row in rows]
    return ComplianceState(
        symbols=tuple(row.symbol for row in rows),
        values_ccy=tuple(values),
        quantities=np.array([_quantity(row) for row in rows]),
        prices_ccy=np.array([_price(row) for row in rows]),
        given={name: [one[name] for one in full] for name in _GIVEN},
        facts=dict(case.facts),
    )


def _with(rule: Rule, values: Mapping[str, float]) -> Rule:
    unknown = sorted(set(values) - {one.name for one in rule.parameters})
    if unknown:
        raise InputRefused(
            [Problem(f"parameters.{name}", "The rule has no such figure.", "Name one of its own.") for name in unknown]
        )
    parameters = tuple(one.model_copy(update={"value": values.get(one.name, one.value)}) for one in rule.parameters)
    return rule.model_copy(update={"parameters": parameters})


def _full(row: CasePosition) -> dict[str, Any]:
    full = {**HARMLESS, "issuer": row.symbol, **row.fields}
    full.setdefault("issuer_group", full["issuer"])
    return full


def _quantity(row: CasePosition) -> float:
    if row.quantity is not None:
        return row.quantity
    return 1.0 if row.value_ccy is None else row.value_ccy


def _price(row: CasePosition) -> float:
    if row.price_ccy is not None:
        return row.price_ccy
    if row.value_ccy is None:
        return float("nan")
    quantity = _quantity(row)
    return row.value_ccy / quantity if quantity else float("nan")


def _problems(number: int, row: CasePosition) -> list[Problem]:
    where = "cash_fields" if number < 0 else f"positions.{number}.fields"
    found = []
    for name, value in row.fields.items():
        if name not in _GIVEN:
            found.append(Problem(f"{where}.{name}", "This is no field that can be given.", "See the list of fields."))
        elif value is not None and not _is_of(POSITION_FIELDS[name].kind, value):
            words = {"number": "a number", "text": "words in quotes", "truth": "true or false"}
            found.append(Problem(f"{where}.{name}", f"This needs {words[POSITION_FIELDS[name].kind]}.", "Correct it."))
    return found


def _is_of(kind: str, value: Value) -> bool:
    if kind == "truth":
        return isinstance(value, bool)
    return isinstance(value, str) if kind == "text" else isinstance(value, float) and not isinstance(value, bool)
