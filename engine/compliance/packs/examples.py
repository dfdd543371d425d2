"""Which small portfolios show of every rule of the packs where it passes, warns, fails and stays open?

A house that takes a rule in gets them as the rule's own examples. Each is judged with the pack's figures, so that it
holds whatever figures the house sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from engine.compliance.examples import RuleCase
from engine.compliance.packs.catalog import PACKS
from engine.compliance.packs.examples_europe import SHOWN_EUROPE
from engine.compliance.packs.examples_kit import (
    NO_PRICE,
    NOTHING,
    SWITCHED_ON,
    Parts,
    Shown,
    book,
    fact,
    flagged,
    having,
    held,
)
from engine.compliance.packs.examples_us import SHOWN_US
from engine.compliance.result import Status
from engine.compliance.rule import Rule

_NAMES: Mapping[Status, str] = {
    "passed": "kept", "warning": "near the limit", "failed": "broken", "indeterminate": "not known well enough",
}  # fmt: skip


@cache
def examples_of(code: str) -> tuple[RuleCase, ...]:
    """Return the examples of a pack's rule; none for a code that no pack has."""
    shown, rule = _BY_RULE.get(code), _RULES.get(code)
    if shown is None or rule is None:
        return ()
    found = [_case(rule, "passed", shown.make(shown.passes))]
    if shown.warns is not None:
        found.append(_case(rule, "warning", shown.make(shown.warns)))
    found.append(_case(rule, "failed", shown.make(shown.fails)))
    opens = NO_PRICE if shown.opens is NOTHING else shown.make(shown.opens)
    return (*found, _case(rule, "indeterminate", opens))


def _case(rule: Rule, expected: Status, parts: Parts) -> RuleCase:
    figures = {one.name: SWITCHED_ON.get(one.name, one.value) for one in rule.parameters}
    return RuleCase(name=f"{rule.title}: {_NAMES[expected]}"[:160], expected=expected, parameters=figures, **parts)


_SHOWN = (
    Shown("house.max_position", held(), 20, 22.5, 26, NOTHING),
    Shown("house.min_position", held(), 2, 1.1, 0.9, NOTHING),
    Shown("house.max_issuer", held(), 8, 9, 11, (11, "is_fund")),
    Shown("house.max_sector", held(), 26, 27, 31, (31, "is_cash")),
    Shown("house.max_country", held(), 50, 54, 61, (61, "is_cash")),
    Shown("house.max_currency", held(currency="EUR"), 70, 72, 81, (81, "currency")),
    Shown("house.top_ten", held(), 50, 54, 61, (61, "is_cash")),
    Shown("house.min_cash", lambda x: book({"value": 100 - x[0], "is_cash": x[1]}, cash=x[0]),
         (2, False), (1.1, False), (0.5, False), (0.5, None)),
    Shown("house.min_esg", having("esg_score"), 60.0, 52.5, 49.9, None),
    Shown("house.restricted", flagged("is_restricted"), False, None, True, None),
    Shown("house.watched", flagged("is_watched"), False, None, True, None),
    Shown("house.excluded", flagged("is_excluded"), False, None, True, None),
    Shown("house.leverage", fact("gross_exposure"), 0.5, 0.9, 1.1, NOTHING),
    Shown("house.turnover", fact("turnover_year"), 0.5, 0.9, 1.1, None),
    Shown("house.tracking_error", fact("tracking_error"), 0.03, 0.054, 0.07, None),
    Shown("house.liquidity", lambda x: book({"value": x[0], "sell_days": x[1]}, cash=100 - x[0]),
         (50, 5.0), (16, 5.1), (50, 5.1), (50, None)),
    Shown("house.concentration_5", held(), 4, None, 6, (6, "is_fund")),
    Shown("house.concentration_10", held(), 9, None, 11, (11, "is_fund")),
    Shown("house.min_rating", having("rating_notch", asset_class="bond"), 9.0, 10.0, 11.0, None),
    Shown("house.cross_trades", flagged("is_crossed"), False, None, True, None),
)  # fmt: skip
_BY_RULE: Mapping[str, Shown] = {one.rule: one for one in (*_SHOWN, *SHOWN_US, *SHOWN_EUROPE)}
_RULES: Mapping[str, Rule] = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
