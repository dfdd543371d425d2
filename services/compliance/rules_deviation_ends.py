"""Which open breaches would a deviation end, though nothing is mended?

Told to whoever asks for it and to whoever decides, from the figures of the last check: nothing is judged anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.compliance.strictness import effect_of
from services import formatting
from services.compliance import breach_words as words
from services.compliance.breach_states import FAILING, is_within
from services.compliance.in_force import with_figures
from services.compliance.rules_effect import inherited_by

if TYPE_CHECKING:
    from data.store.tables import Breach, Portfolio
    from data.store.unit_of_work import UnitOfWork

SHOWN_COUNT = 3
UNSEEN = "You see no portfolio that it is for, so the breaches that it would end are not told to you."


def would_end(
    uow: UnitOfWork,
    rule: Rule,
    rule_id: str,
    client_id: str | None,
    portfolio_id: str | None,
    kind: Literal["figures", "exempt"],
    figures: Mapping[str, float],
) -> str:
    """Return which open breaches a deviation would end, in a sentence; parameters as for `effect_now`.

    Only what the unit's reader sees is looked at; a reader who sees none of the portfolios is told so.
    """
    portfolios = _portfolios(uow, client_id, portfolio_id)
    if not portfolios:
        return UNSEEN
    found = [
        row
        for row in uow.breaches.in_status([one.value for one in FAILING])
        if row.rule_id == rule_id and row.portfolio_id in portfolios
    ]
    if not found or kind == "exempt":
        return _said(found, portfolios)
    above = inherited_by(uow, rule, rule_id, portfolio_id)
    effect = "tighter" if above is None else effect_of(above, figures)
    if effect in ("tighter", "same"):
        return "It would end no open breach."
    limit = None if above is None or effect == "unclear" else program_of(with_figures(above, dict(figures))).fixed_limit
    if limit is None:
        open_ones = formatting.count(len(found), "open breach", "open breaches")
        return f"Whether it would end {open_ones} of the rule cannot be told from the wording."
    return _said([row for row in found if is_within(row.operator, _side(row), float(limit.least))], portfolios)


def _portfolios(uow: UnitOfWork, client_id: str | None, portfolio_id: str | None) -> dict[str, Portfolio]:
    if portfolio_id is not None:
        return dict(uow.portfolios.get_many([portfolio_id]))
    return {one.id: one for one in uow.portfolios.all(client_id=client_id)}


def _side(row: Breach) -> float | None:
    """Return the figure that lies farthest from what the rule wants; None where it is not bounded or not judged."""
    if row.is_unjudged:
        return None
    return row.most if row.operator in ("<=", "<") else row.least if row.operator in (">=", ">") else row.value


def _said(ended: Sequence[Breach], portfolios: Mapping[str, Portfolio]) -> str:
    if not ended:
        return "It would end no open breach."
    named = []
    for row in ended[:SHOWN_COUNT]:
        portfolio = portfolios[row.portfolio_id]
        at = "" if _side(row) is None else f" at {words.figure(_side(row), row.unit, portfolio.base_currency)}"
        named.append(f"{portfolio.name}, {row.group_name or 'the portfolio'}{at} ({row.severity})")
    more = f"; {formatting.count(len(ended) - SHOWN_COUNT, 'more', 'more')}" if len(ended) > SHOWN_COUNT else ""
    lead = formatting.count(len(ended), "open breach", "open breaches")
    return f"It would end {lead} without anything being mended: {'; '.join(named)}{more}."
