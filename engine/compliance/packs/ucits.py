"""Which investment limits does the UCITS directive set? Articles 50 to 56 and 83 of Directive 2009/65/EC."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Parameter, Rule

_IN_FORCE = date(2011, 7, 1)
_CORPORATE = "not (is_cash or is_government or is_covered or is_fund or is_derivative)"


def _rule(key: str, title: str, article: str, **given: Any) -> Rule:
    parameters = tuple(Parameter(**one) for one in given.pop("parameters"))
    return Rule(
        id=f"ucits.{key}",
        title=title,
        citation=f"Directive 2009/65/EC, {article}",
        effective_from=_IN_FORCE,
        parameters=parameters,
        cure_days=given.pop("cure_days", None),
        **given,
    )


UCITS = Pack(
    id="ucits",
    title="UCITS",
    about="For funds under Directive 2009/65/EC.",
    caveat="Options that a member state grants are parameters; look-through of funds, collateral and counterparties of "
    "derivatives, 20% in one body over securities and deposits together (Article 52(2)), the six issues of Article 54 "
    "and index funds (Article 53) are not judged here; limits of issuers look at each issuer, not at its group.",
    rules=(
        _rule(
            "issuer_10", "No issuer above 10%", "Article 52(1)(a) and (2)",
            parameters=[{"name": "cap", "value": 0.10, "label": "Greatest weight of an issuer"}],
            universe=_CORPORATE, group_by="issuer", measure="sum(weight)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "sum_40", "Issuers above 5% at most 40% together", "Article 52(2), first subparagraph",
            parameters=[
                {"name": "base", "value": 0.05, "label": "Weight above which an issuer counts"},
                {"name": "cap", "value": 0.40, "label": "Greatest sum"},
            ],
            universe=_CORPORATE, group_by="issuer", measure="sum(weight)", keep="measure > base", over="sum",
            limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "group_20", "No group above 20%", "Article 52(5), third subparagraph",
            parameters=[{"name": "cap", "value": 0.20, "label": "Greatest weight of a group"}],
            universe="not (is_cash or is_government or is_fund)", group_by="issuer_group", measure="sum(weight)",
            limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "deposits_20", "Deposits with one body at most 20%", "Article 52(1)(b)",
            parameters=[{"name": "cap", "value": 0.20, "label": "Greatest weight of deposits with one body"}],
            universe="is_cash", group_by="issuer", measure="sum(weight)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "public_35", "No public issuer above 35%", "Article 52(3)",
            parameters=[{"name": "cap", "value": 0.35, "label": "Greatest weight of a public issuer"}],
            universe="is_government", group_by="issuer", measure="sum(weight)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "public_issue_30", "No issue of a public issuer above 30% where it exceeds 35%", "Article 54(1)",
            parameters=[{"name": "cap", "value": 0.30, "label": "Greatest weight of an issue"}],
            universe="is_government", group_by="symbol", measure="sum(weight)", limit="cap", warn_at="0.9 * cap",
            severity="warning",
        ),
        _rule(
            "covered_25", "Covered bonds of one issuer at most 25%", "Article 52(4), first subparagraph",
            parameters=[{"name": "cap", "value": 0.25, "label": "Greatest weight of an issuer's covered bonds"}],
            universe="is_covered", group_by="issuer", measure="sum(weight)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "covered_80", "Issuers of covered bonds above 5% at most 80% together",
            "Article 52(4), first subparagraph",
            parameters=[
                {"name": "base", "value": 0.05, "label": "Weight above which an issuer counts"},
                {"name": "cap", "value": 0.80, "label": "Greatest sum"},
            ],
            universe="is_covered", group_by="issuer", measure="sum(weight)", keep="measure > base", over="sum",
            limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "together_35", "Securities of a public issuer, covered bonds and others of one issuer at most 35%",
            "Article 52(5), first subparagraph",
            parameters=[{"name": "cap", "value": 0.35, "label": "Greatest weight of one issuer in all"}],
            universe="not is_fund", group_by="issuer", measure="sum(weight)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "fund_20", "No fund above 20%", "Article 55(1)",
            parameters=[{"name": "cap", "value": 0.20, "label": "Greatest weight of a fund"}],
            universe="is_fund", group_by="symbol", measure="sum(weight)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "other_funds_30", "Funds that are no UCITS at most 30% together", "Article 55(2)",
            parameters=[{"name": "cap", "value": 0.30, "label": "Greatest sum"}],
            universe="is_fund and not is_ucits", measure="sum(weight)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "own_votes", "At most 10% of an issuer's shares without votes, and no significant influence",
            "Article 56(1) and (2)(a)",
            parameters=[{"name": "cap", "value": 0.10, "label": "Greatest share of a class"}],
            universe="not (is_cash or is_government or is_fund or is_derivative)", group_by="symbol",
            measure="max(class_share)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "own_fund", "At most 25% of a fund's units", "Article 56(2)(c)",
            parameters=[{"name": "cap", "value": 0.25, "label": "Greatest share of a fund's units"}],
            universe="is_fund", group_by="symbol", measure="max(class_share)", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "unlisted_10", "Unlisted securities at most 10%", "Article 50(2)(a)",
            parameters=[{"name": "cap", "value": 0.10, "label": "Greatest sum"}],
            universe="not (is_cash or is_listed or is_fund or is_derivative)", measure="sum(weight)", limit="cap",
            warn_at="0.9 * cap",
        ),
        _rule(
            "no_shorts", "No uncovered short sales", "Article 89",
            parameters=[], universe="weight < 0 and not (is_cash or is_derivative)", group_by="symbol",
            measure="count()", limit="0",
        ),
        _rule(
            "borrowing_10", "Borrowing at most 10%, and for a time only", "Article 83(2)(a)",
            parameters=[{"name": "cap", "value": 0.10, "label": "Greatest loan over net assets"}],
            measure="borrowing", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "exposure_200", "Global exposure by commitment at most 100% beside the assets", "Article 51(3)",
            parameters=[{"name": "cap", "value": 1.00, "label": "Greatest exposure of derivatives"}],
            universe="is_derivative", measure="sum(abs(exposure))", limit="cap", warn_at="0.9 * cap",
        ),
        _rule(
            "var_absolute", "VaR at 99% over 20 days at most 20%", "Article 51(3); CESR/10-788, box 15",
            parameters=[{"name": "cap", "value": 0.20, "label": "Greatest VaR"}],
            measure="var_99_20d", limit="cap", warn_at="0.9 * cap", severity="soft",
        ),
        _rule(
            "var_relative", "VaR at most twice that of the reference", "Article 51(3); CESR/10-788, box 14",
            parameters=[{"name": "times", "value": 2.0, "unit": "plain", "label": "Times the reference's VaR"}],
            measure="var_99_20d", limit="times * benchmark_var_99_20d", severity="soft",
        ),
    ),
)  # fmt: skip
