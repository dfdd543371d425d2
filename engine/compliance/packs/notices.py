"""From which sizes on must somebody be told: owners, managers of large books, short sellers, clients?"""

from __future__ import annotations

from datetime import date

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Operator, Parameter, Rule

_EU = (
    'country in ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", '
    '"LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")'
)
_US = 'country == "US" and not (is_cash or is_fund or is_derivative)'
_STAKES = "not (is_cash or is_fund)"
"""Derivatives on shares count towards the thresholds of the EU and the UK."""


def _stake(
    key: str,
    title: str,
    citation: str,
    universe: str,
    share: str,
    operator: Operator,
    threshold: float,
    since: date | None = None,
) -> Rule:
    """Return a notice that is due from a share of a class or of the votes on; a warning begins at four fifths of it."""
    return Rule(
        id=f"notices.{key}",
        title=title,
        citation=citation,
        effective_from=since,
        severity="warning",
        parameters=(Parameter(name="threshold", value=threshold, label="Share from which a notice is due"),),
        universe=universe,
        group_by="symbol",
        measure=f"max({share})",
        operator=operator,
        limit="threshold",
        warn_at="0.8 * threshold",
        remedy="notify",
    )


def _firm_wide(key: str, title: str, citation: str, measure: str, threshold: float) -> Rule:
    """Return a filing that is due from so many US dollars of the whole firm on."""
    return Rule(
        id=f"notices.{key}",
        title=title,
        citation=citation,
        severity="info",
        parameters=(Parameter(name="threshold", value=threshold, unit="ccy", label="In US dollars, the whole firm"),),
        measure=measure,
        operator="<",
        limit="threshold",
        remedy="notify",
    )


NOTICES = Pack(
    id="notices",
    title="Notices and filings",
    about="Thresholds from which a notice or a filing is due; none of them forbids a trade.",
    caveat="Holdings of all portfolios of the firm count: figures of a single portfolio are a part of them. Form "
    "13H, the marketing rule, the higher steps of stakes and the publication of "
    "net short positions are not judged here.",
    rules=(
        _stake(
            "13dg", "Above 5% of a class: Schedule 13D or 13G", "17 CFR 240.13d-1", _US, "class_share",
            "<=", 0.05, date(2024, 9, 30),
        ),
        _stake(
            "section_16", "Above 10% of a class: insider of the issuer", "15 U.S.C. 78p", _US,
            "class_share", "<=", 0.10,
        ),
        _stake(
            "eu_transparency", "From 5% of the votes of an EU issuer",
            "Directive 2004/109/EC as amended by 2013/50/EU, Article 9", f"{_EU} and {_STAKES}",
            "vote_share", "<", 0.05,
        ),
        _stake(
            "uk_dtr5", "From 3% of the votes of a UK issuer", "FCA Handbook, DTR 5.1.2",
            f'country == "GB" and {_STAKES}', "vote_share", "<", 0.03,
        ),
        Rule(
            id="notices.short_eu",
            title="Net short from 0.1% of an EU issuer's share capital",
            citation="Regulation (EU) 236/2012, Article 5",
            severity="warning",
            parameters=(Parameter(name="threshold", value=0.001, label="Share of the capital"),),
            universe=f"{_EU} and quantity < 0 and not (is_cash or is_derivative)",
            group_by="symbol",
            measure="max(class_share)",
            operator="<",
            limit="threshold",
            remedy="notify",
        ),
        Rule(
            id="notices.locate",
            title="A locate before every short sale",
            citation="17 CFR 242.203(b)(1)",
            parameters=(),
            universe="quantity < 0 and not (is_cash or is_derivative or has_locate)",
            group_by="symbol",
            measure="count()",
            limit="0",
            timing=("pre",),
        ),
        _firm_wide(
            "13f", "13(f) securities of $100 million or more: Form 13F", "17 CFR 240.13f-1", "securities_13f_ccy", 100e6
        ),
        _firm_wide(
            "form_pf", "Private funds of $150 million or more: Form PF", "17 CFR 275.204(b)-1",
            "private_funds_ccy", 150e6,
        ),
        Rule(
            id="notices.mifid_10",
            title="A fall of 10% since the last report: tell the client the same day",
            citation="Delegated Regulation (EU) 2017/565, Article 62(1)",
            severity="warning",
            parameters=(Parameter(name="threshold", value=0.10, label="Fall since the last report"),),
            measure="fall_since_report",
            operator="<",
            limit="threshold",
            warn_at="0.8 * threshold",
            remedy="notify",
        ),
    ),
)  # fmt: skip
