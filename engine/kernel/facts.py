"""What is known of the assets besides their returns, and how does it become the universe of the limits?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.kernel.errors import Problem
from engine.kernel.forms import Universe, Vector
from engine.kernel.frozen import OpenSpec
from engine.kernel.grid import on_grid
from engine.kernel.plausible import weights_advice
from engine.kernel.units import agree, fraction, listing, percent

ASSETS_MAX_COUNT = 20_000
DIMENSIONS_MAX_COUNT = 50
FACTORS_MAX_COUNT = 500
LABEL_MAX_COUNT = 200
MONEY_MAX = 1e15
SUM_TOLERANCE_FRAC = 0.005
LIMIT_MAX_COUNT = 5

Name = Annotated[str, Field(min_length=1, max_length=64)]
Label = Annotated[str, Field(min_length=1, max_length=LABEL_MAX_COUNT)]
Figure = Annotated[float, Field(ge=-1e6, le=1e6)]
Money = Annotated[float, Field(gt=0.0, le=MONEY_MAX)]
Exposure = Annotated[float, Field(ge=-1000.0, le=1000.0)]
_MANY = Field(max_length=ASSETS_MAX_COUNT)


class Facts(OpenSpec):
    """Facts about assets, each keyed by asset and each optional; what is not given is not known.

    Attributes
    ----------
    groups
        Dimension to asset to group: ``"country"``, ``"region"``, ``"currency"``, ``"asset_class"``, ``"issuer"``,
        ``"sector"`` or one of the user's own. A group inside another is written with a slash: ``"Equity/Emerging"``.
    benchmark_weights
        Weights of all constituents of the benchmark as fractions that sum to 1, also of those beside the assets.
    esg_scores, is_esg_higher_better
        Scores of any scale and their direction.
    factor_exposures
        Factor to asset to exposure.
    betas
        Betas to the benchmark.
    prices_money, lot_sizes_shares, capital_money
        Price of a share in the currency of the capital, shares per lot, value of the whole portfolio.
    spreads_frac
        Full bid-ask spread as a fraction of the price.
    daily_volumes_money
        Average daily traded value in the currency of the capital.
    market_weights
        Weights of the market portfolio, fractions, for market-implied returns.
    yields_annual_frac
        What each asset pays out a year as a fraction of its price: dividends, or interest.

    """

    groups: dict[Name, Annotated[dict[Name, Label], _MANY]] = Field(
        default_factory=dict, max_length=DIMENSIONS_MAX_COUNT
    )
    benchmark_weights: Annotated[dict[Name, Annotated[float, *fraction(-10.0, 10.0)]], _MANY] | None = None
    esg_scores: Annotated[dict[Name, Figure], _MANY] | None = None
    is_esg_higher_better: bool = True
    factor_exposures: dict[Name, Annotated[dict[Name, Exposure], _MANY]] = Field(
        default_factory=dict, max_length=FACTORS_MAX_COUNT
    )
    betas: Annotated[dict[Name, Exposure], _MANY] | None = None
    prices_money: Annotated[dict[Name, Money], _MANY] | None = None
    lot_sizes_shares: Annotated[dict[Name, Money], _MANY] | None = None
    capital_money: Money | None = None
    spreads_frac: Annotated[dict[Name, Annotated[float, *fraction(0.0, 1.0)]], _MANY] | None = None
    daily_volumes_money: Annotated[dict[Name, Money], _MANY] | None = None
    market_weights: Annotated[dict[Name, Annotated[float, *fraction(0.0, 1.0)]], _MANY] | None = None
    yields_annual_frac: Annotated[dict[Name, Annotated[float, *fraction(0.0, 1.0)]], _MANY] | None = None

    def over(self, house: Facts | None) -> Facts:
        """Return these facts, completed with the house's where these are silent.

        Groups, prices, lots, spreads, volumes and yields are completed asset by asset. A benchmark, scores with their
        direction, betas, market weights and each factor are taken whole from one side, since two sources of them need
        not share a scale.
        """
        if house is None:
            return self
        merged: dict[str, Any] = {}
        for name in ("prices_money", "lot_sizes_shares", "spreads_frac", "daily_volumes_money", "yields_annual_frac"):
            own, other = getattr(self, name), getattr(house, name)
            merged[name] = {**(other or {}), **(own or {})} if own is not None or other is not None else None
        for name in ("benchmark_weights", "betas", "market_weights", "capital_money"):
            own = getattr(self, name)
            merged[name] = getattr(house, name) if own is None else own
        scores = house if self.esg_scores is None else self
        merged["esg_scores"], merged["is_esg_higher_better"] = scores.esg_scores, scores.is_esg_higher_better
        merged["factor_exposures"] = {**house.factor_exposures, **self.factor_exposures}
        merged["groups"] = {
            dimension: {**house.groups.get(dimension, {}), **self.groups.get(dimension, {})}
            for dimension in (*house.groups, *(name for name in self.groups if name not in house.groups))
        }
        return self.model_copy(update=merged)


@dataclass(frozen=True)
class KnownUniverse(Universe):
    """A universe that remembers places and groups, so that many limits on many assets are compiled in one pass.

    Attributes
    ----------
    current_outside_frac
        Sum of the sizes of the weights now held in assets beside these, which a proposal sells.

    """

    current_outside_frac: float = 0.0

    @classmethod
    def of(cls, universe: Universe) -> KnownUniverse:
        """Return the universe itself where it already remembers, else a copy that does; arrays are shared."""
        if isinstance(universe, cls):
            return universe
        return cls(**{field.name: getattr(universe, field.name) for field in fields(universe)})

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Place of each asset."""
        return {asset: place for place, asset in enumerate(self.assets)}

    @cached_property
    def _numberings(self) -> dict[str, tuple[dict[str, list[int]], NDArray[np.intp]]]:
        return {}

    def _numbered(self, dimension: str) -> tuple[dict[str, list[int]], NDArray[np.intp]]:
        """Return the numbers inside each group of a dimension, and the number of each asset, shape (n,); 0 is none."""
        known = self._numberings.get(dimension)
        if known is None:
            label_of, codes = self.group_of(dimension), {"": 0}
            numbers = [codes.setdefault(label_of.get(asset, ""), len(codes)) for asset in self.assets]
            inside: dict[str, list[int]] = {}
            for label, code in codes.items():
                parts = label.split("/")
                for depth in range(1, len(parts) + 1):
                    inside.setdefault("/".join(parts[:depth]), []).append(code)
            known = self._numberings[dimension] = (inside, np.array(numbers, dtype=np.intp))
        return known

    def members_of(self, group: str, dimension: str = "sector") -> NDArray[np.bool_]:
        """Return a mask, shape (n,), of the assets in that group or in a group inside it."""
        inside, numbers = self._numbered(dimension)
        wanted = inside.get(group, ())
        return numbers == wanted[0] if len(wanted) == 1 else np.isin(numbers, wanted)

    def has_group(self, group: str, dimension: str = "sector") -> bool:
        """Return whether any asset belongs to that group or to a group inside it."""
        return group in self._numbered(dimension)[0]

    def ungrouped_count(self, dimension: str) -> int:
        """Return how many assets have no group of that dimension."""
        return int(np.count_nonzero(self._numbered(dimension)[1] == 0))


