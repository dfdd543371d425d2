"""What does somebody state for rules that no other part of the product knows?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.messages.frozen import Message

FactName = Literal["cash_bank", "securities_13f_ccy", "private_funds_ccy"]


class StatedFactInput(Message):
    """A fact with the day from which it holds and where it is from.

    `number` is in US dollars, `text` the name of a bank; both null take back what was stated before. `currency` is that
    of the cash which lies at the bank, all cash when left out; `portfolio_id` that of one portfolio, else the house's.
    """

    name: FactName
    number: Annotated[float, Field(ge=0.0, le=1e15)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    portfolio_id: str | None = Field(default=None, max_length=64)
    valid_from: date | None = None
    source: Annotated[str, Field(min_length=1, max_length=2_000)]


class StatedFact(Message):
    """A fact as it was stated; `is_in_force` tells whether nothing later counts instead today."""

    id: str
    name: FactName
    label: str
    number: float | None
    text: str | None
    currency: str | None
    portfolio_id: str | None
    valid_from: date
    source: str
    stated_by: str | None
    stated_at_utc: datetime
    is_in_force: bool
    sentence: str
