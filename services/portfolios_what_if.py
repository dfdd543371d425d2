"""What would a portfolio be if some of its positions were others?

A preview only: nothing is booked, stored or recorded. Risk comes from the functions of the report on risk, the verdict
from those of the check before a trade, the cost from the spreads that an optimization uses.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.costs import CostsSpec
from services import formatting
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize, is_allowed
from services.compliance.state_lines import Line, lines_of
from services.compliance.state_risk import risk_facts, with_weights
from services.errors import Conflict, ServiceError
from services.messages.compliance_checks import ComplianceReport, ComplianceRequest, ProposedOrder
from services.messages.portfolio_what_if import WhatIfAnswer, WhatIfFigure, WhatIfPosition, WhatIfWish
from services.messages.portfolios import Holding, LimitCheck
from services.portfolios_limits import check_limits
from services.portfolios_views import house_limits, mandate
from services.portfolios_what_if_moves import CENT, Move, Moves, moves_of, refuse_unknown, spreads_of
from services.risk_tails import WINDOW_COUNT, portfolio_series
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store import tables
    from services.compliance.checks_judge import Judge
    from services.portfolio_facts import PortfolioFacts
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.ports import Ports
    from services.valuation import PortfolioState

KEPT_COUNT = 64
LEVEL_FRAC = 0.95
NO_RULES = "You may not see the rules, so nothing is said of them."
LABELS = {
    "volatility": "Volatility, annual",
    "var_95_1d": "Value at risk 95%, one day, historical",
    "tracking_error": "Tracking error, annual",
}
MISSING = {
    "volatility": "Too few days have returns of what is held.",
    "var_95_1d": "Too few days have returns of the whole portfolio.",
    "tracking_error": "The portfolio has no benchmark whose returns are known.",
}
Figures = dict[str, float | None]


class WhatIf:
    """Portfolios on paper.

    Parameters
    ----------
    ports : Ports
    facts : PortfolioFactsReader
    judge : Judge
        Holds a portfolio against its rules.

    """

    def __init__(self, ports: Ports, *, facts: PortfolioFactsReader, judge: Judge) -> None:
        self._ports = ports
        self._facts = facts
        self._judge = judge
        self._kept: OrderedDict[str, tuple[PortfolioFacts, Figures]] = OrderedDict()
        self._lock = threading.Lock()

    def preview(self, portfolio_id: str, wish: WhatIfWish, actor: Actor) -> WhatIfAnswer:
        """Return cash, cost, turnover, risk, limits and the verdict of the rules after the edits.

        Raises
        ------
        InvalidRequest
            With every problem of every edit at once.
        NotFound
            There is no such portfolio for this actor.
        Conflict
            The portfolio has no value, so that weights of it mean nothing.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.portfolios.get(portfolio_id)
        state = self._facts.valuator.state(actor, row)
        if state.as_of is None or state.value_ccy is None or state.value_ccy <= 0:
            raise Conflict(
                f"{row.name} has no value that is known and positive, so its weights cannot be changed on paper.",
                "Book positions first, or import the prices that are missing.",
                code="no_value",
            )
        with self._ports.store.read(actor) as uow:
            refuse_unknown(uow, wish.edits)
            lines = lines_of(uow, self._facts.reader, state, state.as_of, sorted({one.symbol for one in wish.edits}))
            spreads = spreads_of(uow, lines, state.as_of)
        moves = moves_of(row, state, lines, wish.edits, spreads)
        risk, is_sample = self._risk(portfolio_id, moves, actor)
        report, said = self._verdict(portfolio_id, moves, actor)
        limits = [_limits(row, state, moves, is_after=is_after) for is_after in (False, True)]
        return _answer(row, state, moves, risk, limits, report, said, is_sample=is_sample)

    def _risk(self, portfolio_id: str, moves: Moves, actor: Actor) -> tuple[tuple[WhatIfFigure, ...], bool]:
        """Return the figures of risk before and after, and whether any price was invented."""
        is_sample = any(one.line.is_sample for one in moves.all)
        try:
            facts = self._facts.read(portfolio_id, actor)
        except ServiceError as refusal:
            return tuple(_figure(name, {}, {}, refusal.message) for name in LABELS), is_sample
        before = self._before(portfolio_id, facts)
        after = before if not moves.traded else figures_of(self._changed(facts, moves, actor))
        return tuple(_figure(name, before, after) for name in LABELS), is_sample

    def _before(self, portfolio_id: str, facts: PortfolioFacts) -> Figures:
        """Return the figures as it is; remembered for as long as the facts are the same."""
        with self._lock:
            kept = self._kept.get(portfolio_id)
        if kept is not None and kept[0] is facts:
            return kept[1]
        made = figures_of(facts)
        with self._lock:
            self._kept[portfolio_id] = (facts, made)
            self._kept.move_to_end(portfolio_id)
            while len(self._kept) > KEPT_COUNT:
                self._kept.popitem(last=False)
        return made

    def _changed(self, facts: PortfolioFacts, moves: Moves, actor: Actor) -> PortfolioFacts:
        """Return the same history with the weights after the trades."""
        weights = {one.line: one.weight_after_frac for one in moves.all}
        held = set(facts.symbols)
        if any(one.line.asset is not None and one.line.symbol not in held for one in moves.all):
            with self._ports.store.read(actor) as uow:
                return with_weights(uow, self._facts.reader, facts, weights)
        named = {line.symbol: weight for line, weight in weights.items()}
        after = np.array([named.get(symbol, 0.0) for symbol in facts.symbols])
        return replace(facts, weights_frac=after, cash_weight_frac=moves.base_cash.weight_after_frac)

    def _verdict(self, portfolio_id: str, moves: Moves, actor: Actor) -> tuple[ComplianceReport | None, str | None]:
        """Return what the check before a trade says to the trades, and why nothing where it is not asked."""
        if not is_allowed(actor, Permission.COMPLIANCE_READ):
            return None, NO_RULES
        if not moves.traded:
            return None, None
        orders = tuple(ProposedOrder(symbol=one.line.symbol, quantity=one.change) for one in moves.traded)
        person_id = None if actor.is_system else actor.user_id
        request = ComplianceRequest(portfolio_id=portfolio_id, orders=orders, person_id=person_id)
        try:
            return self._judge.judge(request, actor).report, None
        except ServiceError as refusal:
            told = " ".join(f"{one.message} {one.advice}".strip() for one in refusal.fields) or refusal.sentence
            return None, f"The rules could not be held against these trades: {told}"


