"""What does the user believe about returns, how surely, and do the beliefs fit together?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from engine.estimators import Symbol
from engine.kernel.errors import Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.frozen import FrozenSpec
from engine.kernel.units import agree, fraction, listing, percent

USUAL_CONFIDENCE_FRAC = 0.5

AnnualReturn = Annotated[float, *fraction(-1.0, 1.0)]
StandardError = Annotated[float, *fraction(0.0, 1.0, is_low_open=True)]
Assets = Annotated[tuple[Symbol, ...], Field(max_length=2000)]
SideKey = tuple[frozenset[str], frozenset[str], str]


class View(FrozenSpec):
    """One asset or basket earns `return_annual_frac`, or beats another basket by it.

    Give `asset`, or `long` (a basket), or `long` and `short` (the first beats the second). How sure the view is:
    `confidence_frac` above 0 up to 1 (Idzorek), or `standard_error_annual_frac` of the annual figure; 50% when neither
    is given.
    """

    asset: Symbol | None = None
    long: Assets = ()
    short: Assets = ()
    shares: Literal["equal", "market"] = "equal"
    return_annual_frac: AnnualReturn
    confidence_frac: Annotated[float, *fraction(0.0, 1.0, is_low_open=True)] | None = None
    standard_error_annual_frac: StandardError | None = None

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The assets that the view holds and those that it sells."""
        return ((self.asset,) if self.asset is not None else self.long), self.short

    @property
    def key(self) -> SideKey:
        """What the view is about, whatever it says of it."""
        ahead, behind = self.sides
        has_baskets = len(ahead) > 1 or len(behind) > 1
        return frozenset(ahead), frozenset(behind), self.shares if has_baskets else "equal"

    @property
    def is_certain(self) -> bool:
        """Whether the view is to hold exactly."""
        return self.standard_error_annual_frac is None and self.confidence_frac == 1.0

    def explain(self) -> str:
        """Return the view in words, such as ``"KO and PEP beat PG by 2% a year"``."""
        ahead, behind = (list(side) for side in self.sides)
        value = self.return_annual_frac
        if not behind:
            return f"{listing(ahead, 3)} {'earns' if len(ahead) == 1 else 'together earn'} {percent(value)} a year"
        if value < 0.0:
            ahead, behind, value = behind, ahead, -value
        verb = "beats" if len(ahead) == 1 else "beat"
        return f"{listing(ahead, 3)} {verb} {listing(behind, 3)} by {percent(value)} a year"

    def row(self, place: Mapping[str, int], market: Vector | None) -> Vector:
        """Return the portfolio of the view, shape (n,): +1 in total for what is ahead and -1 for what is behind.

        `place` maps names to columns; `market` holds the market's weights, shape (n,), where a view may ask for them.
        """
        row = np.zeros(len(place))
        for sign, side in zip((1.0, -1.0), self.sides, strict=True):
            if side:
                columns = [place[name] for name in side]
                sizes = np.ones(len(side)) if self.shares == "equal" or market is None else market[columns]
                if float(sizes.sum()) <= 0.0:  # none of them is in the market, so none counts more than another
                    sizes = np.ones(len(side))
                row[columns] = sign * sizes / sizes.sum()
        return row


class Forecast(FrozenSpec):
    """A model's forecast of an asset's annual return, with the standard error of that figure."""

    asset: Symbol
    return_annual_frac: AnnualReturn
    standard_error_annual_frac: StandardError

    def as_view(self) -> View:
        """Return the forecast as a view."""
        return View(
            asset=self.asset,
            return_annual_frac=self.return_annual_frac,
            standard_error_annual_frac=self.standard_error_annual_frac,
        )


def view_problems(
    views: Sequence[View], forecasts: Sequence[Forecast], assets: tuple[str, ...] | None
) -> list[Problem]:
    """Return all that is wrong with views and forecasts, each with its place."""
    problems: list[Problem] = []
    for place, view in enumerate(views):
        problems += [Problem(f"views.{place}", *words) for words in _form_problems(view)]
    named = [(f"views.{place}", sum(view.sides, ())) for place, view in enumerate(views)]
    named += [(f"forecasts.{place}", (item.asset,)) for place, item in enumerate(forecasts)]
    if assets is not None:
        known = set(assets)
        for path, names in named:
            unknown = [name for name in dict.fromkeys(names) if name not in known]
            if unknown:
                advice = "Correct the name, or add the asset to the universe."
                problems.append(
                    Problem(path, f"{listing(unknown)} {agree(unknown, 'is', 'are')} not among the assets.", advice)
                )
    problems += _repeated_views(views) + _repeated_forecasts(forecasts)
    return problems or _certain_problems(views)


