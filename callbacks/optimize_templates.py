"""What answers the wizard's templates: which there are, what one would change, its use, and how is a draft kept?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, Patch, State, callback, clientside_callback, no_update

from callbacks import present_templates, tradeoffs_keep
from callbacks.actor import Permission, actor, may, services
from callbacks.optimize_recipe import filled, recipe_of
from callbacks.present_errors import clear, form
from callbacks.present_toast import read_anew, say
from callbacks.present_tradeoffs import NONE, suggestion, template_options
from callbacks.tradeoffs_fill import client_of
from callbacks.wording import reader_style
from components.confirm import CLOSED, OPEN
from components.ids import Wizard, WizardTemplates
from services.errors import InvalidRequest
from services.messages.clients import Client
from services.messages.templates import Purpose

SAVE_WORDS = {
    "name": ("The name", WizardTemplates.SAVE_NAME),
    "team_id": ("The team", WizardTemplates.SAVE_SHARING),
    "note": ("The note", WizardTemplates.SAVE_NOTE),
}


def _client(draft: dict[str, Any] | None) -> Client | None:
    """Return whose portfolio the draft starts from, None where it starts from none or that is not to be seen."""
    portfolio_id = (draft or {}).get("portfolio_id")
    if not portfolio_id or (draft or {}).get("source") != "portfolio" or not may(Permission.PORTFOLIOS_READ):
        return None
    return client_of(services().portfolios.get(portfolio_id, actor()).client_id)


@callback(
    Output(WizardTemplates.DIALOG, "className"),
    Output(WizardTemplates.CHOICE, "options"),
    Output(WizardTemplates.CHOICE, "value"),
    Output(WizardTemplates.SUGGESTED, "children"),
    Input(WizardTemplates.OPEN, "n_clicks"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
def offer_templates(clicks: int | None, draft: dict[str, Any] | None) -> tuple[Any, ...]:
    """Open the choice; where the draft is a client's, what was made for such clients stands first."""
    if not clicks:
        return (no_update,) * 4
    client = _client(draft)
    found = services().templates.list(actor(), client.client_type if client else None, Purpose.OPTIMIZATION)
    options = template_options(found, client is not None)
    options[0]["label"] = "Choose a template" if found else "No templates yet: keep one with Save as template"
    chosen = options[1]["value"] if client is not None and found and found[0].client_types else NONE
    return OPEN, options, chosen, suggestion(found, client)


@callback(
    Output(WizardTemplates.EFFECT, "children"),
    Output(WizardTemplates.APPLY, "disabled"),
    Input(WizardTemplates.CHOICE, "value"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
def show_effect(template_id: str | None, draft: dict[str, Any] | None) -> tuple[Any, bool]:
    """Say what the chosen template would change in the draft, before it does."""
    if not template_id or template_id == NONE:
        return None, True
    try:
        present = recipe_of(draft or {})
    except InvalidRequest as refusal:
        return present_templates.no_effect(refusal), False
    found = services().templates.effect(template_id, present, actor())
    return present_templates.effect(found, reader_style()), False


@callback(
    Output(Wizard.LOADED, "data", allow_duplicate=True),
    Output(WizardTemplates.DIALOG, "className", allow_duplicate=True),
    Input(WizardTemplates.APPLY, "n_clicks"),
    State(WizardTemplates.CHOICE, "value"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
def use_template(clicks: int | None, template_id: str | None, draft: dict[str, Any] | None) -> Any:
    """Fill the template in; the wizard starts again from the changed draft."""
    if not clicks or not template_id or template_id == NONE:
        return no_update, no_update
    template = services().templates.get(template_id, actor())
    loaded = Patch()
    loaded["draft"], loaded["mended"], loaded["turn"] = filled(draft, template), True, f"template-{clicks}"
    say(f"{template.name} is filled in", "Assets, portfolio and day stayed as they were.")
    return loaded, CLOSED


@callback(
    Output(WizardTemplates.SAVE_DIALOG, "className"),
    Output(WizardTemplates.SAVE_AS, "options"),
    Output(WizardTemplates.SAVE_AS, "value"),
    Output(WizardTemplates.SAVE_TYPES, "value"),
    Output(WizardTemplates.SAVE_SHARING, "options"),
    Output(WizardTemplates.SAVE_NAME, "value"),
    Output(WizardTemplates.SAVE_NOTE, "value"),
    Input(WizardTemplates.SAVE, "n_clicks"),
    State(WizardTemplates.CHOICE, "value"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
def ask_for_name(clicks: int | None, used: str | None, draft: dict[str, Any] | None) -> tuple[Any, ...]:
    """Open the dialog; a template of one's own that was used here is offered first."""
    if not clicks:
        return (no_update,) * 7
    clear(WizardTemplates.SAVE_ERRORS, SAVE_WORDS)
    client = _client(draft)
    options, chosen, types = tradeoffs_keep.offered(used, client.id if client else None, Purpose.OPTIMIZATION)
    return OPEN, options, chosen, types, tradeoffs_keep.sharing_options(), (draft or {}).get("name") or "", ""


@callback(
    Output(WizardTemplates.SAVE_DIALOG, "className", allow_duplicate=True),
    Input(WizardTemplates.SAVE_CONFIRM, "n_clicks"),
    State(WizardTemplates.SAVE_AS, "value"),
    State(WizardTemplates.SAVE_NAME, "value"),
    State(WizardTemplates.SAVE_TYPES, "value"),
    State(WizardTemplates.SAVE_SHARING, "value"),
    State(WizardTemplates.SAVE_NOTE, "value"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
    running=[(Output(WizardTemplates.SAVE_CONFIRM, "disabled"), True, False)],
)
@form(WizardTemplates.SAVE_ERRORS, SAVE_WORDS)
def save_template(
    clicks: int | None, kept: Any, name: Any, types: Any, sharing: Any, note: Any, draft: dict[str, Any] | None
) -> Any:
    """Keep goal, limits and estimates as a template, or as the next version of one."""
    if not clicks:
        return no_update
    made = tradeoffs_keep.keep(recipe_of(draft or {}), kept, (name, types, sharing, note))
    link = ("Open the templates", f"/templates?template={made.id}")
    say(f"{made.name} is kept", f"Version {made.version}.", link=link)
    read_anew("template saved")
    return CLOSED


for _dialog, _close in (
    (WizardTemplates.DIALOG, WizardTemplates.CANCEL),
    (WizardTemplates.SAVE_DIALOG, WizardTemplates.SAVE_CANCEL),
):
    clientside_callback(
        ClientsideFunction("run", "close"),
        Output(_dialog, "className", allow_duplicate=True),
        Input(_close, "n_clicks"),
        prevent_initial_call=True,
    )
