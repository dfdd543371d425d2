"""How do the limits of a request stand at its answer: one line for each limit as it was set, then every position?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from callbacks.run_prices import Prices, unit_of
from components.result_view import MUST_HOLD
from services import formatting
from services.formatting import MISSING, Style
from services.messages.optimize import OptimizationRequest, OptimizationResult
from services.number_style import in_style
from services.optimize_sentence import names_of, short_percent

BINDING_FRAC: Final = 5e-7
ROOM_NOISE: Final = 5e-4
"""Scores are met to a tolerance of their own size; so small a room is none, on whichever side it lies."""
HELD_FRAC: Final = 5e-9
OPEN_FRAC: Final = 2.0
"""The distance from a reference weight that stands for none at all."""


@dataclass(frozen=True)
class _Kept:
    """One limit at the answer: its words, the value that counts, whose it is, its sides; no side means exactly met.

    `priority` is that of a soft limit, None for one that must hold; `is_binding` is the engine's own word, where it
    has one. `price` is the change of the goal's figure for each unit by which the limit moves up, None where there is
    none.
    """

    name: str
    value_frac: float
    scope: str
    low_frac: float | None = None
    high_frac: float | None = None
    price: float | None = None
    unit: str = "percent"
    kind: str = ""
    priority: int | None = None
    is_binding: bool = False
    has_given_way: bool = False

    @property
    def room_frac(self) -> float | None:
        """Distance to the nearer side, None for a limit that is met exactly."""
        sides = [self.value_frac - self.low_frac] if self.low_frac is not None else []
        sides += [self.high_frac - self.value_frac] if self.high_frac is not None else []
        return min(sides) if sides else None


class _Reading:
    """What the limits of a request are measured against: the proposed weights and their sectors."""

    def __init__(self, request: OptimizationRequest, result: OptimizationResult, style: Style) -> None:
        self.limits: list[Any] = list(request.all_constraints())
        self.asked: list[Any] = list(request.constraints)
        self.goal: Any = request.objective
        self.result = result
        self.style = style
        self.weights = {line.asset: line.weight_frac for line in result.weights}
        self.sectors = {line.asset: line.sector for line in result.weights}
        self.has_shorts = any(limit.kind == "long_short" for limit in self.limits)
        self.prices = Prices(result)
        self.lines: Any = result.certificate.limits if result.certificate else ()
        self._told: set[str] = set()

    def percent(self, fraction: float) -> str:
        return short_percent(fraction, style=self.style)

    def all_kept(self) -> list[_Kept]:
        """Return the limits in the order of the request, then what the goal itself demands."""
        read: dict[str, Callable[[Any], list[_Kept]]] = {
            "budget": self._budget,
            "position_bounds": self._positions,
            "min_holding": self._minimum,
            "sector_limit": self._sector,
            "long_short": self._exposure,
        }
        kept = [self._marked(limit, one) for limit in self.limits for one in read.get(limit.kind, self._other)(limit)]
        return kept + self._goal()

    def _marked(self, limit: Any, kept: _Kept) -> _Kept:
        """Mark a soft limit as such, and one that had to give way."""
        if limit.is_soft:
            kept = replace(kept, priority=limit.priority)
        given = {way.limit.constraint_index for way in getattr(self.result, "given_way", ())}
        places = [n for n, one in enumerate(self.limits[-len(self.asked) :] if self.asked else []) if one is limit]
        room = kept.room_frac
        has_given = bool(given.intersection(places)) and room is not None and room <= BINDING_FRAC
        return replace(kept, has_given_way=True) if has_given else kept

    def _budget(self, limit: Any) -> list[_Kept]:
        total = self.result.certificate.weight_sum_frac if self.result.certificate else sum(self.weights.values())
        price = self.prices.of("budget")
        return [_Kept(f"Net investment {self.percent(limit.net_frac)}", total, "Portfolio", price=price)]

    def _named(self, limit: Any) -> list[str]:
        """Return the assets that bounds hold for: a later entry overrides an earlier one for the assets it names."""
        bounds = [one for one in self.limits if one.kind == "position_bounds" and not _is_relative(one)]
        later = bounds[next(n for n, one in enumerate(bounds) if one is limit) + 1 :]
        return [
            asset
            for asset in (limit.assets or self.weights)
            if asset in self.weights and all(one.assets is not None and asset not in one.assets for one in later)
        ]

    def _positions(self, limit: Any) -> list[_Kept]:
        if _is_relative(limit):
            return self._relative(limit)
        assets = self._named(limit)
        if not assets:
            return []
        of = "" if limit.assets is None else f" of {names_of(limit.assets)}"
        top = max(assets, key=lambda asset: self.weights[asset])
        found = [
            _Kept(
                f"Largest position{of} {self.percent(limit.max_frac)}",
                self.weights[top],
                top,
                high_frac=limit.max_frac,
                price=self.prices.of_positions(assets, is_upper=True),
            )
        ]
        least = min(assets, key=lambda asset: abs(self.weights[asset]))
        has_minimum = any(one.kind == "min_holding" for one in self.limits)
        if limit.min_frac > 0.0 or not (has_minimum or self.has_shorts):
            name = f"Smallest position{of} {self.percent(limit.min_frac)}"
            price = self.prices.of_positions(assets, is_upper=False)
            found.append(_Kept(name, abs(self.weights[least]), least, low_frac=limit.min_frac, price=price))
        if self.has_shorts:
            most = limit.max_frac if limit.short_max_frac is None else limit.short_max_frac
            low = min(assets, key=lambda asset: self.weights[asset])
            short = max(0.0, -self.weights[low])
            name = f"Largest short{of} {self.percent(most)}"
            found.append(_Kept(name, short, low if short else "None is short", high_frac=most))
        return found

    def _minimum(self, limit: Any) -> list[_Kept]:
        held = [asset for asset, weight in self.weights.items() if abs(weight) > HELD_FRAC]
        if not held:
            return []
        least = min(held, key=lambda asset: abs(self.weights[asset]))
        name = f"Zero or at least {self.percent(limit.min_frac)}"
        return [_Kept(name, abs(self.weights[least]), f"{least}, the smallest held", low_frac=limit.min_frac)]

    def _sector(self, limit: Any) -> list[_Kept]:
        total = sum(weight for asset, weight in self.weights.items() if self.sectors[asset] == limit.sector)
        low, high = limit.min_frac, limit.max_frac
        if low is None:
            words = f"at most {self.percent(high)}"
        elif high is None:
            words = f"at least {self.percent(low)}"
        else:
            words = f"from {self.percent(low)} to {self.percent(high)}"
        price = self.prices.of_scope("sector_limit", limit.sector)
        return [_Kept(f"{limit.sector} {words}", total, "Sector", low, high, price)]

    def _exposure(self, limit: Any) -> list[_Kept]:
        found = []
        if limit.gross_max_frac is not None:
            gross = sum(abs(weight) for weight in self.weights.values())
            name = f"Gross exposure at most {self.percent(limit.gross_max_frac)}"
            price = self.prices.of("long_short", "Gross exposure")
            found.append(_Kept(name, gross, "Portfolio", high_frac=limit.gross_max_frac, price=price))
        if limit.short_max_frac is not None:
            shorts = sum(-weight for weight in self.weights.values() if weight < 0.0)
            name = f"All shorts together at most {self.percent(limit.short_max_frac)}"
            price = self.prices.of("long_short", "Short positions together")
            found.append(_Kept(name, shorts, "Portfolio", high_frac=limit.short_max_frac, price=price))
        return found

    def _other(self, limit: Any) -> list[_Kept]:
        """Return the engine's own line of a limit; where its kind has more or fewer lines, all of them once."""
        lines = [one for one in self.lines if one.kind == limit.kind]
        of_kind = [one for one in self.limits if one.kind == limit.kind]
        if len(lines) == len(of_kind):
            return [self._line(lines[next(n for n, one in enumerate(of_kind) if one is limit)])]
        if limit.kind in self._told:
            return []
        self._told.add(limit.kind)
        return [self._line(one) for one in lines]

    def _line(self, one: Any) -> _Kept:
        """Return a line of the engine in words: what it is, its sides, then what is to be known of it."""
        name, _, remark = in_style(one.name, self.style).partition(", ")
        return _Kept(
            name + self._sides(one) + (f" ({remark})" if remark else ""),
            one.value_frac,
            "Portfolio" if one.scope == "portfolio" else one.scope,
            one.min_frac,
            one.max_frac,
            getattr(one, "price", None),
            unit_of(one.kind),
            one.kind,
            is_binding=one.is_binding,
        )

    def _relative(self, limit: Any) -> list[_Kept]:
        """Return the position that comes nearest to its distance from the current or the benchmark weight."""
        lines = {one.scope: one for one in self.lines if one.kind == "position_bounds"}
        kept = [
            _Kept(self._distance(limit), one.value_frac, asset, one.min_frac, one.max_frac)
            for asset, one in lines.items()
            if limit.assets is None or asset in limit.assets
        ]
        known = [one for one in kept if one.room_frac is not None]
        return [min(known, key=lambda one: one.room_frac or 0.0)] if known else []

    def _distance(self, limit: Any) -> str:
        who = "each position" if limit.assets is None else names_of(limit.assets)
        low = None if limit.min_frac <= -OPEN_FRAC else self._signed(limit.min_frac)
        high = None if limit.max_frac >= OPEN_FRAC else self._signed(limit.max_frac)
        sides = f"at most {high}" if low is None else f"at least {low}" if high is None else f"{low} to {high}"
        return f"Distance from {limit.relative_to} weight, {who}: {sides}"

    def _signed(self, fraction: float) -> str:
        return f"{'+' if fraction > 0.0 else ''}{self.percent(fraction)}"

    def _sides(self, line: Any) -> str:
        """Return the sides of an engine's line in words, unless its name says them already."""
        if " at least " in line.name or " at most " in line.name:
            return ""
        unit = unit_of(line.kind)
        decimals = 0 if unit == "count" else 2

        def write(value: float) -> str:
            return self.percent(value) if unit == "percent" else formatting.number(value, decimals, style=self.style)

        least = "" if line.min_frac is None else f" at least {write(line.min_frac)}"
        most = "" if line.max_frac is None else f" at most {write(line.max_frac)}"
        return f"{least} and{most}" if least and most else least + most

    def _goal(self) -> list[_Kept]:
        """Return what the goal itself demands: a ceiling of the risk, or a floor of the return."""
        metrics = self.result.metrics
        ceiling = getattr(self.goal, "volatility_max_annual_frac", None)
        floor = getattr(self.goal, "return_min_annual_frac", None)
        if metrics is None or (ceiling is None and floor is None):
            return []
        if ceiling is not None:
            name, value = f"Volatility at most {self.percent(ceiling)}", metrics.volatility_annual_frac
            return [_Kept(name, value, "Portfolio", high_frac=ceiling, price=self.prices.of("volatility"))]
        floor = float(floor or 0.0)
        name, value = f"Expected return at least {self.percent(floor)}", metrics.return_annual_frac
        return [_Kept(name, value, "Portfolio", low_frac=floor, price=self.prices.of("target_return"))]


