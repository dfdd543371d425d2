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
        _share("vote_share", "share of votes", "Votes held over all votes of the issuer."),
        Field(
            "sell_days", "number", "time to sell", "Trading days to sell it at the usual share of volume.", "days", 0.0
        ),
        Field("esg_score", "number", "ESG score", "From 0 (worst) to 100.", "score", 0.0, 100.0),
        Field("rating_notch", "number", "rating notch", "1 is AAA, 10 is BBB-, 22 is D.", "count", 1.0, 22.0),
        Field("held_days", "number", "days held", "Calendar days since the last purchase.", "days", 0.0),
        _share("firm_share", "securities business", "Share of the issuer's revenue from securities business."),
        _truth("is_cash", "are cash", "are not cash", "Cash and deposits."),
        _truth("is_government", "are issued by a state", "are not issued by a state", "States and their agencies."),
        _truth("is_covered", "are covered bonds", "are not covered bonds", "Article 52(4) of the UCITS directive."),
        _truth("is_fund", "are funds", "are not funds", "Shares of other funds, ETFs among them."),
        _truth("is_ucits", "are UCITS funds", "are not UCITS funds", "Funds authorised under the directive."),
        _truth("is_derivative", "are derivatives", "are not derivatives", "Options, futures, swaps, forwards."),
        _truth("is_listed", "are listed", "are not listed", "Admitted to a regulated market."),
        _truth("is_illiquid", "are illiquid", "are not illiquid", "Cannot be sold within seven calendar days."),
        _truth("is_restricted", "are restricted", "are not restricted", "On a restricted list in force today."),
        _truth("is_watched", "are on the watch list", "are not on the watch list", "On a watch list in force today."),
        _truth("is_excluded", "are excluded", "are not excluded", "Excluded by the client's values."),
        _truth("is_named", "are what the name suggests", "are not what the name suggests", "Rule 35d-1 assets."),
        _truth("is_own_firm", "are issued by the own firm", "are not issued by the own firm", "Adviser, distributor."),
        _truth("is_party", "are of a party in interest", "are not of a party in interest", "ERISA section 3(14)."),
        _truth("is_employer", "are securities of the employer", "are not securities of the employer", "ERISA 407."),
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
            "fall_since_report", "fall since the last report", "Fall of value since the last report.", -math.inf, 1.0
        ),
        Field("securities_13f_ccy", "number", "13(f) securities", "Of the whole firm, in USD.", "ccy", 0.0),
        Field(
            "private_funds_ccy", "number", "private funds", "Assets of the firm's private funds, in USD.", "ccy", 0.0
        ),
        Field("review_age_days", "number", "age of the suitability review", "Days since the last one.", "days", 0.0),
        Field("risk_score", "number", "risk score", "The client's measured risk, 1 (least) to 7.", "score", 1.0, 7.0),
        Field("product_risk", "number", "risk of the portfolio", "Summary risk indicator, 1 to 7.", "score", 1.0, 7.0),
    )
}
