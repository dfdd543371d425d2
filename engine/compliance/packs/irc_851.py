"""Which tests must a regulated investment company of the United States pass at the end of a quarter, and of a year?"""

from __future__ import annotations

from engine.compliance.packs.pack import Pack
from engine.compliance.packs.us_1940 import DIVERSIFIED, IS_DIVERSIFIED
from engine.compliance.rule import Definition, Expression, Parameter, Rule

_ISSUERS = "not (is_cash or is_government or is_fund)"


def _quarter(
    key: str, title: str, letter: str, universe: Expression, group_by: str | None, **more: tuple[Definition, ...]
) -> Rule:
    """Return a test of 25% of total assets at the end of a quarter."""
    extra = (Parameter(name="control", value=0.20, label="Votes that are control"),) if "definitions" in more else ()
    return Rule(
        id=f"irc_851.{key}",
        title=title,
        citation=f"26 U.S.C. 851(b)(3)(B)({letter})",
        timing=("pre", "quarter_end"),
        parameters=(Parameter(name="cap", value=0.25, label="Greatest share of total assets"), *extra),
        definitions=more.get("definitions", ()),
        universe=universe,
        group_by=group_by,
        measure="sum(weight_total)",
        limit="cap",
        warn_at="0.9 * cap",
        is_acquisition_tested=True,
        cure_days=30,
    )


IRC_851 = Pack(
    id="irc_851",
    title="US tax: regulated investment companies",
    about="Diversification at the end of each quarter and income of the year, section 851(b) of the Internal Revenue "
    "Code.",
    caveat="The share of qualifying income is stated from the books of the year. Issuers of one industry stand for "
    "those of the same, similar or related trades. Assets of companies that the fund controls with others (section "
    "851(c)) and the relief of section 851(d)(2) for small failures are not judged here.",
    rules=(
        Rule(
            id="irc_851.half",
            title="50% in cash, government securities, funds and issuers of at most 5%",
            citation="26 U.S.C. 851(b)(3)(A)",
            timing=("pre", "quarter_end"),
            parameters=(
                Parameter(name="base", value=0.05, label="Greatest share of an issuer"),
                Parameter(name="votes", value=0.10, label="Greatest share of an issuer's votes"),
                Parameter(name="floor", value=0.50, label="Smallest sum"),
                Parameter(name="near", value=0.55, label="Sum below which a warning begins"),
            ),
            definitions=DIVERSIFIED,
            universe=IS_DIVERSIFIED,
            measure="sum(weight_total)",
            operator=">=",
            limit="floor",
            warn_at="near",
            is_acquisition_tested=True,
            cure_days=30,
        ),
        _quarter("issuer_25", "No issuer above 25% but governments and funds", "i", _ISSUERS, "issuer"),
        _quarter(
            "controlled_25",
            "Issuers of one industry of which 20% of the votes are held: at most 25%",
            "ii",
            f"{_ISSUERS} and issuer_votes >= control",
            "industry",
            definitions=DIVERSIFIED[1:],
        ),
        _quarter("partnerships_25", "Publicly traded partnerships at most 25%", "iii", "is_qptp", None),
        Rule(
            id="irc_851.income_90",
            title="At least 90% of the year's gross income qualifies",
            citation="26 U.S.C. 851(b)(2)",
            severity="warning",
            timing=("eod",),
            parameters=(
                Parameter(name="floor", value=0.90, label="Smallest share"),
                Parameter(name="near", value=0.92, label="Share below which a warning begins"),
            ),
            measure="qualifying_income",
            operator=">=",
            limit="floor",
            warn_at="near",
            remedy="notify",
        ),
    ),
)
