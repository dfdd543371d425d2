"""What do the words of market data, economic series and quality mean?"""

from __future__ import annotations

from typing import Final

from services.help.entry import term
from services.messages.help import Term

TERMS: Final[tuple[Term, ...]] = (
    term(
        "close",
        "Last close",
        "The price at the end of an exchange's session.",
        "market asset",
        unit="the asset's currency",
    ),
    term(
        "window-range",
        "Highest",
        "The highest and the lowest price of the window that is shown.",
        "asset",
        also=("Lowest",),
        unit="the asset's currency",
    ),
    term(
        "window-change",
        "Over the window",
        "The change from the first to the last price that is shown.",
        "asset",
        unit="percent",
    ),
    term(
        "total-return-series",
        "Total return of prices",
        "Prices lowered by later dividends and splits, so that every change is what a holder earned.",
        "market asset",
    ),
    term(
        "split",
        "Split",
        "One share becomes several; earlier prices are divided so that the course does not jump.",
        "market asset",
    ),
    term(
        "quality-score",
        "Quality",
        "How complete, fresh and free of doubt a series is. 100 is all of it; below 80 is poor.",
        "market quality asset",
        also=("Score", "Scores"),
        unit="0 to 100",
    ),
    term(
        "finding",
        "Finding",
        "A price or volume that looks wrong, with its reason, sureness and a proposal.",
        "quality",
        also=("To decide", "Corrected"),
    ),
    term(
        "release",
        "Released figure",
        "A figure of an economic series as it stood on a day: first published, then revised by later "
        "releases. Revisions do not exist before their day.",
        "economy",
        also=("First published", "First figure", "Last figure", "Published", "Releases", "Revised by"),
    ),
    term(
        "session",
        "Session",
        "A day on which an exchange is open.",
        "market quality asset",
        also=("Sessions", "First session", "Last session"),
        unit="a day",
    ),
    term(
        "price-age",
        "Days old",
        "How many days ago the last price was made.",
        "market asset",
        also=("Last seen price",),
        unit="days",
    ),
    term(
        "fundamentals",
        "Fundamentals",
        "Figures of the company behind a share: market value, shares outstanding, price over earnings, price "
        "over book value.",
        "imports market",
        also=("Market value, shares, P/E, P/B, dividend yield",),
    ),
    term(
        "exchange-rate",
        "Exchange rates",
        "How much of one currency buys a unit of another on a day.",
        "imports market",
    ),
    term(
        "sample",
        "Sample, fictitious",
        "Invented figures that come with the product to try it; they are marked wherever they appear.",
        "home settings",
    ),
)
