"""Which small portfolios show of every rule of the packs where it passes, warns, fails and stays open?

A house that takes a rule in gets them as the rule's own examples. Each is judged with the pack's figures, so that it
holds whatever figures the house sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.compliance.examples import CasePosition, RuleCase
from engine.compliance.packs.catalog import PACKS
from engine.compliance.result import Status
from engine.compliance.rule import Rule

Parts = dict[str, Any]
"""Cash, positions and facts of a case."""
Make = Callable[[Any], Parts]
_NAMES: Mapping[Status, str] = {
    "passed": "kept", "warning": "near the limit", "failed": "broken", "indeterminate": "not known well enough",
}  # fmt: skip


@dataclass(frozen=True)
class _Shown:
    """A rule with a portfolio for each of its figures, and the figures that pass, warn, fail and leave it open."""

    rule: str
    make: Make
    passes: Any
    warns: Any
    fails: Any
    opens: Any


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
    opens = _NO_PRICE if shown.opens is _NOTHING else shown.make(shown.opens)
    return (*found, _case(rule, "indeterminate", opens))


def _case(rule: Rule, expected: Status, parts: Parts) -> RuleCase:
    figures = {one.name: one.value for one in rule.parameters}
    return RuleCase(name=f"{rule.title}: {_NAMES[expected]}"[:160], expected=expected, parameters=figures, **parts)


def _book(*rows: dict[str, Any], cash: float = 0.0, cash_is: Mapping[str, Any] | None = None, **facts: Any) -> Parts:
    """Return a portfolio of cash and rows with a `value` each; None is not known."""
    positions = [
        CasePosition(
            symbol=f"S{number}",
            value_ccy=None if row["value"] is None else float(row["value"]),
            fields={"issuer": f"I{number}"} | {name: _plain(one) for name, one in row.items() if name != "value"},
        )
        for number, row in enumerate(rows, 1)
    ]
    return {
        "cash_ccy": float(cash),
        "cash_fields": dict(cash_is or {}),
        "positions": tuple(positions),
        "facts": {name: None if one is None else float(one) for name, one in facts.items()},
    }


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _held(**fields: Any) -> Make:
    """Return a portfolio with one position of that many percent; a field that is not known may decide."""

    def make(x: Any) -> Parts:
        percent, hidden = x if isinstance(x, tuple) else (x, None)
        return _book({"value": percent, **fields, **({hidden: None} if hidden else {})}, cash=100 - percent)

    return make


def _having(field: str, **fields: Any) -> Make:
    """Return a portfolio with one position of 5% and a figure of it."""
    return lambda x: _book({"value": 5, **fields, field: x}, cash=95)


def _fact(name: str, **others: Any) -> Make:
    """Return a portfolio of cash with a fact."""
    return lambda x: _book(cash=100, **{**others, name: x})


def _flagged(field: str, **fields: Any) -> Make:
    """Return a portfolio with one position that is or is not something."""
    return lambda x: _book({"value": 5, **fields, field: x}, cash=95)


def _issuers(**fields: Any) -> Make:
    """Return a portfolio of several issuers, of the last of which one field is not known where asked for."""

    def make(x: Any) -> Parts:
        weights, hidden = x if isinstance(x, tuple) else (x, None)
        rows = [{"value": weight, **fields} for weight in weights]
        if hidden:
            rows[-1] = {**rows[-1], hidden: None}
        return _book(*rows, cash=100 - sum(weights))

    return make


def _diversified(x: Any) -> Parts:
    """Return a portfolio of one issuer of so many percent beside cash, or of twelve whose votes are not known."""
    if x is None:
        return _book(*({"value": 5, "vote_share": None} for _ in range(12)), cash=40)
    return _book({"value": x}, cash=100 - x)


def _of_one_body(x: Any) -> Parts:
    """Return a portfolio of a state's bonds beside a fund and a deposit."""
    percent, hidden = x if isinstance(x, tuple) else (x, None)
    bond = {"value": percent, "is_government": True, **({hidden: None} if hidden else {})}
    return _book(bond, {"value": 90 - percent, "is_fund": True}, cash=10)


