"""What does the stress engine need to know of a portfolio: its weights, its long history, and what may stand in?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from data.reference.regulatory_scenarios import regulatory_sets
from data.reference.stress_events import FACTORS, factor_moves, stress_events
from data.store import tables
from services.auth.actor import Actor
from services.market_series import SeriesReader
from services.portfolio_facts import FloatArray, PortfolioFacts
from services.portfolio_facts_panel import Aligner, Days
from services.ports import Ports
from services.stress_days import long_days, padded
from services.stress_factors import factor_histories, levels_now
from services.stress_funds import (
    GOLD_FUNDS,
    TREASURY_FUNDS,
    Fund,
    by_class,
    by_sector,
    first_of,
    moves_of,
    read_funds,
)
from services.stress_markets import QUOTED_SPREAD, VOLATILITY_COUNT, bond_terms, markets, stated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.store.unit_of_work import UnitOfWork
    from engine.stress.moves import EventMoves
    from engine.stress.regulatory import RegulatoryFigures
    from engine.stress.replay import Window
    from engine.stress.stand_ins import StandIns
    from engine.stress.world import StressWorld
    from engine.volatility.result import GarchParameters
    from services.portfolio_facts_reader import PortfolioFactsReader

SESSIONS_COUNT: Final = 9500
"""Sessions of history that are asked for: enough to reach back to 1990."""

INDEX_NAME: Final = "S&P 500"
UNUSED: Final = {
    "unemployment_peak_frac": "unemployment (the moves of markets stand for the recession)",
    "unemployment_rise_pp": "the rise of unemployment (the moves of markets stand for the recession)",
    "house_move_frac": "house prices (nothing that can be held here is priced by them)",
    "gdp_move_frac": "gross domestic product (the moves of markets stand for it)",
}
"""Figures of a supervisor's set that become no move, with the reason."""

