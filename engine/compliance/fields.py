"""Which figures and words may a rule speak about, of which kind, in which unit, and how do people call them?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "text", "truth"]
Unit = Literal["frac", "ccy", "count", "days", "score", "plain"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is known of each position, or of the portfolio as a whole.

    Parameters
    ----------
    name
        How expressions name it.
    kind, unit
        What may be done with it; the unit of words and truths is ``"plain"``.
    label
        How sentences name it; of a truth, the words after "that": "are government bonds".
    explain
        What exactly it is, as a sentence.
    least, most
        Bounds of a number, within which an unknown one lies.
    negated
        Of a truth: its opposite, as words after "that".

    """

    name: str
    kind: Kind
    label: str
    explain: str
    unit: Unit = "plain"
    least: float = -math.inf
    most: float = math.inf
    negated: str = ""


def _share(name: str, label: str, explain: str, least: float = 0.0, most: float = 1.0) -> Field:
    return Field(name, "number", label, explain, "frac", least, most)


def _word(name: str, label: str, explain: str) -> Field:
    return Field(name, "text", label, explain)


def _truth(name: str, label: str, negated: str, explain: str) -> Field:
    return Field(name, "truth", label, explain, negated=negated)


def _said(name: str, label: str, explain: str) -> Field:
    """Return a fact that is stated as yes or no."""
    return Field(name, "number", label, explain, "count", 0.0, 1.0)


def _age(name: str, label: str, explain: str) -> Field:
    return Field(name, "number", label, explain, "days", 0.0)


_SHORT = "What the house is short of it on an average day of the month so far, as {}; zero where this portfolio is not."
_BUSIEST = "Of the whole firm in US listed shares: the most {} of a calendar {} of this year and the last."

