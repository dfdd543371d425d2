"""From which sizes on must somebody be told in the European Union and the United Kingdom: votes, net shorts, falls?

Votes and capital are those of the issuer, all its classes together. Net short is what is sold less what is held of it.
"""

from __future__ import annotations

from datetime import date

from engine.compliance.rule import Parameter, Rule

_EU = (
    'country in ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", '
    '"LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")'
)
_UK = 'country == "GB"'
_SHARES = "not (is_cash or is_fund or is_otc)"
"""Derivatives on shares count towards the thresholds of both."""
_VOTES = "sum(vote_share) + max(other_vote_share)"
_NET_SHORT = "sum(capital_share, where=quantity < 0) - sum(capital_share, where=quantity > 0) + max(other_short_share)"
"""Over the portfolios of the house: long positions elsewhere take nothing off what is short here."""


def _of_issuers(
    key: str,
    title: str,
    citation: str,
    universe: str,
    measure: str,
    threshold: float,
    further: float = 0.0,
    ladder: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
) -> Rule:
    """Return a notice that is due from a share of an issuer on; a warning begins at four fifths of it."""
    parameters = [Parameter(name="threshold", value=threshold, label="Share from which a notice is due")]
    if further:
        parameters.append(Parameter(name="further", value=further, label="Each further notice"))
    return Rule(
        id=f"notices.{key}",
        title=title,
        citation=citation,
        effective_from=since,
        effective_to=until,
        severity="warning",
        parameters=tuple(parameters),
        universe=universe,
        group_by="issuer",
        measure=measure,
        operator="<",
        limit="threshold",
        warn_at="0.8 * threshold",
        further="further" if further else "",
        ladder=ladder,
        remedy="notify",
    )


NOTICES_EUROPE = (
    _of_issuers(
        "eu_transparency", "From 5% of the votes of an EU issuer",
        "Directive 2004/109/EC as amended by 2013/50/EU, Article 9(1)", f"{_EU} and quantity > 0 and {_SHARES}",
        _VOTES, 0.05, ladder=("0.10", "0.15", "0.20", "0.25", "0.30", "0.50", "0.75"),
    ),
    _of_issuers(
        "uk_dtr5", "From 3% of the votes of a UK issuer, and each 1% above", "FCA Handbook, DTR 5.1.2",
        f"{_UK} and quantity > 0 and {_SHARES}", _VOTES, 0.03, 0.01,
    ),
    _of_issuers(
        "short_eu", "Net short from 0.1% of an EU issuer's capital: tell the authority",
        "Regulation (EU) 236/2012, Article 5(2); Delegated Regulation (EU) 2022/27", f"{_EU} and {_SHARES}",
        _NET_SHORT, 0.001, 0.001, since=date(2022, 1, 31),
    ),
    _of_issuers(
        "short_eu_public", "Net short from 0.5% of an EU issuer's capital: publish",
        "Regulation (EU) 236/2012, Article 6",
        f"{_EU} and {_SHARES}", _NET_SHORT, 0.005, 0.001, since=date(2012, 11, 1),
    ),
    _of_issuers(
        "short_uk", "Net short from 0.2% of a UK issuer's capital: tell the FCA",
        "Short Selling Regulations 2025 and FCA PS26/5; before them Article 5 of the retained Regulation 236/2012",
        f"{_UK} and {_SHARES}", _NET_SHORT, 0.002, 0.001, since=date(2024, 2, 5),
    ),
    _of_issuers(
        "short_uk_public", "Net short from 0.5% of a UK issuer's capital: publish, until July 2026",
        "Retained Regulation 236/2012, Article 6; ended by FCA PS26/5, which publishes sums by company alone",
        f"{_UK} and {_SHARES}", _NET_SHORT, 0.005, 0.001, since=date(2012, 11, 1), until=date(2026, 7, 12),
    ),
    Rule(
        id="notices.mifid_10",
        title="A fall of 10% since the last report, and each further 10%: tell the client the same day",
        citation="Delegated Regulation (EU) 2017/565, Article 62(1)",
        severity="warning",
        parameters=(
            Parameter(name="threshold", value=0.10, label="Fall since the last report"),
            Parameter(name="further", value=0.10, label="Each further notice"),
        ),
        measure="worst_fall_since_report",
        operator="<",
        limit="threshold",
        warn_at="0.8 * threshold",
        further="further",
        remedy="notify",
    ),
    Rule(
        id="notices.mifid_10_each",
        title="A fall of 10% of a leveraged instrument, and each further 10%: tell the client the same day",
        citation="Delegated Regulation (EU) 2017/565, Article 62(2)",
        severity="warning",
        parameters=(
            Parameter(name="threshold", value=0.10, label="Fall of its first value"),
            Parameter(name="further", value=0.10, label="Each further notice"),
        ),
        universe="is_leveraged and quantity != 0",
        group_by="symbol",
        measure="max(fall_since_bought)",
        operator="<",
        limit="threshold",
        warn_at="0.8 * threshold",
        further="further",
        timing=("post", "eod"),
        remedy="notify",
    ),
)  # fmt: skip
