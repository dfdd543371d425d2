"""Which smallest trades make a portfolio keep its rules again?

Three ways beside one another: positions made smaller, the cheapest trades, and those that leave cash as it is. Broken
rules are brought within their limit less a buffer; rules that hold go on holding, and those that are broken and not to
be mended are not made worse. What no trades mend is told and voids nothing of the others. Each way is judged again by
`evaluate` with its costs, rounded to whole lots where that is asked, with as few orders as do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.compliance.bounds import Mask, Vector
from engine.compliance.evaluate import evaluate
from engine.compliance.linear import Kept, LinearRow, LinearRule, NotLinear
from engine.compliance.linear_of import linear_of
from engine.compliance.repair_demands import BINDING, Demands
from engine.compliance.repair_program import TradeProgram, clashing, is_possible
from engine.compliance.repair_result import ComplianceRepair, Outcome, RepairWay, Way
from engine.compliance.repair_told import Judge
from engine.compliance.repair_wish import FactsAfter, RepairWish
from engine.compliance.repair_words import OTHERS, as_way, clash_sentence, locked_sentence, partly
from engine.compliance.result import RuleResult
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.units import listing

__all__ = ["COST_FRAC", "FactsAfter", "RepairWish", "repair"]

EVERYTHING = RepairWish()
WAYS: tuple[Way, ...] = ("reduce", "cheapest", "nearest")
COST_FRAC = 0.001
ROUNDS_MAX_COUNT = 40
LOT_ROOM_MAX = 64.0
LOTS_MAX_COUNT = 60
FEWER_MAX_COUNT = 24
FINE = ("passed", "warning")
FEWER_FRAC = 0.01
"""One order less is worth this much more of all trades."""


def repair(
    rules: Sequence[Rule],
    state: ComplianceState,
    wish: RepairWish = EVERYTHING,
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
        self.rules, self.state, self.wish = rules, state, wish
        self.before = evaluate(rules, state)
        self.nav_ccy = float(state.net_assets_ccy or 1)
        self.x = np.array([float(value or 0) for value in state.values_ccy]) / self.nav_ccy
        signs = np.where(self.x < 0.0, -1.0, 1.0)
        self.kept: tuple[Kept, ...] = tuple(linear_of(rule, state, signs) for rule in rules)
        costs = np.full(len(self.x), np.nan) if wish.costs_frac is None else wish.costs_frac
        self.costs_frac = np.where(np.isnan(costs), COST_FRAC, costs)
        nothing = np.zeros(len(self.x), dtype=bool)
        self.locked = nothing if wish.locked is None else wish.locked
        self.unbought = nothing if wish.unbought is None else wish.unbought
        self.fixed = ~(state.prices_ccy > 0.0) | (nothing if wish.fixed is None else wish.fixed)
        self.demands = Demands(rules, self.kept, self.before, self.x, wish.allowances, wish.buffer_frac)
        self.judge = Judge(rules, state, self.before, wish, self.costs_frac, facts_after)

    def run(self) -> ComplianceRepair:
        """Return all ways."""
        helpless, able, standing = [], [], []
        for place, found in enumerate(self.before.results):
            if not self._is_broken(found):
                continue
            if self.wish.rule_ids is None and self.wish.allowances.stands(found):
                standing.append(self.rules[place].title)
                continue
            reason = self._hopeless(place, found)
            if reason is None:
                able.append(place)
            else:
                helpless.append(reason)
        return ComplianceRepair(
            broken=tuple(self.rules[place].title for place in able),
            helpless=tuple(helpless),
            let_stand=tuple(standing),
            ways=tuple(self._way(way, tuple(able), has_helpless=bool(helpless)) for way in WAYS),
        )

    def _is_broken(self, one: RuleResult) -> bool:
        is_named = self.wish.rule_ids is None or one.rule_id in self.wish.rule_ids
        return is_named and one.severity in BINDING and one.status in ("failed", "indeterminate")

    def _hopeless(self, place: int, found: RuleResult) -> str | None:
        """Return why no trades mend a rule, were it the only one; None where some may."""
        kept, title = self.kept[place], self.rules[place].title
        if found.status == "indeterminate" and found.missing:
            return f"{title}: it is open, since these are not known: {listing(list(found.missing))}."
        if type(kept) is NotLinear:
            return f"{title}: no trades are found for it, since {kept.reason}."
        alone = self._program("cheapest", (place,), {}, 0.0, is_rigid=False, only=place)
        if is_possible(alone):
            return None
        if bool(self.locked.any() or self.unbought.any()):
            free = self._program("cheapest", (place,), {}, 0.0, is_rigid=False, only=place, is_locked=False)
            answer, trades = free.solve(np.ones(len(self.x)), is_relaxed=True)
            if answer.outcome == "solved":
                needed = np.flatnonzero((self.locked & (trades != 0.0)) | (self.unbought & (trades > 0.0)))
                return locked_sentence(title, [self.state.symbols[at] for at in needed.tolist()])
        return f"{title}: {OTHERS}"

    def _way(self, way: Way, able: tuple[int, ...], *, has_helpless: bool) -> RepairWay:
        """Return one way; rules that it cannot mend beside the others are left out one by one, and told."""
        if not able:
            said = "Trades mend none of what is broken." if has_helpless else "Nothing is broken: no trades are needed."
            return RepairWay(way=way, outcome="impossible" if has_helpless else "unneeded", sentence=said)
        targets, clashes, found = able, list[tuple[str, ...]](), None
        while targets:
            answer = self._search(way, targets)
            if isinstance(answer, RepairWay):
                found = answer
                break
            titles = tuple(dict.fromkeys(answer.demands[place].title for place in clashing(answer)))
            clashes.append(titles)
            targets = self._less(way, targets, titles)
        clash = tuple(dict.fromkeys(title for one in clashes for title in one))
        why = self._why(way, clashes)
        if found is None:
            return RepairWay(way=way, outcome="impossible", clash=clash, unmended=self._titles(able), sentence=why)
        left = tuple(place for place in able if place not in targets)
        if not left:
            return found
        outcome: Outcome = "partial" if found.outcome == "repaired" else found.outcome
        said = partly(self._titles(left), found.verified, why)
        sentence = found.sentence.replace(found.verified, said)
        unmended = (*self._titles(left), *found.unmended)
        return found.model_copy(
            update={
                "outcome": outcome,
                "clash": clash,
                "unmended": unmended,
                "verified": said,
                "sentence": sentence,
                "is_proven": False,
            }
        )

    def _titles(self, places: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.rules[place].title for place in places)

    def _why(self, way: Way, clashes: Sequence[tuple[str, ...]]) -> str:
        results = zip(self.rules, self.before.results, strict=True)
        unknown = {rule.title: one.missing for rule, one in results if one.status == "indeterminate"}
        return clash_sentence(way, clashes, unknown)

    def _less(self, way: Way, targets: tuple[int, ...], clash: tuple[str, ...]) -> tuple[int, ...]:
        """Return the rules that are to be mended without one of a clash: a soft one before a hard one."""
        named = [place for place in targets if self.rules[place].title in clash] or list(targets)
        named.sort(key=lambda place: (self.rules[place].severity == "hard", -place))
        tries = [tuple(place for place in targets if place != out) for out in named]
        enough = (one for one in tries if is_possible(self._program(way, one, {}, 0.0, is_rigid=False)))
        return next(enough, tries[0])

    def _search(self, way: Way, targets: tuple[int, ...]) -> RepairWay | TradeProgram:
        """Return trades that mend the targets, judged again, or the program that has none.

        What only reduces is asked less of what stays broken, and may so be cheaper than what the cheapest may do.
        """
        found = self._searched(way, targets)
        rest = (one for place, one in enumerate(self.before.results) if place not in targets)
        if way != "cheapest" or all(one.severity not in BINDING or one.status in FINE for one in rest):
            return found
        reduced = self._searched("reduce", targets)
        if isinstance(reduced, TradeProgram) or reduced.outcome != "repaired":
            return found
        if isinstance(found, TradeProgram) or found.outcome != "repaired" or reduced.cost_ccy < found.cost_ccy:
            return as_way(reduced, way)
        return found

    def _searched(self, way: Way, targets: tuple[int, ...]) -> RepairWay | TradeProgram:
        """Return what one way comes to by its own demands."""
        cuts: dict[int, list[LinearRow]] = {}
        found: RepairWay | None = None
        extra, is_rigid = 0.0, self.demands.has_whole
        program = self._program(way, targets, cuts, extra, is_rigid=is_rigid)
        for _ in range(ROUNDS_MAX_COUNT):
            program = self._program(way, targets, cuts, extra, is_rigid=is_rigid)
            answer, trades = program.solve(self._prices(way))
            if answer.outcome != "solved":
                if is_rigid and found is None:
                    is_rigid = False
                    continue
                break
            if self.demands.is_cut(program, trades, targets, cuts):
                continue
            found = self._told(way, program, trades, targets, is_proven=extra == 0.0 and not is_rigid)
            if found.outcome == "repaired" or self.wish.lots is None or extra >= LOT_ROOM_MAX * self._lot_frac():
                return found
            exact = self._in_lots(way, program, trades, targets) if extra == 0.0 else None
            if exact is not None:
                return exact
            extra = 2.0 * extra if extra else self._lot_frac()
        return program if found is None else found

    def _told(
        self, way: Way, program: TradeProgram, trades: Vector, targets: tuple[int, ...], *, is_proven: bool
    ) -> RepairWay:
        """Return trades as judged, with fewer orders where these do as well."""
        fewer = self._fewer(way, program, trades, targets)
        is_same = bool((fewer != 0.0).sum() == (trades != 0.0).sum())
        found = self.judge.told(way, fewer, targets, is_proven=is_proven and is_same)
        if found.outcome != "repaired" and not is_same:
            return self.judge.told(way, trades, targets, is_proven=is_proven)
        return found

    def _fewer(self, way: Way, program: TradeProgram, trades: Vector, targets: tuple[int, ...]) -> Vector:
        """Return trades in fewer positions that meet the same demands and are hardly larger."""
        prices = self._prices(way)
        places = np.flatnonzero(trades)
        if not 1 < len(places) <= FEWER_MAX_COUNT:
            return trades
        most = float(prices @ np.abs(trades)) * (1.0 + FEWER_FRAC)
        for place in places[np.argsort(np.abs(trades[places]), kind="stable")].tolist():
            less = program.untraded(place)
            answer, found = less.solve(prices)
            is_fit = answer.outcome == "solved" and float(prices @ np.abs(found)) <= most
            if is_fit and not self.demands.is_cut(less, found, targets, {}):
                program, trades = less, found
        return trades

    def _in_lots(self, way: Way, program: TradeProgram, trades: Vector, targets: tuple[int, ...]) -> RepairWay | None:
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
        found = self._told(way, narrowed, whole, targets, is_proven=False)
        return found if found.outcome == "repaired" else None

    def _lot_frac(self) -> float:
        lots = np.ones(len(self.x)) if self.wish.lots is None else self.wish.lots
        sizes = np.where(self.fixed, 0.0, lots * np.nan_to_num(self.state.prices_ccy)) / self.nav_ccy
        return float(max(sizes[1:].max(initial=0.0), 1e-4))

    def _prices(self, way: Way) -> Vector:
        """Return what each unit traded counts: its cost for the cheapest, else its size and a little of its cost."""
        return self.costs_frac + 1e-6 if way == "cheapest" else 1.0 + 0.01 * self.costs_frac

    def _program(
        self,
        way: Way,
        targets: tuple[int, ...],
        cuts: dict[int, list[LinearRow]],
        extra: float,
        *,
        is_rigid: bool,
        only: int | None = None,
        is_locked: bool = True,
    ) -> TradeProgram:
        """Return the program of one way; a rigid one opens no position and leaves choices that hold as they are.

        With `only`, no other rule demands anything; not locked, nothing is held to lists.
        """
        x = self.x
        places = range(len(self.rules)) if only is None else (only,)
        demands = [
            one
            for place in places
            for one in self.demands.of(place, targets, cuts, extra, is_rigid=is_rigid, is_calm=way == "reduce")
        ]
        still = self.demands.still() if only is None else _still_of(self.kept[only], len(x))
        fixed = self.fixed | self.locked if is_locked else self.fixed
        buy = np.where(x < 0.0, -x, np.where(still | (way == "reduce") | (is_rigid & (x == 0.0)), 0.0, 1.0))
        buy = np.where(self.unbought & (x >= 0.0) & is_locked, 0.0, buy)
        sell = np.where(x > 0.0, x, 0.0)
        buy, sell = np.where(fixed, 0.0, buy), np.where(fixed, 0.0, sell)
        most = np.inf if way != "nearest" else max(float(x[0]), 0.0) + self._lot_frac() * (self.wish.lots is not None)
        least = min(max(self.wish.cash_min_frac, 0.0), float(x[0]))
        turnover = np.inf if self.wish.turnover_max_frac is None else 2.0 * self.wish.turnover_max_frac
        return TradeProgram(x, self.costs_frac, buy, sell, tuple(demands), least, most, turnover)


def _still_of(kept: Kept, count: int) -> Mask:
    nothing: Mask = np.zeros(count, dtype=bool)
    return kept.still if isinstance(kept, LinearRule) else nothing