_BROAD = re.compile(r"(^|[^a-z])(s ?& ?p ?500|sp ?500|spx|gspc)([^0-9]|$)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class StressInputs:
    """A portfolio's facts, and the world in which the engine asks its questions.

    `index_frac` has shape (t,): returns of the broad index on the days of the world's history, which begins before that
    of the holdings where the index does; None where it is not stored.
    `is_benchmark_broad` says whether the portfolio is measured against that index. `treasury` and `gold` are funds of
    the house's data that a repair may buy; None where there is none. `hedge_spreads_frac` has their quoted spreads by
    asset id, where the house states any.
    """

    facts: PortfolioFacts
    world: StressWorld
    index_frac: FloatArray | None
    is_benchmark_broad: bool = False
    treasury: Fund | None = None
    gold: Fund | None = None
    hedge_spreads_frac: Mapping[str, float] = field(default_factory=dict)


class StressInputsReader:
    """Reads what the engine needs; series are remembered until new deliveries arrive.

    Parameters
    ----------
    ports : Ports
    facts : PortfolioFactsReader

    """

    def __init__(self, ports: Ports, facts: PortfolioFactsReader) -> None:
        self._ports = ports
        self._facts = facts
        self._series = SeriesReader(ports)

    def read(
        self, portfolio_id: str, actor: Actor, *, has_spreads: bool = False, has_volatility_model: bool = False
    ) -> StressInputs:
        """Return the portfolio of today with its longest history.

        Parameters
        ----------
        portfolio_id : str
        actor : Actor
        has_spreads : bool
            Whether spreads are read too, which takes a year of highs and lows.
        has_volatility_model : bool
            Whether the portfolio's weekly volatility model is read too, the one of the report on risk.

        Raises
        ------
        NotFound
            There is no such portfolio for this actor.
        Conflict
            It holds nothing, or cannot be valued.

        """
        from engine.stress.positions import StressedPortfolio
        from engine.stress.redemption import Markets
        from engine.stress.stand_ins import History
        from engine.stress.world import StressWorld

        facts = self._facts.read(portfolio_id, actor, sessions_count=SESSIONS_COUNT)
        names = names_of(facts)
        with self._ports.store.read(actor) as uow:
            broad = next((row for row in uow.benchmarks.all() if is_broad(row)), None)
            index_id = None if broad is None else broad.asset_id
            days = long_days(uow, self._series, index_id, facts.dates, SESSIONS_COUNT)
            index = None if index_id is None else self._index(uow, index_id, days)
            funds = read_funds(uow, self._series, days)
            histories = ({} if index is None else {"equity": index}) | factor_histories(uow, funds, days)
            levels = levels_now(uow, facts.as_of)
            bonds = bond_terms(uow, facts, names)
            bought = (first_of(TREASURY_FUNDS, funds), first_of(GOLD_FUNDS, funds))
            hedges = [one.asset_id for one in bought if one is not None]
            spreads = stated(uow, hedges, QUOTED_SPREAD, facts.as_of) if has_spreads else {}
            traded = markets(uow, self._series, facts) if has_spreads else Markets.unknown(len(names))
        returns = facts.benchmark_returns_frac
        benchmark = None if returns is None else padded(returns, days.size)
        portfolio = StressedPortfolio(
            assets=names,
            weights_frac=np.array(facts.weights_frac),
            cash_frac=facts.cash_weight_frac,
            groups=tuple("Cash" if one.is_cash else one.sector or "" for one in facts.assets),
        )
        world = StressWorld(
            portfolio=portfolio,
            history=History(days, padded(facts.returns_frac, days.size), benchmark),
            stand_ins=stand_ins(facts, names, index, funds, histories),
            windows=_windows(),
            events=_events(),
            markets=traded,
            factor_histories=histories,
            regulatory=_regulatory(),
            bonds=bonds,
            currencies={name: one.currency for name, one in zip(names, facts.assets, strict=True)},
            base_currency=facts.base_currency,
            benchmark_beta=_beta(facts, broad, None if index is None else index[days.size - facts.dates.size :]),
            levels=levels,
            portfolio_garch=self._volatility_model(facts, actor) if has_volatility_model else None,
        )
        is_benchmark_broad = broad is not None and facts.benchmark_id == broad.id
        return StressInputs(facts, world, index, is_benchmark_broad, *bought, hedge_spreads_frac=spreads)

    def _volatility_model(self, facts: PortfolioFacts, actor: Actor) -> GarchParameters | None:
        """Return the volatility model that the report on risk uses: fitted at most once a week, kept in the store."""
        from services.risk_models import garch_of
        from services.risk_tails import portfolio_series

        recent = self._facts.read(facts.portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            number = uow.ledger.last_entries([facts.portfolio_id]).get(facts.portfolio_id, 0)
        series, _ = portfolio_series(recent)
        return garch_of(self._ports, recent, series, number, actor.tenant_id, is_latest=True)

    def _index(self, uow: UnitOfWork, asset_id: str, days: Days) -> FloatArray | None:
        """Return the returns of the broad index on the given days; None without prices of it."""
        found = self._series.series(uow, [asset_id]).get(asset_id)
        if found is None or not days.size:
            return None
        return _some(moves_of(Aligner(days).levels(found.sessions, found.adjusted_closes)))


def is_broad(row: tables.Benchmark) -> bool:
    """Return whether a benchmark is the index whose moves the library records."""
    return row.kind == "index" and bool(_BROAD.search(row.symbol or "") or _BROAD.search(row.name))


def names_of(facts: PortfolioFacts) -> tuple[str, ...]:
    """Return a name for each position that no other has: its symbol, with its currency or id where two share it."""
    symbols = [one.symbol for one in facts.assets]
    named = [one.symbol if symbols.count(one.symbol) == 1 else f"{one.symbol} ({one.currency})" for one in facts.assets]
    return tuple(
        name if named.count(name) == 1 else f"{one.symbol} ({one.asset_id})"
        for name, one in zip(named, facts.assets, strict=True)
    )


def stand_ins(
    facts: PortfolioFacts,
    names: tuple[str, ...],
    index: FloatArray | None,
    funds: Mapping[str, Fund],
    histories: Mapping[str, FloatArray],
) -> StandIns:
    """Return what may stand for assets without a history.

    The order is: the fund of an asset's class (bonds, commodities), the fund of its sector, the broad index; and beside
    them a regression on the broad index and all factors that have a history.
    """
    from engine.stress.moves import FACTORS as KNOWN
    from engine.stress.stand_ins import StandIns

    classes = by_class(funds)
    series = {symbol: one.returns_frac for symbol, one in funds.items()}
    others = {KNOWN[name].label: moves for name, moves in histories.items() if name != "equity"}
    if index is None:
        factors = tuple(others)
    else:
        series[INDEX_NAME] = index
        factors = (INDEX_NAME, *others)
    return StandIns(
        series=series | others,
        default_index=INDEX_NAME if index is not None else None,
        by_group=by_sector(funds),
        by_asset={
            name: classes[one.asset_class]
            for name, one in zip(names, facts.assets, strict=True)
            if one.asset_class in classes
        },
        factors=factors,
    )


def _some(moves: FloatArray) -> FloatArray | None:
    return moves if bool(np.isfinite(moves).any()) else None


def _windows() -> Mapping[str, Window]:
    from engine.stress.replay import Window

    return {
        one.id: Window(one.id, one.name, one.start, one.end, one.sessions_count, one.index_move_frac)
        for one in stress_events()
    }


def _events() -> EventMoves:
    from engine.stress.moves import EventMoves

    found = stress_events()
    return EventMoves(
        ids=tuple(one.id for one in found),
        names=tuple(one.name for one in found),
        starts=tuple(one.start for one in found),
        ends=tuple(one.end for one in found),
        factors=FACTORS,
        moves=factor_moves(),
    )


def _regulatory() -> Mapping[str, RegulatoryFigures]:
    from engine.stress.regulatory import RegulatoryFigures

    return {
        one.id: RegulatoryFigures(
            id=one.id,
            name=one.name,
            authority=one.authority,
            source=one.source,
            published_on=one.published_on,
            verified_on=one.verified_on,
            equity_move_frac=one.equity_move_frac,
            vix_peak_points=one.vix_peak_points,
            unused=tuple(words for name, words in UNUSED.items() if getattr(one, name) is not None),
            em_equity_move_frac=one.em_equity_move_frac,
            ig_spread_peak_pp=one.ig_spread_peak_pp,
            cre_move_frac=one.cre_move_frac,
            unverified_why=one.unverified_why,
        )
        for one in regulatory_sets()
    }


def _beta(facts: PortfolioFacts, broad: tables.Benchmark | None, index: FloatArray | None) -> float | None:
    """Return the benchmark's beta to shares: 1 where it is the broad index, None where nothing tells."""
    returns = facts.benchmark_returns_frac
    if returns is None:
        return None
    if broad is not None and facts.benchmark_id == broad.id:
        return 1.0
    if index is None:
        return None
    known = np.flatnonzero(np.isfinite(returns) & np.isfinite(index))[-5 * VOLATILITY_COUNT :]
    if known.size < VOLATILITY_COUNT // 4:
        return None
    moves = index[known] - index[known].mean()
    spread = float(moves @ moves)
    return float(returns[known] @ moves) / spread if spread > 0.0 else None
