"""Which instruments may a repair add to a portfolio, and why not the others?

Three are known: the broad index sold short as a future, which takes no cash; a fund of government bonds and a fund of
gold, which are bought. A fund is offered where the house has real prices of it in the portfolio's currency, and where
something says what it does in every chosen scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from engine.kernel.units import listing
from engine.stress.positions import StressedPortfolio
from engine.stress.redemption import Markets
from engine.stress.scenarios import parse_scenario
from engine.stress.stand_ins import History
from engine.stress.world import StressWorld
from services.messages.stress_questions import HedgeKind, HedgeOffer
from services.portfolio_facts import FloatArray
from services.stress_funds import Fund
from services.stress_inputs import INDEX_NAME, StressInputs

FUTURE: Final = f"{INDEX_NAME} future"
SHORT_MOST_FRAC: Final = 0.5
BUY_MOST_FRAC: Final = 0.3
FUTURE_COST_FRAC: Final = 0.0002
FUND_COST_FRAC: Final = 0.0005
NOUNS: Final[dict[HedgeKind, str]] = {"treasury": "government bonds", "gold": "gold"}
WISHES: Final[dict[HedgeKind, str]] = {"treasury": "IEF, VGIT, GOVT or TLT", "gold": "GLD, IAU or GLDM"}


@dataclass(frozen=True, eq=False)
class Instrument:
    """One that is offered: its returns (t,) on the days of the facts, and whether it is sold short as an overlay.

    `held_as` is the position that it adds to, where the fund is held already.
    """

    kind: HedgeKind
    name: str
    returns_frac: FloatArray = field(repr=False)
    is_overlay: bool
    cost_frac: float
    held_as: str | None = None
    sector: str | None = None

    def terms(self, expected_annual_frac: float | None) -> dict[str, Any]:
        """Return it as the engine's terms of a hedge."""
        return {
            "name": self.name,
            "min_frac": -SHORT_MOST_FRAC if self.is_overlay else 0.0,
            "max_frac": 0.0 if self.is_overlay else BUY_MOST_FRAC,
            "is_funded": not self.is_overlay,
            "cost_frac": self.cost_frac,
            "expected_return_annual_frac": expected_annual_frac,
        }


def instruments(
    inputs: StressInputs, wanted: Sequence[HedgeKind], documents: Sequence[dict[str, Any]]
) -> tuple[tuple[Instrument, ...], tuple[HedgeOffer, ...]]:
    """Return what is offered, and for each wanted kind the offer or the reason that there is none.

    Parameters
    ----------
    inputs : StressInputs
    wanted : sequence of "index", "treasury", "gold"
    documents : sequence of dict
        The chosen scenarios as the engine's documents.

    """
    found, told = [], []
    for kind in dict.fromkeys(wanted):
        made = _index(inputs) if kind == "index" else _fund(inputs, kind)
        if isinstance(made, Instrument):
            gap = _gap(inputs, made, documents)
            made = made if gap is None else HedgeOffer(kind=kind, name=made.name, is_offered=False, why=gap)
        if isinstance(made, Instrument):
            found.append(made)
            made = HedgeOffer(kind=kind, name=made.name, is_offered=True, why=_what(made), cost_frac=made.cost_frac)
        told.append(made)
    return tuple(found), tuple(told)


def hedge_world(inputs: StressInputs, offered: Sequence[Instrument]) -> StressWorld:
    """Return the same markets for somebody who holds nothing but the instruments, each with a weight of 1."""
    world, count = inputs.world, len(offered)
    history = History(
        world.history.dates, np.column_stack([one.returns_frac for one in offered]), world.history.benchmark_frac
    )
    return replace(
        world,
        portfolio=StressedPortfolio(tuple(one.name for one in offered), np.ones(count), 0.0, ("",) * count),
        history=history,
        stand_ins=replace(world.stand_ins, by_asset={}),
        markets=Markets.unknown(count),
        bonds={},
        currencies={},
        garch={},
        portfolio_garch=None,
    )


def _index(inputs: StressInputs) -> Instrument | HedgeOffer:
    if inputs.index_frac is None:
        why = f"No closes of the {INDEX_NAME} are stored, so a future on it cannot be judged; load or import them."
        return HedgeOffer(kind="index", name=FUTURE, is_offered=False, why=why)
    return Instrument("index", FUTURE, inputs.index_frac, is_overlay=True, cost_frac=FUTURE_COST_FRAC)


def _fund(inputs: StressInputs, kind: HedgeKind) -> Instrument | HedgeOffer:
    fund: Fund | None = inputs.treasury if kind == "treasury" else inputs.gold
    if fund is None:
        why = f"No fund of {NOUNS[kind]} has prices in the house's data; import those of {WISHES[kind]}."
        return HedgeOffer(kind=kind, name=NOUNS[kind].capitalize(), is_offered=False, why=why)
    base = inputs.facts.base_currency
    if fund.currency != base:
        why = f"{fund.symbol} is quoted in {fund.currency}, the portfolio kept in {base}: it would add currency risk."
        return HedgeOffer(kind=kind, name=fund.symbol, is_offered=False, why=why)
    names = dict(zip((one.asset_id for one in inputs.facts.assets), inputs.world.portfolio.assets, strict=True))
    held = names.get(fund.asset_id)
    name = fund.symbol if fund.symbol not in inputs.world.portfolio.assets else f"{fund.symbol} (more)"
    spread = inputs.hedge_spreads_frac.get(fund.asset_id)
    cost = FUND_COST_FRAC if spread is None else 0.5 * spread
    return Instrument(kind, name, fund.returns_frac, is_overlay=False, cost_frac=cost, held_as=held, sector=fund.sector)


def _gap(inputs: StressInputs, one: Instrument, documents: Sequence[dict[str, Any]]) -> str | None:
    """Say in which scenarios nothing tells what an instrument does; None where all are known."""
    world = hedge_world(inputs, [one])
    lost = []
    for document in documents:
        answer: Any = parse_scenario(document).answer(world)
        if answer.positions[0].return_frac is None:
            lost.append(str(answer.name))
    if not lost:
        return None
    return f"Nothing says what {one.name} does in {listing(lost)}; choose other scenarios, or import a longer history."


def _what(one: Instrument) -> str:
    if one.is_overlay:
        return f"Sold short up to half of the portfolio's value; a future takes no cash. It follows the {INDEX_NAME}."
    more = "" if one.held_as is None else f" It is held already as {one.held_as}; this adds to it."
    return f"Bought with cash, up to {100 * BUY_MOST_FRAC:.0f}% of the portfolio's value.{more}"
