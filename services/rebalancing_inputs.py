"""What of holdings, closes, lots, lists, costs and risk do trades towards a target depend on?

Read under the product's own name, as checks of compliance are; who may not see the portfolio is refused before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from services.auth.actor import Actor
from services.compliance.run_lists import lists_of
from services.compliance.state_risk import PERIODS_A_YEAR, with_weights
from services.errors import Conflict, FieldProblem, InvalidRequest, ServiceError
from services.messages.portfolios import Strategy
from services.portfolio_facts import FloatArray
from services.risk_tails import WINDOW_COUNT
from services.stress_markets import QUOTED_SPREAD, stated
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.state import SeenState, StateReader
    from services.messages.rebalancing import RebalancingRequest, RebalancingWish
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.ports import Ports
    from services.valuation_prices import PriceBook

INDEX = "index"


@dataclass(frozen=True)
class RowInput:
    """One asset that is held or wished.

    Parameters
    ----------
    price, price_ccy : Decimal
        Of one unit in the asset's and in the portfolio's currency.
    half_spread_frac : float
    volume_ccy : float
        Traded on a usual day; NaN where not known.
    unbought, unsold : str or None
        Why it may not be bought, or not be sold.

    """

    asset: tables.Asset
    currency: str
    price: Decimal
    price_ccy: Decimal
    price_on: date
    quantity: Decimal
    lot: Decimal
    target_frac: float
    half_spread_frac: float
    volume_ccy: float
    unbought: str | None
    unsold: str | None
    is_sample: bool


@dataclass(frozen=True, eq=False)
class RebalancingInputs:
    """Everything that trades are computed from.

    Parameters
    ----------
    whole_ccy, cash_ccy : Decimal
        Net assets, and cash in the base currency.
    covariance_annual : array or None
        Shape (n + m, n + m), of the rows and of m balances in other currencies; None where it is not known.
    others_frac : array
        Shape (m,), weights of those balances.
    notes : tuple of str
        What was not known and is told.

    """

    portfolio: tables.Portfolio
    prices_on: date
    ledger_entry: int
    whole_ccy: Decimal
    cash_ccy: Decimal
    rows: tuple[RowInput, ...]
    covariance_annual: FloatArray | None
    others_frac: FloatArray
    notes: tuple[str, ...]
    sha256: str
    is_sample: bool

    @property
    def is_short_allowed(self) -> bool:
        """Whether less than nothing may be held."""
        return Strategy(self.portfolio.strategy) is Strategy.LONG_SHORT


class RebalancingInputsReader:
    """Reads what trades depend on.

    Parameters
    ----------
    ports : Ports
    states : StateReader
    facts : PortfolioFactsReader

    """

    def __init__(self, ports: Ports, *, states: StateReader, facts: PortfolioFactsReader) -> None:
        self._ports = ports
        self._states = states
        self._facts = facts

    def read(self, request: RebalancingRequest, actor: Actor) -> RebalancingInputs:
        """Return the inputs of a request.

        Raises
        ------
        NotFound
        InvalidRequest
            The target names what is unknown, cannot be held, or has no price.
        Conflict
            The net assets are not known or not positive.

        """
        with self._ports.store.read(actor) as uow:
            portfolio = uow.portfolios.get(request.portfolio_id)
        product = Actor.system(portfolio.tenant_id)
        wanted = {symbol: weight for symbol, weight in request.weights_frac.items() if weight != 0.0}
        with self._ports.store.read(product) as uow:
            self._refuse_unusable(uow, wanted)
        seen = self._states.read(product, portfolio.id, fields=(), symbols=sorted(wanted))
        whole = seen.state.net_assets_ccy
        if whole is None or whole <= 0:
            raise Conflict(
                f"The net assets of {portfolio.name} are not known or not above zero, so weights mean nothing.",
                "Import the missing prices or rates, or pay money in.",
                code="value_unknown",
            )
        covariance, others, notes = self._risk(product, seen, float(whole))
        with self._ports.store.read(product) as uow:
            rows = self._rows(uow, seen, wanted, request, float(whole))
            entry = uow.ledger.last_entries([portfolio.id]).get(portfolio.id, 0)
        names = [one.asset.symbol for one in rows]
        order = [seen.state.symbols.index(name) - 1 for name in names]
        foreign = [k - 1 for k, line in enumerate(seen.lines) if k and line.asset is None]
        picked = np.array([*order, *foreign], dtype=np.int64)
        return RebalancingInputs(
            portfolio=portfolio,
            prices_on=seen.as_of,
            ledger_entry=entry,
            whole_ccy=whole,
            cash_ccy=seen.lines[0].quantity,
            rows=rows,
            covariance_annual=None if covariance is None else covariance[np.ix_(picked, picked)],
            others_frac=np.array([others[k] for k in foreign]),
            notes=(*notes, *_unknown_notes(rows, request.wish)),
            sha256=seen.sha256,
            is_sample=seen.is_sample,
        )

    def book(self, uow: UnitOfWork, portfolio: tables.Portfolio, asset_ids: Sequence[str]) -> PriceBook:
        """Return the closes of assets with the rates into the portfolio's currency."""
        return self._facts.reader.book(uow, portfolio.base_currency, list(asset_ids), ())

    def names(self, tenant_id: str, user_ids: Sequence[str]) -> dict[str, str]:
        """Return what people are called; whoever reads a proposal may know who made and decided about it."""
        with self._ports.store.read(Actor.system(tenant_id)) as uow:
            return {key: one.name for key, one in uow.users.get_many(list(user_ids)).items()}

    def _refuse_unusable(self, uow: UnitOfWork, wanted: Mapping[str, float]) -> None:
        known = uow.assets.by_symbols(sorted(wanted)) if wanted else {}
        problems = []
        for symbol in sorted(wanted):
            row = known.get(symbol)
            if row is None:
                said, advice = f"There is no asset with the symbol {symbol!r}.", "Choose one from the list of assets."
            elif row.asset_class == INDEX:
                said, advice = f"{symbol} is an index and cannot be held.", "Choose a fund that follows it."
            else:
                continue
            problems.append(FieldProblem(f"wish.weights_frac.{symbol}", said, advice))
        if problems:
            raise InvalidRequest("The target cannot be traded to.", "Correct what is named.", fields=tuple(problems))

    def _rows(
        self,
        uow: UnitOfWork,
        seen: SeenState,
        wanted: Mapping[str, float],
        request: RebalancingRequest,
        whole: float,
    ) -> tuple[RowInput, ...]:
        wish = request.wish
        lines = [line for line in seen.lines if line.asset is not None]
        assets = [line.asset for line in lines if line.asset is not None]
        ids = [one.id for one in assets]
        book = self._facts.reader.book(uow, seen.base_currency, ids, ())
        lots, spreads = uow.trading_lots.of(ids), stated(uow, ids, QUOTED_SPREAD, seen.as_of)
        volumes = self._facts.volumes(uow, ids, seen.as_of) if wish.impact_coefficient else {}
        lists = lists_of(uow, seen, request.person_id)
        rows, problems = [], []
        for line, asset in zip(lines, assets, strict=True):
            quote = book.quote(asset.id, seen.as_of)
            rate = None if quote is None else book.rate(quote.currency, seen.as_of)
            if quote is None or rate is None:
                said = f"{asset.symbol} has no usable price in {seen.base_currency}."
                problems.append(FieldProblem(f"wish.weights_frac.{asset.symbol}", said, "Import its prices or rates."))
                continue
            now = float(line.value_ccy or ZERO) / whole
            rest = now if wish.keeps_others else 0.0
            own = lots.get(asset.id)
            held = lists.held.get(asset.symbol)
            rows.append(
                RowInput(
                    asset=asset,
                    currency=quote.currency,
                    price=quote.price,
                    price_ccy=quote.price * rate,
                    price_on=quote.price_date,
                    quantity=line.quantity,
                    lot=own.lot_quantity if own is not None else Decimal(wish.lot_units),
                    target_frac=request.weights_frac.get(asset.symbol, rest),
                    half_spread_frac=0.5 * spreads.get(asset.id, wish.spread_frac),
                    volume_ccy=volumes.get(asset.id, (np.nan, False))[0] * float(quote.price * rate),
                    unbought=held or lists.unbought.get(asset.symbol),
                    unsold=held,
                    is_sample=line.is_sample,
                )
            )
        if problems:
            raise InvalidRequest("Some assets have no price.", "Bring the prices first.", fields=tuple(problems))
        return tuple(rows)

    def _risk(
        self, product: Actor, seen: SeenState, whole: float
    ) -> tuple[FloatArray | None, list[float], tuple[str, ...]]:
        """Return covariance and weights of everything but cash in the base currency, in the order of the lines.

        The same 500 days, and the same covariance, as in the report on risk.
        """
        weights = [float(line.value_ccy or ZERO) / whole for line in seen.lines]
        try:
            facts = self._facts.read(seen.portfolio_id, product)
        except ServiceError as refusal:
            return None, weights[1:], (f"Risk is not known: {refusal.sentence}",)
        with self._ports.store.read(product) as uow:
            pairs = dict(zip(seen.lines, weights, strict=True))
            whole_facts = with_weights(uow, self._facts.reader, facts, pairs)
        places = {symbol: place for place, symbol in enumerate(whole_facts.symbols)}
        columns = [places.get(line.symbol) for line in seen.lines[1:]]
        if any(column is None for column in columns):
            return None, weights[1:], ("Risk is not known: a balance has no history.",)
        returns = whole_facts.returns_frac[-WINDOW_COUNT:][:, [column for column in columns if column is not None]]
        return covariance(returns, [line.symbol for line in seen.lines[1:]]), weights[1:], ()


def covariance(returns: FloatArray, names: Sequence[str]) -> FloatArray:
    """Return the covariance of annual returns as the report on risk computes it, shape (n, n)."""
    from engine.decompose.book import Book, covariance_of

    ones = np.ones(len(names))
    book = Book(tuple(names), returns, ones, ones, np.ones(len(names), dtype=bool), {})
    found: Any = covariance_of(book).matrix
    annual: FloatArray = PERIODS_A_YEAR * found
    return annual


def _unknown_notes(rows: Sequence[RowInput], wish: RebalancingWish) -> tuple[str, ...]:
    if not wish.impact_coefficient:
        return ()
    unknown = [one.asset.symbol for one in rows if not np.isfinite(one.volume_ccy)]
    if not unknown:
        return ()
    return (f"No volumes are known of {', '.join(unknown)}: market impact is left out there.",)
