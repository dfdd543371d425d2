"""Which duties to a client under MiFID II follow from the portfolio, the client's profile and what was stated?"""

from __future__ import annotations

from typing import Any

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Parameter, Rule

_SUITABILITY = "Directive 2014/65/EU, Article 25(2); Delegated Regulation (EU) 2017/565, Article 54"
_COSTS = "Directive 2014/65/EU, Article 24(4); Delegated Regulation (EU) 2017/565, Article 50"
_PRODUCTS = "is_priip and quantity > 0"


def _rule(key: str, title: str, citation: str, **given: Any) -> Rule:
    return Rule(id=f"mifid.{key}", title=title, citation=citation, **given)


def _dated(key: str, title: str, citation: str, measure: str, label: str, days: float, warn_at: str) -> Rule:
    """Return that a document is there and not too old."""
    return _rule(
        key, title, citation, severity="warning",
        parameters=(Parameter(name="days_max", value=days, unit="days", label=label),),
        measure=measure, limit="days_max", warn_at=warn_at, timing=("eod",), remedy="notify",
    )  # fmt: skip


MIFID = Pack(
    id="mifid",
    title="MiFID II suitability and costs",
    about="For advice and portfolio management for clients in the European Union.",
    caveat="Suitability is judged by what the client's profile says and product makers state; whether a portfolio "
    "serves the client's purpose (income, growth, a house) is for the suitability report to say. Costs are those of "
    "the statements given to the client: the product does not compute them.",
    rules=(
        _rule(
            "risk", "The portfolio's risk is not above the client's", _SUITABILITY, severity="soft",
            measure="product_risk", limit="risk_score",
        ),
        _rule(
            "loss_capacity", "A bad year loses no more than the client can bear", f"{_SUITABILITY}(2)(b)",
            severity="soft",
            parameters=(
                Parameter(name="times", value=1.645, unit="plain",
                          label="Volatilities that a bad year loses: 1.645 is one year in twenty"),
            ),
            measure="volatility * times", limit="loss_capacity", warn_at="0.9 * loss_capacity",
        ),
        _rule(
            "horizon", "No product is to be held longer than the client invests", f"{_SUITABILITY}(2)(a) and (4)",
            severity="soft", universe=_PRODUCTS, group_by="symbol", measure="max(holding_days)", limit="horizon_days",
            warn_at="0.9 * horizon_days",
        ),
        _rule(
            "product_risk", "No product's risk indicator is above the client's score",
            f"{_SUITABILITY}(2); Regulation (EU) 1286/2014, Article 8(3)(d)", severity="warning",
            universe=_PRODUCTS, group_by="symbol", measure="max(sri)", limit="risk_score",
        ),
        _rule(
            "target_market", "No product outside its target market",
            "Directive 2014/65/EU, Articles 16(3) and 24(2); Delegated Directive (EU) 2017/593, Article 10",
            severity="soft", universe=f"{_PRODUCTS} and not is_in_target_market", group_by="symbol", measure="count()",
            limit="0", remedy="exclude",
        ),
        _rule(
            "knowledge", "Warn where the client does not know the kind of instrument",
            "Directive 2014/65/EU, Article 25(3); Delegated Regulation (EU) 2017/565, Articles 55 and 56",
            severity="warning", universe="quantity != 0 and not (is_cash or is_otc or is_known_kind)",
            group_by="symbol", measure="count()", limit="0", remedy="notify",
        ),
        _rule(
            "sustainable", "As much is sustainable as the client wishes",
            f"{_SUITABILITY}(2)(a) as amended by Delegated Regulation (EU) 2021/1253", severity="soft",
            universe="is_sustainable", measure="sum(weight)", keep="sustainable_min > 0", operator=">=",
            limit="sustainable_min", warn_at="1.1 * sustainable_min", remedy="buy",
        ),
        _dated(
            "review", "Suitability reviewed within a year", "Delegated Regulation (EU) 2017/565, Article 54(13)",
            "review_age_days", "Days between reviews", 365.0, "0.9 * days_max",
        ),
        _dated(
            "report", "A suitability report within a year",
            "Directive 2014/65/EU, Article 25(6); Delegated Regulation (EU) 2017/565, Article 54(12) to (14)",
            "suitability_report_days", "Days between reports", 365.0, "0.9 * days_max",
        ),
        _dated(
            "costs_ahead", "Costs told beforehand, within a year", f"{_COSTS}(2)", "costs_ahead_days",
            "Days for which they serve", 365.0, "0.9 * days_max",
        ),
        _dated(
            "costs_after", "A yearly statement of what was paid", f"{_COSTS}(9)", "costs_after_days",
            "Days since the end of its year: a year, and a quarter to make the next", 455.0, "365",
        ),
        _rule(
            "costs_agree", "The year's costs are those that were told beforehand", _COSTS, severity="warning",
            parameters=(Parameter(name="room", value=0.0025, label="What they may be above"),),
            measure="costs_after - costs_ahead", limit="room", warn_at="0.5 * room", timing=("eod",), remedy="notify",
        ),
        _rule(
            "costs_third_party", "Payments of third parties are shown as a part of the costs",
            f"{_COSTS}(2); Directive 2014/65/EU, Article 24(9)", severity="warning",
            measure="costs_third_party", limit="costs_after", warn_at="0.9 * costs_after",
            timing=("eod",), remedy="notify",
        ),
        _rule(
            "costs_effect", "The effect of costs on the return is shown, and is no less than costs can have",
            f"{_COSTS}(10)", severity="warning",
            parameters=(Parameter(name="least", value=0.5, label="Smallest effect for each 100% of costs"),),
            measure="costs_effect", operator=">=", limit="least * costs_after",
            warn_at="1.1 * least * costs_after", timing=("eod",), remedy="notify",
        ),
    ),
)  # fmt: skip
