"""What may a UCITS hold and owe beside the limits of issuers? Articles 50, 51, 55, 56, 83 and 89 of the directive."""

from __future__ import annotations

from typing import Any

from engine.compliance.packs.ucits_rule import cap, ucits_rule

_HELD = "not (is_cash or is_government or is_fund or is_derivative or is_otc)"

_IF_USED = "is_used > 0"


def _used(value: float) -> dict[str, Any]:
    """Return the figure that says by which of the three ways a fund counts its global exposure."""
    return {"name": "is_used", "value": value, "unit": "count", "label": "The fund counts so: 1 yes, 0 no"}


ASSETS = (
    ucits_rule(
        "fund_20", "No fund above 20%", "Article 55(1)",
        parameters=[cap(0.20, "Greatest weight of a fund; 10% where the state does not raise it")],
        universe="is_fund", group_by="symbol", measure="sum(weight)",
    ),
    ucits_rule(
        "other_funds_30", "Funds that are no UCITS at most 30% together", "Article 55(2)",
        parameters=[cap(0.30, "Greatest sum")],
        universe="is_fund and not is_ucits", measure="sum(weight)",
    ),
    ucits_rule(
        "own_votes", "No significant influence by votes", "Article 56(1)",
        parameters=[cap(0.10, "Share of votes that is significant: a state's own figure, the directive names none")],
        universe=f"{_HELD} and quantity > 0", group_by="issuer", measure="sum(vote_share)",
    ),
    ucits_rule(
        "own_nonvoting", "At most 10% of an issuer's shares without votes", "Article 56(2)(a)",
        parameters=[cap(0.10, "Greatest share of a class")],
        universe=f"is_nonvoting and {_HELD}", group_by="symbol", measure="max(class_share)",
    ),
    ucits_rule(
        "own_debt", "At most 10% of an issuer's debt securities", "Article 56(2)(b)",
        parameters=[cap(0.10, "Greatest share of an issuer's debt")],
        universe=f"{_HELD} and not is_money_market", group_by="issuer", measure="sum(debt_share)",
    ),
    ucits_rule(
        "own_fund", "At most 25% of a fund's units", "Article 56(2)(c)",
        parameters=[cap(0.25, "Greatest share of a fund's units")],
        universe="is_fund", group_by="symbol", measure="max(class_share)",
    ),
    ucits_rule(
        "own_money_market", "At most 10% of a body's money market instruments", "Article 56(2)(d)",
        parameters=[cap(0.10, "Greatest share of a body's money market instruments")],
        universe=f"is_money_market and {_HELD}", group_by="issuer", measure="sum(debt_share)",
    ),
    ucits_rule(
        "eligible", "No metals, commodities or crypto assets", "Article 50(1) and (2)(b)",
        universe='asset_class in ("commodity", "crypto") and quantity != 0', group_by="symbol", measure="count()",
        limit="0", remedy="exclude",
    ),
    ucits_rule(
        "unlisted_10", "Unlisted securities at most 10%", "Article 50(2)(a) and (1)(h)",
        parameters=[cap(0.10, "Greatest sum")],
        universe="not (is_cash or is_listed or is_fund or is_derivative or is_otc or "
        "(is_government and is_money_market))",
        measure="sum(weight)",
    ),
    ucits_rule(
        "no_shorts", "No uncovered short sales", "Article 89",
        universe="weight < 0 and not (is_cash or is_derivative)", group_by="symbol", measure="count()", limit="0",
    ),
    ucits_rule(
        "borrowing_10", "Borrowing at most 10%", "Article 83(2)(a)",
        parameters=[cap(0.10, "Greatest loan over net assets")], measure="borrowing",
    ),
    ucits_rule(
        "borrowing_time", "Borrowing for a time only", "Article 83(2)(a)",
        parameters=[
            {"name": "days_max", "value": 92.0, "unit": "days",
             "label": "Days in a row: three months, as the United Kingdom reads it (COLL 5.5.4R)"}
        ],
        measure="borrowing_days", limit="days_max", warn_at="0.9 * days_max", severity="soft", timing=("post", "eod"),
    ),
    ucits_rule(
        "exposure_commitment", "Commitment approach: derivatives at most 100% beside the assets",
        "Article 51(3); CESR/10-788",
        parameters=[cap(1.00, "Greatest exposure of derivatives, without netting"), _used(1.0)],
        universe="is_derivative", measure="sum(abs(exposure))", keep=_IF_USED,
    ),
    ucits_rule(
        "var_absolute", "Absolute VaR approach: at most 20% at 99% over 20 days", "Article 51(3); CESR/10-788",
        parameters=[cap(0.20, "Greatest VaR"), _used(0.0)], measure="var_99_20d", keep=_IF_USED,
    ),
    ucits_rule(
        "var_relative", "Relative VaR approach: at most twice that of the reference",
        "Article 51(3); CESR/10-788",
        parameters=[
            {"name": "times", "value": 2.0, "unit": "plain", "label": "Times the reference's VaR"}, _used(0.0),
        ],
        measure="var_99_20d", limit="times * benchmark_var_99_20d", keep=_IF_USED,
        warn_at="0.9 * times * benchmark_var_99_20d",
    ),
)  # fmt: skip
