"""In which shapes are clients and their answers about risk made and shown?"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.messages.exact import Exact
from services.messages.frozen import Message


class ClientType(StrEnum):
    """What kind of client it is."""

    INDIVIDUAL = "individual"
    FAMILY_OFFICE = "family_office"
    INSTITUTION = "institution"


class Knowledge(StrEnum):
    """What the client knows of investing, by own statement."""

    NONE = "none"
    BASIC = "basic"
    INFORMED = "informed"
    PROFESSIONAL = "professional"


class Contact(Message):
    """How to reach the client; personal data."""

    email: str | None = Field(None, max_length=254)
    phone: str | None = Field(None, max_length=50)


class ProfileAnswers(Message):
    """The answers to the questionnaire.

    `loss_capacity_frac` is the share of the wealth invested that the client could lose without changing how they live.
    """

    risk_tolerance: Annotated[int, Field(ge=1, le=5)]
    horizon_years: Annotated[float, Field(gt=0.0, le=80.0)]
    loss_capacity_frac: Annotated[float, Field(ge=0.0, le=1.0)]
    knowledge: Knowledge = Knowledge.BASIC
    preferences: dict[str, str | bool | float] = Field(default_factory=dict)
    wealth_ccy: Annotated[Decimal, Field(ge=0)] | None = None
    dated_on: date | None = None


class ClientProfile(Message):
    """One dated version of the answers with its score from 1 (cautious) to 5 (daring) and the sentence behind it."""

    version: int
    dated_on: date
    risk_tolerance: int
    horizon_years: float
    loss_capacity_frac: float
    knowledge: Knowledge
    preferences: dict[str, str | bool | float]
    wealth_ccy: Exact | None
    score: float
    score_label: str
    sentence: str


class NewClient(Message):
    """A client to make; without `team_id` it belongs to the maker's only team, with null to its maker alone."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    client_type: ClientType = ClientType.INDIVIDUAL
    team_id: str | None = None
    contact: Contact | None = None
    profile: ProfileAnswers | None = None


class ClientChanges(Message):
    """What to change of a client; only the fields that are sent are changed."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    client_type: ClientType | None = None
    team_id: str | None = None
    contact: Contact | None = None


class Client(Message):
    """A client; whoever may not see personal data gets the reference for a name and no contact."""

    id: str
    reference: str
    name: str
    client_type: ClientType
    team_id: str | None
    contact: Contact | None
    profile: ClientProfile | None
    portfolios_count: int
    is_sample: bool
    row_version: int
    created_at_utc: datetime
