"""What do the words of risk mean?"""

from __future__ import annotations

from typing import Final

from services.help.entry import term
from services.messages.help import Term

TERMS: Final[tuple[Term, ...]] = (
    term(
        "value-at-risk",
        "Value at risk",
        "The loss that is expected to be reached or exceeded in 5 (or 1) of 100 periods, of today's weights "
        "over the past.",
        "risk stress",
        also=(
            "Value at risk 95%, one day",
            "Value at risk 99%, one day",
            "Value at risk 95%, ten days",
            "Value at risk 99%, ten days",
        ),
        unit="percent of the value",
        sign="A loss is positive.",
    ),
    term(
        "expected-shortfall",
        "Expected shortfall",
        "The average loss of the periods beyond the value at risk; also called CVaR.",
        "risk stress",
        also=(
            "Expected shortfall 95%, one day",
            "Expected shortfall 99%, one day",
            "Expected shortfall 95%, ten days",
            "Expected shortfall 99%, ten days",
        ),
        unit="percent of the value",
        sign="A loss is positive.",
        source="Acerbi and Tasche (2002).",
    ),
    term(
        "liquidity-var",
        "Value at risk with the cost of leaving, 99%",
        "Value at risk with the cost of selling everything added.",
        "risk",
        unit="percent of the value",
        sign="A loss is positive.",
    ),
    term(
        "horizon",
        "Horizon",
        "The days ahead that a figure of loss is about.",
        "risk stress",
        unit="trading days",
    ),
    term(
        "confidence",
        "Level",
        "In how many of 100 cases a loss stays below the figure: 95% leaves out the worst 5.",
        "risk stress optimize tradeoffs",
        also=("Confidence of a loss",),
        unit="percent",
    ),
    term(
        "historical-simulation",
        "Historical simulation",
        "Losses as today's weights would have had them on past days, each day counting alike.",
        "risk",
    ),
    term(
        "fhs",
        "Filtered historical simulation",
        "Past surprises scaled to today's volatility: it keeps the fat tails of the past and follows the present.",
        "risk",
        source="Barone-Adesi, Giannopoulos and Vosper (1999).",
    ),
    term(
        "garch",
        "GARCH",
        "A model in which large moves are followed by large ones, so that volatility of tomorrow can be forecast.",
        "risk",
        source="Bollerslev (1986).",
    ),
    term(
        "method",
        "Method",
        "The way in which a figure was computed; several stand side by side, and one leads with its reason.",
        "risk stress tradeoffs",
    ),
    term(
        "component",
        "Component",
        "What a holding adds to the risk of the whole; components sum to it.",
        "risk",
        unit="as the risk",
    ),
    term(
        "marginal",
        "Marginal",
        "How much the risk changes for a small increase of a holding.",
        "risk",
        unit="risk per unit of weight",
    ),
    term(
        "incremental",
        "Incremental",
        "How much the risk would change if a holding were sold.",
        "risk",
        unit="as the risk",
    ),
    term(
        "concentration",
        "Concentration of positions",
        "The sum of squared weights, also called the Herfindahl index: 1 is a single position.",
        "risk",
        formula="Σ w²",
        unit="0 to 1",
    ),
    term(
        "effective-positions",
        "Effective number of positions",
        "How many equal positions would be as concentrated.",
        "risk",
        formula="1 / Σ w²",
        unit="a count",
    ),
    term(
        "effective-bets",
        "Effective number of bets",
        "How many independent sources of risk the portfolio has.",
        "risk",
        unit="a count",
        source="Meucci (2009).",
    ),
    term(
        "largest-part",
        "Largest sector",
        "The largest weight of one group: sector, country, currency or issuer; as a figure or as a limit.",
        "risk portfolio",
        also=("Largest country", "Largest currency", "Largest issuer"),
        unit="percent",
    ),
    term(
        "largest-risk-share",
        "Largest share of risk",
        "The most that a single holding contributes to the risk.",
        "risk",
        unit="percent",
    ),
    term(
        "days-to-sell",
        "Days to sell 95%",
        "How many days it takes to sell 95% of the portfolio at the chosen share of each day's volume.",
        "risk",
        also=("Days to sell 95% in a stressed market",),
        unit="trading days",
    ),
    term(
        "illiquid-share",
        "Illiquid share",
        "The part of the portfolio that takes more than seven calendar days to sell, or does not trade.",
        "risk",
        unit="percent",
    ),
    term(
        "volume",
        "Average daily volume",
        "How many units of an asset change hands a day, on average.",
        "risk imports",
        unit="units a day",
    ),
    term(
        "backtest",
        "Have forecasts held",
        "Past forecasts beside what happened: the count of days beyond, whether they come in clusters, how "
        "large they were.",
        "risk",
        source="Kupiec (1995), Christoffersen (1998), Acerbi and Székely (2014).",
    ),
)
