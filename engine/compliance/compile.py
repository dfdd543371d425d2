"""How does a rule become rows, a least holding, a count, a choice or a curve?"""

from __future__ import annotations

from itertools import compress

import numpy as np
from scipy.sparse import csr_array

from engine.compliance.affine import Bent, Columns, Form, row_signs, whole_of
from engine.compliance.aggregates import UNKNOWN_GROUP
from engine.compliance.bounds import Numbers, Vector, compare
from engine.compliance.cases import Atom, Case, Cases
from engine.compliance.gated import gated, is_gated
from engine.compliance.linear import (
    UNTOUCHED,
    ChoiceRule,
    CountRule,
    CurvedRule,
    Kept,
    LeastRule,
    LinearRow,
    NotLinear,
    Unit,
    rule_of_rows,
)
from engine.compliance.program import MEASURE
from engine.compliance.reading import Gathered, Reader
from engine.compliance.rows import Rows, row_of
from engine.compliance.rule import Rule
from engine.compliance.sizes import sized
from engine.compliance.syntax import Binary, Name, read

UPPER = ("<=", "<")
LOWER = (">=", ">")


def compiled(rule: Rule, columns: Columns) -> Kept:
    """Return what a rule is for one state.

    Raises
    ------
    Bent
        With the reason why it can only be checked.

    """
    if is_gated(rule):
        return gated(rule, columns, compiled)
    return _Compiler(rule, columns).run()


