"""What do the tests of portfolios share: making one, and reading which fields were refused?"""

from __future__ import annotations

from decimal import Decimal

from services.messages.portfolios import (
    NewPortfolio,
)


def made(house, **fields):
    fields = {"name": "Mine", "initial_cash_ccy": Decimal(100000)} | fields
    return house.portfolios.create(NewPortfolio(**fields), house.manager)


def paths(caught):
    return [problem.path for problem in caught.value.fields]