def _is_relative(limit: Any) -> bool:
    return limit.kind == "position_bounds" and limit.relative_to != "absolute"


def limit_rows(request: OptimizationRequest, result: OptimizationResult, style: Style) -> list[dict[str, Any]]:
    """Return one row for each limit that was set, with the value that comes nearest to it and whose that is."""
    reading = _Reading(request, result, style)
    return [_row(kept, reading) for kept in reading.all_kept()]


def _row(kept: _Kept, reading: _Reading) -> dict[str, Any]:
    room, style = kept.room_frac, reading.style
    is_bound = room is not None and (room <= BINDING_FRAC or kept.is_binding)
    noise = BINDING_FRAC if kept.unit == "percent" else ROOM_NOISE
    shown = None if room is None else abs(room) if abs(room) <= noise else room
    state = "Met exactly" if room is None else "Binding" if is_bound else "Room left"
    if kept.has_given_way:
        state = "Gave way"
    is_percent = kept.unit == "percent"
    return {
        "name": kept.name,
        "firm": MUST_HOLD if kept.priority is None else f"May give way, {kept.priority}",
        "value_frac": kept.value_frac,
        "value": formatting.percent(kept.value_frac, 2, style=style)
        if is_percent
        else _plain(kept.value_frac, kept, style),
        "scope": kept.scope,
        "room_pp": shown * 100 if shown is not None and is_percent else shown,
        "room": MISSING if shown is None else _room(shown, kept, style),
        "state": state,
        "price": reading.prices.words(kept.price, reading.goal.kind, style, kept.kind),
    }


