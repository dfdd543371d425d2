"""Which tests must a regulated investment company of the United States pass at the end of a quarter?"""

from __future__ import annotations

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Definition, Parameter, Rule

IRC_851 = Pack(
    id="irc_851",
    title="US tax: regulated investment companies",
    about="Diversification at the end of each quarter under section 851(b)(3) of the Internal Revenue Code.",
    caveat="The test of income (90%) needs the books of the year; it, controlled trades and publicly traded "
    "partnerships (section 851(b)(3)(B)(ii) and (iii)) are not judged here.",
    rules=(
        Rule(
            id="irc_851.half",
            title="50% in cash, government securities, funds and issuers of at most 5%",
            citation="26 U.S.C. 851(b)(3)(A)",
            timing=("pre", "eod"),
            parameters=(
                Parameter(name="base", value=0.05, label="Greatest share of an issuer"),
                Parameter(name="votes", value=0.10, label="Greatest share of an issuer's votes"),
                Parameter(name="floor", value=0.50, label="Smallest sum"),
            ),
            definitions=(
                Definition(
                    name="issuer_share",
                    expression="sum(weight_total, by=issuer)",
                    label="share of its issuer in total assets",
                ),
            ),
            universe="is_cash or is_government or is_fund or (issuer_share <= base and vote_share <= votes)",
            measure="sum(weight_total)",
            operator=">=",
            limit="floor",
            is_acquisition_tested=True,
            cure_days=30,
        ),
        Rule(
            id="irc_851.issuer_25",
            title="No issuer above 25% but governments and funds",
            citation="26 U.S.C. 851(b)(3)(B)(i)",
            timing=("pre", "eod"),
            parameters=(Parameter(name="cap", value=0.25, label="Greatest share of total assets"),),
            universe="not (is_cash or is_government or is_fund)",
            group_by="issuer_group",
            measure="sum(weight_total)",
            limit="cap",
            warn_at="0.9 * cap",
            is_acquisition_tested=True,
            cure_days=30,
        ),
    ),
)
