"""What do the words of returns, attribution and regimes mean?"""

from __future__ import annotations

from typing import Final

from services.help.entry import term
from services.messages.help import Term

TERMS: Final[tuple[Term, ...]] = (
    term(
        "time-weighted",
        "Time-weighted return",
        "What the portfolio did, whenever money came or went.",
        "performance",
        formula="Π(1 + r) - 1",
        unit="percent",
    ),
    term(
        "money-weighted",
        "Money-weighted return",
        "What the client's own money earned, the days of flows included.",
        "performance",
        formula="the rate x with Σ flow (1 + x)^(-days/365) = 0",
        unit="percent a year",
    ),
    term(
        "net-of-fees",
        "Net of fees",
        "After fees and costs that are booked in the ledger.",
        "performance",
    ),
    term(
        "gross-return",
        "Gross",
        "Before fees: booked fees are added back on their day; costs of trades stay in.",
        "performance",
    ),
    term(
        "gain",
        "Gain",
        "What the money earned over the period, after fees and costs.",
        "performance",
        unit="currency",
        sign="Positive is a gain.",
    ),
    term(
        "flows",
        "Put in, less taken out",
        "Deposits less withdrawals, cash and assets.",
        "performance",
        unit="currency",
        sign="Positive: more was put in.",
    ),
    term(
        "own-return",
        "Its own return",
        "The return of a part by itself, whatever its weight.",
        "performance",
        unit="percent",
    ),
    term(
        "allocation",
        "Allocation",
        "What came of holding more or less of a segment than the benchmark.",
        "performance",
        formula="(w - w of the benchmark)(benchmark's segment - benchmark)",
        unit="percentage points",
        source="Brinson and Fachler (1985).",
    ),
    term(
        "selection",
        "Selection",
        "What came of other holdings within a segment than the benchmark has.",
        "performance",
        formula="w of the benchmark x (own segment - benchmark's segment)",
        unit="percentage points",
    ),
    term(
        "interaction",
        "Interaction",
        "What came of both at once: more of a segment that was also better chosen.",
        "performance",
        formula="(w - w of the benchmark)(own segment - benchmark's segment)",
        unit="percentage points",
    ),
    term(
        "linking",
        "Linked by",
        "How the effects of single days are joined so that they add up to the effect over the period.",
        "performance",
        source="Carino (1999), Menchero (2000), GRAP (1997), Frongello (2002).",
    ),
    term(
        "regime",
        "Regime",
        "A time of calm or turbulent markets, as a model with two states of volatility tells them apart.",
        "performance",
        also=("Market",),
        source="Hamilton (1989).",
    ),
    term(
        "stretch",
        "Stretch",
        "A run of days that was the best, the worst or the longest against the benchmark.",
        "performance",
    ),
)
