"""Which small portfolios show the rules of the European Union and the United Kingdom?"""

from __future__ import annotations

from typing import Any

from engine.compliance.packs.examples_kit import Parts, Shown, book, fact, flagged, having, held, issuers


def _owed(*, is_bank: bool) -> Any:
    """Return a portfolio of cash to which a counterparty owes so many percent."""
    return lambda x: book(
        {"value": 0, "is_otc": True, "is_credit_institution": is_bank, "otc_exposure_ccy": x}, cash=100
    )


def _one_body(x: Any) -> Parts:
    """Return 8% of a bank's shares beside a deposit with it and what it owes from derivatives, both in percent."""
    deposit, owed = x
    return book(
        {"value": 8, "issuer": "Bank"},
        {"value": 0, "issuer": "Bank", "is_otc": True, "otc_exposure_ccy": owed},
        {"value": 92 - deposit, "is_fund": True},
        cash=deposit,
        cash_is={"issuer": "Bank"},
    )


def _covered_body(x: Any) -> Parts:
    """Return the same with the bank's covered bonds in place of its shares."""
    parts = _one_body(x)
    bonds, *rest = parts["positions"]
    bonds = bonds.model_copy(update={"fields": {**bonds.fields, "is_covered": True}})
    return {**parts, "positions": (bonds, *rest)}


def _of_a_state(x: Any) -> Parts:
    """Return a portfolio of a state's bonds beside a fund and a deposit."""
    percent, hidden = x if isinstance(x, tuple) else (x, None)
    bond = {"value": percent, "is_government": True, **({hidden: None} if hidden else {})}
    return book(bond, {"value": 90 - percent, "is_fund": True}, cash=10)


def _issues(x: Any) -> Parts:
    """Return issues of one state of so many percent each, of the last of which it may not be known whose it is."""
    percents, hidden = x if isinstance(x, tuple) else (x, False)
    rows = [{"value": one, "is_government": True, "issuer": "State"} for one in percents]
    if hidden:
        rows[-1] = {**rows[-1], "is_government": None}
    return book(*rows, {"value": 100 - sum(percents), "is_fund": True})


def _short(country: str) -> Any:
    """Return a short position that is a share of the capital of an issuer of a country."""
    return lambda x: book({"value": -5, "capital_share": x, "country": country}, cash=105)


def _product(field: str, **facts: Any) -> Any:
    """Return a packaged product with a figure."""
    return lambda x: book({"value": 5, "is_priip": True, field: x}, cash=95, **facts)