def figures_of(facts: PortfolioFacts) -> Figures:
    """Return volatility, tracking error and historical value at risk of some weights, as the report on risk has them.

    Returns
    -------
    dict of str to float or None
        Fractions: a year's volatility and tracking error, a day's loss at 95% (positive); None where the data do not
        allow one.

    """
    found = risk_facts(facts, {"volatility", "tracking_error"})
    return {**found, "var_95_1d": _loss(facts)}


def _loss(facts: PortfolioFacts) -> float | None:
    from engine.kernel.errors import InputRefused
    from engine.tails.report import tail_report

    series, _ = portfolio_series(facts)
    try:
        found = tail_report(
            series[-WINDOW_COUNT:],
            levels=(LEVEL_FRAC,),
            horizons_days=(1,),
            methods=("historical",),
            resamples_count=0,
        ).default(LEVEL_FRAC, 1)
    except InputRefused:
        return None
    return None if found.value_at_risk is None else found.value_at_risk.loss_frac


def _figure(name: str, before: Figures, after: Figures, note: str | None = None) -> WhatIfFigure:
    was, now = before.get(name), after.get(name)
    said = note or (MISSING[name] if was is None or now is None else None)
    return WhatIfFigure(name=name, label=LABELS[name], before_frac=was, after_frac=now, note=said)


def _limits(row: tables.Portfolio, state: PortfolioState, moves: Moves, *, is_after: bool) -> tuple[LimitCheck, ...]:
    """Return the limits of house and mandate that follow from weights, before or after the trades.

    Costs are left out, as the optimizer and the check of a proposal leave them out: what was proposed at a limit stands
    at it, not a basis point beyond.
    """
    held = [_held(one, is_after) for one in moves.assets if one.quantity_after or not is_after]
    after = float((moves.cash_after_ccy + moves.cost_ccy) / moves.whole_ccy)
    cash = after if is_after else moves.cash_before_frac
    return check_limits(house_limits(row), mandate(row), [one for one in held if one.weight_frac], cash)