def _room(room: float, kept: _Kept, style: Style) -> str:
    """Return how far the nearer side is, in the limit's own unit."""
    if kept.unit == "percent":
        return formatting.number(room * 100, 2, style=style) + " pp"
    return _plain(room, kept, style)


def _plain(value: float, kept: _Kept, style: Style) -> str:
    return formatting.number(value, 0 if kept.unit == "count" else 2, style=style)


def position_rows(request: OptimizationRequest, result: OptimizationResult) -> list[dict[str, Any]]:
    """Return one row for each asset with the bounds that the request sets for it, the largest weight first."""
    limits: list[Any] = list(request.all_constraints())
    bounds = [limit for limit in limits if limit.kind == "position_bounds" and not _is_relative(limit)]
    stated = {one.scope: one for one in _position_lines(request, result)}
    minimum = max((limit.min_frac for limit in limits if limit.kind == "min_holding"), default=0.0)
    has_shorts = any(limit.kind == "long_short" for limit in limits)
    rows = []
    for line in sorted(result.weights, key=lambda line: (-line.weight_frac, line.asset)):
        own = next((one for one in reversed(bounds) if one.assets is None or line.asset in one.assets), None)
        least, most = (own.min_frac, own.max_frac) if own else (0.0, 1.0)
        short = 0.0
        if has_shorts:
            short = most if own is None or own.short_max_frac is None else own.short_max_frac
        may_be_zero = minimum > 0.0 and least == 0.0
        if line.asset in stated and short == 0.0:
            least, most = stated[line.asset].min_frac or 0.0, stated[line.asset].max_frac or most
        least = max(least, minimum)
        sides = [-short, most] if short > 0.0 else [least, most]
        if short > 0.0 and least > 0.0:
            sides += [least, -least]
        room = min(abs(line.weight_frac - side) for side in sides)
        is_out = may_be_zero and abs(line.weight_frac) <= HELD_FRAC
        rows.append(
            {
                "asset": line.asset,
                "weight_frac": line.weight_frac,
                "low": -short if short > 0.0 else least,
                "high": most,
                "room_pp": None if is_out else room * 100,
                "state": "Left out" if is_out else "Binding" if room <= BINDING_FRAC else "Room left",
            }
        )
    return rows


def _position_lines(request: OptimizationRequest, result: OptimizationResult) -> Sequence[Any]:
    """Return the engine's lines of positions where distances from reference weights were set; they hold those too."""
    lines: Any = result.certificate.limits if result.certificate else ()
    has_distances = any(_is_relative(limit) for limit in request.all_constraints())
    return [one for one in lines if one.kind == "position_bounds"] if has_distances else []


def limits_sentence(rows: Sequence[dict[str, Any]], style: Style) -> str:
    """Return how many limits were set, that all are kept, and how many of them bind."""
    binding = sum(row["state"] == "Binding" for row in rows)
    given = sum(row["state"] == "Gave way" for row in rows)
    kept = f"{given} gave way, the others kept" if given else "all kept"
    return f"{formatting.count(len(rows), 'limit', style=style)}, {kept}; {binding} of them binding."


def limits_said(rows: Sequence[dict[str, Any]], result: OptimizationResult, style: Style) -> list[str]:
    """Return what stands below the limits: how many bind, then which soft limits had to give way, and how far."""
    given = [f"A soft limit gave way. {in_style(way.sentence, style)}" for way in result.given_way]
    return [limits_sentence(rows, style), *given]
