"""How is a deed taken back that the page has just done?

What was deleted and can be restored says so in its message: `undo` is ``kind:id`` of a kind below. What is not put
aside but ends at once, and can be made again as it was, carries its definition instead of an id (`as_made`): whoever
takes it back hands that in once more, and it is checked as anything that is handed in. What cannot be taken back stands
in `FOR_GOOD`, with the reason; a test compares both with the deeds of all pages.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, TypeVar

from dash import ALL, Input, callback
from pydantic import BaseModel, ValidationError

from callbacks.actor import actor, services
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from components.ids import Shell
from services.auth.actor import Actor
from services.errors import InvalidRequest
from services.messages.blends import NewBlend
from services.messages.dashboard_views import KeptView
from services.messages.schedules import NewSchedule

Made = TypeVar("Made", bound=BaseModel)
Verb = Callable[[str, Actor], Any]

AS_RUN = "Work that was stopped is started anew; what it had found is no result."
RECORD = "The record of who did it, when and why must not change afterwards; a new entry corrects it."
WIPED = "A secret is wiped at once, so that it is nowhere any more; it is entered anew."

FOR_GOOD: dict[str, str] = {
    "academic.stop": AS_RUN,
    "compliance_breach_deeds._close": RECORD,
    "compliance_breach_deeds._withdraw": RECORD,
    "compliance_controls.act_on_hold": RECORD,
    "compliance_list_deeds._close": RECORD,
    "compliance_list_deeds._remove": RECORD,
    "compliance_list_deeds._withdraw": RECORD,
    "compliance_listed.withdraw": RECORD,
    "compliance_reviews.close": RECORD,
    "home.create": "Takes away the portfolio it has just made itself, because its holdings were refused.",
    "imports.discard": "The file is still on the person's machine, and nothing of it was booked.",
    "imports_history.forget_template": "The next file with these headings makes it anew.",
    "imports_history.undo": "Is itself what takes an import back; the file can be imported again.",
    "imports_market.undo_import": "Is itself what takes an import back; the file can be imported again.",
    "jobs.cancel": AS_RUN,
    "live.cancel_task": AS_RUN,
    "providers.delete_key": WIPED,
    "providers_feeds.delete": WIPED,
    "run.cancel_here": AS_RUN,
    "run_sureness.stop": AS_RUN,
    "runs.stop": AS_RUN,
    "settings.end_others": "A session that was ended must never open anything again.",
    "settings.end_session": "A session that was ended must never open anything again.",
    "settings.revoke_key": "A key that was revoked must never open anything again.",
    "tradeoffs_result.cancel": AS_RUN,
    "users.disable": "The same place switches the account on again.",
    "users.withdraw": "A link that was withdrawn must never open anything again; another can be sent.",
    "walk_forward.stop": AS_RUN,
}
"""Deed of a page -> why it cannot be taken back by its message."""


def as_made(kind: str, wish: BaseModel) -> str:
    """Return the ``undo`` of something that is made again as it was."""
    text = wish.model_dump_json(exclude_none=True)
    return f"{kind}:{base64.urlsafe_b64encode(text.encode()).decode()}"


def made_of(model: type[Made], text: str) -> Made:
    """Return the definition that an ``undo`` carries.

    Raises
    ------
    InvalidRequest
        It is none any more.
    """
    try:
        return model.model_validate_json(base64.urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError, ValidationError):
        raise InvalidRequest("This cannot be taken back any more.", "Make it anew.") from None


def verbs() -> dict[str, Verb]:
    """Return what takes each kind of deed back."""
    all_of = services()
    return {
        "portfolio": all_of.portfolios.restore,
        "client": all_of.clients.restore,
        "run": all_of.runs.restore,
        "team": all_of.teams.restore,
        "template": all_of.templates.restore,
        "shared view": all_of.dashboard_shares.restore,
        "stress scenario": all_of.stress.own.restore,
        "draft": all_of.portfolio_drafts.take_back,
        "note": all_of.portfolio_notes.take_back,
        "version": all_of.portfolio_versions.take_back,
        "blend": lambda text, who: all_of.benchmark_blends.create(made_of(NewBlend, text), who),
        "schedule": lambda text, who: all_of.schedules.create(made_of(NewSchedule, text), who),
        "view": lambda text, who: all_of.dashboard_views.save(*_view(made_of(KeptView, text)), who),
    }


def _view(kept: KeptView) -> tuple[str, Any]:
    return kept.name, kept.cards


@callback(Input(Shell.toast_undo(ALL), "n_clicks"), prevent_initial_call=True)
def undo(_clicks: list[int | None]) -> None:
    """Take a deed back."""
    index = pressed_index()
    if index is None:
        return
    kind, _, identifier = str(index).partition(":")
    back = verbs()[kind](identifier, actor())
    say("Restored", f"The {kind} is back where it was.")
    read_anew(f"{kind} restored", getattr(back, "id", None))
