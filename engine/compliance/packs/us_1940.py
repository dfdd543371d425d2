"""Which limits do the Investment Company Act of 1940 and its rules set for a registered fund?"""

from __future__ import annotations

from datetime import date

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Definition, Parameter, Rule

_SHARE_OF_ISSUER = Definition(
    name="issuer_share", expression="sum(weight_total, by=issuer)", label="share of its issuer in total assets"
)

US_1940 = Pack(
    id="us_1940",
    title="US Investment Company Act of 1940",
    about="For registered open-end funds of the United States.",
    caveat="Fundamental policies of the prospectus, relief under Rule 12d1-4 and derivatives under Rule 18f-4 are "
    "parameters or not judged here; so are the shares of a class and of debt in Rule 12d3-1 and Rule 144A.",
    rules=(
        Rule(
            id="us_1940.diversified",
            title="75% in cash, government securities, funds and issuers of at most 5%",
            citation="15 U.S.C. 80a-5(b)(1), Investment Company Act section 5(b)(1)",
            parameters=(
                Parameter(name="base", value=0.05, label="Greatest share of an issuer"),
                Parameter(name="votes", value=0.10, label="Greatest share of an issuer's votes"),
                Parameter(name="floor", value=0.75, label="Smallest sum"),
            ),
            definitions=(_SHARE_OF_ISSUER,),
            universe="is_cash or is_government or is_fund or (issuer_share <= base and vote_share <= votes)",
            measure="sum(weight_total)",
            operator=">=",
            limit="floor",
            is_acquisition_tested=True,
        ),
        Rule(
            id="us_1940.names",
            title="80% in what the fund's name suggests",
            citation="17 CFR 270.35d-1",
            effective_from=date(2026, 6, 11),
            parameters=(Parameter(name="floor", value=0.80, label="Smallest exposure"),),
            universe="is_named",
            measure="sum(exposure)",
            operator=">=",
            limit="floor",
            cure_days=90,
        ),
        Rule(
            id="us_1940.illiquid",
            title="Illiquid investments at most 15% of net assets",
            citation="17 CFR 270.22e-4(b)(1)(iv)",
            parameters=(Parameter(name="cap", value=0.15, label="Greatest sum"),),
            universe="is_illiquid",
            measure="sum(weight)",
            limit="cap",
            warn_at="0.9 * cap",
        ),
        Rule(
            id="us_1940.fund_votes",
            title="At most 3% of another fund's votes",
            citation="15 U.S.C. 80a-12(d)(1)(A)(i)",
            parameters=(Parameter(name="cap", value=0.03, label="Greatest share of votes"),),
            universe="is_fund",
            group_by="symbol",
            measure="max(vote_share)",
            limit="cap",
            is_acquisition_tested=True,
        ),
        Rule(
            id="us_1940.fund_5",
            title="One fund at most 5% of total assets",
            citation="15 U.S.C. 80a-12(d)(1)(A)(ii)",
            parameters=(Parameter(name="cap", value=0.05, label="Greatest share of total assets"),),
            universe="is_fund",
            group_by="symbol",
            measure="sum(weight_total)",
            limit="cap",
            is_acquisition_tested=True,
        ),
        Rule(
            id="us_1940.funds_10",
            title="All funds at most 10% of total assets",
            citation="15 U.S.C. 80a-12(d)(1)(A)(iii)",
            parameters=(Parameter(name="cap", value=0.10, label="Greatest sum"),),
            universe="is_fund",
            measure="sum(weight_total)",
            limit="cap",
            is_acquisition_tested=True,
        ),
        Rule(
            id="us_1940.securities_business",
            title="An issuer with over 15% from securities business at most 5% of total assets",
            citation="17 CFR 270.12d3-1(b)(3)",
            parameters=(
                Parameter(name="from_share", value=0.15, label="Share of revenue above which an issuer counts"),
                Parameter(name="cap", value=0.05, label="Greatest share of total assets"),
            ),
            universe="firm_share > from_share",
            group_by="issuer",
            measure="sum(weight_total)",
            limit="cap",
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
        Rule(
            id="us_1940.industry",
            title="No industry above 25% of total assets unless the prospectus says so",
            citation="15 U.S.C. 80a-8(b)(1)",
            parameters=(Parameter(name="cap", value=0.25, label="Greatest share of an industry"),),
            universe="not (is_cash or is_government or is_fund)",
            group_by="industry",
            measure="sum(weight_total)",
            limit="cap",
            warn_at="0.9 * cap",
            is_acquisition_tested=True,
        ),
        Rule(
            id="us_1940.borrowing",
            title="Asset coverage of at least 300% of what is borrowed",
            citation="15 U.S.C. 80a-18(f)(1)",
            parameters=(Parameter(name="cap", value=0.5, label="Greatest loan over net assets: one half is 300%"),),
            measure="borrowing",
            limit="cap",
            warn_at="0.9 * cap",
            cure_days=3,
        ),
    ),
)
