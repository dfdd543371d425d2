"""How does a worker hold several portfolios of a house against their rules at once?

Only the product asks for it, when it keeps up with what changed (`services.compliance.watch`). What is found is kept as
checks of the portfolios; whoever opens a page gets the report of one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest, NotAllowed
from services.field_problems import field_problems
from services.messages.compliance_checks import BookRequest

if TYPE_CHECKING:
    from services.wiring import Services


class BookKind:
    """The checks of several portfolios as they are, kept together."""

    name = "compliance_book"
    permission = Permission.COMPLIANCE_READ

    def parse(self, text: str) -> BookRequest:
        """Return the request, or refuse it with every problem."""
        try:
            return BookRequest.model_validate_json(text)
        except ValidationError as refusal:
            raise InvalidRequest("The request has problems.", fields=field_problems(refusal)) from refusal

    def portfolio_id(self, request: BookRequest) -> str:
        """Return the first portfolio: the work is noted beside it."""
        return request.portfolio_ids[0]

    def data_version(self, request: BookRequest, services: Services, actor: Actor) -> str:
        """Return the word that says from what the checks are to be made."""
        return request.made_from

    def compute(self, request: BookRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return how many portfolios were checked; the product itself must ask, because everything is read."""
        if not actor.is_system:
            raise NotAllowed("Only the product checks a whole book.", "Ask for the check of a portfolio.")
        return {"checked_count": services.compliance_checks.book.check(actor, request.portfolio_ids)}


KIND = BookKind()
