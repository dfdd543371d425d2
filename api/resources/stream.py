"""How does a program that cannot send headers open the socket?"""

from __future__ import annotations

from flask import Response
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor
from api.answers import answer
from api.routing import Resource
from api.stream.service import tickets
from api.stream.tickets import VALID_S

resource = Resource("stream", "Stream", "Live changes over a WebSocket at `/ws`; see docs/api.md for the messages.")


class SocketTicket(BaseModel):
    """A ticket for one socket."""

    model_config = ConfigDict(frozen=True)

    ticket: str = Field(description="Open `/ws?ticket=...` with it, once.")
    valid_s: int = Field(description="For how many seconds.")


@resource.route_for("post", "/stream/tickets", "Get a ticket", answers={201: SocketTicket}, repeatable=False)
def create_ticket() -> Response:
    """Return a ticket that opens one socket within half a minute."""
    ticket = tickets().issue(actor(), getattr(current_user, "secret", None))
    return answer(SocketTicket(ticket=ticket, valid_s=int(VALID_S)), 201)
