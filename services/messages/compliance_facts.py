"""What does somebody state for rules that no other part of the product knows?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.compliance.stated_catalog import STATED
from services.messages.frozen import Message

FactName = Annotated[str, Field(max_length=40, json_schema_extra={"enum": [*STATED]})]


class StatedFactInput(Message):
    """A fact with the day from which it holds and where it is from.

    `number` is an amount, a fraction, or 1 for yes and 0 for no; `text` the name of a bank, or of who made a review on
    the day `valid_from`; both null take back what was stated before. `currency` is that of cash at the bank, all cash
    when left out; `about` the counterparty or kind of asset of a fact of which there are several; `portfolio_id` names
    one portfolio, else it is the house's.
    """

    name: FactName
    number: Annotated[float, Field(ge=0.0, le=1e15)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    about: Annotated[str, Field(min_length=1, max_length=200)] | None = None
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
    about: str | None = None
    portfolio_id: str | None
    valid_from: date
    source: str
    stated_by: str | None
    stated_at_utc: datetime
    is_in_force: bool
    sentence: str
