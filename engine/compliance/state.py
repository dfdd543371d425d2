"""What is known of a portfolio at a moment, and what would be known after some trades?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np

from engine.compliance.bounds import Numbers, Truths, Vector, Words, steps
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.kernel.errors import InputRefused, Problem

DERIVED = frozenset({"weight", "weight_total", "weight_gross", "value_ccy", "exposure"})
"""What follows from the values of the positions and is never given."""
PER_UNIT = ("class_share", "vote_share", "sell_days", "exposure_ccy")
"""What grows with the number of units held."""


@dataclass(frozen=True, slots=True)
class Order:
    """A proposed trade.

    Parameters
    ----------
    position
        A symbol of the state; what is not held yet stands there with quantity 0.
    quantity
        Units to buy, negative to sell.
    cost_ccy
        What the trade costs beside its price.

    """

    position: str
    quantity: float
    cost_ccy: float = 0.0


@dataclass(frozen=True)
class ComplianceState:
    """A portfolio at a moment, n positions of which the first is its cash.

    Parameters
    ----------
    symbols
        n distinct names.
    values_ccy
        Value of each position in the portfolio's currency, negative for what is short or owed; NaN where no price is
        known.
    quantities, prices_ccy
        Units held and what one is worth in the portfolio's currency; of cash the value and 1.
    given
        What else is known of the positions, by the names in `POSITION_FIELDS`: numbers with NaN, words with None and
        truths with None where not known. A field that is absent is not known of any position.
    facts
        What is known of the portfolio, by the names in `FACTS`. Net and total assets, exposures and borrowing follow
        from the positions where they are not given; borrowing that is given as None is not known.
    kept
        What was computed of the state once and is used by many rules.
    per_unit
        What one unit adds to fields that grow with the units held (`PER_UNIT`), NaN where not known: with it they are
        known after a purchase of what was not held before.

    """

    symbols: tuple[str, ...]
    values_ccy: tuple[Decimal | None, ...]
    quantities: Vector
    prices_ccy: Vector
    given: Mapping[str, Sequence[Any]]
    facts: Mapping[str, float | None] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    per_unit: Mapping[str, Vector] = field(default_factory=dict, repr=False)
    _columns: dict[str, Numbers | Truths | Words] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        problems = [
            Problem(f"given.{name}", f"{len(values)} values for {len(self.symbols)} positions.", "Give one of each.")
            for name, values in self.given.items()
            if len(values) != len(self.symbols)
        ]
        problems += [
            Problem(f"given.{name}", "This is no field of positions.", "See the list of fields.")
            for name in self.given
            if name not in POSITION_FIELDS or name in DERIVED
        ]
        problems += [
            Problem(f"facts.{name}", "This is no fact.", "See the list.") for name in self.facts if name not in FACTS
        ]
        problems += [
            Problem(f"per_unit.{name}", "This is not known by unit, or not of each position.", "Give one of each.")
            for name, values in self.per_unit.items()
            if name not in PER_UNIT or len(values) != len(self.symbols)
        ]
        if len(set(self.symbols)) != len(self.symbols):
            problems.append(Problem("symbols", "A position stands twice.", "Add its quantities up."))
        if problems:
            raise InputRefused(problems)

    @property
    def net_assets_ccy(self) -> Decimal | None:
        """The sum of the values; None where one of them is not known."""
        return _sum(self.values_ccy)

    def column(self, name: str) -> Numbers | Truths | Words:
        """Return a field of the positions, with bounds where it is not known."""
        if name not in self._columns:
            self._columns[name] = self._made(name)
        return self._columns[name]

    def fact(self, name: str) -> Numbers:
        """Return a figure of the portfolio, with bounds where it is not known."""
        one = FACTS[name]
        value = self.facts.get(name)
        if name == "net_assets_ccy" and value is None and self.net_assets_ccy is not None:
            value = float(self.net_assets_ccy)
        if name == "total_assets_ccy" and value is None:
            value = self._total_ccy()
        if name in ("gross_exposure", "net_exposure") and value is None:
            return self._exposure(name)
        if name == "borrowing" and name not in self.facts:
            return self._borrowing()
        if value is None or np.isnan(value):
            return Numbers(np.array(one.least), np.array(one.most))
        return Numbers.exact(np.array(float(value)))

    def after(self, orders: Sequence[Order]) -> ComplianceState:
        """Return the state after trades at today's prices, paid from cash.

        Raises
        ------
        InputRefused
            An order of something that the state does not know, without a price, or of no finite size.

        """
        places = {symbol: place for place, symbol in enumerate(self.symbols)}
        values, quantities = list(self.values_ccy), self.quantities.copy()
        problems = []
        for number, order in enumerate(orders):
            place = places.get(order.position)
            if place is None or place == 0:
                problems.append(
                    Problem(f"orders.{number}.position", f"{order.position} is not known here.", "Give its data.")
                )
            elif not np.isfinite(order.quantity) or not np.isfinite(order.cost_ccy):
                problems.append(Problem(f"orders.{number}.quantity", "The size is not a number.", "Give units."))
            elif not np.isfinite(self.prices_ccy[place]):
                problems.append(Problem(f"orders.{number}.position", f"{order.position} has no price.", "Import one."))
            else:
                paid = Decimal(repr(order.quantity)) * Decimal(repr(float(self.prices_ccy[place])))
                cost = Decimal(repr(order.cost_ccy))
                quantities[place] += order.quantity
                values[place] = (values[place] or Decimal(0)) + paid
                values[0] = None if values[0] is None else values[0] - paid - cost
                quantities[0] -= float(paid + cost)
        if problems:
            raise InputRefused(problems)
        made = replace(
            self,
            values_ccy=tuple(values),
            quantities=quantities,
            given=self._rescaled(quantities),
            facts={name: value for name, value in self.facts.items() if name not in _MOVED or value is None},
            kept={},
            _columns={},
        )
        if "active_weight" in made.given:  # a weight moves by the same beside the benchmark and for itself
            active = np.array([np.nan if one is None else one for one in self.given["active_weight"]], dtype=float)
            moved = active + made._weights() - self._weights()
            made = replace(made, given={**made.given, "active_weight": moved.tolist()}, kept={}, _columns={})
        return made

    def _weights(self) -> Vector:
        """Return the weights, NaN where not known."""
        found = _shares(self.values_ccy, self.net_assets_ccy, is_signed=True)
        return np.where(found.least == found.most, found.least, np.nan)

    def _rescaled(self, quantities: Vector) -> dict[str, Sequence[Any]]:
        """Return what is given, with that which grows with the units held brought to the new ones."""
        given = dict(self.given)
        for name in PER_UNIT:
            if name in given:
                old = np.asarray(given[name], dtype=float)
                with np.errstate(divide="ignore", invalid="ignore"):
                    has_side = name == "exposure_ccy"
                    before, after = (one if has_side else np.abs(one) for one in (self.quantities, quantities))
                    grown = (self.per_unit[name] if name in self.per_unit else old / before) * after
                given[name] = np.where(
                    quantities == self.quantities, old, np.where(quantities == 0.0, 0.0, grown)
                ).tolist()
        if "held_days" in given:
            days = zip(given["held_days"], quantities > self.quantities, strict=True)
            given["held_days"] = [0.0 if is_bought else old for old, is_bought in days]
        return given

    def _made(self, name: str) -> Numbers | Truths | Words:
        one = POSITION_FIELDS[name]
        if name == "symbol":
            return Words(np.arange(len(self.symbols)), self.symbols)
        if name in DERIVED:
            return self._derived(name)
        if name == "quantity":
            return Numbers.exact(self.quantities)
        values = self.given.get(name)
        if one.kind == "text":
            return _words(values, len(self.symbols))
        if one.kind == "truth":
            return _truths(values, len(self.symbols))
        return _bounded(values, len(self.symbols), one.least, one.most, is_share=one.unit == "frac")

    def _derived(self, name: str) -> Numbers:
        if name == "exposure":
            given = self.given.get("exposure_ccy")
            exposures = self.values_ccy if given is None else tuple(
                value if one is None or np.isnan(one) else Decimal(repr(float(one)))
                for one, value in zip(given, self.values_ccy, strict=True)
            )  # fmt: skip
            return _shares(exposures, self.net_assets_ccy, is_signed=True)
        if name == "value_ccy":
            values = [np.nan if value is None else float(value) for value in self.values_ccy]
            return _bounded(values, len(values), -np.inf, np.inf, is_share=False)
        if name == "weight":
            return _shares(self.values_ccy, self.net_assets_ccy, is_signed=True)
        known = [value for value in self.values_ccy if value is not None]
        whole = None
        if len(known) == len(self.values_ccy):
            sizes = (abs(value) if name == "weight_gross" else max(value, Decimal(0)) for value in known)
            whole = sum(sizes, Decimal(0))
        if name == "weight_gross":
            return _shares(tuple(None if one is None else abs(one) for one in self.values_ccy), whole)
        return _shares(tuple(None if one is None else max(one, Decimal(0)) for one in self.values_ccy), whole)

    def _total_ccy(self) -> float | None:
        if any(value is None for value in self.values_ccy):
            return None
        return float(sum((max(value or Decimal(0), Decimal(0)) for value in self.values_ccy), Decimal(0)))

    def _borrowing(self) -> Numbers:
        """Return the cash that is owed, of all currencies, over net assets."""
        weights, cash = self.column("weight"), self.column("is_cash")
        assert isinstance(weights, Numbers)
        assert isinstance(cash, Truths)
        least = np.where(cash.sure, np.maximum(-weights.most, 0.0), 0.0).sum()
        most = np.where(cash.possible, np.maximum(-weights.least, 0.0), 0.0).sum()
        if weights.is_exact and cash.is_known:
            return Numbers.exact(steps(np.array(least)))
        return Numbers(steps(np.array(least)), steps(np.array(most)))

    def _exposure(self, name: str) -> Numbers:
        """Return the sum of the exposures of all that is no cash, in size or with their signs."""
        column, cash = self.column("exposure"), self.column("is_cash")
        assert isinstance(column, Numbers)
        assert isinstance(cash, Truths)
        parts = column.absolute() if name == "gross_exposure" else column
        least = np.where(
            cash.possible & ~cash.sure, np.minimum(parts.least, 0.0), np.where(cash.sure, 0.0, parts.least)
        )
        most = np.where(cash.possible & ~cash.sure, np.maximum(parts.most, 0.0), np.where(cash.sure, 0.0, parts.most))
        if parts.is_exact and cash.is_known:
            return Numbers.exact(steps(np.array(least.sum())))
        return Numbers(steps(np.array(least.sum())), steps(np.array(most.sum())))


_MOVED = frozenset(
    {
        "net_assets_ccy",
        "total_assets_ccy",
        "gross_exposure",
        "net_exposure",
        "borrowing",
        "product_risk",
        "var_99_20d",
        "tracking_error",
        "volatility",
    }
)
"""Facts that trades change: they are known afterwards only where they follow from the positions, or are given anew."""


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None


def _shares(values: tuple[Decimal | None, ...], whole: Decimal | None, *, is_signed: bool = False) -> Numbers:
    """Return values over a whole; unbounded where that is not known or not positive."""
    if whole is None or whole <= 0:
        unknown = np.full(len(values), np.inf)
        nothing = np.array([value == 0 for value in values])
        least = -unknown if is_signed else np.zeros(len(values))
        return Numbers(np.where(nothing, 0.0, least), np.where(nothing, 0.0, unknown))
    shares = [float((value or Decimal(0)) / whole) for value in values]
    return Numbers.exact(np.array(shares))


def _bounded(values: Sequence[Any] | None, count: int, least: float, most: float, *, is_share: bool) -> Numbers:
    found = (
        np.full(count, np.nan)
        if values is None
        else np.array([np.nan if v is None else v for v in values], dtype=float)
    )
    unknown = np.isnan(found)
    if is_share:
        found = steps(found)
    if not bool(unknown.any()):
        return Numbers.exact(found)
    return Numbers(np.where(unknown, least, found), np.where(unknown, most, found))


def _words(values: Sequence[Any] | None, count: int) -> Words:
    if values is None:
        return Words(np.full(count, -1), ())
    labels = tuple(sorted({value for value in values if value}))
    places = {label: place for place, label in enumerate(labels)}
    return Words(np.array([places.get(value, -1) if value else -1 for value in values], dtype=np.int64), labels)


def _truths(values: Sequence[Any] | None, count: int) -> Truths:
    if values is None:
        return Truths(np.zeros(count, dtype=bool), np.ones(count, dtype=bool))
    sure = np.array([value is True for value in values])
    possible = np.array([value is not False for value in values])
    return Truths.known(sure) if bool(np.array_equal(sure, possible)) else Truths(sure, possible)
