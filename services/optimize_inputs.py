"""Which history, sectors and current weights does an optimization request stand for?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.kernel.facts import Facts, KnownUniverse, universe_of
from services.auth.actor import Actor
from services.errors import FieldProblem, InvalidRequest
from services.formatting import day
from services.market_origins import joined_documents
from services.market_series import SeriesReader
from services.messages.optimize import OptimizationRequest
from services.optimize_facts import Found, Subject, read_facts
from services.optimize_needs import Needs, needs_of
from services.optimize_rarity import rarity_note
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.tables import Asset
    from engine.kernel.frames import ReturnsPanel
    from services.market import Market
    from services.portfolios import Portfolios

ASSETS_MAX_COUNT = 2000
STOCK = "equity"
RETURNS_MIN_COUNT = 2
INDEX = "index"


@dataclass(frozen=True)
class Inputs:
    """Everything the engine needs beside the request.

    Parameters
    ----------
    assets : tuple of str
        Symbols, in the order of the answer.
    panel : ReturnsPanel or None
        None when the request carries its own figures.
    sectors : dict of str to str
        Asset to sector, as far as known.
    current_weights_frac : dict of str to float or None
        None when there is nothing to compare with.
    lineage : dict or None
        From which data the panel was made.
    are_stocks : bool
        Whether every asset is known to be a stock.
    facts : Facts or None
        What the house knows of the assets besides their returns, as far as the request uses it.
    lacks : tuple of str
        What the request uses and the house was asked for in vain.
    benchmark_name : str or None
        Of the benchmark that facts were looked up of, None where the request needs none or there is none.
    """

    assets: tuple[str, ...]
    panel: ReturnsPanel | None
    sectors: dict[str, str]
    current_weights_frac: dict[str, float] | None
    lineage: dict[str, Any] | None
    are_stocks: bool = False
    facts: Facts | None = None
    lacks: tuple[str, ...] = ()
    benchmark_name: str | None = None

    def known_facts(self, request: OptimizationRequest) -> Facts | None:
        """Return all that is known of the assets besides their returns; what the request states comes first."""
        return self.facts if request.facts is None else request.facts.over(self.facts)

    def universe(self, request: OptimizationRequest) -> KnownUniverse:
        """Return the assets with all that is known of each; what the request states comes first."""
        known = universe_of(self.assets, self.sectors, self.current_weights_frac, self.known_facts(request))
        return known if self.benchmark_name is None else replace(known, benchmark_name=self.benchmark_name)

    @property
    def as_of(self) -> date | None:
        """The last day of the history."""
        return None if self.panel is None else self.panel.end


class InputsReader:
    """Turns names into data, as far as the actor may see it."""

    def __init__(self, ports: Ports, *, market: Market, portfolios: Portfolios) -> None:
        self._ports = ports
        self._market = market
        self._portfolios = portfolios
        self._reader = SeriesReader(ports)

    def read(
        self,
        request: OptimizationRequest,
        actor: Actor,
        as_of: date | None = None,
        *,
        needs: Needs | None = None,
    ) -> Inputs:
        """Return the data that a request stands for.

        Parameters
        ----------
        request : OptimizationRequest
        actor : Actor
        as_of : date or None
            Overrides the request's date, to repeat an earlier run.
        needs : Needs or None
            Which facts to look up; by default those that the request uses.

        Raises
        ------
        InvalidRequest
            When an asset is unknown, cannot be held or has too little history; every one is named. When the date lies
            in the future or before the first prices, or when figures given directly come with a benchmark of the house.
        NotFound
            When the portfolio does not exist for this actor.
        """
        if request.problem is not None:
            _refuse_benchmark(request)
            assets = request.problem.assets
            return Inputs(assets, None, dict(request.problem.sectors or {}), _given(request), None)
        if as_of is None:
            self._refuse_future(request.as_of)
        as_of, last_day = self._day(as_of or request.as_of, actor)
        current = self._held(request.portfolio_id, actor, as_of) if request.portfolio_id else None
        symbols = request.asset_ids or tuple(sorted(current or {}))
        if not symbols:
            raise InvalidRequest(
                "The portfolio holds nothing that could be optimized.",
                "Choose the assets yourself.",
                fields=(FieldProblem("portfolio_id", "The portfolio holds no assets.", "Choose the assets yourself."),),
            )
        rows = self._assets(symbols, actor)
        sectors = {symbol: row.sector for symbol, row in rows.items() if row.sector is not None}
        panel, lineage = self._market.returns_panel(symbols, as_of, request.estimates.lookback_days, actor=actor)
        _refuse_single_return(panel, symbols, lineage["fewest_sessions"])
        rare = rarity_note(panel, request.estimates.periods_per_year, lineage["fewest_sessions"])
        if rare is not None:
            panel = replace(panel, notes=(*panel.notes, rare))
        classes = sorted({row.asset_class for row in rows.values()})
        lineage = {**lineage, "asset_classes": classes}
        if request.as_of is not None and panel.end < request.as_of:
            lineage["as_of_asked"] = request.as_of.isoformat()
            panel = replace(panel, notes=(*panel.notes, _other_day(request.as_of, panel.end, last_day)))
        given = _given(request) or current
        known = {symbol: rows[symbol] for symbol in symbols}
        found = self._facts(request, actor, known, panel, lineage, as_of, needs or needs_of(request))
        if found.samples:
            panel = replace(panel, notes=(*found.marks, *panel.notes))
        return Inputs(
            tuple(symbols),
            panel,
            sectors,
            given,
            _with_facts(lineage, found),
            are_stocks=classes == [STOCK],
            facts=found.facts,
            lacks=tuple(found.lacks),
            benchmark_name=found.benchmark_name,
        )

    def _facts(
        self,
        request: OptimizationRequest,
        actor: Actor,
        rows: Mapping[str, Asset],
        panel: ReturnsPanel,
        lineage: Mapping[str, Any],
        as_of: date | None,
        needs: Needs,
    ) -> Found:
        """Return what the house knows of the assets, as far as the request uses it."""
        currency = str(lineage.get("currency") or "USD")
        standing = None
        if needs.any and request.portfolio_id is not None:
            standing = self._portfolios.standing(request.portfolio_id, actor, as_of)
        subject = Subject(
            assets=rows,
            panel=panel,
            currency=currency,
            base_currency=currency if standing is None else standing.base_currency,
            benchmark_id=request.benchmark_id or (None if standing is None else standing.benchmark_id),
            capital_ccy=None if standing is None else standing.value_ccy,
        )
        with self._ports.store.read(actor) as uow:
            if request.benchmark_id is not None and not uow.benchmarks.get_many([request.benchmark_id]):
                raise _unknown_benchmark(request.benchmark_id)
            return read_facts(uow, self._reader, subject, needs)

    def _refuse_future(self, as_of: date | None) -> None:
        today = self._ports.clock.now_utc().date()
        if as_of is not None and as_of > today:
            problem = FieldProblem(
                "as_of",
                f"{day(as_of)} lies in the future; there are no prices of that day.",
                f"Choose {day(today)} ({today.isoformat()}) or an earlier day, or leave the date out for the latest.",
            )
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))

    def _day(self, as_of: date | None, actor: Actor) -> tuple[date | None, date | None]:
        """Return the day to use instead of one after the last prices, and the day of the last prices."""
        last_day = None if as_of is None else self._market.as_of(actor)
        if as_of is None or last_day is None:
            return as_of, last_day
        return min(as_of, last_day), last_day

    def _held(self, portfolio_id: str, actor: Actor, as_of: date | None) -> dict[str, float]:
        holdings = self._portfolios.holdings(portfolio_id, actor, as_of)
        return {
            holding.symbol: holding.weight_frac
            for holding in holdings
            if holding.asset_class != "cash" and holding.weight_frac is not None
        }

    def _assets(self, symbols: tuple[str, ...], actor: Actor) -> dict[str, Asset]:
        with self._ports.store.read(actor) as uow:
            rows: dict[str, Asset] = uow.assets.by_symbols(symbols)
        unknown = [symbol for symbol in symbols if symbol not in rows]
        problems = [
            problem
            for position, symbol in enumerate(symbols)
            for problem in universe_member_problems(rows.get(symbol), symbol, f"asset_ids[{position}]")
        ]
        if unknown:
            raise InvalidRequest(
                f"{len(unknown)} of {len(symbols)} assets are not known here.",
                "Choose assets from the list, or give the figures yourself as `problem`.",
                code="unknown_asset",
                fields=tuple(problems),
            )
        if problems:
            raise InvalidRequest(
                f"{len(problems)} of {len(symbols)} assets cannot be held.",
                "Leave out what is named below.",
                code="not_investable",
                fields=tuple(problems),
            )
        return rows


def universe_member_problems(row: Asset | None, symbol: str, path: str) -> list[FieldProblem]:
    """Return why an asset cannot be part of a portfolio: unknown, or an index."""
    if row is None:
        advice = "Choose one from the list of assets."
        return [FieldProblem(path, f"There is no asset with the symbol {symbol!r}.", advice)]
    if row.asset_class == INDEX:
        return [FieldProblem(path, f"{symbol} is an index and cannot be held.", "Choose a fund that follows it.")]
    return []


def _refuse_benchmark(request: OptimizationRequest) -> None:
    if request.benchmark_id is not None:
        problem = FieldProblem(
            "benchmark_id",
            "Figures given directly cannot be measured against a stored benchmark: it names other assets.",
            "Give `facts.benchmark_weights` for the assets of the problem.",
        )
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))


def _unknown_benchmark(benchmark_id: str) -> InvalidRequest:
    problem = FieldProblem(
        "benchmark_id", f"There is no benchmark {benchmark_id!r}.", "Choose one from the list of benchmarks."
    )
    return InvalidRequest(problem.message, problem.advice, code="unknown_benchmark", fields=(problem,))


def _with_facts(lineage: dict[str, Any], found: Found) -> dict[str, Any]:
    """Return the lineage with where the facts are from and which of them are invented."""
    if found.benchmark_name is not None:
        lineage = {**lineage, "benchmark": found.benchmark_name}
    if not (found.sources or found.lacks):
        return lineage
    return {
        **lineage,
        "imports": joined_documents(lineage.get("imports") or (), found.imports),
        "facts": list(found.sources),
        "facts_missing": list(found.lacks),
        "sample_facts": list(dict.fromkeys(found.samples)),
        "is_sample": bool(lineage.get("is_sample")) or bool(found.samples),
        "sample_notes": [*(lineage.get("sample_notes") or ()), *found.marks],
        "notes": [*found.marks, *(lineage.get("notes") or ()), *found.sources],
    }


def _other_day(asked: date, used: date, last_day: date | None) -> str:
    if last_day is not None and asked > last_day and used == last_day:
        return f"There are no prices after {day(used)}; that day is used."
    return f"Not every asset has a price of {day(asked)}; the latest day that all of them have, {day(used)}, is used."


def _refuse_single_return(panel: ReturnsPanel, symbols: tuple[str, ...], youngest: str) -> None:
    """Refuse a window with one return, which has no covariance, and name the asset with the shortest history."""
    if panel.observations_count >= RETURNS_MIN_COUNT:
        return
    problem = FieldProblem(
        f"asset_ids[{symbols.index(youngest)}]",
        f"{youngest} has too short a history: together with the other assets only one return is left, and a covariance "
        "needs two.",
        f"Import more prices of {youngest}, or leave it out.",
    )
    raise InvalidRequest(problem.message, problem.advice, fields=(problem,))


def _given(request: OptimizationRequest) -> dict[str, float] | None:
    return None if request.current_weights is None else dict(request.current_weights)
