"""Which smallest trades make a portfolio keep its rules again?

Three ways beside one another: sales alone, the cheapest trades, and those that leave cash as it is. Broken rules are
brought within their limit less a buffer; rules that hold go on holding, and those that are broken and not to be mended
are not made worse. Each way is judged again by `evaluate` with its costs, rounded to whole lots where that is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.compliance.bounds import Mask, Vector
from engine.compliance.evaluate import evaluate
from engine.compliance.linear import (
    ChoiceRule,
    CountRule,
    CurvedRule,
    Kept,
    LeastRule,
    LinearRow,
    LinearRule,
    NotLinear,
    linear_of,
)
from engine.compliance.program import program_of
from engine.compliance.repair_program import Demand, TradeProgram, clashing
from engine.compliance.repair_result import ComplianceRepair, Outcome, RepairedRule, RepairOrder, RepairWay, Way
from engine.compliance.repair_words import clash_sentence, way_sentence
from engine.compliance.result import Evaluation, RuleResult
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState, Order
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.units import listing

WAYS: tuple[Way, ...] = ("reduce", "cheapest", "nearest")
BINDING = ("soft", "hard")
COST_FRAC = 0.001
ROUNDS_MAX_COUNT = 40
LOT_ROOM_MAX = 64.0
LOTS_MAX_COUNT = 60
WITHIN = 1e-9
FactsAfter = Callable[[ComplianceState], Mapping[str, float | None]]


@dataclass(frozen=True, eq=False)
class RepairWish:
    """What is to be mended, and how.

    Attributes
    ----------
    rule_ids
        Rules to mend; None for every broken one that binds (soft, hard).
    costs_frac
        Shape (n,), cost of a trade over its size, NaN where not known: counts as 0.1%; None for all unknown.
    fixed
        Shape (n,), positions that are not traded; those without a price never are.
    lots
        Shape (n,), units per lot; None where fractions may be traded.
    buffer_frac
        How far within their limits broken rules in fractions are brought.
    cash_min_frac
        Least cash afterwards; less only where there is less now.
    turnover_max_frac
        Most that all purchases and sales may come to, over net assets, as half of both.

    """

    rule_ids: tuple[str, ...] | None = None
    costs_frac: Vector | None = None
    fixed: Mask | None = None
    lots: Vector | None = None
    buffer_frac: float = 0.001
    cash_min_frac: float = 0.0
    turnover_max_frac: float | None = None


def repair(
    rules: Sequence[Rule],
    state: ComplianceState,
    wish: RepairWish = RepairWish(),
    *,
    facts_after: FactsAfter | None = None,
) -> ComplianceRepair:
    """Return three ways to mend a portfolio.

    Parameters
    ----------
    rules
        In force.
    state
        The portfolio; positions of quantity 0 may be bought.
    wish
        What is to be mended, and how.
    facts_after
        Figures of risk of the state after trades; without it they are not known.

    Raises
    ------
    InputRefused
        Net assets that are not known or not above zero, a rule that makes no sense, or a buffer that is negative.

    """
    if state.net_assets_ccy is None or state.net_assets_ccy <= 0:
        message = "Net assets are not known, or not above zero, so weights cannot be mended."
        raise InputRefused([Problem("state", message, "Bring the missing prices.")])
    if not wish.buffer_frac >= 0.0:
        raise InputRefused([Problem("buffer_frac", "The buffer is negative.", "0.001 keeps 0.1% off each limit.")])
    return _Repair(tuple(rules), state, wish, facts_after).run()


class _Repair:
    """One repair: the rules, what each is, and how the portfolio stands."""

    def __init__(
        self, rules: tuple[Rule, ...], state: ComplianceState, wish: RepairWish, facts_after: FactsAfter | None
    ) -> None:
        self.rules, self.state, self.wish, self.facts_after = rules, state, wish, facts_after
        self.before = evaluate(rules, state)
        self.nav_ccy = float(state.net_assets_ccy or 1)
        self.x = np.array([float(value or 0) for value in state.values_ccy]) / self.nav_ccy
        signs = np.where(self.x < 0.0, -1.0, 1.0)
        self.kept: list[Kept] = [linear_of(rule, state, signs) for rule in rules]
        costs = np.full(len(self.x), np.nan) if wish.costs_frac is None else wish.costs_frac
        self.costs_frac = np.where(np.isnan(costs), COST_FRAC, costs)
        self.fixed = ~(state.prices_ccy > 0.0) if wish.fixed is None else wish.fixed | ~(state.prices_ccy > 0.0)
        self.targets = [place for place, one in enumerate(self.before.results) if self._is_target(one)]

    def _is_target(self, one: RuleResult) -> bool:
        is_named = self.wish.rule_ids is None or one.rule_id in self.wish.rule_ids
        return is_named and one.severity in BINDING and one.status in ("failed", "indeterminate")

    def run(self) -> ComplianceRepair:
        """Return all ways."""
        helpless, able = [], []
        for place in self.targets:
            kept, found = self.kept[place], self.before.results[place]
            if found.status == "indeterminate" and found.missing:
                missing = listing(list(found.missing))
                helpless.append(f"{self.rules[place].title}: it is open, since these are not known: {missing}.")
            elif type(kept) is NotLinear:
                helpless.append(f"{self.rules[place].title}: no trades are found for it, since {kept.reason}.")
            else:
                able.append(place)
        self.targets = able
        return ComplianceRepair(
            broken=tuple(self.rules[place].title for place in able),
            helpless=tuple(helpless),
            ways=tuple(self._way(way, bool(helpless)) for way in WAYS),
        )

    def _way(self, way: Way, has_helpless: bool) -> RepairWay:
        if not self.targets:
            said = "Trades mend none of what is broken." if has_helpless else "Nothing is broken: no trades are needed."
            return RepairWay(way=way, outcome="impossible" if has_helpless else "unneeded", sentence=said)
        cuts: dict[int, list[LinearRow]] = {}
        found: RepairWay | None = None
        extra, is_rigid = 0.0, self.has_whole
        program = self._program(way, cuts, extra, is_rigid=is_rigid)
        for _ in range(ROUNDS_MAX_COUNT):
            program = self._program(way, cuts, extra, is_rigid=is_rigid)
            answer, trades = program.solve(self._prices(way))
            if answer.outcome != "solved":
                if is_rigid and found is None:
                    is_rigid = False
                    continue
                return found if found is not None else self._impossible(way, program)
            if self._cut(program.held_after(trades), cuts):
                continue
            orders = self._orders(trades)
            found = self._told(way, orders, trades, is_proven=extra == 0.0 and not is_rigid)
            if found.outcome == "repaired" or self.wish.lots is None or extra >= LOT_ROOM_MAX * self._lot_frac():
                return found
            exact = self._in_lots(way, program, trades) if extra == 0.0 else None
            if exact is not None:
                return exact
            extra = 2.0 * extra if extra else self._lot_frac()
        return found if found is not None else self._impossible(way, program)

    def _in_lots(self, way: Way, program: TradeProgram, trades: Vector) -> RepairWay | None:
        """Return trades that are searched in whole lots, of positions that are traded or held; None without any."""
        assert self.wish.lots is not None
        sizes = self.wish.lots * np.nan_to_num(self.state.prices_ccy, nan=1.0) / self.nav_ccy
        able = (trades != 0.0) | ((self.x != 0.0) & ~self.fixed)
        if int(able.sum()) > LOTS_MAX_COUNT:
            able = trades != 0.0
        if int(able.sum()) > LOTS_MAX_COUNT:
            return None
        narrowed = replace(
            program,
            buy_max_frac=np.where(able, program.buy_max_frac, 0.0),
            sell_max_frac=np.where(able, program.sell_max_frac, 0.0),
            lots_frac=np.where(sizes > 0.0, sizes, 1.0),
        )
        answer, whole = narrowed.solve(self._prices(way))
        if answer.outcome != "solved":
            return None
        found = self._told(way, self._orders(whole), whole, is_proven=False)
        return found if found.outcome == "repaired" else None

    def _lot_frac(self) -> float:
        lots = np.ones(len(self.x)) if self.wish.lots is None else self.wish.lots
        sizes = np.where(self.fixed, 0.0, lots * np.nan_to_num(self.state.prices_ccy)) / self.nav_ccy
        return float(max(sizes[1:].max(initial=0.0), 1e-4))

    def _prices(self, way: Way) -> Vector:
        """Return what each unit traded counts: its cost for the cheapest, else its size and a little of its cost."""
        return self.costs_frac + 1e-6 if way == "cheapest" else 1.0 + 0.01 * self.costs_frac

    @property
    def has_whole(self) -> bool:
        """Whether rules that bind need whole ones: then a way that opens no position is looked for first."""
        whole = LeastRule | CountRule | ChoiceRule
        kinds = zip(self.rules, self.kept, strict=True)
        return any(isinstance(kept, whole) and rule.severity in BINDING for rule, kept in kinds)

    def _program(
        self, way: Way, cuts: Mapping[int, Sequence[LinearRow]], extra: float, *, is_rigid: bool
    ) -> TradeProgram:
        """Return the program of one way; a rigid one opens no position and leaves choices that hold as they are."""
        x, still = self.x, np.zeros(len(self.x), dtype=bool)
        demands = []
        for place, kept in enumerate(self.kept):
            found = self._demand(place, kept, tuple(cuts.get(place, ())), extra, is_rigid=is_rigid)
            demands += [] if found is None else [found]
            if isinstance(kept, LinearRule):
                still |= kept.still
        buy = np.where(x < 0.0, -x, np.where(still | (way == "reduce") | (is_rigid & (x == 0.0)), 0.0, 1.0))
        sell = np.where(x > 0.0, x, 0.0)
        buy, sell = np.where(self.fixed, 0.0, buy), np.where(self.fixed, 0.0, sell)
        most = np.inf if way != "nearest" else max(float(x[0]), 0.0) + self._lot_frac() * (self.wish.lots is not None)
        least = min(max(self.wish.cash_min_frac, 0.0), float(x[0]))
        turnover = np.inf if self.wish.turnover_max_frac is None else 2.0 * self.wish.turnover_max_frac
        return TradeProgram(x, self.costs_frac, buy, sell, tuple(demands), least, most, turnover)

    def _demand(
        self, place: int, kept: Kept, cuts: tuple[LinearRow, ...], extra: float, *, is_rigid: bool
    ) -> Demand | None:
        """Return what a rule that binds demands afterwards; of one that is broken and stays so, not to be worse."""
        rule, is_target = self.rules[place], place in self.targets
        if rule.severity not in BINDING or type(kept) is NotLinear:
            return None
        limit = self.before.results[place].limit or 1.0
        inside = extra if program_of(rule).unit == "frac" else extra * abs(limit)
        off = self._buffer(place) + inside
        if isinstance(kept, LinearRule):
            rows = [self._row(row, off, inside, is_target=is_target) for row in kept.rows]
            is_open = not is_target and bool((self.x[kept.nothing] != 0.0).any())
            bare = replace(kept, nothing=kept.nothing & (self.x == 0.0)) if is_open else kept
            return Demand(rule.title, bare, tuple(rows))
        if isinstance(kept, CurvedRule):
            if kept.shape == "squares":
                return Demand(rule.title, kept, cuts) if cuts else None
            now = kept.limit - off + (0.0 if is_target else max(0.0, kept.value(self.x) - kept.limit))
            return Demand(rule.title, replace(kept, limit=now))
        if not is_target and self.before.results[place].status not in ("passed", "warning"):
            return None
        if isinstance(kept, ChoiceRule):
            changed = replace(kept, limit=kept.limit - kept.sign * (off if is_target else inside))
            if not is_rigid or is_target:
                return Demand(rule.title, changed)
            free = {at for at, out in enumerate(kept.pressures(self.x)) if out > WITHIN}
            return Demand(rule.title, changed, changed.rows(free, self.x))
        if isinstance(kept, LeastRule):
            mask = kept.mask & (self.x != 0.0) if is_rigid else kept.mask
            return Demand(rule.title, replace(kept, mask=mask, least_frac=kept.least_frac + inside))
        if isinstance(kept, CountRule) and is_rigid and not is_target and kept.min_count is None:
            return None
        return Demand(rule.title, kept)

    def _buffer(self, place: int) -> float:
        """Return how far within its limit a rule is brought that is to be mended; only fractions are."""
        is_share = program_of(self.rules[place]).unit == "frac"
        return self.wish.buffer_frac if is_share and place in self.targets else 0.0

    def _row(self, row: LinearRow, off: float, inside: float, *, is_target: bool) -> LinearRow:
        """Return a row as it is to hold: within the buffer where it is broken, else as it is, and never worse.

        `inside` is room for the rounding to whole lots.
        """
        out = row.excess(self.x)
        if out > WITHIN:
            return row.at(row.limit - row.sign * off if is_target else row.limit + row.sign * out)
        return row.at(row.limit - row.sign * inside) if inside > 0.0 else row

    def _cut(self, x: Vector, cuts: dict[int, list[LinearRow]]) -> bool:
        """Add a row where the answer breaks a curved rule that it is to keep."""
        is_cut = False
        for place, kept in enumerate(self.kept):
            if not isinstance(kept, CurvedRule) or self.rules[place].severity not in BINDING or kept.shape == "top":
                continue
            limit = kept.limit - self._buffer(place)
            if place not in self.targets:
                limit = max(limit, kept.value(self.x))
            moved = replace(kept, limit=limit)
            if moved.cut(x).excess(x) > WITHIN:
                cuts.setdefault(place, []).append(moved.deep_cut(x))
                is_cut = True
        return is_cut

    def _orders(self, trades: Vector) -> tuple[Order, ...]:
        """Return trades as orders with their costs; to whole lots, sales away from and purchases towards nothing."""
        orders = []
        for place in np.flatnonzero(trades).tolist():
            price, held = float(self.state.prices_ccy[place]), float(self.state.quantities[place])
            quantity = float(trades[place]) * self.nav_ccy / price
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

    def _told(self, way: Way, orders: tuple[Order, ...], trades: Vector, *, is_proven: bool) -> RepairWay:
        """Return one way, judged again after its trades."""
        after_state = self.state.after(orders) if orders else self.state
        places = {symbol: place for place, symbol in enumerate(self.state.symbols)}
        whole = float(after_state.net_assets_ccy or self.nav_ccy)
        lines, cost = [], 0.0
        for order in orders:
            place = places[order.position]
            value = order.quantity * float(self.state.prices_ccy[place])
            cost += order.cost_ccy
            lines.append(
                RepairOrder(
                    symbol=order.position,
                    quantity=order.quantity,
                    price_ccy=float(self.state.prices_ccy[place]),
                    value_ccy=value,
                    cost_ccy=order.cost_ccy,
                    before_frac=float(self.x[place]),
                    after_frac=float(after_state.values_ccy[place] or 0) / whole,
                )
            )
        lines.sort(key=lambda line: (-abs(line.value_ccy), line.symbol))
        facts = {} if self.facts_after is None else self.facts_after(after_state)
        judged = evaluate(self.rules, self.state, orders, facts_after=facts)
        outcome: Outcome = "repaired" if self._is_mended(judged) else "unverified"
        cash_after = float(after_state.values_ccy[0] or 0)
        moved = sum(abs(line.value_ccy) for line in lines)
        turnover = 0.5 * (moved + abs(sum(line.value_ccy for line in lines))) / self.nav_ccy
        return RepairWay(
            way=way,
            outcome=outcome,
            orders=tuple(lines),
            rules=self._rules(judged),
            verdict=judged.verdict,
            turnover_frac=turnover,
            cost_ccy=cost,
            cost_frac=cost / self.nav_ccy,
            cash_before_frac=float(self.x[0]),
            cash_after_frac=cash_after / whole,
            is_proven=is_proven and self.wish.lots is None,
            sentence=way_sentence(way, outcome, len(lines), turnover, cost / self.nav_ccy),
        )

    def _is_mended(self, judged: Evaluation) -> bool:
        """Return whether every target passes, and nothing is worse for the trades; what was open may stay open."""
        for place, (was, one) in enumerate(zip(self.before.results, judged.results, strict=True)):
            if place in self.targets and one.status not in ("passed", "warning"):
                return False
            is_open_still = was.status == one.status == "indeterminate"
            if one.severity in BINDING and one.cause == "active" and not is_open_still:
                return False
        return True

    def _rules(self, judged: Evaluation) -> tuple[RepairedRule, ...]:
        found = []
        for place, (was, now) in enumerate(zip(self.before.results, judged.results, strict=True)):
            if place not in self.targets and was.status == now.status:
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
                    is_target=place in self.targets,
                )
            )
        return tuple(found)

    def _impossible(self, way: Way, program: TradeProgram) -> RepairWay:
        """Return which rules stop a way."""
        clash = tuple(dict.fromkeys(program.demands[place].title for place in clashing(program)))
        return RepairWay(way=way, outcome="impossible", clash=clash, sentence=clash_sentence(way, clash))
