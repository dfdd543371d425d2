"""What did somebody leave unfinished in the wizard, on whichever machine?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.messages.optimize import KeptDraft
from services.ports import Ports

PLACE: Final = "wizard_draft"
DRAFT_MAX_COUNT: Final = 20_000
"""Letters; pasted series and matrices make drafts longer, which stay on the machine they were pasted on."""


class WizardDrafts:
    """One draft a person; a later one takes the place of an earlier one, and nobody else ever sees it."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def get(self, actor: Actor) -> KeptDraft:
        """Return what the actor left; without anything the draft is None."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            kept = uow.preferences.read().get(PLACE)
        return KeptDraft(draft=dict(kept) if isinstance(kept, dict) else None)

    def keep(self, draft: Mapping[str, Any] | None, actor: Actor) -> KeptDraft:
        """Keep what stands in the wizard; None forgets it.

        Raises
        ------
        InvalidRequest
            It is longer than a draft may be.
        """
        authorize(actor, Permission.ACCOUNT_OWN)
        if not is_short(draft):
            raise InvalidRequest(
                f"The draft is longer than {DRAFT_MAX_COUNT} letters.",
                "Keep pasted series in a file, and paste them where they are needed.",
            )
        with self._ports.store.work(actor) as uow:
            uow.preferences.change({PLACE: None if draft is None else dict(draft)})
            uow.commit()
        return KeptDraft(draft=None if draft is None else dict(draft))


def is_short(draft: Mapping[str, Any] | None) -> bool:
    """Return whether a draft can be kept for other machines."""
    return len(json.dumps(draft, ensure_ascii=False)) <= DRAFT_MAX_COUNT
