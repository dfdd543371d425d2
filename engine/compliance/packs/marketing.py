"""What must stand in performance material of an adviser of the United States under the marketing rule?

Nobody can read an advertisement for us: compliance states what the material of a portfolio shows, with the day of the
review and who made it. Where nothing is shown, 0 is stated.
"""

from __future__ import annotations

from engine.compliance.packs.pack import Pack
from engine.compliance.rule import Parameter, Rule


def _needs(key: str, title: str, letter: str, shown: str, beside: str) -> Rule:
    """Return that something is shown only where something else is."""
    return Rule(
        id=f"marketing.{key}",
        title=title,
        citation=f"17 CFR 275.206(4)-1{letter}",
        severity="warning",
        timing=("eod",),
        measure=shown,
        limit=beside,
        remedy="notify",
    )


MARKETING = Pack(
    id="marketing",
    title="US marketing rule",
    about="For advertisements of performance by advisers registered in the United States.",
    caveat="What the material shows is stated by compliance, not read from it. Testimonials, third-party ratings and "
    "predecessor performance are not judged here. For private funds exempt the portfolio from the rule of 1, 5 and 10 "
    "years.",
    rules=(
        _needs("net", "Gross performance only with net performance as prominent", "(d)(1)", "ad_gross", "ad_net"),
        _needs("periods", "Performance with 1, 5 and 10 years, or its life", "(d)(2)", "ad_net", "ad_periods"),
        _needs(
            "hypothetical", "Hypothetical performance only with a policy", "(d)(6)", "ad_hypothetical",
            "hypothetical_policy",
        ),
        _needs(
            "extract", "A gross extract only with the whole portfolio gross and net",
            "(d)(5); SEC staff, Marketing Compliance FAQ of 19 March 2025", "ad_extract", "ad_total",
        ),
        Rule(
            id="marketing.review",
            title="Performance material reviewed within a year",
            citation="17 CFR 275.206(4)-7; 17 CFR 275.204-2(a)(11)",
            severity="warning",
            timing=("eod",),
            parameters=(Parameter(name="days_max", value=366.0, unit="days", label="Days between reviews"),),
            measure="ad_review_days",
            limit="days_max",
            warn_at="0.9 * days_max",
            remedy="notify",
        ),
    ),
)  # fmt: skip
