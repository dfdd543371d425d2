"""Which duties to a benefit plan of the United States can be judged from what it holds, and from its record?"""

from __future__ import annotations

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Parameter, Rule

ERISA = Pack(
    id="erisa",
    title="ERISA",
    about="For assets of employee benefit plans of the United States.",
    caveat="Whether a decision was prudent is judged by people; here stand the limits that can be counted and the age "
    "of the record. Exemptions from prohibited transactions are marked by leaving the asset unmarked.",
    rules=(
        Rule(
            id="erisa.employer_10",
            title="Securities of the employer at most 10%",
            citation="29 U.S.C. 1107(a)(2); 29 CFR 2550.407a-2(c): assets less debt",
            parameters=(Parameter(name="cap", value=0.10, label="Greatest sum"),),
            universe="is_employer",
            measure="sum(weight)",
            limit="cap",
            warn_at="0.9 * cap",
            is_acquisition_tested=True,
        ),
        Rule(
            id="erisa.employer_class_25",
            title="At most 25% of a class of the employer's stock",
            citation="29 U.S.C. 1107(f)(1)(A)",
            parameters=(Parameter(name="cap", value=0.25, label="Greatest share of a class"),),
            universe='is_employer and asset_class == "equity"',
            group_by="symbol",
            measure="max(class_share)",
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
        Rule(
            id="erisa.prudence",
            title="A record of prudence within a year",
            citation="29 U.S.C. 1104(a)(1)(B); 29 CFR 2550.404a-1(b)",
            severity="warning",
            timing=("eod",),
            parameters=(Parameter(name="days_max", value=366.0, unit="days", label="Days between records"),),
            measure="prudence_review_days",
            limit="days_max",
            warn_at="0.9 * days_max",
            remedy="notify",
        ),
    ),
)
