"""What is a rule? Data: what it looks at, what it measures, and what must hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from engine.compliance.fields import Unit
from engine.kernel.frozen import OpenSpec

Severity = Literal["info", "warning", "soft", "hard"]
Timing = Literal["pre", "post", "eod", "quarter_end"]
Operator = Literal["<=", "<", ">=", ">", "=="]
Over = Literal["each", "sum", "count", "max"]
Remedy = Literal["trim", "buy", "exclude", "notify"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Expression = Annotated[str, Field(max_length=2_000)]


class Parameter(OpenSpec):
    """A figure of a rule that a house may set otherwise.

    Attributes
    ----------
    unit
        Fractions, never percent.

    """

    name: Identifier
    value: float
    unit: Unit = "frac"
    label: Annotated[str, Field(max_length=120)] = ""


class Definition(OpenSpec):
    """A name for an expression, which later ones may use."""

    name: Identifier
    expression: Expression
    label: Annotated[str, Field(max_length=120)] = ""


class Override(OpenSpec):
    """Who may let a breach of a soft rule stand, and for how long."""

    roles: tuple[str, ...] = ()
    needs_second_person: bool = True
    days_max: Annotated[int, Field(ge=1, le=366)] = 30


class Rule(OpenSpec):
    """One rule.

    The positions of `universe` are grouped, `measure` is taken of each group, groups that `keep` does not keep fall
    out, and what is left must pass the test, each for itself or taken together.

    Attributes
    ----------
    id, version
        Which rule, and which wording of it.
    title, citation
        How people call it, and the text of law or contract that it rests on; empty for a house's own.
    effective_from, effective_to
        Business days on which it is in force, both included.
    severity
        ``info`` and ``warning`` tell, ``soft`` may be overridden, ``hard`` may not.
    timing
        When it is looked at: before trades, after every change, at the end of the day. With ``quarter_end`` it is
        tested on the last session of a quarter alone; what it finds between is a preview, a warning at most.
    year_end_month
        Month, 1 to 12, in which the year of those quarters ends.
    parameters, definitions
        Names that the expressions use.
    universe
        Which positions; empty for all.
    group_by
        A field of words; None for the portfolio as a whole, ``symbol`` for every position by itself.
    measure
        A number: of each group where positions are grouped.
    keep
        Which groups count, true or false of ``measure``; empty for all.
    over
        Whether each group is tested, or the sum, the number or the greatest of what they measure.
    operator, limit
        What must hold; `limit` is a number of the portfolio.
    warn_at
        A number beyond which a passing figure is a warning; empty for none.
    further, ladder
        Limits beyond the first: each a distance `further` from the one before, or named one by one; numbers in the
        unit of the limit, empty for none. They change no status: they tell how far a figure has gone.
    is_acquisition_tested
        Whether only trades can breach it: what the market did to it is told and is no breach.
    consecutive_days
        Business days in a row that it must fail before a breach is opened.
    cure_days
        Calendar days in which a passive breach is to be mended; None where the rule gives none.
    remedy
        What mends it.

    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
    version: Annotated[int, Field(ge=1)] = 1
    title: Annotated[str, Field(min_length=1, max_length=160)]
    citation: Annotated[str, Field(max_length=300)] = ""
    effective_from: date | None = None
    effective_to: date | None = None
    severity: Severity = "hard"
    timing: tuple[Timing, ...] = ("pre", "post", "eod")
    year_end_month: Annotated[int, Field(ge=1, le=12)] = 12
    parameters: tuple[Parameter, ...] = ()
    definitions: tuple[Definition, ...] = ()
    universe: Expression = ""
    group_by: str | None = None
    measure: Expression
    keep: Expression = ""
    over: Over = "each"
    operator: Operator = "<="
    limit: Expression
    warn_at: Expression = ""
    further: Expression = ""
    ladder: Annotated[tuple[Expression, ...], Field(max_length=20)] = ()
    is_acquisition_tested: bool = False
    consecutive_days: Annotated[int, Field(ge=1, le=60)] = 1
    cure_days: Annotated[int, Field(ge=0, le=3_650)] | None = None
    override: Override = Override()
    remedy: Remedy = "trim"

    def __hash__(self) -> int:
        # By what tells rules apart: programs and sentences are looked up by rule, and all fields would cost more.
        return hash((self.id, self.version, self.limit, *(one.value for one in self.parameters)))

    @property
    def is_quarterly(self) -> bool:
        """Whether it is tested at the ends of quarters alone."""
        return "quarter_end" in self.timing

    def is_in_force(self, on: date) -> bool:
        """Return whether the rule is in force on a business day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )
