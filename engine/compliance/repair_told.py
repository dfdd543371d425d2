"""What do trades come to that are to mend a portfolio: orders, costs, and how every rule stands afterwards?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from engine.compliance.bounds import Vector
from engine.compliance.evaluate import evaluate
from engine.compliance.repair_demands import BINDING
from engine.compliance.repair_result import Outcome, RepairedRule, RepairOrder, RepairWay, Way
from engine.compliance.repair_wish import FactsAfter, RepairWish
from engine.compliance.repair_words import verified, way_sentence
from engine.compliance.result import Evaluation, RuleResult
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState, Order
from engine.kernel.units import percent


@dataclass(frozen=True, eq=False)
class Judge:
    """The rules, the portfolio before the trades, and what is wished for."""

    rules: tuple[Rule, ...]
    state: ComplianceState
    before: Evaluation
    wish: RepairWish
    costs_frac: Vector
    facts_after: FactsAfter | None

    def told(self, way: Way, trades: Vector, targets: Collection[int], *, is_proven: bool) -> RepairWay:
        """Return one way, judged again after its trades; these are over net assets, shape (n,)."""
        orders = self._orders(trades)
        after = self.state.after(orders) if orders else self.state
        nav_ccy = float(self.state.net_assets_ccy or 1)
        whole = float(after.net_assets_ccy or nav_ccy)
        lines = self._lines(orders, after, nav_ccy, whole)
        cost = sum(line.cost_ccy for line in lines)
        facts = {} if self.facts_after is None else self.facts_after(after)
        judged = evaluate(self.rules, self.state, orders, facts_after=facts)
        results = tuple(zip(self.before.results, judged.results, strict=True))
        unmended = tuple(self.rules[at].title for at in sorted(targets) if not _passes(judged.results[at]))
        worse = tuple(now.title for was, now in results if self._is_worse(was, now))
        outcome: Outcome = "unverified" if unmended or worse else "repaired"
        moved = sum(abs(line.value_ccy) for line in lines)
        turnover = 0.5 * (moved + abs(sum(line.value_ccy for line in lines))) / nav_ccy
        size = f"turnover {percent(turnover)}, cost {cost / nav_ccy * 1e4:.2f} basis points of net assets"
        said = verified(unmended, worse)
        return RepairWay(
            way=way,
            outcome=outcome,
            orders=lines,
            rules=self._rules(judged, targets),
            verdict=self.wish.allowances.verdict(judged),
            turnover_frac=turnover,
            cost_ccy=cost,
            cost_frac=cost / nav_ccy,
            cash_before_frac=float(self.state.values_ccy[0] or 0) / nav_ccy,
            cash_after_frac=float(after.values_ccy[0] or 0) / whole,
            unmended=unmended,
            worse=worse,
            is_proven=is_proven and self.wish.lots is None,
            verified=said,
            sentence=way_sentence(way, len(lines), size, said),
        )

    def _orders(self, trades: Vector) -> tuple[Order, ...]:
        """Return trades as orders with their costs; to whole lots, sales away from and purchases towards nothing."""
        nav_ccy, orders = float(self.state.net_assets_ccy or 1), []
        for place in np.flatnonzero(trades).tolist():
            price, held = float(self.state.prices_ccy[place]), float(self.state.quantities[place])
            quantity = float(trades[place]) * nav_ccy / price
            if abs(quantity + held) <= 1e-9 * max(abs(held), 1.0):
                quantity = -held
            elif self.wish.lots is not None:
                lot = float(self.wish.lots[place])
                is_less = quantity * held < 0.0
                lots = np.ceil(abs(quantity) / lot - 1e-9) if is_less else np.floor(abs(quantity) / lot + 1e-9)
                quantity = float(np.sign(quantity) * lots * lot)
                quantity = -held if is_less and abs(quantity) > abs(held) else quantity
            if quantity != 0.0:
                cost = abs(quantity) * price * float(self.costs_frac[place])
                orders.append(Order(self.state.symbols[place], quantity, cost))
        return tuple(orders)

    def _lines(
        self, orders: tuple[Order, ...], after: ComplianceState, nav_ccy: float, whole: float
    ) -> tuple[RepairOrder, ...]:
        """Return the orders with their amounts, the largest first."""
        places = {symbol: place for place, symbol in enumerate(self.state.symbols)}
        lines = [
            RepairOrder(
                symbol=order.position,
                quantity=order.quantity,
                price_ccy=float(self.state.prices_ccy[place]),
                value_ccy=order.quantity * float(self.state.prices_ccy[place]),
                cost_ccy=order.cost_ccy,
                before_frac=float(self.state.values_ccy[place] or 0) / nav_ccy,
                after_frac=float(after.values_ccy[place] or 0) / whole,
            )
            for order in orders
            for place in (places[order.position],)
        ]
        return tuple(sorted(lines, key=lambda line: (-abs(line.value_ccy), line.symbol)))

    def _is_worse(self, was: RuleResult, now: RuleResult) -> bool:
        """Return whether a rule that binds is worse for the trades; what was open may stay open."""
        is_open_still = was.status == now.status == "indeterminate"
        if now.severity not in BINDING or now.cause != "active" or is_open_still:
            return False
        bad = [one for one in now.groups if one.status in ("failed", "indeterminate") and one.cause == "active"]
        return not all(self.wish.allowances.covers(now, one) for one in bad)

    def _rules(self, judged: Evaluation, targets: Collection[int]) -> tuple[RepairedRule, ...]:
        found = []
        for place, (was, now) in enumerate(zip(self.before.results, judged.results, strict=True)):
            is_worse = self._is_worse(was, now)
            if place not in targets and was.status == now.status and not is_worse:
                continue
            found.append(
                RepairedRule(
                    rule_id=now.rule_id,
                    title=now.title,
                    severity=now.severity,
                    unit=now.unit,
                    limit=now.limit,
                    before=was.status,
                    before_value=was.groups[0].value if was.groups else None,
                    after=now.status,
                    after_value=now.groups[0].value if now.groups else None,
                    is_target=place in targets,
                )
            )
        return tuple(found)


def _passes(one: RuleResult) -> bool:
    return one.status in ("passed", "warning")
