"""Which duties to a client or a plan can be judged from the portfolio: suitability under MiFID II, and ERISA?"""

from __future__ import annotations

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Parameter, Rule

MIFID = Pack(
    id="mifid",
    title="MiFID II suitability",
    about="For advice and portfolio management for clients in the European Union.",
    caveat="Knowledge, experience and the client's objectives are asked in the client's profile; they, "
    "appropriateness, and the reports of costs before and after are not judged here.",
    rules=(
        Rule(
            id="mifid.risk",
            title="The portfolio's risk is not above the client's",
            citation="Directive 2014/65/EU, Article 25(2); Delegated Regulation (EU) 2017/565, Article 54",
            severity="soft",
            measure="product_risk",
            limit="risk_score",
        ),
        Rule(
            id="mifid.review",
            title="Suitability reviewed within a year",
            citation="Delegated Regulation (EU) 2017/565, Article 54(13)",
            severity="warning",
            parameters=(Parameter(name="days_max", value=365.0, unit="days", label="Days between reviews"),),
            measure="review_age_days",
            limit="days_max",
            warn_at="0.9 * days_max",
            timing=("eod",),
            remedy="notify",
        ),
    ),
)

ERISA = Pack(
    id="erisa",
    title="ERISA",
    about="For assets of employee benefit plans of the United States.",
    caveat="Prudence and its record are duties of people; here stand the limits that can be counted.",
    rules=(
        Rule(
            id="erisa.employer_10",
            title="Securities of the employer at most 10%",
            citation="29 U.S.C. 1107(a)(2)",
            parameters=(Parameter(name="cap", value=0.10, label="Greatest sum"),),
            universe="is_employer",
            measure="sum(weight_total)",
            limit="cap",
            warn_at="0.9 * cap",
            is_acquisition_tested=True,
        ),
        Rule(
            id="erisa.party",
            title="Nothing of a party in interest",
            citation="29 U.S.C. 1106",
            universe="is_party and quantity != 0",
            group_by="symbol",
            measure="count()",
            limit="0",
            remedy="exclude",
        ),
        Rule(
            id="erisa.diversified",
            title="No issuer above 20%",
            citation="29 U.S.C. 1104(a)(1)(C)",
            severity="soft",
            parameters=(Parameter(name="cap", value=0.20, label="A house's reading of diversified"),),
            universe="not (is_cash or is_government or is_fund)",
            group_by="issuer_group",
            measure="sum(weight_total)",
            limit="cap",
            warn_at="0.9 * cap",
        ),
    ),
)
