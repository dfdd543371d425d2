"""Which limits does a house set itself, whatever the law asks?"""

from __future__ import annotations

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Parameter, Rule, Severity

_NOT_CASH = "not is_cash"
_ISSUERS = "not (is_cash or is_government or is_fund)"
_IN_SIZE = "sum(abs(weight))"
"""What is long and what is short of a group add up: a short position is as large as a long one."""


def _cap(key: str, title: str, group_by: str, cap: float, universe: str = _NOT_CASH, measure: str = _IN_SIZE) -> Rule:
    return Rule(
        id=f"house.{key}",
        title=title,
        severity="soft",
        parameters=(
            Parameter(name="cap", value=cap, label="Greatest weight"),
            Parameter(name="warn_share", value=0.9, unit="plain", label="Share of the limit at which a warning begins"),
        ),
        universe=universe,
        group_by=group_by,
        measure=measure,
        limit="cap",
        warn_at="warn_share * cap",
    )


def _near(share: float) -> Parameter:
    return Parameter(
        name="warn_share", value=share, unit="plain", label="Multiple of the floor below which a warning begins"
    )


def _alert(key: str, title: str, above: float, severity: Severity) -> Rule:
    """Return that the size of an issuer is to be looked at, which forbids nothing."""
    return Rule(
        id=f"house.{key}",
        title=title,
        severity=severity,
        parameters=(Parameter(name="above", value=above, label="Size above which it is told"),),
        universe=_ISSUERS,
        group_by="issuer_group",
        measure=_IN_SIZE,
        limit="above",
        remedy="notify",
    )


def _ceiling(key: str, title: str, measure: str, cap: float, severity: Severity = "soft", universe: str = "") -> Rule:
    return Rule(
        id=f"house.{key}",
        title=title,
        severity=severity,
        parameters=(
            Parameter(name="cap", value=cap),
            Parameter(name="warn_share", value=0.9, unit="plain", label="Share of the limit at which a warning begins"),
        ),
        universe=universe,
        measure=measure,
        limit="cap",
        warn_at="warn_share * cap",
    )


HOUSE = Pack(
    id="house",
    title="House rules",
    about="A house's own limits on positions, groups and risk; every threshold is to be set by the house.",
    caveat="The figures are starting points, not advice. In caps on positions, issuers, sectors and countries what is "
    "long and what is short add up in size; a currency counts net, so that a loan in it makes it smaller.",
    rules=(
        _cap("max_position", "No position above 25%", "symbol", 0.25).model_copy(update={"severity": "hard"}),
        Rule(
            id="house.min_position",
            title="No position below 1%",
            severity="soft",
            parameters=(Parameter(name="floor", value=0.01, label="Smallest weight"), _near(1.1)),
            universe="not is_cash and quantity != 0",
            group_by="symbol",
            measure="sum(abs(weight))",
            operator=">=",
            limit="floor",
            warn_at="warn_share * floor",
            remedy="buy",
        ),
        _cap("max_issuer", "No issuer above 10%", "issuer_group", 0.10, _ISSUERS),
        _alert("concentration_5", "An issuer above 5%", 0.05, "info"),
        _alert("concentration_10", "An issuer above 10%: a concentration", 0.10, "warning"),
        _cap("max_sector", "No sector above 30%", "sector", 0.30),
        _cap("max_country", "No country above 60%", "country", 0.60),
        _cap("max_currency", "No currency above 80%", "currency", 0.80, "", "sum(weight)"),
        _ceiling("top_ten", "The ten largest positions at most 60%", "top(abs(weight), 10)", 0.60, universe=_NOT_CASH),
        Rule(
            id="house.min_cash",
            title="At least 1% in cash",
            severity="soft",
            parameters=(Parameter(name="floor", value=0.01, label="Smallest weight of cash"), _near(1.1)),
            universe="is_cash",
            measure="sum(weight)",
            operator=">=",
            limit="floor",
            warn_at="warn_share * floor",
        ),
        Rule(
            id="house.min_esg",
            title="Average ESG score of at least 50",
            severity="soft",
            parameters=(
                Parameter(name="floor", value=50.0, unit="score", label="Smallest average score"),
                _near(1.05),
            ),
            universe="not (is_cash or is_derivative) and weight > 0",
            measure="average(esg_score, weight)",
            operator=">=",
            limit="floor",
            warn_at="warn_share * floor",
        ),
        Rule(
            id="house.min_rating",
            title="No bond rated below BBB-",
            severity="soft",
            parameters=(Parameter(name="worst", value=10.0, unit="count", label="Worst notch: 10 is BBB-"),),
            universe='asset_class == "bond" and weight > 0',
            group_by="symbol",
            measure="max(rating_notch)",
            limit="worst",
            warn_at="worst",
        ),
        Rule(
            id="house.cross_trades",
            title="No trade against another portfolio of the house",
            citation="17 CFR 270.17a-7; 15 U.S.C. 80b-6(3)",
            severity="soft",
            universe="is_crossed",
            group_by="symbol",
            measure="count()",
            limit="0",
            remedy="notify",
        ),
        Rule(
            id="house.restricted",
            title="Nothing on the restricted list",
            universe="is_restricted and quantity != 0",
            group_by="symbol",
            measure="count()",
            limit="0",
            remedy="exclude",
        ),
        Rule(
            id="house.watched",
            title="Positions on the watch list",
            severity="warning",
            universe="is_watched and quantity != 0",
            group_by="symbol",
            measure="count()",
            limit="0",
            remedy="notify",
        ),
        Rule(
            id="house.excluded",
            title="Nothing that the client excludes",
            universe="is_excluded and quantity != 0",
            group_by="symbol",
            measure="count()",
            limit="0",
            remedy="exclude",
        ),
        _ceiling("leverage", "Gross exposure at most 100%", "gross_exposure", 1.0, "hard"),
        _ceiling("turnover", "Turnover at most 100% a year", "turnover_year", 1.0),
        _ceiling("tracking_error", "Tracking error at most 6%", "tracking_error", 0.06),
        Rule(
            id="house.liquidity",
            title="At least 80% can be sold within five days",
            severity="soft",
            parameters=(
                Parameter(name="days_max", value=5.0, unit="days", label="Within how many trading days"),
                Parameter(name="floor", value=0.80, label="Smallest share"),
                _near(1.05),
            ),
            universe="is_cash or sell_days <= days_max",
            measure="sum(weight)",
            operator=">=",
            limit="floor",
            warn_at="warn_share * floor",
        ),
    ),
)
