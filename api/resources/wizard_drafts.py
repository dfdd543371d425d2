"""What did somebody leave unfinished in the wizard?"""

from __future__ import annotations

from typing import Any

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.optimize import KeptDraft

resource = Resource("wizard-draft", "Wizard draft", "What you left in the wizard, on whichever machine.")

EXAMPLE: dict[str, Any] = {"draft": {"goal": "max_sharpe", "assets": ["AAPL", "JPM", "KO"], "max": "25"}}


@resource.route_for("get", "/wizard-draft", "Read your draft", answers={200: KeptDraft})
@needs(Permission.ACCOUNT_OWN)
def read_draft() -> Response:
    """Return your own draft as it was typed; null where nothing is kept."""
    return answer(services().optimize.drafts.get(actor()))


@resource.route_for("put", "/wizard-draft", "Keep your draft", answers={200: KeptDraft}, example=EXAMPLE)
@needs(Permission.ACCOUNT_OWN)
def keep_draft(body: KeptDraft) -> Response:
    """Put a draft in the place of the one before; null forgets it."""
    return answer(services().optimize.drafts.keep(body.draft, actor()))
