"""What does each rule demand of the portfolio after trades that mend some of them?

Rules that are to be mended hold afterwards, less a buffer; rules that hold go on holding; what is broken and not to be
mended is no worse than now. The last is looked at before costs: they make every weight grow by a little, and no trade
is to make up for that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.compliance.allowances import Allowances
from engine.compliance.bounds import Mask, Vector
from engine.compliance.linear import (
    ChoiceRule,
    CountRule,
    CurvedRule,
    Kept,
    LeastRule,
    LinearRow,
    LinearRule,
    NotLinear,
)
from engine.compliance.program import program_of
from engine.compliance.repair_calm import calm_choice, calm_row
from engine.compliance.repair_program import Demand, TradeProgram
from engine.compliance.result import Evaluation
from engine.compliance.rule import Rule

BINDING = ("soft", "hard")
WITHIN = 1e-9
WHOLE = LeastRule | CountRule | ChoiceRule
Cuts = Mapping[int, Sequence[LinearRow]]


@dataclass(frozen=True, eq=False)
class Demands:
    """The rules, what each is on what is held, and how the portfolio stands.

    Parameters
    ----------
    x
        Shape (n,), what is held over net assets, cash first.
    allowances
        What somebody let stand: such a group may come to its level.
    buffer_frac
        How far within their limits rules in fractions are brought that are to be mended.

    """

    rules: tuple[Rule, ...]
    kept: tuple[Kept, ...]
    before: Evaluation
    x: Vector
    allowances: Allowances
    buffer_frac: float

    def of(
        self,
        place: int,
        targets: Collection[int],
        cuts: Cuts,
        extra: float = 0.0,
        *,
        is_rigid: bool = False,
        is_calm: bool = False,
    ) -> list[Demand]:
        """Return what one rule demands.

        Parameters
        ----------
        place
            Of the rule.
        targets
            Places of the rules that are to be mended.
        cuts
            Rows of curved rules that were added so far, by place.
        extra
            Room for the rounding to whole lots, as a fraction of net assets.
        is_rigid
            Whether no position is opened and choices that hold stay as they are.
        is_calm
            Whether trades only reduce, so that what they do to cash makes nothing worse that stays broken.

        """
        rule, kept, is_target = self.rules[place], self.kept[place], place in targets
        if rule.severity not in BINDING or type(kept) is NotLinear:
            return []
        limit = self.before.results[place].limit or 1.0
        inside = extra if program_of(rule).unit == "frac" else extra * abs(limit)
        off = self.buffer(place, targets) + inside
        if isinstance(kept, LinearRule):
            return self._rows(rule, kept, off, inside, is_target=is_target, is_calm=is_calm)
        if isinstance(kept, CurvedRule):
            is_open = not is_target and kept.value(self.x) > kept.limit
            if kept.shape == "squares":
                rows = tuple(cuts.get(place, ()))
                return [Demand(rule.title, kept, rows, is_before_costs=is_open)] if rows else []
            most = max(kept.value(self.x), self.allowances.level(rule.id, "", kept.limit)) if is_open else kept.limit
            return [Demand(rule.title, replace(kept, limit=most if is_open else most - off), is_before_costs=is_open)]
        is_open = not is_target and self.before.results[place].status not in ("passed", "warning")
        if isinstance(kept, ChoiceRule):
            return self._choice(place, kept, off if is_target else inside, is_open=is_open,
                                is_rigid=is_rigid and not is_target, is_calm=is_calm)  # fmt: skip
        if is_open:
            return []
        if isinstance(kept, LeastRule):
            mask = kept.mask & (self.x != 0.0) if is_rigid else kept.mask
            return [Demand(rule.title, replace(kept, mask=mask, least_frac=kept.least_frac + inside))]
        if isinstance(kept, CountRule) and is_rigid and not is_target and kept.min_count is None:
            return []
        return [Demand(rule.title, kept)]

    def buffer(self, place: int, targets: Collection[int]) -> float:
        """Return how far within its limit a rule is brought that is to be mended; only fractions are."""
        is_share = program_of(self.rules[place]).unit == "frac"
        return self.buffer_frac if is_share and place in targets else 0.0

    def still(self) -> Mask:
        """Return which positions are not to be added to, shape (n,).

        Of some it is not known what that does to a rule; others are held though a rule that binds allows none of them.
        """
        found: Mask = np.zeros(len(self.x), dtype=bool)
        for rule, kept in zip(self.rules, self.kept, strict=True):
            if isinstance(kept, LinearRule):
                found |= kept.still
                found |= kept.nothing & (self.x != 0.0) & (rule.severity in BINDING)
        return found

    @property
    def has_whole(self) -> bool:
        """Whether rules that bind need whole variables."""
        kinds = zip(self.rules, self.kept, strict=True)
        return any(isinstance(kept, WHOLE) and rule.severity in BINDING for rule, kept in kinds)

    def is_cut(
        self, program: TradeProgram, trades: Vector, targets: Collection[int], cuts: dict[int, list[LinearRow]]
    ) -> bool:
        """Add a row where trades break a sum of squares that they are to keep; return whether any was added."""
        is_cut = False
        for place, kept in enumerate(self.kept):
            if not isinstance(kept, CurvedRule) or self.rules[place].severity not in BINDING or kept.shape == "top":
                continue
            limit, now = kept.limit - self.buffer(place, targets), kept.value(self.x)
            is_open = place not in targets and now > limit
            moved = replace(kept, limit=max(limit, now)) if is_open else replace(kept, limit=limit)
            x = program.held_after(trades, is_before_costs=is_open)
            if moved.cut(x).excess(x) > WITHIN:
                cuts.setdefault(place, []).append(moved.cut(x) if is_open else moved.deep_cut(x))
                is_cut = True
        return is_cut

    def _rows(
        self, rule: Rule, kept: LinearRule, off: float, inside: float, *, is_target: bool, is_calm: bool
    ) -> list[Demand]:
        """Return the rows of a rule: those that are to hold, and those that are to be no worse, which are before costs.

        `inside` is room for the rounding to whole lots.
        """
        held, still_broken = [], []
        for one in kept.rows:
            row = one if is_target else self.allowances.row(rule, one)
            out = row.excess(self.x)
            if out > WITHIN and not is_target:
                row = row.at(row.limit + row.sign * out)
                still_broken.append(calm_row(row, self.x) if is_calm else row)
            elif out > WITHIN:
                held.append(row.at(row.limit - row.sign * off))
            else:
                held.append(row.at(row.limit - row.sign * inside) if inside > 0.0 else row)
        is_open = not is_target and bool((self.x[kept.nothing] != 0.0).any())
        bare = replace(kept, nothing=kept.nothing & (self.x == 0.0)) if is_open else kept
        made = [Demand(rule.title, bare, tuple(held))]
        if still_broken:
            nothing = replace(kept, nothing=np.zeros_like(kept.nothing))
            made.append(Demand(rule.title, nothing, tuple(still_broken), is_before_costs=True))
        return made

    def _choice(
        self, place: int, kept: ChoiceRule, off: float, *, is_open: bool, is_rigid: bool, is_calm: bool
    ) -> list[Demand]:
        """Return a choice as it is to hold; one that is broken and stays so keeps its figure."""
        rule, groups = self.rules[place], self.before.results[place].groups
        changed = replace(kept, limit=kept.limit - kept.sign * off)
        if is_open:
            value = groups[0].value if groups else None
            if value is None:
                return []
            changed = replace(kept, limit=value + kept.sign * WITHIN)
            changed = calm_choice(changed, self.x) if is_calm else changed
        if not is_rigid:
            return [Demand(rule.title, changed, is_before_costs=is_open)]
        free = {at for at, out in enumerate(changed.pressures(self.x)) if out > WITHIN}
        return [Demand(rule.title, changed, changed.rows(free, self.x), is_before_costs=is_open)]
