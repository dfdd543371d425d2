"""How much of other funds, of brokers and banks of securities, and of its own firm may a registered fund hold?"""

from __future__ import annotations

from engine.compliance.rule import Definition, Parameter, Rule

_FUNDS = "is_fund and not has_fund_agreement"
_BUSINESS = "not (is_cash or is_government or is_fund) and firm_share > from_share"
_FROM = Parameter(name="from_share", value=0.15, label="Share of revenue above which an issuer counts")

ISSUERS = (
    Rule(
        id="us_1940.fund_votes",
        title="At most 3% of another fund's votes, without an agreement under Rule 12d1-4",
        citation="15 U.S.C. 80a-12(d)(1)(A)(i)",
        parameters=(Parameter(name="cap", value=0.03, label="Greatest share of votes"),),
        universe=_FUNDS,
        group_by="issuer",
        measure="sum(vote_share)",
        limit="cap",
        warn_at="0.9 * cap",
        is_acquisition_tested=True,
    ),
    Rule(
        id="us_1940.fund_5",
        title="One fund at most 5% of total assets, without an agreement under Rule 12d1-4",
        citation="15 U.S.C. 80a-12(d)(1)(A)(ii)",
        parameters=(Parameter(name="cap", value=0.05, label="Greatest share of total assets"),),
        universe=_FUNDS,
        group_by="issuer",
        measure="sum(weight_total)",
        limit="cap",
        warn_at="0.9 * cap",
        is_acquisition_tested=True,
    ),
    Rule(
        id="us_1940.funds_10",
        title="All funds at most 10% of total assets, while one is held without an agreement under Rule 12d1-4",
        citation="15 U.S.C. 80a-12(d)(1)(A)(iii)",
        parameters=(Parameter(name="cap", value=0.10, label="Greatest sum"),),
        definitions=(
            Definition(
                name="without",
                expression=f"sum(weight_total, where={_FUNDS})",
                label="share of funds without an agreement",
            ),
        ),
        universe="is_fund",
        measure="sum(weight_total)",
        keep="without > 0",
        limit="cap",
        warn_at="0.9 * cap",
        is_acquisition_tested=True,
    ),
    Rule(
        id="us_1940.fund_control",
        title="Above 25% of a fund's votes under an agreement: votes are to be mirrored or passed through",
        citation="17 CFR 270.12d1-4(b)(1)",
        severity="warning",
        parameters=(Parameter(name="cap", value=0.25, label="Greatest share of votes"),),
        universe="is_fund and has_fund_agreement",
        group_by="issuer",
        measure="sum(vote_share)",
        limit="cap",
        warn_at="0.9 * cap",
        remedy="notify",
    ),
    Rule(
        id="us_1940.securities_business",
        title="An issuer with over 15% from securities business at most 5% of total assets",
        citation="17 CFR 270.12d3-1(b)(3)",
        parameters=(_FROM, Parameter(name="cap", value=0.05, label="Greatest share of total assets")),
        universe=_BUSINESS,
        group_by="issuer",
        measure="sum(weight_total)",
        limit="cap",
        warn_at="0.9 * cap",
        is_acquisition_tested=True,
    ),
    Rule(
        id="us_1940.securities_equity",
        title="An issuer with over 15% from securities business: at most 5% of a class of its equity",
        citation="17 CFR 270.12d3-1(b)(1)",
        parameters=(_FROM, Parameter(name="cap", value=0.05, label="Greatest share of a class")),
        universe=f'{_BUSINESS} and asset_class == "equity" and quantity > 0',
        group_by="symbol",
        measure="max(class_share)",
        limit="cap",
        warn_at="0.9 * cap",
        is_acquisition_tested=True,
    ),
    Rule(
        id="us_1940.securities_debt",
        title="An issuer with over 15% from securities business: at most 10% of its debt",
        citation="17 CFR 270.12d3-1(b)(2)",
        parameters=(_FROM, Parameter(name="cap", value=0.10, label="Greatest share of the debt")),
        universe=f'{_BUSINESS} and asset_class == "bond" and quantity > 0',
        group_by="issuer",
        measure="sum(debt_share)",
        limit="cap",
        warn_at="0.9 * cap",
        is_acquisition_tested=True,
    ),
    Rule(
        id="us_1940.own_firm",
        title="Nothing of the own adviser or distributor",
        citation="17 CFR 270.12d3-1(c)",
        universe="is_own_firm and quantity != 0",
        group_by="symbol",
        measure="count()",
        limit="0",
        remedy="exclude",
    ),
)
"""Rules under sections 12(d)(1) and 12(d)(3); of one issuer all lines count together."""
