"""How are trades told: rows, sentence, what stops them, and what compliance says of each?"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.kernel.canonical import sha256_of
from engine.version import ENGINE_VERSION
from services.auth.actor import Actor
from services.compliance.checks_judge import Judge
from services.formatting import count, money, percent, quantity, weight
from services.messages.compliance_checks import ComplianceReport, ComplianceRequest, ProposedOrder
from services.messages.rebalancing import (
    RebalancingReport,
    RebalancingRequest,
    RebalancingRow,
    RowStanding,
    WayPoint,
)
from services.rebalancing_plan import CENT, Plan, plan_of
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from engine.rebalance.along import PartPoint
    from services.ports import Ports
    from services.rebalancing_inputs import RebalancingInputsReader

BROKEN = frozenset({"failed", "indeterminate"})


class RebalancingReporter:
    """Computes reports; called by workers.

    Parameters
    ----------
    ports : Ports
    inputs : RebalancingInputsReader
    judge : Judge
        The same that checks orders before a trade.

    """

    def __init__(self, ports: Ports, *, inputs: RebalancingInputsReader, judge: Judge) -> None:
        self._ports = ports
        self._inputs = inputs
        self._judge = judge

    def compute(self, request: RebalancingRequest, actor: Actor) -> RebalancingReport:
        """Return the trades with their check."""
        inputs = self._inputs.read(request, actor)
        plan = plan_of(inputs, request.wish, request.choices)
        checked = self._checked(plan, request, actor)
        rows = _rows(plan, checked)
        bought = sum((value for value in plan.values_ccy if value > 0), ZERO)
        sold = -sum((value for value in plan.values_ccy if value < 0), ZERO)
        turnover = float((bought + sold) / 2 / inputs.whole_ccy)
        return RebalancingReport(
            portfolio_id=inputs.portfolio.id,
            name=inputs.portfolio.name,
            base_currency=inputs.portfolio.base_currency,
            source_name=request.source_name,
            prices_on=inputs.prices_on,
            ledger_entry=inputs.ledger_entry,
            net_assets_ccy=inputs.whole_ccy.quantize(CENT),
            reserve_ccy=plan.reserve_ccy,
            rows=rows,
            before=plan.before,
            after=plan.after,
            points=tuple(_point(one) for one in plan.points),
            trades_count=sum(1 for one in rows if one.quantity != 0),
            bought_ccy=bought,
            sold_ccy=sold,
            cost_ccy=plan.cost_ccy,
            turnover_frac=turnover,
            outcome=plan.found.outcome,
            gap_ccy=Decimal(repr(float(plan.found.gap_ccy))).quantize(CENT),
            sentence=_sentence(plan, rows, bought, sold, turnover),
            problems=_problems(plan, rows, checked),
            notes=(*inputs.notes, *_notes(plan)),
            compliance=checked,
            engine_version=ENGINE_VERSION,
            inputs_sha256=sha256_of([inputs.sha256, inputs.ledger_entry, request.model_dump(mode="json")]),
            computed_at_utc=self._ports.clock.now_utc(),
            is_sample=inputs.is_sample,
        )

    def _checked(self, plan: Plan, request: RebalancingRequest, actor: Actor) -> ComplianceReport | None:
        """Return what becomes of the orders by the portfolio's rules and lists; None without any order."""
        orders = tuple(
            ProposedOrder(symbol=row.asset.symbol, quantity=units, cost_ccy=cost)
            for row, units, cost in zip(plan.inputs.rows, plan.quantities, plan.costs_ccy, strict=True)
            if units != 0
        )
        if not orders:
            return None
        asked = ComplianceRequest(portfolio_id=request.portfolio_id, orders=orders, person_id=request.person_id)
        return self._judge.judge(asked, actor).report


def _rows(plan: Plan, checked: ComplianceReport | None) -> tuple[RebalancingRow, ...]:
    inputs, made = plan.inputs, []
    for place, row in enumerate(inputs.rows):
        symbol, units = row.asset.symbol, plan.quantities[place]
        choice = plan.choices.get(symbol)
        notes = [] if checked is None else [one for one in checked.notes if one.symbol == symbol]
        rules = () if units == 0 or checked is None else _rules_of(symbol, row.asset.sector, checked)
        is_blocked = any(one.severity == "blocked" for one in notes) or any(is_hard for _, is_hard in rules)
        is_warned = bool(rules) or any(one.severity == "warning" for one in notes)
        standing: RowStanding = "blocked" if is_blocked else "warning" if is_warned else "clear"
        made.append(
            RebalancingRow(
                symbol=symbol,
                asset_id=row.asset.id,
                name=row.asset.name,
                sector=row.asset.sector,
                currency=row.currency,
                price=row.price,
                price_ccy=row.price_ccy,
                price_on=row.price_on,
                lot_units=row.lot,
                quantity_before=row.quantity,
                quantity=units,
                quantity_after=row.quantity + units,
                proposed=plan.proposed[place],
                value_ccy=plan.values_ccy[place],
                cost_ccy=plan.costs_ccy[place],
                weight_before_frac=float(row.quantity * row.price_ccy / inputs.whole_ccy),
                target_frac=row.target_frac,
                weight_after_frac=float((row.quantity + units) * row.price_ccy / inputs.whole_ccy),
                is_custom=choice is not None and choice.quantity is not None and not choice.is_held,
                is_held=choice is not None and choice.is_held,
                limit_price=None if choice is None else choice.limit_price,
                note=None if choice is None else choice.note,
                reason="Held back." if choice is not None and choice.is_held else plan.reasons[place],
                standing=standing,
                notes=tuple(one.sentence for one in notes),
                rules=tuple(title for title, _ in rules),
                is_sample=row.is_sample,
            )
        )
    return tuple(sorted(made, key=lambda one: (one.quantity == 0, -abs(one.value_ccy), one.symbol)))