def _form_problems(view: View) -> list[tuple[str, str]]:
    """Return sentence and way out for each thing wrong with a view in itself."""
    found: list[tuple[str, str]] = []
    ahead, behind = view.sides
    if view.asset is not None and (view.long or view.short):
        found.append(("The view names `asset` and also `long` or `short`.", "Keep `asset`, or the two lists."))
    elif not ahead:
        found.append(("The view does not say which asset it is about.", "Give `asset`, or `long` and `short`."))
    both = sorted(set(ahead) & set(behind))
    if both:
        found.append(
            (f"{listing(both)} {agree(both, 'is', 'are')} on both sides of the view.", "Name each asset on one side.")
        )
    twice = sorted({name for side in (ahead, behind) for name in side if side.count(name) > 1})
    if twice:
        found.append(
            (
                f"{listing(twice)} {agree(twice, 'is', 'are')} named twice on one side of the view.",
                "Name each asset once.",
            )
        )
    if view.confidence_frac is not None and view.standard_error_annual_frac is not None:
        found.append(("The view has a confidence and a standard error.", "Keep one of them."))
    return found


def _repeated_views(views: Sequence[View]) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[SideKey, tuple[int, float]] = {}
    for place, view in enumerate(views):
        ahead, behind, shares = view.key
        if not ahead:
            continue
        told = seen.get(view.key)
        opposite = seen.get((behind, ahead, shares))
        if told is None and opposite is not None:
            told = (opposite[0], -opposite[1])
        if told is None:
            seen[view.key] = (place, view.return_annual_frac)
        elif told[1] == view.return_annual_frac:
            problems.append(Problem(f"views.{place}", f"This repeats view {told[0] + 1}.", "Remove one of the two."))
        else:
            problems.append(
                Problem(
                    f"views.{place}",
                    f"This contradicts view {told[0] + 1}: {view.explain()}, but {views[told[0]].explain()}.",
                    "Keep one of the two.",
                )
            )
    return problems


def _repeated_forecasts(forecasts: Sequence[Forecast]) -> list[Problem]:
    first: dict[str, int] = {}
    problems: list[Problem] = []
    for place, item in enumerate(forecasts):
        if item.asset in first:
            message = f"{item.asset} has a forecast already, number {first[item.asset] + 1}."
            problems.append(Problem(f"forecasts.{place}", message, "Keep one of the two."))
        first.setdefault(item.asset, place)
    return problems


def _certain_problems(views: Sequence[View]) -> list[Problem]:
    """Return the conflict among views that are to hold exactly, as far as it shows without the market's weights."""
    if any(view.is_certain and view.key[2] == "market" for view in views):
        return []
    names = sorted({name for view in views for side in view.sides for name in side})
    place = {name: column for column, name in enumerate(names)}
    rows = np.array([view.row(place, None) for view in views]).reshape(len(views), len(names))
    return contradiction(views, rows)


def contradiction(views: Sequence[View], rows: Matrix) -> list[Problem]:
    """Return the first view of confidence 100% that the earlier ones of confidence 100% rule out.

    Parameters
    ----------
    views
        k views.
    rows
        Their portfolios, shape (k, n).

    """
    held: list[int] = []
    for place, view in enumerate(views):
        if not view.is_certain:
            continue
        if held:
            shares, *_ = np.linalg.lstsq(rows[held].T, rows[place], rcond=None)
            implied = float(shares @ [views[other].return_annual_frac for other in held])
            is_implied = float(np.abs(shares @ rows[held] - rows[place]).max()) < 1e-9
            if is_implied and abs(implied - view.return_annual_frac) > 1e-9:
                others = listing(
                    [str(other + 1) for other, share in zip(held, shares, strict=True) if abs(share) > 1e-9]
                )
                return [
                    Problem(
                        f"views.{place}",
                        f"This view says {percent(view.return_annual_frac)}, but views {others}, held for certain, "
                        f"amount to {percent(implied)}.",
                        "Give one of them a confidence below 100%, or change its figure.",
                    )
                ]
            if is_implied:
                continue
        held.append(place)
    return []