POSITION_FIELDS: Mapping[str, Field] = {
    one.name: one
    for one in (
        _word("symbol", "position", "The symbol of the position; cash is CASH and its currency."),
        _word("issuer", "issuer", "Who issued it."),
        _word("issuer_group", "issuer group", "The group that the issuer's accounts are consolidated in, else itself."),
        _word("sector", "sector", "The sector of its issuer."),
        _word("industry", "industry", "The industry of its issuer."),
        _word("country", "country", "The country of its issuer, in two letters."),
        _word("currency", "currency", "The currency that it is quoted in."),
        _word("asset_class", "asset class", "equity, etf, bond, fund, commodity, crypto, cash, derivative."),
        _share("weight", "weight", "Value over net assets, negative for what is short.", -math.inf, math.inf),
        _share("weight_total", "share of total assets", "Value over total assets; 0 for what is short."),
        _share("weight_gross", "share of gross exposure", "Absolute value over the sum of absolute values."),
        _share("active_weight", "active weight", "Weight less that in the benchmark.", -math.inf, math.inf),
        Field("value_ccy", "number", "value", "Value in the portfolio's currency.", "ccy"),
        Field("quantity", "number", "quantity", "Units held, negative for what is short.", "count"),
        Field("exposure_ccy", "number", "exposure", "Value; of a derivative its notional times delta.", "ccy"),
        _share("exposure", "exposure", "Exposure over net assets.", -math.inf, math.inf),
        _share("class_share", "share of its class", "Units held over the units of its class that exist."),
        _share("other_class_share", "share held elsewhere", "Of its class, by other portfolios of the house."),
        _share("vote_share", "share of votes", "Votes held over all votes of the issuer."),
        _share("other_vote_share", "share of votes held elsewhere", "Of its issuer, by other portfolios of the house."),
        _share("capital_share", "share of capital", "Units held over all issued shares of the issuer."),
        _share("other_short_share", "net short elsewhere", "Of its issuer, by other portfolios that are short of it."),
        Field(
            "otc_exposure_ccy",
            "number",
            "exposure to a counterparty",
            "Of OTC derivatives, after collateral.",
            "ccy",
            0.0,
        ),
        _share("otc_exposure", "exposure to a counterparty", "The same over net assets.", 0.0, math.inf),
        _share(
            "fall_since_bought", "fall since it was bought", "Of what was paid for what is held.", -math.inf, math.inf
        ),
        _share("debt_share", "share of debt", "Units held over the units of all debt of the issuer."),
        Field(
            "sell_days", "number", "time to sell", "Trading days to sell it at the usual share of volume.", "days", 0.0
        ),
        Field("esg_score", "number", "ESG score", "From 0 (worst) to 100.", "score", 0.0, 100.0),
        Field("rating_notch", "number", "rating notch", "1 is AAA, 10 is BBB-, 22 is D.", "count", 1.0, 22.0),
        Field("held_days", "number", "days held", "Calendar days since the last purchase.", "days", 0.0),
        Field("sri", "number", "risk indicator", "The product's summary risk indicator, 1 to 7.", "score", 1.0, 7.0),
        Field(
            "holding_days",
            "number",
            "holding period",
            "Days for which the product's document recommends to hold it.",
            "days",
            0.0,
        ),
        _share("firm_share", "securities business", "Share of the issuer's revenue from securities business."),
        Field("short_month_ccy", "number", "average short value in USD", _SHORT.format("value in USD"), "ccy", 0.0),
        _share("short_month_share", "average short share", _SHORT.format("share of its class"), 0.0, math.inf),
        _truth("is_cash", "are cash", "are not cash", "Cash and deposits."),
        _truth("is_government", "are issued by a state", "are not issued by a state", "States and their agencies."),
        _truth("is_covered", "are covered bonds", "are not covered bonds", "Article 52(4) of the UCITS directive."),
        _truth("is_fund", "are funds", "are not funds", "Shares of other funds, ETFs among them."),
        _truth("is_ucits", "are UCITS funds", "are not UCITS funds", "Funds authorised under the directive."),
        _truth("is_derivative", "are derivatives", "are not derivatives", "Options, futures, swaps, forwards."),
        _truth("is_listed", "are listed", "are not listed", "Admitted to a regulated market."),
        _truth("is_illiquid", "are illiquid", "are not illiquid", "Cannot be sold within seven calendar days."),
        _truth("is_leveraged", "are leveraged", "are not leveraged", "Derivatives, leveraged funds, certificates."),
        _truth(
            "is_money_market",
            "are money market instruments",
            "are not money market instruments",
            "Dealt in on the money market: bills, certificates of deposit, commercial paper.",
        ),
        _truth("is_nonvoting", "are shares without votes", "are not shares without votes", "Preference shares, say."),
        _truth(
            "is_otc",
            "are claims on a counterparty",
            "are no claims on a counterparty",
            "What a counterparty owes from derivatives; where it is not stated, such derivatives themselves.",
        ),
        _truth(
            "is_credit_institution",
            "are with a credit institution",
            "are not with a credit institution",
            "Article 50(1)(f) of the UCITS directive.",
        ),
        _truth(
            "is_priip",
            "are packaged products",
            "are not packaged products",
            "Funds, structured products and derivatives that have a key information document.",
        ),
        _truth(
            "is_in_target_market",
            "are for such clients",
            "are not for such clients",
            "The client is of the kind, and knows as much, as the product's maker names.",
        ),
        _truth(
            "is_known_kind",
            "are of a kind that the client knows",
            "are of a kind that the client does not know",
            "By the client's knowledge and experience.",
        ),
        _truth(
            "is_sustainable",
            "are sustainable",
            "are not sustainable",
            "Of the kind that the client's sustainability preferences ask for.",
        ),
        _truth("is_restricted", "are restricted", "are not restricted", "On a restricted list in force today."),
        _truth("is_watched", "are on the watch list", "are not on the watch list", "On a watch list in force today."),
        _truth("is_excluded", "are excluded", "are not excluded", "Excluded by the client's values."),
        _truth("is_named", "are what the name suggests", "are not what the name suggests", "Rule 35d-1 assets."),
        _truth("is_own_firm", "are issued by the own firm", "are not issued by the own firm", "Adviser, distributor."),
        _truth("is_party", "are of a party in interest", "are not of a party in interest", "ERISA section 3(14)."),
        _truth("is_employer", "are securities of the employer", "are not securities of the employer", "ERISA 407."),
        _truth(
            "is_144a", "are under Rule 144A", "are not under Rule 144A", "Sold to qualified institutional buyers only."
        ),
        _truth("is_qptp", "are publicly traded partnerships", "are no publicly traded partnerships", "26 USC 851(h)."),
        _truth(
            "has_fund_agreement",
            "have a fund of funds agreement",
            "have no fund of funds agreement",
            "An agreement under Rule 12d1-4 with the fund is in force.",
        ),
        _truth(
            "is_crossed",
            "are traded against another portfolio",
            "are not traded against another portfolio",
            "Another portfolio of the house traded it the other way on the same day.",
        ),
        _truth("has_locate", "have a locate", "have no locate", "A locate is recorded for the short sale."),
    )
}

