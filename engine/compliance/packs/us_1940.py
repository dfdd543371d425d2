"""Which limits do the Investment Company Act of 1940 and its rules set for a registered fund?"""

from __future__ import annotations

from datetime import date

from engine.compliance.packs.pack import Pack
from engine.compliance.packs.us_1940_derivatives import DERIVATIVES
from engine.compliance.packs.us_1940_issuers import ISSUERS
from engine.compliance.rule import Definition, Parameter, Rule

DIVERSIFIED = (
    Definition(
        name="issuer_share",
        expression="sum(weight_total, where=not is_cash, by=issuer)",
        label="share of its issuer's securities in total assets",
    ),
    Definition(name="issuer_votes", expression="sum(vote_share, by=issuer)", label="share of its issuer's votes"),
)
"""Of one issuer all securities count together, and all classes of its votes; cash is no security of its bank."""
IS_DIVERSIFIED = "is_cash or is_government or is_fund or (issuer_share <= base and issuer_votes <= votes)"
_ASSETS = Definition(
    name="assets",
    expression="1 + borrowing + sum(abs(exposure) - weight, where=is_derivative)",
    label="net assets with borrowings, derivatives at their exposure",
)

US_1940 = Pack(
    id="us_1940",
    title="US Investment Company Act of 1940",
    about="For registered open-end funds of the United States.",
    caveat="Fundamental policies of the prospectus are parameters or not judged here. An issuer above 5% counts as a "
    "whole against the 75%, not only its excess. Which funds, agreements and names are meant is marked on the assets; "
    "the conditions of Rule 12d1-4 beyond the agreement, and those of Rule 18f-4 beyond its figures, are not judged. "
    "Cash set against derivatives is not taken off the assets of Rule 35d-1, which is the stricter reading. "
    "Of the two tests of loss under Rule 18f-4 adopt the one that the fund uses.",
    rules=(
        Rule(
            id="us_1940.diversified",
            title="75% in cash, government securities, funds and issuers of at most 5%",
            citation="15 U.S.C. 80a-5(b)(1), Investment Company Act section 5(b)(1)",
            parameters=(
                Parameter(name="base", value=0.05, label="Greatest share of an issuer"),
                Parameter(name="votes", value=0.10, label="Greatest share of an issuer's votes"),
                Parameter(name="floor", value=0.75, label="Smallest sum"),
                Parameter(name="near", value=0.80, label="Sum below which a warning begins"),
            ),
            definitions=DIVERSIFIED,
            universe=IS_DIVERSIFIED,
            measure="sum(weight_total)",
            operator=">=",
            limit="floor",
            warn_at="near",
            is_acquisition_tested=True,
        ),
        Rule(
            id="us_1940.names",
            title="80% in what the fund's name suggests",
            citation="17 CFR 270.35d-1(a)(2), (g)",
            effective_from=date(2026, 6, 11),
            parameters=(
                Parameter(name="floor", value=0.80, label="Smallest exposure"),
                Parameter(name="near", value=0.82, label="Exposure below which a warning begins"),
            ),
            definitions=(_ASSETS,),
            universe="is_named",
            measure="sum(abs(exposure))",
            operator=">=",
            limit="floor * assets",
            warn_at="near * assets",
            cure_days=90,
        ),
        Rule(
            id="us_1940.names_review",
            title="What the fund's name suggests is reviewed every quarter",
            citation="17 CFR 270.35d-1(b)",
            effective_from=date(2026, 6, 11),
            severity="warning",
            timing=("eod",),
            parameters=(Parameter(name="days_max", value=92.0, unit="days", label="Days between reviews"),),
            measure="names_review_days",
            limit="days_max",
            warn_at="0.85 * days_max",
            remedy="notify",
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
        Rule(
            id="us_1940.qualified_buyer",
            title="Rule 144A securities only as a qualified institutional buyer",
            citation="17 CFR 230.144A(a)(1)",
            universe="is_144a and quantity > 0 and qualified_buyer < 1",
            group_by="symbol",
            measure="count()",
            limit="0",
            remedy="exclude",
        ),
        *ISSUERS,
        *DERIVATIVES,
    ),
)