def universe_of(
    assets: Sequence[str],
    sectors: Mapping[str, str] | None = None,
    current: Mapping[str, float] | None = None,
    facts: Facts | None = None,
) -> KnownUniverse:
    """Return the assets with what is known of each.

    Parameters
    ----------
    assets
        Unique names, in the order of the answer.
    sectors
        Asset to sector; a group of the dimension ``"sector"`` in the facts comes first.
    current
        Weights now held as fractions, None when nothing is known of them; assets that it does not name are not held.
    facts
        The rest, None when nothing else is known.

    Returns
    -------
    KnownUniverse
        Arrays have NaN where a figure is not known; a benchmark's and the current weights have 0 instead, because an
        asset that they do not name is not in them. Current weights count to the nearest 1e-8, their sum kept
        (`engine.kernel.grid`): on the grid of the weights that are proposed.

    """
    known = facts or Facts()
    names = tuple(assets)
    among = set(names)
    groups = {dimension: _among(labels, among) for dimension, labels in known.groups.items()}
    weights = known.benchmark_weights
    held = None if current is None else on_grid(np.array([float(current.get(name, 0.0)) for name in names]))
    outside = 0.0 if current is None else sum(abs(float(value)) for name, value in current.items() if name not in among)
    return KnownUniverse(
        assets=names,
        sectors={**_among(sectors or {}, among), **groups.get("sector", {})},
        current_weights_frac=held,
        groups=groups,
        benchmark_weights_frac=None if weights is None else np.array([weights.get(name, 0.0) for name in names]),
        benchmark_outside_frac=0.0
        if weights is None
        else sum(value for name, value in weights.items() if name not in among),
        esg_scores=_array(known.esg_scores, names),
        is_esg_higher_better=known.is_esg_higher_better,
        factor_exposures={name: _figures(given, names) for name, given in known.factor_exposures.items()},
        betas=_array(known.betas, names),
        prices_money=_array(known.prices_money, names),
        lot_sizes_shares=_array(known.lot_sizes_shares, names),
        capital_money=known.capital_money,
        spreads_frac=_array(known.spreads_frac, names),
        daily_volumes_money=_array(known.daily_volumes_money, names),
        current_outside_frac=outside,
    )


