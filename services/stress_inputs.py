"""What does the stress engine need to know of a portfolio: its weights, its long history, and what may stand in?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from data.reference.regulatory_scenarios import FIGURES, regulatory_sets
from data.reference.stress_events import FACTORS, factor_moves, stress_events
from data.store import tables
from services.auth.actor import Actor
from services.market_series import SeriesReader
from services.portfolio_facts import FloatArray, PortfolioFacts
from services.portfolio_facts_panel import Aligner, Days, changes
from services.ports import Ports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.store.unit_of_work import UnitOfWork
    from engine.stress.moves import EventMoves
    from engine.stress.redemption import Markets
    from engine.stress.regulatory import RegulatoryFigures
    from engine.stress.replay import Window
    from engine.stress.world import StressWorld
    from services.portfolio_facts_reader import PortfolioFactsReader

SESSIONS_COUNT: Final = 9500
"""Sessions of history that are asked for: enough to reach back to 1990."""

VOLATILITY_COUNT: Final = 252
INDEX_NAME: Final = "S&P 500"
FACTOR_SERIES: Final[dict[str, tuple[str, ...]]] = {
    "rates": ("DGS10",),
    "credit": ("BAMLH0A0HYM2",),
    "volatility": ("VIXCLS",),
    "oil": ("DCOILWTICO", "DCOILBRENTEU"),
    "usd": ("DTWEXBGS",),
}
"""Economic series whose daily changes are a factor's history, the first that is stored."""
AS_RETURNS: Final = frozenset({"oil", "usd"})
_BROAD = re.compile(r"(^|[^a-z])(s ?& ?p ?500|sp ?500|spx|gspc)([^0-9]|$)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class StressInputs:
    """A portfolio's facts, and the world in which the engine asks its questions.

    `index_frac` has shape (t,): returns of the broad index on the days of the history; None where it is not stored.
    `is_benchmark_broad` says whether the portfolio is measured against that index.
    """

    facts: PortfolioFacts
    world: StressWorld
    index_frac: FloatArray | None
    is_benchmark_broad: bool = False


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

    def read(self, portfolio_id: str, actor: Actor) -> StressInputs:
        """Return the portfolio of today with its longest history.

        Raises
        ------
        NotFound
            There is no such portfolio for this actor.
        Conflict
            It holds nothing, or cannot be valued.

        """
        from engine.stress.exposures import BondTerms
        from engine.stress.positions import StressedPortfolio
        from engine.stress.stand_ins import History, StandIns
        from engine.stress.world import StressWorld

        facts = self._facts.read(portfolio_id, actor, sessions_count=SESSIONS_COUNT)
        with self._ports.store.read(actor) as uow:
            broad = next((row for row in uow.benchmarks.all() if is_broad(row)), None)
            index = None if broad is None or broad.asset_id is None else self._index(uow, broad.asset_id, facts.dates)
            histories = {} if index is None else {"equity": index}
            histories |= _factor_histories(uow, facts.dates)
        names = names_of(facts)
        portfolio = StressedPortfolio(
            assets=names,
            weights_frac=np.array(facts.weights_frac),
            cash_frac=facts.cash_weight_frac,
            groups=tuple("Cash" if one.is_cash else one.sector or "" for one in facts.assets),
        )
        world = StressWorld(
            portfolio=portfolio,
            history=History(facts.dates, facts.returns_frac, facts.benchmark_returns_frac),
            stand_ins=StandIns({INDEX_NAME: index}, INDEX_NAME) if index is not None else StandIns(),
            windows=_windows(),
            events=_events(),
            markets=_markets(facts),
            factor_histories=histories,
            regulatory=_regulatory(),
            bonds={name: BondTerms(0.0) for name, one in zip(names, facts.assets, strict=True) if one.is_cash},
            currencies={name: one.currency for name, one in zip(names, facts.assets, strict=True)},
            base_currency=facts.base_currency,
            benchmark_beta=_beta(facts, broad, index),
        )
        is_benchmark_broad = broad is not None and facts.benchmark_id == broad.id
        return StressInputs(facts, world, index, is_benchmark_broad)

    def _index(self, uow: UnitOfWork, asset_id: str, days: Days) -> FloatArray | None:
        """Return the returns of the broad index on the given days; None without prices of it."""
        found = self._series.series(uow, [asset_id]).get(asset_id)
        if found is None or not days.size:
            return None
        return _some(_moves(Aligner(days).levels(found.sessions, found.adjusted_closes)))


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


def _moves(levels: FloatArray) -> FloatArray:
    """Return simple returns of the same length; the first is not known."""
    moves: FloatArray = np.concatenate([[np.nan], changes(levels)])
    return moves


def _some(moves: FloatArray) -> FloatArray | None:
    return moves if bool(np.isfinite(moves).any()) else None


def _factor_histories(uow: UnitOfWork, days: Days) -> dict[str, FloatArray]:
    """Return daily changes of factors whose economic series are stored, on the given days."""
    found: dict[str, FloatArray] = {}
    if not days.size:
        return found
    for factor, keys in FACTOR_SERIES.items():
        series = next((row for row in map(uow.macro.find_series, keys) if row is not None), None)
        if series is None:
            continue
        rows = [one for one in uow.macro.observations(series.series_id, series.provider) if one.value is not None]
        if len(rows) < 2:
            continue
        sessions = np.array([one.event_date for one in rows], dtype="datetime64[D]")
        levels = Aligner(days).levels(sessions, np.array([one.value for one in rows], dtype=float))
        steps = np.concatenate([[np.nan], levels[1:] - levels[:-1]])
        moves = _some(_moves(levels) if factor in AS_RETURNS else steps)
        if moves is not None:
            found[factor] = moves
    return found


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

    used = ("equity_move_frac", "vix_peak_points")
    words = {
        "unemployment_peak_frac": "unemployment",
        "unemployment_rise_pp": "the rise of unemployment",
        "house_move_frac": "house prices",
        "cre_move_frac": "commercial property",
        "ig_spread_peak_pp": "the investment grade spread",
        "gdp_move_frac": "gross domestic product",
    }
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
            unused=tuple(words[name] for name in FIGURES if name not in used and getattr(one, name) is not None),
        )
        for one in regulatory_sets()
    }


def _markets(facts: PortfolioFacts) -> Markets:
    """Return volumes and volatilities; spreads are not known here."""
    from engine.liquidity.speed import volume_shares
    from engine.stress.redemption import Markets

    count = len(facts.assets)
    shares = volume_shares(facts.weights_frac, float(facts.value_ccy), facts.adv_ccy)
    volatility = np.full(count, np.nan)
    for place in range(count):
        known = facts.returns_frac[:, place]
        known = known[np.isfinite(known)][-VOLATILITY_COUNT:]
        if known.size > VOLATILITY_COUNT // 4:
            volatility[place] = known.std(ddof=1)
    return Markets(volume_shares=shares, spreads_frac=np.full(count, np.nan), daily_volatility_frac=volatility)


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
