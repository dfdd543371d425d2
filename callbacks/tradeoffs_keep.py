"""How is what stands in a form, of several objectives or of one goal, kept as a template?"""

from __future__ import annotations

from typing import Any

from callbacks.actor import actor, services
from callbacks.tradeoffs_fill import NONE, client_of
from services.errors import FieldProblem, InvalidRequest
from services.messages.clients import ClientType
from services.messages.stress import OwnScenario
from services.messages.teams import Team
from services.messages.templates import NewTemplate, Purpose, Recipe, Sharing, Template, TemplateChanges

TEAM = "team:"
Options = list[dict[str, str]]


def offered(
    template_id: str | None, client_id: str | None, purpose: Purpose = Purpose.TRADEOFFS
) -> tuple[Options, str, list[str]]:
    """Return as what the form can be kept, what is offered first, and for which kinds of client."""
    own = [one for one in services().templates.list(actor(), purpose=purpose) if one.is_mine]
    options = [
        {"value": NONE, "label": "A new template"},
        *({"value": one.id, "label": f"A new version of {one.name}"} for one in own),
    ]
    known = next((one for one in own if one.id == template_id), None)
    if known is not None:
        return options, known.id, [one.value for one in known.client_types]
    client = client_of(client_id)
    return options, NONE, [client.client_type.value] if client is not None else []


def sharing_options() -> Options:
    """Return with whom a template can be shared: nobody, a team of one's own, the house."""
    who = actor()
    teams: list[Team] = services().teams.of_user(who.user_id, who)
    return [
        {"value": Sharing.PRIVATE.value, "label": "Only me"},
        *({"value": f"{TEAM}{one.id}", "label": f"The team {one.name}"} for one in teams),
        {"value": Sharing.HOUSE.value, "label": "Everybody in the house"},
    ]


def sharing_of(word: str | None) -> tuple[Sharing, str | None]:
    """Return what a choice of `sharing_options` means."""
    if word and word.startswith(TEAM):
        return Sharing.TEAM, word.removeprefix(TEAM)
    return Sharing(word or Sharing.PRIVATE.value), None


def sharing_word(one: Template | OwnScenario) -> str:
    """Return which choice of `sharing_options` a template has."""
    return f"{TEAM}{one.team_id}" if one.sharing is Sharing.TEAM else one.sharing.value


def keep(recipe: Recipe, kept_as: str | None, typed: tuple[Any, Any, Any, Any]) -> Template:
    """Keep a recipe as a new template or as the next version of one.

    Raises
    ------
    InvalidRequest
        With every problem of what was typed: name, kinds of client, sharing, note.
    """
    name, types, sharing, note = typed
    client_types = tuple(ClientType(one) for one in types or ())
    if kept_as and kept_as != NONE:
        known = services().templates.get(kept_as, actor())
        changes = TemplateChanges(recipe=recipe, client_types=client_types, note=note or None)
        return services().templates.update(known.id, changes, actor(), known.row_version)
    if not (name or "").strip():
        problem = FieldProblem("name", "The template needs a name.", "Write one.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    shared, team_id = sharing_of(sharing)
    new = NewTemplate(
        name=name, sharing=shared, team_id=team_id, client_types=client_types, recipe=recipe, note=note or None
    )
    return services().templates.create(new, actor())