class _Compiler:
    """One rule, its limit and what it is about."""

    def __init__(self, rule: Rule, columns: Columns) -> None:
        self.rule, self.columns, self.signs = rule, columns, columns.signs
        self.reader = Reader(rule, columns)
        self.rows = Rows()
        self.unit = self.reader.program.unit
        bounds = self.reader.threshold(rule.limit)
        self.limit = float(bounds.least if rule.operator in UPPER else bounds.most)
        if (rule.operator == "==" and bounds.least != bounds.most) or not np.isfinite(self.limit):
            raise Bent("its limit is not known")
        self.kept_above = self._kept_above()

    def run(self) -> Kept:
        """Return what the rule is."""
        try:
            measured = self.reader.measure()
        except Bent:
            found = self._of_sizes()
            if found is None:
                raise
            return found
        if isinstance(measured, Form):
            return self._of_form(measured)
        match measured.function:
            case "sum":
                return self._of_sum(measured)
            case "count":
                return self._of_count(measured)
            case "average":
                return self._of_average(measured)
            case "max" | "min":
                return self._of_extreme(measured)
        return self._of_curve(measured)

    def _of_sizes(self) -> Kept | None:
        """Return a cap on sizes whose signs are open; None where the rule is none."""
        if self.rule.operator not in UPPER or self.rule.over != "each" or self.kept_above is not None:
            return None
        one = self.reader.sizes()
        if one is None:
            return None
        step = 1e-8 if self.rule.operator == "<" else 0.0
        whole = whole_of(one.values.over, self.signs) if one.values.over else None
        return sized(self.rule, one, self.limit - step, whole)

    def _kept_above(self) -> float | None:
        """Return the figure above which a group counts; None where every group does."""
        if not self.rule.keep.strip():
            return None
        match read(self.rule.keep, "keep"):
            case Binary(operator=">", left=Name(name=name), right=right) if name == MEASURE and not isinstance(
                right, Binary
            ):
                text = self.rule.keep.split(">", 1)[1]
                return float(self.reader.threshold(text).least)
            case Binary(operator=">", left=Name(name=name)) if name in {one.name for one in self.rule.parameters}:
                switch, level = self.rule.keep.split(">", 1)
                if float(self.reader.threshold(switch).least) > float(self.reader.threshold(level).least):
                    return None
                raise Bent("it is switched off")
        raise Bent("it counts groups by something else than a figure above a level")

    def _rows(self, form: Form, names: tuple[str, ...], operator: str | None = None) -> list[LinearRow]:
        operators = (
            {"==": ("<=", ">=")}.get(self.rule.operator, (self.rule.operator,)) if operator is None else (operator,)
        )
        return [
            row_of(form, place, names[place], one, self.limit, self.signs, self.unit, self.rows)
            for one in operators
            for place in range(len(form.add_least))
        ]

    def _of_form(self, form: Form) -> Kept:
        if form.is_constant:
            return NotLinear(self.rule, UNTOUCHED, "untouched")
        names = self.reader.groups()[0] if len(form.add_least) > 1 or self.rule.group_by else ("",)
        if self.rule.group_by is not None and len(names) == len(form.add_least):
            if self.rule.operator in LOWER and (unknown := self.reader.unsure_rows(self.rule.group_by)).any():
                raise self.reader.unsure(self.rule.group_by, unknown)
            is_there = self.reader.meant_groups(self.rule.group_by)
            form, names = form.picked(is_there), tuple(compress(names, is_there.tolist()))
        return self._of_groups(form, names)

    def _of_groups(self, form: Form, names: tuple[str, ...]) -> Kept:
        """Return figures of groups held against the limit, one by one or together."""
        above, is_upper = self.kept_above, self.rule.operator in UPPER
        if len(names) != len(form.add_least):
            names = tuple(str(place) for place in range(len(form.add_least))) if len(form.add_least) > 1 else ("",)
        if self.rule.over in ("each", "max"):
            if self.rule.over == "max" and not is_upper:
                raise Bent("it asks for a greatest figure of at least some size")
            if above is None:
                return rule_of_rows(self.rule, self._rows(form, names))
            if not is_upper:
                raise Bent("it asks for a least figure of groups above a level")
            level = max(above, self.limit)
            rows = [row.at(row.limit + level - self.limit) for row in self._rows(form, names)]
            return rule_of_rows(self.rule, rows)
        if self.rule.over == "sum" and above is None:
            whole = np.ones((1, len(names)))
            total = Form("one", csr_array(whole @ form.least), csr_array(whole @ form.most), whole @ form.add_least,
                         whole @ form.add_most, form.over)  # fmt: skip
            return rule_of_rows(self.rule, self._rows(total, ("",)))
        if above is None:
            return NotLinear(self.rule, UNTOUCHED, "untouched")
        return self._of_kept_groups(form, names, above)

    def _of_kept_groups(self, form: Form, names: tuple[str, ...], above: float) -> Kept:
        """Return the sum, or the number, of the groups above a level: a choice of groups that stay below it."""
        if self.rule.operator not in UPPER or (form.over != "net" and form.over != "total"):
            raise Bent("it asks for many groups above a level")
        if float(row_signs(form.most, self.signs).min(initial=0.0)) < 0.0:
            raise Bent("it adds up what is short")
        is_count, units = self.rule.over == "count", []
        if is_count and UNKNOWN_GROUP in names:
            raise Bent("it counts groups, and of some positions it is not known to which they belong")
        for place, name in enumerate(names):
            guard = row_of(form, place, name, "<=", above, self.signs, self.reader.program.measured.unit, self.rows)
            if not bool(guard.part.any()):
                continue
            part = np.zeros(self.columns.count) if is_count else guard.part
            units.append(Unit(name, part, 1.0 if is_count else 0.0, ((guard,),)))
        return self._choice(units, None if is_count else whole_of(form.over, self.signs), "which groups stay below it")

    def _choice(self, units: list[Unit], whole: Vector | None, reason: str, fixed: Vector | None = None) -> Kept:
        sign = 1.0 if self.rule.operator in UPPER else -1.0
        step = 1e-8 if self.rule.operator in ("<", ">") else 0.0
        return ChoiceRule(
            self.rule,
            f"it depends on {reason}",
            units=tuple(units),
            fixed=np.zeros(self.columns.count) if fixed is None else fixed,
            whole=whole,
            sign=sign,
            limit=self.limit - sign * step,
        )

    def _of_sum(self, one: Gathered) -> Kept:
        if not one.counted.has_only_presence:
            return self._of_cases(one)
        case = one.counted.cases[0]
        has_presence = bool(case.atoms)
        if has_presence and not one.values.is_proportional:
            raise Bent("it asks what is held at all")
        if has_presence and self.rule.group_by is not None and self.rule.operator not in UPPER:
            return self._least(one, case)
        if has_presence and self.rule.operator in UPPER and self.limit < 0.0:
            raise Bent("it allows nothing to be held at zero")
        if self.rule.operator in LOWER and len(one.names) > 1 and bool((case.possible & (one.codes < 0)).any()):
            raise self.reader.unsure(str(self.rule.group_by), case.possible)
        form = one.values.summed(case.sure, case.possible, one.codes, len(one.names), self.signs)
        if form.is_constant:
            return NotLinear(self.rule, UNTOUCHED, "untouched")
        form, names = self._present(form, one, case)
        return self._of_groups(form, names)

    def _present(self, form: Form, one: Gathered, case: Case) -> tuple[Form, tuple[str, ...]]:
        """Return the groups that something belongs to: only these are tested."""
        if len(one.names) == 1:
            return form, one.names
        codes, count = one.codes, len(one.names)
        last = np.where(codes < 0, count - 1, codes)
        is_there = np.bincount(last[case.possible], minlength=count) > 0
        return form.picked(is_there), tuple(compress(one.names, is_there.tolist()))

    def _least(self, one: Gathered, case: Case) -> Kept:
        """Return nothing, or at least some weight, for each position."""
        sizes = np.asarray(one.values.least.diagonal()) * self.signs
        mask = case.possible & (sizes != 0.0)
        is_plain = one.values.over == "net" and bool((sizes[mask] == 1.0).all())
        if self.rule.group_by != "symbol" or not is_plain or self.rule.operator != ">=" or self.kept_above is not None:
            raise Bent("it asks for a least size of what is held")
        if self.limit <= 0.0:
            return NotLinear(self.rule, UNTOUCHED, "untouched")
        return LeastRule(self.rule, "a position is nothing or of a least size", mask=mask, least_frac=self.limit)

    def _of_count(self, one: Gathered) -> Kept:
        if not one.counted.has_only_presence:
            return self._of_cases(one)
        case = one.counted.cases[0]
        if not case.atoms:
            return NotLinear(self.rule, UNTOUCHED, "untouched")
        if self.rule.operator in UPPER and self.limit - (1.0 if self.rule.operator == "<" else 0.0) < 1.0:
            if self.rule.over != "each" or self.rule.keep.strip():
                raise Bent("it counts groups")
            return rule_of_rows(self.rule, (), case.possible)
        if len(one.names) > 1 or self.rule.over != "each":
            raise Bent("it counts positions by group")
        most = int(np.floor(self.limit)) - int(self.rule.operator == "<" and self.limit == np.floor(self.limit))
        least = int(np.ceil(self.limit)) + int(self.rule.operator == ">" and self.limit == np.ceil(self.limit))
        is_upper = self.rule.operator in UPPER
        return CountRule(
            self.rule,
            "it counts positions",
            mask=case.possible if is_upper else case.sure,
            min_count=None if is_upper else least,
            max_count=most if is_upper or self.rule.operator == "==" else None,
        )

    def _of_average(self, one: Gathered) -> Kept:
        """Return averages: what is above the limit must not outweigh what is below it."""
        weights = one.weights
        if (
            weights is None
            or not one.counted.has_only_presence
            or self.kept_above is not None
            or self.rule.over == "sum"
        ):
            raise Bent("it is an average of what depends on what is held")
        case = one.counted.cases[0]
        if self.rule.operator == "==" or not weights.is_proportional or not one.values.is_constant:
            raise Bent("it is an average of what depends on what is held")
        if bool((row_signs(weights.least, self.signs)[case.possible] < 0.0).any()):
            raise Bent("it averages over what is short")
        if bool((case.possible & (one.codes < 0)).any()):
            raise self.reader.unsure(str(self.rule.group_by), case.possible)
        if not bool((case.sure == case.possible).all()):
            raise Bent("it is not known what its average runs over")
        product = one.values.times(weights, self.signs)
        top = product.summed(case.sure, case.possible, one.codes, len(one.names), self.signs)
        whole = weights.summed(case.sure, case.possible, one.codes, len(one.names), self.signs)
        rows = zip(self._rows(top, one.names), np.asarray(whole.least.todense()), strict=True)
        return rule_of_rows(
            self.rule, [LinearRow(row.group, row.part, below, 0.0, row.sign, row.limit) for row, below in rows]
        )

    def _of_extreme(self, one: Gathered) -> Kept:
        """Return the greatest at most, or the smallest at least, some figure, as that of every position."""
        is_fit = one.function == "max" and self.rule.operator in UPPER
        is_fit = is_fit or (one.function == "min" and self.rule.operator in LOWER)
        if not is_fit or not one.counted.has_only_presence or self.rule.over not in ("each", "max"):
            raise Bent("it asks for one figure beyond a level")
        if self.kept_above is not None:
            raise Bent("it asks for one figure beyond a level")
        case = one.counted.cases[0]
        if one.values.is_constant:
            return self._of_marks(one.values, case)
        if case.atoms and (one.function == "min" or not one.values.is_proportional or self.limit < 0.0):
            raise Bent("it asks for a least figure of what is held")
        rows = []
        for place in np.flatnonzero(case.possible).tolist():
            name = self.columns.state.symbols[place] if one.values.shape == "rows" else one.names[0]
            rows.append(
                row_of(one.values, place, name, self.rule.operator, self.limit, self.signs, self.unit, self.rows)
            )
        return rule_of_rows(self.rule, rows)

    def _of_marks(self, marks: Form, case: Case) -> Kept:
        """Return figures that no trade changes: of what counts while it is held, none beyond the limit may be."""
        if not case.atoms or marks.shape != "rows":
            return NotLinear(self.rule, UNTOUCHED, "untouched")
        found = Numbers(marks.add_least, marks.add_most).rounded(self.unit)
        held = compare(found, self.rule.operator, Numbers.exact(np.array(self.limit)))
        return rule_of_rows(self.rule, (), case.possible & ~held.sure)

    def _of_curve(self, one: Gathered) -> Kept:
        is_plain = one.counted.has_only_presence and one.values.is_proportional and len(one.names) == 1
        is_plain = is_plain and self.rule.operator in UPPER and self.rule.over == "each" and self.kept_above is None
        if not is_plain or one.function not in ("top", "squares") or self.limit <= 0.0:
            raise Bent(f"it is a {one.function} that is no curve")
        mask, step = one.counted.cases[0].possible, 1e-8 if self.rule.operator == "<" else 0.0
        if one.function == "squares" and not one.values.is_sure:
            raise Bent("it squares what is not known")
        if bool(np.isnan(one.values.most.data).any()):
            raise Bent("it is not known how its figure grows with what is held")
        return CurvedRule(
            self.rule,
            "it adds up the greatest figures" if one.function == "top" else "it adds up squares",
            shape="top" if one.function == "top" else "squares",
            most=one.values.most,
            mask=mask,
            whole=None if one.values.over == "" else whole_of(one.values.over, self.signs),
            most_count=one.most_count,
            limit=self.limit - step,
        )

    def _of_cases(self, one: Gathered) -> Kept:
        """Return a sum, or a number, of what counts only in some cases: a choice of those that are kept out or in."""
        if len(one.names) > 1 or self.rule.over != "each" or self.rule.operator == "==" or one.values.shape != "rows":
            raise Bent("it depends on what is held in each group")
        values, is_upper, count = one.values, self.rule.operator in UPPER, self.columns.count
        if one.function == "sum" and not (values.is_proportional and values.is_sure):
            raise Bent("it adds up what is not known")
        side = row_signs(values.least, self.signs)
        wanted = one.counted.negated() if is_upper else one.counted
        found: dict[bytes, Unit] = {}
        fixed = np.zeros(count)
        for place in range(count):
            if one.function == "sum":
                part, add = self.rows.of(values.least, place), 0.0
                if not bool(part.any()):
                    continue
                if side[place] < 0.0 or bool(np.isnan(part).any()):
                    raise Bent("it adds up what is short or not known")
            else:
                part, add = np.zeros(count), 1.0
            options = self._options(wanted, place, is_floor=not is_upper)
            if () in options:
                if not is_upper:  # counts whatever is held; against a ceiling it never does
                    fixed = fixed + part
                    if add:
                        raise Bent("it counts positions in cases")
                continue
            if not options and not is_upper:
                continue
            rows = [row for option in options for row in option]
            key = b"".join(row.coefficients.tobytes() + np.float64(row.upper).tobytes() for row in rows)
            key = key or str(place).encode()
            old = found.get(key)
            name = self.columns.state.symbols[place]
            found[key] = Unit(name, part if old is None else old.part + part, add + (old.add if old else 0.0), options)
        whole = None if one.function == "count" else whole_of(values.over, self.signs) if values.over else None
        return self._choice(list(found.values()), whole, "what counts, which trades change", fixed)

    def _options(self, wanted: Cases, place: int, *, is_floor: bool) -> tuple[tuple[LinearRow, ...], ...]:
        """Return the ways to make a statement true of one position, each as rows; one without rows needs none."""
        found = []
        for case in wanted.cases:
            rows = [self._guard(atom, place, is_floor=is_floor) for atom in case.atoms] if case.sure[place] else [None]
            if None not in rows:
                found.append(tuple(row for row in rows if row is not None and row is not _ALWAYS))
        return tuple(found)

    def _guard(self, atom: Atom, place: int, *, is_floor: bool) -> LinearRow | None:
        """Return the row that makes one comparison true; None where no row does."""
        if atom.kind == "held":
            return _ALWAYS if is_floor else None
        if atom.form is None:
            part = np.zeros(self.columns.count)
            part[place] = self.signs[place]
            return LinearRow(self.columns.state.symbols[place], part, None, 0.0, 1.0, 0.0)
        row = row_of(atom.form, place, "", atom.operator, 0.0, self.signs, "frac", self.rows)
        shifted = 0.0
        if atom.operator in ("<", ">"):
            shifted = row.sign * (1e-8 - atom.step)
        row = row.at(row.limit + shifted)
        return None if bool(np.isnan(row.part).any()) else row


_ALWAYS = LinearRow("", np.zeros(0), None, 0.0, 1.0, 0.0)