def _rules_of(symbol: str, sector: str | None, checked: ComplianceReport) -> tuple[tuple[str, bool], ...]:
    """Return the rules that do not pass and that an asset has a part in, and whether they stop its trade."""
    found = []
    for one in checked.results:
        if one.verdict == "pass" or one.status not in BROKEN:
            continue
        groups = [group for group in one.groups if group.status in BROKEN]
        named = {line.symbol for group in groups for line in group.evidence} | {group.group for group in groups}
        if {symbol, sector} & named:
            found.append((one.title, one.verdict == "blocked"))
    return tuple(found)


def _point(point: PartPoint) -> WayPoint:
    return WayPoint(
        part_frac=point.part_frac,
        volatility_annual_frac=point.volatility_annual_frac,
        tracking_error_annual_frac=point.tracking_error_annual_frac,
        cost_ccy=Decimal(repr(float(point.cost_ccy))).quantize(CENT),
        turnover_frac=point.turnover_frac,
        cash_ccy=Decimal(repr(float(point.cash_ccy))).quantize(CENT),
    )


def _sentence(
    plan: Plan, rows: tuple[RebalancingRow, ...], bought: Decimal, sold: Decimal, turnover_frac: float
) -> str:
    currency = plan.inputs.portfolio.base_currency
    made = [one for one in rows if one.quantity != 0]
    if plan.found.outcome == "no_cash":
        return "No trades: what may be sold does not raise the cash that is to be left."
    if not made:
        return "Nothing to trade: every position is within its band, or less than one lot from its target."
    sides = [f"{verb} for {money(amount, currency)}" for verb, amount in (("buy", bought), ("sell", sold)) if amount]
    parts = f"{count(len(made), 'trade')}: {', '.join(sides)}"
    risk = ""
    before, after = plan.before.tracking_error_annual_frac, plan.after.tracking_error_annual_frac
    if before is not None and after is not None:
        risk = f" The distance from the target falls from {percent(before)} to {percent(after)} a year."
        if after > before:
            risk = f" The distance from the target grows from {percent(before)} to {percent(after)} a year."
    return (
        f"{parts}, one-way turnover {weight(turnover_frac)}, costs about {money(plan.cost_ccy, currency)}; "
        f"{money(plan.cash_after_ccy, currency)} stay in cash.{risk}"
    )


def _problems(plan: Plan, rows: tuple[RebalancingRow, ...], checked: ComplianceReport | None) -> tuple[str, ...]:
    """Return what stops the trades from being handed in."""
    currency = plan.inputs.portfolio.base_currency
    found = []
    if all(one.quantity == 0 for one in rows):
        found.append("There is nothing to trade.")
    if plan.cash_after_ccy < plan.reserve_ccy and any(one.quantity != 0 for one in rows):
        short = money(plan.reserve_ccy - plan.cash_after_ccy, currency)
        found.append(f"Cash falls short of what is to be left by {short}: buy less, or lower the reserve.")
    for one in rows:
        is_more_than_held = one.quantity < 0 and one.quantity_after < 0
        if is_more_than_held and not plan.inputs.is_short_allowed:
            held = quantity(max(one.quantity_before, ZERO))
            found.append(f"{one.symbol}: more is sold than the {held} held, and this portfolio may not go short.")
        if one.is_custom and one.quantity % one.lot_units != 0 and one.quantity_after != 0:
            found.append(f"{one.symbol}: {quantity(one.quantity)} is no multiple of its lot of {one.lot_units}.")
    if checked is not None and checked.verdict == "blocked":
        found.append("A hard rule or a list stops these trades: change or hold back the rows that are marked.")
    return tuple(found)


def _notes(plan: Plan) -> tuple[str, ...]:
    found = []
    if plan.found.method == "largest_remainder":
        gap = money(Decimal(repr(float(plan.found.gap_ccy))), plan.inputs.portfolio.base_currency)
        found.append(f"Too many names for an exact search: rounded by largest remainders, at most {gap} from the best.")
    elif plan.found.outcome == "near":
        gap = money(Decimal(repr(float(plan.found.gap_ccy))), plan.inputs.portfolio.base_currency)
        found.append(f"The search ended before the proof: at most {gap} from the best.")
    if plan.found.forced:
        names = ", ".join(plan.inputs.rows[place].asset.symbol for place in plan.found.forced)
        found.append(f"Sold beyond the target, to leave the cash that is wished: {names}.")
    if any(one.currency != plan.inputs.portfolio.base_currency and units != 0
           for one, units in zip(plan.inputs.rows, plan.quantities, strict=True)):  # fmt: skip
        found.append("What is traded in another currency is exchanged against the portfolio's at the day's rate.")
    return tuple(found)