def benchmark_center(universe: Universe) -> Vector | None:
    """Return the benchmark that active risk is measured from, shape (n,); None without one.

    Constituents beside the assets have no covariance here: the others are scaled up to the sum of the whole benchmark.
    """
    weights = universe.benchmark_weights_frac
    if weights is None or universe.benchmark_outside_frac == 0.0:
        return weights
    inside = float(weights.sum())
    return weights if inside <= 0.0 else weights * ((inside + universe.benchmark_outside_frac) / inside)


def facts_problems(facts: Facts, assets: Iterable[str] | None = None, path: str = "facts") -> list[Problem]:
    """Return what is wrong with facts whose form is right.

    Parameters
    ----------
    facts
        The facts.
    assets
        The assets of the request; a fact about any other is taken for a slip of the pen, except constituents of a
        benchmark or of the market. None when the assets are not known or the facts are a house's, about more assets.
    path
        Where the facts stand in the request.

    """
    problems = _weight_problems(facts, path)
    problems += [
        Problem(
            f"{path}.groups.{dimension}.{asset}",
            f'"{label}" has an empty name beside a slash.',
            'Write a group inside another as "Equity/Emerging".',
        )
        for dimension, labels in facts.groups.items()
        for asset, label in labels.items()
        if not all(part.strip() for part in label.split("/"))
    ]
    if assets is not None:
        among = {*assets, *(facts.benchmark_weights or {}), *(facts.market_weights or {})}
        for place, given in _keyed(facts):
            unknown = [name for name in given if name not in among]
            if unknown:
                problems.append(
                    Problem(
                        f"{path}.{place}",
                        f"{listing(unknown, LIMIT_MAX_COUNT)} {agree(unknown, 'is', 'are')} not among the assets.",
                        "Check the spelling, remove it, or add the asset.",
                    )
                )
    return problems


def _weight_problems(facts: Facts, path: str) -> list[Problem]:
    problems: list[Problem] = []
    for name, what in (("benchmark_weights", "benchmark"), ("market_weights", "market portfolio")):
        weights: Mapping[str, float] | None = getattr(facts, name)
        if weights is None:
            continue
        total = sum(weights.values())
        if abs(total - 1.0) <= SUM_TOLERANCE_FRAC:
            continue
        advice = "Give the weight of every constituent, also of those beside the assets."
        slip = weights_advice(total, SUM_TOLERANCE_FRAC)
        if slip is not None:
            advice = slip
        elif total > 1.0:
            advice = "Divide every weight by their sum, or correct the one that is too large."
        problems.append(
            Problem(f"{path}.{name}", f"The weights of the {what} sum to {percent(total)}, not to 100%.", advice)
        )
    return problems


def _keyed(facts: Facts) -> list[tuple[str, Iterable[str]]]:
    """Return every mapping by asset with its place."""
    found: list[tuple[str, Iterable[str]]] = [(f"groups.{name}", given) for name, given in facts.groups.items()]
    found += [(f"factor_exposures.{name}", given) for name, given in facts.factor_exposures.items()]
    names = ("esg_scores", "betas", "prices_money", "lot_sizes_shares", "spreads_frac", "daily_volumes_money")
    for name in (*names, "yields_annual_frac"):
        found.append((name, getattr(facts, name) or ()))
    return found


def _among(labels: Mapping[str, str], among: set[str]) -> dict[str, str]:
    return {asset: label for asset, label in labels.items() if asset in among}


def _figures(given: Mapping[str, float], names: Sequence[str]) -> Vector:
    return np.array([given.get(name, np.nan) for name in names], dtype=np.float64)


def _array(given: Mapping[str, float] | None, names: Sequence[str]) -> Vector | None:
    return None if given is None else _figures(given, names)