FACTS: Mapping[str, Field] = {
    one.name: one
    for one in (
        Field("net_assets_ccy", "number", "net assets", "In the portfolio's currency.", "ccy"),
        Field("total_assets_ccy", "number", "total assets", "All that is long, in the portfolio's currency.", "ccy"),
        _share("gross_exposure", "gross exposure", "Sum of absolute exposures over net assets.", 0.0, math.inf),
        _share("net_exposure", "net exposure", "Sum of exposures over net assets.", -math.inf, math.inf),
        _share("borrowing", "borrowing", "Cash owed over net assets.", 0.0, math.inf),
        _share("var_99_20d", "VaR 99% of 20 days", "Loss over net assets.", 0.0, math.inf),
        _share("benchmark_var_99_20d", "VaR of the reference", "The same of the reference portfolio.", 0.0, math.inf),
        _share("tracking_error", "tracking error", "A year's, over the benchmark.", 0.0, math.inf),
        _share("volatility", "volatility", "A year's.", 0.0, math.inf),
        _share(
            "turnover_year", "turnover", "Smaller of buys and sales of the last year over average value.", 0.0, math.inf
        ),
        _share(
            "worst_fall_since_report", "greatest fall since the last report", "Of a close since then.", -math.inf, 1.0
        ),
        _share(
            "fall_since_report", "fall since the last report", "Fall of value since the last report.", -math.inf, 1.0
        ),
        Field("securities_13f_ccy", "number", "13(f) securities in USD", "Of the whole firm, in USD.", "ccy", 0.0),
        Field(
            "private_funds_ccy",
            "number",
            "private funds in USD",
            "Assets of the firm's private funds, in USD.",
            "ccy",
            0.0,
        ),
        Field(
            "hedge_funds_ccy", "number", "hedge funds in USD", "Assets of the firm's hedge funds, in USD.", "ccy", 0.0
        ),
        Field("day_shares", "number", "shares traded in a day", _BUSIEST.format("shares", "day"), "count", 0.0),
        Field("day_trades_ccy", "number", "trades of a day in USD", _BUSIEST.format("US dollars", "day"), "ccy", 0.0),
        Field("month_shares", "number", "shares traded in a month", _BUSIEST.format("shares", "month"), "count", 0.0),
        Field(
            "month_trades_ccy", "number", "trades of a month in USD", _BUSIEST.format("US dollars", "month"), "ccy", 0.0
        ),
        _share("qualifying_income", "qualifying income", "Of the year's gross income, 26 USC 851(b)(2), as stated."),
        _said(
            "qualified_buyer",
            "the portfolio is a qualified institutional buyer",
            "Under Rule 144A, as stated: 1 is yes, 0 no.",
        ),
        _age("names_review_days", "age of the review of names", "Days since the last review under Rule 35d-1."),
        _age("prudence_review_days", "age of the record of prudence", "Days since the last one."),
        _age("ad_review_days", "age of the review of performance material", "Days since the last one."),
        _said("ad_gross", "gross performance is shown", "In performance material, as stated: 1 is yes, 0 no."),
        _said("ad_net", "net performance is shown as prominently", "With the same period and method: 1 is yes, 0 no."),
        _said("ad_periods", "1, 5 and 10 years are shown", "Or since the beginning: 1 is yes, 0 no."),
        _said("ad_hypothetical", "hypothetical performance is shown", "Backtests, targets, models: 1 is yes, 0 no."),
        _said("hypothetical_policy", "a policy on hypothetical performance is adopted", "As stated: 1 is yes, 0 no."),
        _said("ad_extract", "a gross extract is shown", "An extract or characteristic gross of fees: 1 is yes, 0 no."),
        _said(
            "ad_total", "the whole portfolio is shown gross and net", "As prominently as any extract: 1 is yes, 0 no."
        ),
        Field("review_age_days", "number", "age of the suitability review", "Days since the last one.", "days", 0.0),
        Field("risk_score", "number", "risk score", "The client's measured risk, 1 (least) to 7.", "score", 1.0, 7.0),
        Field("product_risk", "number", "risk of the portfolio", "Summary risk indicator, 1 to 7.", "score", 1.0, 7.0),
        Field("horizon_days", "number", "the client's horizon", "Days for which the client invests.", "days", 0.0),
        _share("loss_capacity", "the client's capacity for loss", "Share of it that the client can bear to lose."),
        Field(
            "client_category",
            "number",
            "kind of client",
            "1 retail, 2 professional, 3 eligible counterparty.",
            "count",
            1.0,
            3.0,
        ),
        _share("sustainable_min", "the client's wish for sustainable investments", "Least share of the portfolio."),
        _age("borrowing_days", "days of borrowing", "Calendar days in a row in which cash was owed."),
        _age("suitability_report_days", "age of the suitability report", "Days since the last one was given."),
        _age("costs_ahead_days", "age of the costs told beforehand", "Days since the client was told them."),
        _share("costs_ahead", "costs told beforehand", "All costs of a year over the amount invested.", 0.0, math.inf),
        _age("costs_after_days", "age of the yearly statement of costs", "Days since the end of its year."),
        _share(
            "costs_after", "costs of the year", "All costs of the stated year over the average value.", 0.0, math.inf
        ),
        _share(
            "costs_third_party", "payments of third parties", "Those in the costs of the stated year.", 0.0, math.inf
        ),
        _share(
            "costs_effect",
            "effect of costs on the return",
            "By how much they lessened it in the stated year.",
            0.0,
            math.inf,
        ),
    )
}


def is_yes(name: str) -> bool:
    """Return whether a fact is a yes, 1, or a no, 0; its label is then a whole statement."""
    one = FACTS.get(name)
    return one is not None and (one.unit, one.least, one.most) == ("count", 0.0, 1.0)


IN_DOLLARS = frozenset(
    {
        "short_month_ccy", "securities_13f_ccy", "private_funds_ccy", "hedge_funds_ccy", "day_trades_ccy",
        "month_trades_ccy",
    }
)  # fmt: skip
"""Money that is in US dollars, whatever the portfolio's currency."""
