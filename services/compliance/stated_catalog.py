"""Which facts may people state for rules, what are they, and how are they read?

Nobody can derive them: the bank of the cash, figures of the whole firm, the day of a review and who made it. An entry
whose unit is no name or list of marks is a fact of the portfolio that rules may use under the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["usd", "ccy", "frac", "yes", "count", "days_since", "name", "marks"]
Keyed = Literal["none", "currency", "body", "asset_class"]
Level = Literal["house", "portfolio", "any"]
Reading = Literal["latest", "greatest_of_two_years"]
BANK = "cash_bank"
A_YEAR_DAYS = 366
MARKS = "marked_"
"""What begins the names of statements that an asset which no file marks is none."""


@dataclass(frozen=True)
class StatedKind:
    """One fact that may be stated.

    Parameters
    ----------
    name, label : str
        As rules and people call it.
    unit : str
        US dollars, the portfolio's currency, a fraction, yes as 1 and no as 0, a count; ``days_since`` is the day of
        something, stated as the day from which it holds, with who did it as text; ``name`` is a text; ``marks`` says
        with 1 that assets which no file marks are none of a kind.
    level : str
        Whether it is of the house, of a portfolio, or of either.
    lasts_days : int or None
        After so many days it is not known any more; None where it holds until it is taken back.
    reads : str
        The latest statement, or the greatest of this calendar year and the last.
    keyed : str
        What each statement is about where there are several: the currency of cash, a counterparty, a kind of asset.
    age_fact : str
        The fact that tells how many days ago the statement's day was; empty where none does.

    """

    name: str
    label: str
    unit: Unit
    level: Level = "any"
    lasts_days: int | None = None
    reads: Reading = "latest"
    keyed: Keyed = "none"
    age_fact: str = ""

    @property
    def is_fact(self) -> bool:
        """Whether rules read it as a figure of the portfolio."""
        return self.unit not in ("name", "marks") and self.keyed == "none"

    @property
    def is_number(self) -> bool:
        """Whether it is stated as a number."""
        return self.unit not in ("name", "days_since")


def _marks(flag: str, label: str) -> StatedKind:
    return StatedKind(f"{MARKS}{flag}", f"Assets that no file marks are not {label}", "marks")


STATED: Mapping[str, StatedKind] = {
    one.name: one
    for one in (
        StatedKind(BANK, "Bank of the cash", "name", keyed="currency"),
        StatedKind("securities_13f_ccy", "13(f) securities of the firm", "usd", "house", reads="greatest_of_two_years"),
        StatedKind("private_funds_ccy", "Assets of the firm's private funds", "usd", "house"),
        StatedKind("hedge_funds_ccy", "Assets of the firm's hedge funds", "usd", "house"),
        StatedKind("qualifying_income", "Share of qualifying income in the year's gross income", "frac", "portfolio",
                   A_YEAR_DAYS),
        StatedKind("qualified_buyer", "Qualified institutional buyer", "yes", lasts_days=A_YEAR_DAYS),
        StatedKind("names_review_days", "Review of what the fund's name suggests", "days_since", "portfolio"),
        StatedKind("prudence_review_days", "Record of prudence", "days_since"),
        StatedKind("ad_review_days", "Review of performance material", "days_since"),
        StatedKind("ad_gross", "Material shows gross performance", "yes"),
        StatedKind("ad_net", "Material shows net performance, as prominent, by the same method and period", "yes"),
        StatedKind("ad_periods", "Material shows 1, 5 and 10 years", "yes"),
        StatedKind("ad_hypothetical", "Material shows hypothetical performance", "yes"),
        StatedKind("hypothetical_policy", "Policy on hypothetical performance is adopted", "yes"),
        StatedKind("ad_extract", "Material shows a gross extract or characteristic", "yes"),
        StatedKind("ad_total", "Material shows the whole portfolio gross and net beside it", "yes"),
        StatedKind("otc_exposure_bank", "Owed by a credit institution from OTC derivatives, after collateral", "ccy",
                   "portfolio", keyed="body"),
        StatedKind("otc_exposure_other", "Owed by another counterparty from OTC derivatives, after collateral", "ccy",
                   "portfolio", keyed="body"),
        StatedKind("client_category", "Kind of client: 1 retail, 2 professional, 3 eligible counterparty", "count",
                   "portfolio"),
        StatedKind("client_knows", "The client knows the kind of instrument", "yes", "portfolio", keyed="asset_class"),
        StatedKind("suitability_report_days", "Suitability report", "days_since", "portfolio"),
        StatedKind("costs_ahead", "Costs a year told to the client beforehand, over the amount", "frac", "portfolio",
                   age_fact="costs_ahead_days"),
        StatedKind("costs_after", "Costs of the year that ended then, over the average value", "frac", "portfolio",
                   age_fact="costs_after_days"),
        StatedKind("costs_third_party", "Payments of third parties in the costs of the year", "frac", "portfolio"),
        StatedKind("costs_effect", "By how much costs lessened the year's return", "frac", "portfolio"),
        _marks("is_sustainable", "sustainable investments"),
        _marks("is_money_market", "money market instruments"),
        _marks("is_nonvoting", "shares without votes"),
        _marks("is_leveraged", "leveraged funds"),
        _marks("is_priip", "packaged products"),
        _marks("is_covered", "covered bonds"),
        _marks("is_government", "issued by a state"),
        _marks("is_ucits", "UCITS funds"),
        _marks("is_named", "what a fund's name suggests"),
        _marks("is_own_firm", "issued by the own adviser or distributor"),
        _marks("is_party", "of a party in interest"),
        _marks("is_employer", "securities of the employer"),
        _marks("is_qptp", "publicly traded partnerships"),
        _marks("is_144a", "under Rule 144A"),
        _marks("has_fund_agreement", "under a fund of funds agreement"),
    )
}  # fmt: skip
"""Every fact that may be stated, by name."""