def _held(one: Move, is_after: bool) -> Holding:
    line = one.line
    assert line.asset is not None
    return Holding.trusted(
        asset_id=line.asset.id,
        symbol=line.symbol,
        name=line.asset.name,
        sector=line.asset.sector,
        asset_class=line.asset.asset_class,
        currency=line.currency,
        quantity=one.quantity_after if is_after else line.quantity,
        price=None,
        price_date=None,
        value_ccy=one.value_after if is_after else one.value_before,
        weight_frac=one.wished_frac if is_after else one.weight_before_frac,
        target_weight_frac=None,
        drift_frac=None,
        unrealized_pnl_ccy=None,
        day_pnl_ccy=None,
        is_sample=line.is_sample,
        note=None,
    )


def _position(one: Move) -> WhatIfPosition:
    line: Line = one.line
    assert line.asset is not None
    return WhatIfPosition(
        symbol=line.symbol,
        name=line.asset.name,
        sector=line.asset.sector,
        price_ccy=line.price_ccy if np.isfinite(line.price_ccy) else None,
        is_edited=one.edit is not None,
        by=None if one.edit is None else one.edit.by,
        quantity_before=line.quantity,
        quantity_after=one.quantity_after,
        value_before_ccy=one.value_before.quantize(CENT),
        value_after_ccy=one.value_after.quantize(CENT),
        weight_before_frac=one.weight_before_frac,
        weight_after_frac=one.weight_after_frac,
        wished_frac=one.wished_frac,
        trade_quantity=one.change,
        trade_ccy=one.trade_ccy.quantize(CENT),
        cost_ccy=one.cost_ccy,
    )


def _answer(
    row: tables.Portfolio,
    state: PortfolioState,
    moves: Moves,
    risk: tuple[WhatIfFigure, ...],
    limits: list[tuple[LimitCheck, ...]],
    report: ComplianceReport | None,
    said: str | None,
    *,
    is_sample: bool,
) -> WhatIfAnswer:
    assert state.as_of is not None
    traded = sum((abs(one.trade_ccy) for one in moves.traded), ZERO)
    turnover = float(traded / 2 / moves.whole_ccy)
    return WhatIfAnswer(
        portfolio_id=row.id,
        name=row.name,
        base_currency=row.base_currency,
        as_of=state.as_of,
        edits_count=len(moves.edited),
        value_before_ccy=moves.whole_ccy.quantize(CENT),
        value_after_ccy=moves.whole_after_ccy.quantize(CENT),
        cash_before_ccy=moves.cash_before_ccy.quantize(CENT),
        cash_after_ccy=moves.cash_after_ccy.quantize(CENT),
        cash_before_frac=moves.cash_before_frac,
        cash_after_frac=moves.cash_after_frac,
        traded_ccy=traded.quantize(CENT),
        turnover_frac=turnover,
        cost_ccy=moves.cost_ccy,
        cost_frac=float(moves.cost_ccy / moves.whole_ccy),
        assumed_spread_frac=CostsSpec().spread_frac,
        assumed_spread_symbols=tuple(one.line.symbol for one in moves.traded if one.is_spread_assumed),
        positions=tuple(_position(one) for one in moves.assets),
        risk=risk,
        limits_before=limits[0],
        limits_after=limits[1],
        compliance=report,
        compliance_note=said,
        sentence=_sentence(moves, turnover, row.base_currency),
        is_sample=is_sample,
    )


def _sentence(moves: Moves, turnover_frac: float, currency: str) -> str:
    """Return what the edits come to."""
    if not moves.traded:
        return "Nothing is changed."
    edits = formatting.count(len(moves.edited), "edit")
    cash = formatting.money(moves.cash_after_ccy, currency)
    left = f"cash afterwards {cash}" if moves.cash_after_ccy >= 0 else f"cash is short by {cash.lstrip('−')}"
    return f"{edits}, one-way turnover {formatting.weight(turnover_frac)}, {left}."
