"""From which sizes on must somebody be told in the United States: stakes, short positions, large books and traders?"""

from __future__ import annotations

from datetime import date

from engine.compliance.rule import Parameter, Rule, Timing

_CLASS = 'country == "US" and quantity > 0 and not (is_cash or is_fund or is_derivative)'
_EVER: tuple[Timing, ...] = ("pre", "post", "eod")
_SHARES = 'asset_class in ("equity", "etf")'


def _stake(
    key: str, title: str, citation: str, threshold: float, since: date | None = None, timing: tuple[Timing, ...] = _EVER
) -> Rule:
    """Return a filing that is due above a share of a class; a warning begins at four fifths of it."""
    return Rule(
        id=f"notices.{key}",
        title=title,
        citation=citation,
        effective_from=since,
        severity="warning",
        timing=timing,
        parameters=(Parameter(name="threshold", value=threshold, label="Share above which a filing is due"),),
        universe=_CLASS,
        group_by="symbol",
        measure="max(class_share + other_class_share)",
        limit="threshold",
        warn_at="0.8 * threshold",
        remedy="notify",
    )


def _short(key: str, title: str, measure: str, parameter: Parameter) -> Rule:
    """Return a filing that is due from an average short position of a month on."""
    return Rule(
        id=f"notices.{key}",
        title=title,
        citation="17 CFR 240.13f-2; SEC order exempting managers until 2 January 2028",
        effective_from=date(2028, 1, 2),
        severity="warning",
        timing=("post", "eod"),
        parameters=(parameter,),
        universe=_SHARES,
        group_by="symbol",
        measure=measure,
        operator="<",
        limit="threshold",
        warn_at="0.8 * threshold",
        remedy="notify",
    )


def _firm_wide(key: str, title: str, citation: str, measure: str, parameter: Parameter, warn_share: float) -> Rule:
    """Return a filing that is due from a figure of the whole firm on."""
    return Rule(
        id=f"notices.{key}",
        title=title,
        citation=citation,
        severity="info",
        timing=("post", "eod"),
        parameters=(parameter,),
        measure=measure,
        operator="<",
        limit="threshold",
        warn_at=f"{warn_share} * threshold",
        remedy="notify",
    )


def _dollars(value: float) -> Parameter:
    return Parameter(name="threshold", value=value, unit="ccy", label="In US dollars, the whole firm")


def _units(value: float) -> Parameter:
    return Parameter(name="threshold", value=value, unit="count", label="Shares, the whole firm")


_SINCE_13D = date(2024, 9, 30)
_13H = "17 CFR 240.13h-1(a)(7)"
_PF = "17 CFR 275.204(b)-1; Form PF, instruction 3"
_PF_NEW = "Form PF as proposed in April 2026; whether and from when it holds is to be checked before it is adopted"

NOTICES_US = (
    _stake("13d", "Above 5% of a class: Schedule 13D within 5 business days", "17 CFR 240.13d-1(a)", 0.05, _SINCE_13D),
    _stake(
        "13g_institution", "Institution above 5% of a class at a quarter's end: Schedule 13G within 45 days of it",
        "17 CFR 240.13d-1(b)", 0.05, _SINCE_13D, ("pre", "quarter_end"),
    ),
    _stake(
        "13g_institution_10", "Institution above 10% of a class at a month's end: Schedule 13G within 5 business days",
        "17 CFR 240.13d-1(b)(2)", 0.10, _SINCE_13D,
    ),
    _stake(
        "13g_passive", "Passive investor above 5% of a class: Schedule 13G within 5 business days",
        "17 CFR 240.13d-1(c)", 0.05, _SINCE_13D,
    ),
    _stake(
        "13g_passive_10", "Passive investor above 10% of a class: amended Schedule 13G within 2 business days",
        "17 CFR 240.13d-2(d)", 0.10, _SINCE_13D,
    ),
    _stake(
        "section_16", "Above 10% of a class: insider of the issuer, Form 3 within 10 days", "15 U.S.C. 78p(a)", 0.10
    ),
    Rule(
        id="notices.locate",
        title="A locate before every short sale",
        citation="17 CFR 242.203(b)(1)",
        universe="quantity < 0 and not (is_cash or is_derivative or has_locate)",
        group_by="symbol",
        measure="count()",
        limit="0",
        timing=("pre",),
    ),
    _short(
        "13f2_value", "Short on average $10 million or more in a month: Form SHO within 14 days",
        "max(short_month_ccy)",
        Parameter(name="threshold", value=10e6, unit="ccy", label="Average value of the month in US dollars"),
    ),
    _short(
        "13f2_share", "Short on average 2.5% or more of a class in a month: Form SHO within 14 days",
        "max(short_month_share)", Parameter(name="threshold", value=0.025, label="Average share of the class"),
    ),
    _firm_wide(
        "13f", "13(f) securities of $100 million or more at a month's end: Form 13F within 45 days of each quarter",
        "17 CFR 240.13f-1(a)", "securities_13f_ccy", _dollars(100e6), 0.9,
    ),
    _firm_wide(
        "13h_day_shares", "2 million shares or more traded in a day: Form 13H within 10 days", _13H, "day_shares",
        _units(2e6), 0.8,
    ),
    _firm_wide(
        "13h_day_value", "$20 million or more traded in a day: Form 13H within 10 days", _13H, "day_trades_ccy",
        _dollars(20e6), 0.8,
    ),
    _firm_wide(
        "13h_month_shares", "20 million shares or more traded in a month: Form 13H within 10 days", _13H,
        "month_shares", _units(20e6), 0.8,
    ),
    _firm_wide(
        "13h_month_value", "$200 million or more traded in a month: Form 13H within 10 days", _13H,
        "month_trades_ccy", _dollars(200e6), 0.8,
    ),
    _firm_wide(
        "form_pf", "Private funds of $150 million or more: Form PF", _PF, "private_funds_ccy", _dollars(150e6), 0.9
    ),
    _firm_wide(
        "form_pf_large", "Hedge funds of $1.5 billion or more: Form PF every quarter", _PF, "hedge_funds_ccy",
        _dollars(1.5e9), 0.9,
    ),
    _firm_wide(
        "form_pf_proposed", "Private funds of $1 billion or more: Form PF as proposed in 2026", _PF_NEW,
        "private_funds_ccy", _dollars(1e9), 0.9,
    ),
    _firm_wide(
        "form_pf_large_proposed", "Hedge funds of $10 billion or more: Form PF every quarter as proposed in 2026",
        _PF_NEW, "hedge_funds_ccy", _dollars(10e9), 0.9,
    ),
)  # fmt: skip
"""Stakes count what other portfolios of the house hold too; 13F, 13H and Form PF are of the whole firm."""
