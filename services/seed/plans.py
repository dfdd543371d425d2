"""What do the sample portfolios aim at, who owns them, and what did their owners pay in and take out?

Clients and trades are fictitious; prices are those of the stored history. Weights are fractions of net value on the day
of a rebalance; what they leave over is cash. A plan with several allocations changes over on the first session of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.messages.clients import ClientType, Contact, Knowledge, NewClient, ProfileAnswers
from services.messages.portfolios import HouseLimits, Mandate, Strategy

D = Decimal
ZERO = Decimal(0)


@dataclass(frozen=True)
class Plan:
    """One sample portfolio.

    Parameters
    ----------
    client : int or None
        Position in `CLIENTS`.
    allocations : dict of date to dict of symbol to weight
        What the portfolio is brought to from each date on.
    rebalance_months : frozenset of int
        Months on whose first session weights are restored.
    last_rebalance : date or None
        After it nothing is rebalanced any more, and weights drift.
    flows_ccy : dict of date to Decimal
        What the owner pays in (positive) or takes out, on the first session on or after the date.
    fee_annual_frac : Decimal
        Charged a quarter at a time on the value, on the first session of each quarter.
    dividend_quarter_frac : Decimal
        Share of each long stock holding that is taken in cash every quarter.
    """

    name: str
    description: str
    client: int | None
    strategy: Strategy
    allocations: dict[date, dict[str, Decimal]]
    rebalance_months: frozenset[int]
    flows_ccy: dict[date, Decimal]
    fee_annual_frac: Decimal
    dividend_quarter_frac: Decimal = ZERO
    last_rebalance: date | None = None
    house_limits: HouseLimits = field(default_factory=HouseLimits)
    mandate: Mandate = field(default_factory=Mandate)


CLIENTS = (
    NewClient(
        name="Marlow Foundation",
        client_type=ClientType.INSTITUTION,
        contact=Contact(email="office@marlow-foundation.invalid", phone="+1 555 0142"),
        profile=ProfileAnswers(
            risk_tolerance=3,
            horizon_years=20.0,
            loss_capacity_frac=0.15,
            knowledge=Knowledge.INFORMED,
            preferences={"spending_annual_frac": 0.03, "excludes": "tobacco, controversial weapons"},
            dated_on=date(2022, 3, 14),
        ),
    ),
    NewClient(
        name="Hollis Family Office",
        client_type=ClientType.FAMILY_OFFICE,
        contact=Contact(email="desk@hollis-family.invalid", phone="+1 555 0177"),
        profile=ProfileAnswers(
            risk_tolerance=4,
            horizon_years=15.0,
            loss_capacity_frac=0.35,
            knowledge=Knowledge.PROFESSIONAL,
            preferences={"allows_short_sales": True},
            dated_on=date(2022, 6, 2),
        ),
    ),
)

START = date(2012, 1, 3)

GROWTH = Plan(
    name="Aurora Growth",
    description="Long-only growth stocks, measured against the index. The last rebalance was in January 2021.",
    client=1,
    strategy=Strategy.LONG_ONLY,
    allocations={
        START: {
            "AAPL": D("0.07"), "MSFT": D("0.09"), "HD": D("0.07"), "UNH": D("0.06"), "LLY": D("0.07"), "JPM": D("0.10"),
            "GE": D("0.10"), "XOM": D("0.10"), "BAC": D("0.08"), "JNJ": D("0.08"), "PG": D("0.08"), "RRC": D("0.06"),
        },
        date(2017, 1, 3): {
            "AAPL": D("0.08"), "MSFT": D("0.09"), "HD": D("0.09"), "UNH": D("0.09"), "LLY": D("0.10"), "JPM": D("0.10"),
            "GE": D("0.08"), "XOM": D("0.09"), "BBY": D("0.06"), "JNJ": D("0.10"), "PG": D("0.09"),
        },
        date(2021, 1, 4): {
            "AAPL": D("0.15"), "MSFT": D("0.15"), "HD": D("0.11"), "UNH": D("0.11"), "LLY": D("0.16"), "JPM": D("0.10"),
            "AMD": D("0.05"), "BBY": D("0.06"), "PG": D("0.08"),
        },
    },
    rebalance_months=frozenset({1}),
    last_rebalance=date(2021, 1, 31),
    flows_ccy={
        START: D("5000000"), date(2013, 3, 1): D("500000"), date(2016, 6, 1): D("750000"),
        date(2019, 9, 3): D("-400000"), date(2020, 4, 1): D("600000"),
    },
    fee_annual_frac=D("0.0060"),
    dividend_quarter_frac=D("0.0030"),
    house_limits=HouseLimits(position_max_frac=0.25, sector_max_frac=0.45),
)  # fmt: skip

BALANCED = Plan(
    name="Cedar Balanced",
    description="Defensive stocks with a third in cash, under a mandate on cash and volatility.",
    client=0,
    strategy=Strategy.BALANCED,
    allocations={
        START: {
            "KO": D("0.08"), "PEP": D("0.08"), "PG": D("0.08"), "JNJ": D("0.09"), "MRK": D("0.07"), "WMT": D("0.08"),
            "CVX": D("0.06"), "JPM": D("0.06"), "MSFT": D("0.07"),
        },
        date(2014, 1, 2): {
            "KO": D("0.05"), "PEP": D("0.05"), "PG": D("0.06"), "JNJ": D("0.07"), "MRK": D("0.05"), "WMT": D("0.05"),
            "CVX": D("0.05"), "JPM": D("0.05"), "MSFT": D("0.06"), "USMV": D("0.10"), "QUAL": D("0.08"),
        },
    },
    rebalance_months=frozenset({1, 4, 7, 10}),
    flows_ccy={START: D("8000000")} | {date(year, 11, 15): D("-240000") for year in range(2012, 2023)},
    fee_annual_frac=D("0.0040"),
    dividend_quarter_frac=D("0.0060"),
    house_limits=HouseLimits(position_max_frac=0.25, position_min_frac=0.02, sector_max_frac=0.40),
    mandate=Mandate(
        objective="Preserve the endowment's real value after spending 3% a year.",
        cash_min_frac=0.20,
        cash_max_frac=0.45,
        volatility_max_annual_frac=0.16,
        restrictions=("No short sales", "No borrowing"),
    ),
)  # fmt: skip

LONG_SHORT = Plan(
    name="Meridian Long-Short",
    description="Pairs within sectors, long and short in nearly equal size: the market's direction matters little.",
    client=1,
    strategy=Strategy.LONG_SHORT,
    allocations={
        START: {
            "MSFT": D("0.16"), "PEP": D("0.14"), "CVX": D("0.14"), "JPM": D("0.14"), "MRK": D("0.14"), "HD": D("0.14"),
            "AAPL": D("-0.12"), "KO": D("-0.14"), "XOM": D("-0.14"), "BAC": D("-0.13"), "PFE": D("-0.14"),
            "BBY": D("-0.13"),
        },
    },
    rebalance_months=frozenset({1, 4, 7, 10}),
    flows_ccy={START: D("4000000"), date(2015, 5, 1): D("1000000"), date(2018, 2, 1): D("-500000")},
    fee_annual_frac=D("0.0100"),
    house_limits=HouseLimits(position_max_frac=0.25, gross_max_frac=2.0),
)  # fmt: skip

PLANS = (GROWTH, BALANCED, LONG_SHORT)
