"""Where does a price come from, and what did a run use?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, attachment
from api.reading import Path, Query
from api.routing import Resource, file_answer
from services.messages.lineage import RunLineage, ValueLineage
from services.messages.market_data import KnowledgeTime

resource = Resource(
    "lineage", "Lineage", "Where a stored price comes from, when it was known, and what was done to it."
)

_BYTES = "application/octet-stream"


class PricePath(Path):
    """Which asset."""

    symbol: str = Field(min_length=1, max_length=40, description="The asset's symbol, such as `AAPL`.")


class RunPath(Path):
    """Which run."""

    run_id: str = Field(max_length=64, description="The run's id.")


class PayloadPath(Path):
    """Which bytes."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="The SHA-256 of a provider's answer.")


class PriceLineageQuery(Query):
    """Which value of the asset, as known when."""

    session: date | None = Field(
        default=None, description="Local day of the bar, ISO date; the last stored one by default."
    )
    field: Literal["close", "adjusted_close", "open", "high", "low", "volume"] = Field(
        default="close", description="Which figure of the bar."
    )
    known_at: KnowledgeTime | None = Field(
        default=None, description="Answer as of this moment, with its offset: later revisions do not exist then."
    )
    currency: str | None = Field(
        default=None, pattern="^[A-Z]{3}$", description="Tell the value in this currency too, such as `EUR`."
    )


@resource.route_for("get", "/lineage/prices/<symbol>", "Read where a price comes from", answers={200: ValueLineage})
def read_price_lineage(path: PricePath, query: PriceLineageQuery) -> Response:
    """Return one price with its source, every version, corrections, and what was done to it."""
    known_at: datetime | None = query.known_at
    return answer(
        services().lineage.of(
            path.symbol, query.session, actor(), field=query.field, known_at_utc=known_at, currency=query.currency
        )
    )


@resource.route_for("get", "/lineage/runs/<run_id>", "Read what a run used", answers={200: RunLineage})
def read_run_lineage(path: RunPath) -> Response:
    """Return the deliveries that the prices of a run came from, with the fingerprints of its series."""
    return answer(services().lineage.run(path.run_id, actor()))


@resource.route_for("get", "/lineage/payloads/<sha256>", "Save a provider's answer", answers={200: file_answer(_BYTES)})
def read_payload(path: PayloadPath) -> Response:
    """Return the bytes of a provider's answer exactly as they came, where they are kept."""
    content, media_type = services().lineage.payload(path.sha256, actor())
    return attachment(content, _BYTES, f"{path.sha256[:16]}.bin", {"X-Media-Type": media_type})