_NO_PRICE = _book({"value": None, "vote_share": None}, cash=100)

_NOTHING = object()
"""Says that only a missing price leaves a rule open."""
_SHOWN = (
    _Shown("house.max_position", _held(), 20, 22.5, 26, _NOTHING),
    _Shown("house.min_position", _held(), 1, None, 0.9, _NOTHING),
    _Shown("house.max_issuer", _held(), 8, 9, 11, (11, "is_fund")),
    _Shown("house.max_sector", _held(), 26, 27, 31, (31, "is_cash")),
    _Shown("house.max_country", _held(), 50, 54, 61, (61, "is_cash")),
    _Shown("house.max_currency", _held(currency="EUR"), 70, 72, 81, (81, "currency")),
    _Shown("house.top_ten", _held(), 50, 54, 61, (61, "is_cash")),
    _Shown("house.min_cash", lambda x: _book({"value": 100 - x[0], "is_cash": x[1]}, cash=x[0]),
         (2, False), None, (0.5, False), (0.5, None)),
    _Shown("house.min_esg", _having("esg_score"), 50.0, None, 49.9, None),
    _Shown("house.restricted", _flagged("is_restricted"), False, None, True, None),
    _Shown("house.watched", _flagged("is_watched"), False, None, True, None),
    _Shown("house.excluded", _flagged("is_excluded"), False, None, True, None),
    _Shown("house.leverage", _fact("gross_exposure"), 0.5, 0.9, 1.1, _NOTHING),
    _Shown("house.turnover", _fact("turnover_year"), 0.5, 0.9, 1.1, None),
    _Shown("house.tracking_error", _fact("tracking_error"), 0.03, 0.054, 0.07, None),
    _Shown("house.liquidity", lambda x: _book({"value": 50, "sell_days": x}, cash=50), 5.0, None, 5.1, None),
    _Shown("ucits.issuer_10", _held(), 8, 9, 10.1, (10.1, "is_government")),
    _Shown("ucits.sum_40", _issuers(), [10, 10, 10, 5], [10, 10, 10, 6], [10, 10, 10, 10, 6],
         ([10, 10, 10, 10, 6], "is_fund")),
    _Shown("ucits.group_20", _issuers(issuer_group="G"), [8, 9], [9, 9], [10, 10.1], ([10, 10.1], "is_fund")),
    _Shown("ucits.deposits_20", lambda x: _book({"value": 100 - x[0]}, cash=x[0], cash_is={"issuer": x[1]}),
         (10, "Bank"), (18, "Bank"), (21, "Bank"), (21, None)),
    _Shown("ucits.public_35", _held(is_government=True), 30, 31.5, 36, (36, "is_government")),
    _Shown("ucits.public_issue_30", _held(is_government=True), 20, 27, 31, (31, "is_government")),
    _Shown("ucits.covered_25", _held(is_covered=True), 20, 22.5, 26, (26, "is_covered")),
    _Shown("ucits.covered_80", _issuers(is_covered=True), [20, 20, 20], [24, 24, 24], [24, 24, 24, 10],
         ([24, 24, 24, 10], "is_covered")),
    _Shown("ucits.together_35", _of_one_body, 30, 31.5, 36, (36, "is_fund")),
    _Shown("ucits.fund_20", _held(is_fund=True), 15, 18, 21, (21, "is_fund")),
    _Shown("ucits.other_funds_30", _held(is_fund=True), 20, 27, 31, (31, "is_ucits")),
    _Shown("ucits.own_votes", _having("class_share"), 0.05, 0.09, 0.11, None),
    _Shown("ucits.own_fund", _having("class_share", is_fund=True), 0.1, 0.225, 0.26, None),
    _Shown("ucits.unlisted_10", _held(is_listed=False), 5, 9, 11, (11, "is_listed")),
    _Shown("ucits.no_shorts", lambda x: _book({"value": x[0], "is_derivative": x[1]}, cash=90),
         (5, False), None, (-5, False), (-5, None)),
    _Shown("ucits.borrowing_10", _fact("borrowing"), 0.05, 0.09, 0.11, None),
    _Shown("ucits.exposure_200", _held(is_derivative=True), 80, 90, 101, (101, "is_derivative")),
    _Shown("ucits.var_absolute", _fact("var_99_20d"), 0.1, 0.18, 0.21, None),
    _Shown("ucits.var_relative", _fact("var_99_20d", benchmark_var_99_20d=0.1), 0.2, None, 0.21, None),
    _Shown("us_1940.diversified", _diversified, 25, None, 26, None),
    _Shown("us_1940.names", _held(is_named=True), 80, None, 79, (80, "is_named")),
    _Shown("us_1940.illiquid", _held(is_illiquid=True), 13, 13.5, 15.1, (15.1, "is_illiquid")),
    _Shown("us_1940.fund_votes", _having("vote_share", is_fund=True), 0.03, None, 0.031, None),
    _Shown("us_1940.fund_5", _held(is_fund=True), 5, None, 5.1, (5.1, "is_fund")),
    _Shown("us_1940.funds_10", _held(is_fund=True), 10, None, 10.1, (10.1, "is_fund")),
    _Shown("us_1940.securities_business", lambda x: _book({"value": 6, "firm_share": x}, cash=94),
         0.15, None, 0.16, None),
    _Shown("us_1940.own_firm", _flagged("is_own_firm"), False, None, True, None),
    _Shown("us_1940.industry", _held(), 20, 22.5, 26, (26, "is_fund")),
    _Shown("us_1940.borrowing", _fact("borrowing"), 0.4, 0.45, 0.51, None),
    _Shown("irc_851.half", _diversified, 50, None, 51, None),
    _Shown("irc_851.issuer_25", _held(), 20, 22.5, 26, (26, "is_fund")),
    _Shown("notices.13dg", _having("class_share"), 0.03, 0.04, 0.051, None),
    _Shown("notices.section_16", _having("class_share"), 0.05, 0.08, 0.11, None),
    _Shown("notices.eu_transparency", _having("vote_share", country="DE"), 0.03, 0.04, 0.05, None),
    _Shown("notices.uk_dtr5", _having("vote_share", country="GB"), 0.02, 0.024, 0.03, None),
    _Shown("notices.short_eu", lambda x: _book({"value": -5, "class_share": x, "country": "PL"}, cash=105),
         0.0005, None, 0.001, None),
    _Shown("notices.locate", lambda x: _book({"value": -5, "has_locate": x}, cash=105), True, None, False, None),
    _Shown("notices.13f", _fact("securities_13f_ccy"), 99e6, None, 100e6, None),
    _Shown("notices.form_pf", _fact("private_funds_ccy"), 149e6, None, 150e6, None),
    _Shown("notices.mifid_10", _fact("fall_since_report"), 0.05, 0.08, 0.10, None),
    _Shown("mifid.risk", _fact("product_risk", risk_score=4.0), 4.0, None, 5.0, None),
    _Shown("mifid.review", _fact("review_age_days"), 300.0, 328.5, 366.0, None),
    _Shown("erisa.employer_10", _held(is_employer=True), 8, 9, 10.1, (10.1, "is_employer")),
    _Shown("erisa.party", _flagged("is_party"), False, None, True, None),
    _Shown("erisa.diversified", _held(), 10, 18, 21, (21, "is_fund")),
)  # fmt: skip
_BY_RULE: Mapping[str, _Shown] = {one.rule: one for one in _SHOWN}
_RULES: Mapping[str, Rule] = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
