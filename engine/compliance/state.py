"""What is known of a portfolio at a moment, and what would be known after some trades?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar

import numpy as np

from engine.compliance.bounds import Numbers, Truths, Vector, Words, steps
from engine.compliance.columns import Ratio, bounded, ratios, shares, truths, words
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.kernel.errors import InputRefused, Problem

DERIVED = frozenset({"weight", "weight_total", "weight_gross", "value_ccy", "exposure", "otc_exposure"})
"""What follows from the values of the positions and is never given."""
PER_UNIT = ("class_share", "vote_share", "capital_share", "debt_share", "sell_days", "exposure_ccy")
"""What grows with the number of units held."""
Whole = Literal["net", "long", "size"]
"""What shares are taken of: net assets, all that is long, and the sum of all sizes."""
Read = TypeVar("Read", Truths, Words)
WHOLES: tuple[Whole, ...] = ("net", "long", "size")


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
        Value of each position in the portfolio's currency, negative for what is short or owed; None where no price is
        known.
    quantities, prices_ccy
        Units held and what one is worth in the portfolio's currency; of cash the value and 1.
    given
        What else is known of the positions, by the names in `POSITION_FIELDS`: numbers with NaN, words with None and
        truths with None where not known. A field that is absent is not known of any position. An exposure of None is
        the position's value.
    facts
        What is known of the portfolio, by the names in `FACTS`. Net and total assets, exposures and borrowing follow
        from the positions where they are not given; borrowing that is given as None is not known.
    kept
        What was computed of the state once and is used by many rules.
    per_unit
        What one unit adds to fields that grow with the units held (`PER_UNIT`), NaN where not known: with it they are
        known after a purchase of what was not held before.
    on
        The day whose close it is; None where it is of no day, and every rule is then tested.
    is_month_end
        Whether that day is the last session of its month.
    floors_ccy
        Wholes that shares are taken of at the least; see `unshrunk`.
    shared
        What was read of words and truths, which no trade changes: states that are made of one another have it together.

    """

    symbols: tuple[str, ...]
    values_ccy: tuple[Decimal | None, ...]
    quantities: Vector
    prices_ccy: Vector
    given: Mapping[str, Sequence[Any]]
    facts: Mapping[str, float | None] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    per_unit: Mapping[str, Vector] = field(default_factory=dict, repr=False)
    on: date | None = None
    is_month_end: bool = True
    floors_ccy: Mapping[Whole, Decimal] = field(default_factory=dict)
    shared: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
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
        problems += [
            Problem(f"values_ccy.{place}", f"The value of {self.symbols[place]} is no number.", "Give None if unknown.")
            for place, value in enumerate(self.values_ccy)
            if value is not None and not value.is_finite()
        ]
        if len(set(self.symbols)) != len(self.symbols):
            problems.append(Problem("symbols", "A position stands twice.", "Add its quantities up."))
        if problems:
            raise InputRefused(problems)

    @property
    def net_assets_ccy(self) -> Decimal | None:
        """The sum of the values; None where one of them is not known."""
        return self._sums()["net"]

    def column(self, name: str) -> Numbers | Truths | Words:
        """Return a field of the positions, with bounds where it is not known."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self._made(name)
        return found

    def fact(self, name: str) -> Numbers:
        """Return a figure of the portfolio, with bounds where it is not known."""
        found: Numbers | None = self.kept.get(("fact", name))
        if found is None:
            found = self.kept["fact", name] = self._fact(name)
        return found

    def _fact(self, name: str) -> Numbers:
        one = FACTS[name]
        value = self.facts.get(name)
        if name in _WHOLE_FACTS and value is None:
            whole = self._whole(_WHOLE_FACTS[name])
            value = None if whole is None else float(whole)
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
            facts={name: value for name, value in self.facts.items() if name not in MOVED_FACTS or value is None},
            kept={},
            _columns={},
        )
        if "active_weight" in made.given:  # a weight moves by the same beside the benchmark and for itself
            moved = self._active() + made._weights() - self._weights()
            made = replace(made, given={**made.given, "active_weight": moved.tolist()}, kept={}, _columns={})
        return made

    def unshrunk(self, before: ComplianceState) -> ComplianceState:
        """Return the state with shares of wholes that are no smaller than they were before.

        A sale that repays a debt, and what trades cost, make the whole smaller and with it the share of all that was
        not touched. What trades themselves do to a figure is seen without that. The same state where nothing shrank.
        """
        floors = {}
        for whole in WHOLES:
            was, now = before._whole(whole), self._whole(whole)
            if was is not None and now is not None and now < was:
                floors[whole] = was
        if not floors:
            return self
        made = replace(self, floors_ccy=floors, kept={}, _columns={})
        if "net" in floors and "active_weight" in self.given:
            moved = self._active() + made._weights() - self._weights()
            made = replace(made, given={**self.given, "active_weight": moved.tolist()}, kept={}, _columns={})
        return made

    def with_cash(self, cash_ccy: Decimal) -> ComplianceState:
        """Return the state with other cash, and shares of the same wholes all the same."""
        quantities = self.quantities.copy()
        quantities[0] = float(cash_ccy)
        made = replace(self, values_ccy=(cash_ccy, *self.values_ccy[1:]), quantities=quantities,
                       kept={"sums": self._sums()}, _columns={})  # fmt: skip
        if "active_weight" in self.given:
            moved = self._active() + made._weights() - self._weights()
            made = replace(made, given={**self.given, "active_weight": moved.tolist()}, _columns={})
        return made

    def _active(self) -> Vector:
        return np.array([np.nan if one is None else one for one in self.given["active_weight"]], dtype=float)

    def _weights(self) -> Vector:
        """Return the weights, NaN where not known."""
        found = shares(self._ratios(), self._whole("net"), is_signed=True)
        return np.where(found.least == found.most, found.least, np.nan)

    def _whole(self, name: Whole) -> Decimal | None:
        """Return what shares are taken of; None where it is not known."""
        found, floor = self._sums()[name], self.floors_ccy.get(name)
        return found if floor is None or found is None else max(found, floor)

    def _sums(self) -> Mapping[Whole, Decimal | None]:
        """Return what the values come to: all, those above zero, and their sizes."""
        if "sums" not in self.kept:
            known = [one for one in self.values_ccy if one is not None]
            net, long = sum(known, _ZERO), sum((one for one in known if one > 0), _ZERO)
            is_known = len(known) == len(self.values_ccy)
            self.kept["sums"] = (
                {"net": net, "long": long, "size": 2 * long - net} if is_known else dict.fromkeys(WHOLES)
            )
        found: Mapping[Whole, Decimal | None] = self.kept["sums"]
        return found

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
                moved = np.where(quantities == self.quantities, old, np.where(quantities == 0.0, 0.0, grown)).tolist()
                given[name] = [
                    None if was is None and name == "exposure_ccy" else one
                    for was, one in zip(self.given[name], moved, strict=True)
                ]
        if "held_days" in given:
            days = zip(given["held_days"], quantities > self.quantities, strict=True)
            given["held_days"] = [0.0 if is_bought else old for old, is_bought in days]
        return given

    def _made(self, name: str) -> Numbers | Truths | Words:
        one = POSITION_FIELDS[name]
        if name == "symbol":
            return self._once(name, self.symbols, lambda: Words(np.arange(len(self.symbols)), self.symbols))
        if name in DERIVED:
            return self._derived(name)
        if name == "exposure_ccy":
            return bounded(self._exposures_ccy(), len(self.symbols), one.least, one.most, is_share=False)
        if name == "quantity":
            return Numbers.exact(self.quantities)
        values = self.given.get(name)
        if one.kind == "text":
            return self._once(name, values, lambda: words(values, len(self.symbols)))
        if one.kind == "truth":
            return self._once(name, values, lambda: truths(values, len(self.symbols)))
        return bounded(values, len(self.symbols), one.least, one.most, is_share=one.unit == "frac")

    def _once(self, name: str, values: Sequence[Any] | None, read: Callable[[], Read]) -> Read:
        """Return what is read of values, once for all states that have the very same ones."""
        if name not in self.shared or self.shared[name][0] is not values:
            self.shared[name] = (values, read())
        found: Read = self.shared[name][1]
        return found

    def _derived(self, name: str) -> Numbers:
        if name == "exposure" and "exposure_ccy" not in self.given:
            name = "weight"
        if name == "exposure":
            return shares(ratios(self._exposures_ccy()), self._whole("net"), is_signed=True)
        if name == "otc_exposure":
            owed = self.given.get("otc_exposure_ccy") or [np.nan] * len(self.symbols)
            known = tuple(None if one is None or np.isnan(one) else Decimal(repr(float(one))) for one in owed)
            return shares(ratios(known), self._whole("net"))
        if name == "value_ccy":
            values = [np.nan if value is None else float(value) for value in self.values_ccy]
            return bounded(values, len(values), -np.inf, np.inf, is_share=False)
        if name == "weight":
            return shares(self._ratios(), self._whole("net"), is_signed=True)
        if name == "weight_gross":
            return shares([one and (abs(one[0]), one[1]) for one in self._ratios()], self._whole("size"))
        return shares([one and (max(one[0], 0), one[1]) for one in self._ratios()], self._whole("long"))

    def _ratios(self) -> tuple[Ratio, ...]:
        """Return the values as fractions."""
        if "ratios" not in self.kept:
            self.kept["ratios"] = ratios(self.values_ccy)
        found: tuple[Ratio, ...] = self.kept["ratios"]
        return found

    def _exposures_ccy(self) -> tuple[Decimal | None, ...]:
        """Return what positions stand for; None where not known."""
        return tuple(
            value if one is None else None if np.isnan(one) else Decimal(repr(float(one)))
            for one, value in zip(
                self.given.get("exposure_ccy", [None] * len(self.symbols)), self.values_ccy, strict=True
            )
        )

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


MOVED_FACTS = frozenset(
    {
        "net_assets_ccy",
        "total_assets_ccy",
        "gross_exposure",
        "net_exposure",
        "borrowing",
        "product_risk",
        "var_99_20d",
        "tracking_error",
        "turnover_year",
        "volatility",
    }
)
"""Facts that trades change: they are known afterwards only where they follow from the positions, or are given anew."""


_WHOLE_FACTS: Mapping[str, Whole] = {"net_assets_ccy": "net", "total_assets_ccy": "long"}
_ZERO = Decimal(0)