SHOWN_EUROPE = (
    Shown("ucits.issuer_10", held(), 8, 9, 10.1, (10.1, "is_government")),
    Shown("ucits.group_10", issuers(issuer_group="G"), [4, 4], [4.5, 4.5], [5, 5.1], ([5, 5.1], "is_fund")),
    Shown("ucits.sum_40", issuers(), [10, 10, 10, 5], [10, 10, 10, 6], [10, 10, 10, 10, 6],
          ([10, 10, 10, 10, 6], "is_fund")),
    Shown("ucits.deposits_20", lambda x: book({"value": 100 - x[0]}, cash=x[0], cash_is={"issuer": x[1]}),
          (10, "Bank"), (18, "Bank"), (21, "Bank"), (21, None)),
    Shown("ucits.otc_bank_10", _owed(is_bank=True), 8.0, 9.0, 10.1, None),
    Shown("ucits.otc_other_5", _owed(is_bank=False), 4.0, 4.5, 5.1, None),
    Shown("ucits.one_body_20", _one_body, (5, 4), (6, 4), (9, 4), (9, None)),
    Shown("ucits.one_body_covered_20", _covered_body, (5, 4), (6, 4), (9, 4), (9, None)),
    Shown("ucits.public_35", held(is_government=True), 30, 31.5, 36, (36, "is_government")),
    Shown("ucits.public_six", _issues, [7] * 7, [8] * 6, [10] * 4, ([8] * 6, True)),
    Shown("ucits.public_issue_30", _issues, [10, 26], [10, 27], [10, 31], ([10, 31], True)),
    Shown("ucits.covered_25", held(is_covered=True), 20, 22.5, 26, (26, "is_covered")),
    Shown("ucits.covered_80", issuers(is_covered=True), [20, 20, 20], [24, 24, 24], [24, 24, 24, 10],
          ([24, 24, 24, 10], "is_covered")),
    Shown("ucits.together_35", _of_a_state, 30, 31.5, 36, (36, "is_fund")),
    Shown("ucits.index_20", issuers(), [20, 20], None, [20, 21], ([20, 21], "is_fund")),
    Shown("ucits.index_35", held(), 30, 31.5, 36, (36, "is_fund")),
    Shown("ucits.fund_20", held(is_fund=True), 15, 18, 21, (21, "is_fund")),
    Shown("ucits.other_funds_30", held(is_fund=True), 20, 27, 31, (31, "is_ucits")),
    Shown("ucits.own_votes", having("vote_share"), 0.05, 0.09, 0.11, None),
    Shown("ucits.own_nonvoting", having("class_share", is_nonvoting=True), 0.05, 0.09, 0.11, None),
    Shown("ucits.own_debt", having("debt_share"), 0.05, 0.09, 0.11, None),
    Shown("ucits.own_fund", having("class_share", is_fund=True), 0.1, 0.225, 0.26, None),
    Shown("ucits.own_money_market", having("debt_share", is_money_market=True), 0.05, 0.09, 0.11, None),
    Shown("ucits.eligible", having("asset_class"), "equity", None, "commodity", None),
    Shown("ucits.unlisted_10", held(is_listed=False), 5, 9, 11, (11, "is_listed")),
    Shown("ucits.no_shorts", lambda x: book({"value": x[0], "is_derivative": x[1]}, cash=90),
          (5, False), None, (-5, False), (-5, None)),
    Shown("ucits.borrowing_10", fact("borrowing"), 0.05, 0.09, 0.11, None),
    Shown("ucits.borrowing_time", fact("borrowing_days"), 60.0, 82.8, 93.0, None),
    Shown("ucits.exposure_commitment", held(is_derivative=True), 80, 90, 101, (101, "is_derivative")),
    Shown("ucits.var_absolute", fact("var_99_20d"), 0.1, 0.18, 0.21, None),
    Shown("ucits.var_relative", fact("var_99_20d", benchmark_var_99_20d=0.1), 0.1, 0.18, 0.21, None),
    Shown("notices.eu_transparency", having("vote_share", country="DE"), 0.03, 0.04, 0.05, None),
    Shown("notices.uk_dtr5", having("vote_share", country="GB"), 0.02, 0.024, 0.03, None),
    Shown("notices.short_eu", _short("PL"), 0.0005, 0.0008, 0.001, None),
    Shown("notices.short_eu_public", _short("PL"), 0.003, 0.004, 0.005, None),
    Shown("notices.short_uk", _short("GB"), 0.001, 0.0016, 0.002, None),
    Shown("notices.short_uk_public", _short("GB"), 0.003, 0.004, 0.005, None),
    Shown("notices.mifid_10", fact("worst_fall_since_report"), 0.05, 0.08, 0.10, None),
    Shown("notices.mifid_10_each", having("fall_since_bought", is_leveraged=True), 0.05, 0.08, 0.10, None),
    Shown("mifid.risk", fact("product_risk", risk_score=4.0), 4.0, None, 5.0, None),
    Shown("mifid.loss_capacity", fact("volatility", loss_capacity=0.2), 0.10, 0.11, 0.13, None),
    Shown("mifid.horizon", _product("holding_days", horizon_days=1_825.0), 1_600.0, 1_825.0, 1_826.0, None),
    Shown("mifid.product_risk", _product("sri", risk_score=4.0), 4.0, None, 5.0, None),
    Shown("mifid.target_market", flagged("is_in_target_market", is_priip=True), True, None, False, None),
    Shown("mifid.knowledge", flagged("is_known_kind"), True, None, False, None),
    Shown("mifid.sustainable",
          lambda x: book({"value": x[0], "is_sustainable": x[1]}, cash=100 - x[0], sustainable_min=0.3),
          (50, True), (33, True), (50, False), (50, None)),
    Shown("mifid.review", fact("review_age_days"), 300.0, 328.5, 366.0, None),
    Shown("mifid.report", fact("suitability_report_days"), 300.0, 328.5, 366.0, None),
    Shown("mifid.costs_ahead", fact("costs_ahead_days"), 300.0, 328.5, 366.0, None),
    Shown("mifid.costs_after", fact("costs_after_days"), 300.0, 365.0, 456.0, None),
    Shown("mifid.costs_agree", fact("costs_after", costs_ahead=0.01), 0.01, 0.0115, 0.013, None),
    Shown("mifid.costs_third_party", fact("costs_third_party", costs_after=0.01), 0.005, 0.009, 0.011, None),
    Shown("mifid.costs_effect", fact("costs_effect", costs_after=0.01), 0.009, 0.0055, 0.004, None),
)  # fmt: skip
