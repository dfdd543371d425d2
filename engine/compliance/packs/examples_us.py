"""Which small portfolios show the rules of the United States?"""

from __future__ import annotations

from typing import Any

from engine.compliance.packs.examples_kit import Make, Parts, Shown, book, fact, flagged, having, held


def _diversified(x: Any) -> Parts:
    """Return a portfolio of one issuer of so many percent beside cash, or of twelve whose votes are not known."""
    if x is None:
        return book(*({"value": 5, "vote_share": None} for _ in range(12)), cash=40)
    return book({"value": x}, cash=100 - x)


def _controlled(x: Any) -> Parts:
    """Return two issuers of one industry of which 30% of the votes are held, together of so many percent."""
    percent, votes = x
    return book(*({"value": percent / 2, "vote_share": votes} for _ in range(2)), cash=100 - percent)


def _business(field: str, **fields: Any) -> Make:
    """Return a position in an issuer that lives from securities business, with a figure of it."""
    return lambda x: book({"value": 5, "firm_share": 0.5, **fields, field: x}, cash=95)


def _with_derivatives(**facts: Any) -> Make:
    """Return a portfolio with a fifth of its assets in derivatives, and its loss."""
    return lambda x: book({"value": 20, "is_derivative": True}, cash=80, **facts, var_99_20d=x)


def _short(**fields: Any) -> Make:
    """Return a short position of 5% with something known of it."""
    return lambda x: book({"value": -5, **{name: x for name in fields}}, cash=105)


_REVIEWED = (100.0, 350.0, 400.0, None)

SHOWN_US = (
    Shown("us_1940.diversified", _diversified, 15, 22, 26, None),
    Shown("us_1940.names", held(is_named=True), 85, 81, 79, (85, "is_named")),
    Shown("us_1940.names_review", fact("names_review_days"), 60.0, 80.0, 93.0, None),
    Shown("us_1940.illiquid", held(is_illiquid=True), 13, 13.5, 15.1, (15.1, "is_illiquid")),
    Shown("us_1940.industry", held(), 20, 22.5, 26, (26, "is_fund")),
    Shown("us_1940.borrowing", fact("borrowing"), 0.4, 0.45, 0.51, None),
    Shown("us_1940.qualified_buyer", lambda x: book({"value": 5, "is_144a": True}, cash=95, qualified_buyer=x),
          1.0, None, 0.0, None),
    Shown("us_1940.fund_votes", having("vote_share", is_fund=True), 0.02, 0.029, 0.031, None),
    Shown("us_1940.fund_5", held(is_fund=True), 4, 5, 5.1, (5.1, "has_fund_agreement")),
    Shown("us_1940.funds_10", held(is_fund=True), 8, 10, 10.1, (10.1, "has_fund_agreement")),
    Shown("us_1940.fund_control", having("vote_share", is_fund=True, has_fund_agreement=True), 0.2, 0.24, 0.26, None),
    Shown("us_1940.securities_business", lambda x: book({"value": x[0], "firm_share": x[1]}, cash=100 - x[0]),
          (6, 0.15), (5, 0.16), (6, 0.16), (6, None)),
    Shown("us_1940.securities_equity", _business("class_share"), 0.04, 0.05, 0.051, None),
    Shown("us_1940.securities_debt", _business("debt_share", asset_class="bond"), 0.08, 0.1, 0.11, None),
    Shown("us_1940.own_firm", flagged("is_own_firm"), False, None, True, None),
    Shown("us_1940.derivatives_10", held(is_derivative=True), 8, 9.5, 11, (11, "is_derivative")),
    Shown("us_1940.var_relative", _with_derivatives(benchmark_var_99_20d=0.1), 0.1, 0.19, 0.21, None),
    Shown("us_1940.var_absolute", _with_derivatives(), 0.1, 0.19, 0.21, None),
    Shown("irc_851.half", _diversified, 40, 47, 51, None),
    Shown("irc_851.issuer_25", held(), 20, 22.5, 26, (26, "is_fund")),
    Shown("irc_851.controlled_25", _controlled, (20, 0.3), (24, 0.3), (26, 0.3), (26, None)),
    Shown("irc_851.partnerships_25", held(is_qptp=True), 20, 22.5, 26, (26, "is_qptp")),
    Shown("irc_851.income_90", fact("qualifying_income"), 0.95, 0.91, 0.89, None),
    Shown("notices.13d", having("class_share"), 0.03, 0.04, 0.051, None),
    Shown("notices.13g_institution", having("class_share"), 0.03, 0.04, 0.051, None),
    Shown("notices.13g_institution_10", having("class_share"), 0.05, 0.08, 0.11, None),
    Shown("notices.13g_passive", having("class_share"), 0.03, 0.04, 0.051, None),
    Shown("notices.13g_passive_10", having("class_share"), 0.05, 0.08, 0.11, None),
    Shown("notices.section_16", having("class_share"), 0.05, 0.08, 0.11, None),
    Shown("notices.locate", _short(has_locate=None), True, None, False, None),
    Shown("notices.13f2_value", _short(short_month_ccy=None), 5e6, 8e6, 10e6, None),
    Shown("notices.13f2_share", _short(short_month_share=None), 0.01, 0.02, 0.025, None),
    Shown("notices.13f", fact("securities_13f_ccy"), 80e6, 95e6, 100e6, None),
    Shown("notices.13h_day_shares", fact("day_shares"), 1e6, 1.8e6, 2e6, None),
    Shown("notices.13h_day_value", fact("day_trades_ccy"), 10e6, 18e6, 20e6, None),
    Shown("notices.13h_month_shares", fact("month_shares"), 10e6, 18e6, 20e6, None),
    Shown("notices.13h_month_value", fact("month_trades_ccy"), 100e6, 180e6, 200e6, None),
    Shown("notices.form_pf", fact("private_funds_ccy"), 100e6, 140e6, 150e6, None),
    Shown("notices.form_pf_large", fact("hedge_funds_ccy"), 1e9, 1.4e9, 1.5e9, None),
    Shown("notices.form_pf_proposed", fact("private_funds_ccy"), 5e8, 9.5e8, 1e9, None),
    Shown("notices.form_pf_large_proposed", fact("hedge_funds_ccy"), 5e9, 9.5e9, 10e9, None),
    Shown("marketing.net", fact("ad_gross", ad_net=0.0), 0.0, None, 1.0, None),
    Shown("marketing.periods", fact("ad_net", ad_periods=0.0), 0.0, None, 1.0, None),
    Shown("marketing.hypothetical", fact("ad_hypothetical", hypothetical_policy=0.0), 0.0, None, 1.0, None),
    Shown("marketing.extract", fact("ad_extract", ad_total=0.0), 0.0, None, 1.0, None),
    Shown("marketing.review", fact("ad_review_days"), *_REVIEWED),
    Shown("erisa.employer_10", held(is_employer=True), 8, 9, 10.1, (10.1, "is_employer")),
    Shown("erisa.employer_class_25", having("class_share", is_employer=True), 0.2, 0.24, 0.26, None),
    Shown("erisa.party", flagged("is_party"), False, None, True, None),
    Shown("erisa.diversified", held(), 10, 18, 21, (21, "is_fund")),
    Shown("erisa.prudence", fact("prudence_review_days"), *_REVIEWED),
)  # fmt: skip
