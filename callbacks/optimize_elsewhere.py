"""How does what was left in the wizard come along to another machine?"""

from __future__ import annotations

from typing import Any

from dash import Input, callback

from callbacks.actor import actor, services
from components.ids import Wizard
from services.optimize_drafts import is_short


@callback(Input(Wizard.KEEP, "data"), prevent_initial_call=True)
def keep_draft(draft: dict[str, Any] | None) -> None:
    """Keep the draft once nothing was typed for a moment; one that is too long stays on its machine."""
    if draft and is_short(draft):
        services().optimize.drafts.keep(draft, actor())
