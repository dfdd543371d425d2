"""What do the words about trades towards a target mean?"""

from __future__ import annotations

from typing import Final

from services.help.entry import term
from services.messages.help import Term

TERMS: Final[tuple[Term, ...]] = (
    term(
        "distance-left",
        "Distance left",
        "The volatility of the difference between the portfolio and the target: what is still to be gone. It is "
        "nothing where every weight is its target.",
        "rebalance",
        also=("Distance from the target, a year",),
        formula="√((w - t)ᵀ Σ (w - t)), a year",
        unit="percent a year",
    ),
    term(
        "band",
        "Band around the target",
        "How far a weight may be from its target before it is traded. What is outside goes to the target, or to the "
        "nearer edge of the band, which trades less.",
        "rebalance",
        also=("What is outside goes",),
        unit="points of weight",
    ),
    term(
        "part-of-the-way",
        "How much of the way",
        "The share of the way from what is held to the target that is traded: at 50% every trade is half as large, and "
        "half of the distance is left.",
        "rebalance",
        unit="percent",
    ),
    term(
        "lot",
        "Lot",
        "The units in which an asset is traded: single shares, or so many at once. A position that is given up wholly "
        "takes its odd rest along.",
        "rebalance",
        unit="units",
    ),
    term(
        "least-trade",
        "Smallest trade",
        "Trades of a smaller amount are not made.",
        "rebalance",
        unit="money",
    ),
    term(
        "commission",
        "Commission a trade",
        "What a broker takes for each trade, beside a part of its amount.",
        "rebalance",
        also=("Commission of the amount",),
        unit="money, or percent of the amount",
    ),
    term(
        "proposal",
        "Proposal",
        "Trades that somebody keeps to have them approved: with the prices, holdings and target they were computed "
        "from. Where one of these changes, it is out of date and is computed anew.",
        "rebalance",
        also=("Proposals of this portfolio",),
    ),
    term(
        "trade-list",
        "Trade list",
        "What is bought and sold in whole units. A row can be held back, given other units, a limit and a note; it is "
        "then marked, and the target stays.",
        "rebalance",
        also=("Hold", "Weight now", "Weight after", "After the trades"),
        sign="Units of a sale are negative.",
    ),
    term(
        "fill",
        "Fill",
        "What was done of an order in the market: units, the price that was paid, and fees. An order can be filled in "
        "part; the rest is not traded, and a new proposal is computed for it.",
        "rebalance",
        also=("Filled", "What was filled", "Ordered"),
        unit="units; price in the asset's currency, fees in the portfolio's",
    ),
)
