"""How does the optimizer keep a rule: as bounds, rows, a least holding or a count on the weights of its assets?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field, SerializeAsAny

from engine.compliance.bounds import Mask, Vector
from engine.compliance.linear import GUARD, LinearRow
from engine.compliance.rule import Rule
from engine.compliance.words import sentence
from engine.constraints import Constraint, Side
from engine.kernel.forms import CountLimit, LimitParts, Minimum, Row, Span, Universe
from engine.spec import OptimizationRequest

KIND = "compliance_rule"
EVEN = 1e-15


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a rule asks of the weights of n assets.

    Parameters
    ----------
    rows
        On what is held, of which `places` are the assets; what is neither an asset nor the first cash is not held.
    places
        Shape (n,), the place of each asset in the state.
    upper_frac
        Shape (n,), bounds besides the rows; infinite where there is none.
    least
        Which assets are nothing or at least `least_frac`; None where that is not asked.

    """

    rows: tuple[LinearRow, ...]
    places: np.ndarray
    upper_frac: Vector
    least: Mask | None = None
    least_frac: float = 0.0
    min_count: int | None = None
    max_count: int | None = None


class RuleLimit(Constraint):
    """A rule of compliance as a limit; it is made from the rules in force and stands in no request.

    Attributes
    ----------
    rule_id, name, words
        Of the rule, and its sentence.
    max_frac, min_frac, max_score, min_score
        The rule's limit, as the one side that it has: what the doctor tells how far it would have to give way.
    asked
        What it compiles from.

    """

    model_config = ConfigDict(arbitrary_types_allowed=True)
    label: ClassVar[str] = "Compliance rule"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_frac", "upper": "max_frac"}
    kind: Literal["compliance_rule"] = "compliance_rule"
    rule_id: str
    name: str
    words: str
    max_frac: float | None = None
    min_frac: float | None = None
    max_score: float | None = None
    min_score: float | None = None
    asked: Any = Field(exclude=True, repr=False)

    @classmethod
    def of(cls, rule: Rule, asked: Asked, unit: str, limit: float | None) -> RuleLimit:
        """Return the limit of a rule; `limit` None where its rows have no common one."""
        is_max, is_share = rule.operator in ("<=", "<"), unit == "frac"
        known = None if rule.operator == "==" else limit
        return cls(
            rule_id=rule.id,
            name=rule.title,
            words=sentence(rule),
            asked=asked,
            max_frac=known if is_max and is_share else None,
            min_frac=known if not is_max and is_share else None,
            max_score=known if is_max and not is_share else None,
            min_score=known if not is_max and not is_share else None,
        )

    @property
    def title(self) -> str:
        """The title of the rule."""
        return self.name

    def explain(self) -> str:
        """Return the rule's sentence."""
        return f"Compliance rule {self.name}: {self.words}"

    def compile(self, universe: Universe) -> LimitParts:
        """Return bounds for what is about one asset, rows for the rest."""
        asked: Asked = self.asked
        moved = next((x for x in (self.max_frac, self.min_frac, self.max_score, self.min_score) if x is not None), None)
        count = universe.count
        low, high = np.full(count, -np.inf), asked.upper_frac.copy()
        rows = []
        for one in asked.rows:
            coefficients, upper = on_weights(
                one if moved is None or one.group == GUARD else one.at(moved), asked.places
            )
            single = np.flatnonzero(coefficients)
            if len(single) == 1:
                bound = upper / coefficients[single[0]]
                if coefficients[single[0]] > 0.0:
                    high[single[0]] = min(high[single[0]], bound)
                else:
                    low[single[0]] = max(low[single[0]], bound)
                continue
            name = f"{self.name}: {one.group}" if one.group not in ("", GUARD) else self.name
            rows.append(Row(name, KIND, one.group or "portfolio", coefficients, -np.inf, upper))
        bounded = bool(np.isfinite(low).any() or np.isfinite(high).any())
        return LimitParts(
            rows=tuple(rows),
            spans=(Span(self.name, low, high),) if bounded else (),
            minimums=() if asked.least is None else (Minimum(asked.least, asked.least_frac),),
            count=None
            if asked.min_count is None and asked.max_count is None
            else CountLimit(asked.max_count, asked.min_count),
        )


class RuledRequest(OptimizationRequest):
    """A request with the limits that rules of compliance add to its own."""

    constraints: tuple[SerializeAsAny[Constraint], ...] = ()

    @classmethod
    def of(cls, request: OptimizationRequest, constraints: Sequence[Constraint]) -> RuledRequest:
        """Return the request with these limits in place of its own; both are known to be right."""
        known = {name: getattr(request, name) for name in type(request).model_fields}
        return cls.model_construct(**{**known, "constraints": tuple(constraints)})


def on_weights(row: LinearRow, places: np.ndarray) -> tuple[Vector, float]:
    """Return a row as ``coefficients @ w <= upper`` on the weights of assets; what they leave is the first cash."""
    if row.whole is not None and bool((row.whole == 1.0).all()):
        cash = row.part[0]
        part, upper = row.sign * (row.part[places] - cash), row.sign * (row.limit - row.add - cash)
    else:
        full = row.coefficients
        part, upper = full[places] - full[0], row.upper - full[0]
    size = float(np.abs(part).max(initial=0.0))
    return np.where(np.abs(part) <= EVEN * max(size, 1.0), 0.0, part), float(upper)
