"""How were the rules of compliance kept by an optimization, and what becomes of them?"""

from __future__ import annotations

from typing import Literal

from engine.compliance.result import Status, Verdict
from engine.compliance.rule import Severity
from engine.kernel.frozen import FrozenResult

KeptHow = Literal[
    "limit", "least_holding", "count", "choice", "curve", "ceiling", "checked", "no_worse", "held", "unreachable",
    "untouched", "told",
]  # fmt: skip


class RuleKept(FrozenResult):
    """One rule.

    Attributes
    ----------
    how
        ``limit``: rows and bounds on the weights. ``least_holding``, ``count``: whole positions, searched.
        ``choice``: what counts was chosen, the best of several tried. ``curve``: rows were added where it was broken.
        ``ceiling``: a ceiling on risk by the run's own estimates. ``checked``: afterwards only. ``no_worse``: a soft
        rule that no portfolio of the assets keeps, or a tracking error that none was found to keep; its figure now is
        the limit. ``held``: the same of any rule that
        what lists forbid to trade breaks. ``unreachable``: left out, where not even that can be. ``untouched``: no
        trade changes it. ``told``: information and warnings, which bind nothing.
    before, after
        Its status at the present holdings and at the proposed ones; the second None without weights.
    is_let_stand
        Whether all that breaks it afterwards is covered by an override in force.
    value, limit
        The worst figure afterwards and the threshold, in `unit`; None where not known.
    note
        What else is to be said, as a sentence; empty for nothing.

    """

    rule_id: str
    title: str
    sentence: str
    severity: Severity
    how: KeptHow
    before: Status
    after: Status | None
    value: float | None
    limit: float | None
    unit: str
    note: str = ""
    is_let_stand: bool = False


class WithinRules(FrozenResult):
    """What became of all rules of a portfolio in one optimization.

    Attributes
    ----------
    verdict
        Of the trades to the proposed weights, before costs, by the rules that are looked at before trades, overrides
        in force and lists; None without weights.
    is_kept
        Whether every rule that binds (soft, hard) passes afterwards.
    held
        Assets that lists forbid to trade: they stay as they are.
    solves_count
        How often the problem was solved.
    is_proven
        Whether no choice was made of which other ones may be better.
    sentence
        The whole in one sentence.

    """

    rules: tuple[RuleKept, ...]
    verdict: Verdict | None
    is_kept: bool
    solves_count: int
    is_proven: bool
    sentence: str
    notes: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
