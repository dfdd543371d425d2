"""How do templates read: their recipe, their versions, and the differences between two?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from dash import html

from callbacks.present_tradeoffs import carried_words
from callbacks.wording import told
from components.button import button
from components.card import card
from components.empty_state import empty_state
from components.ids import Templates
from components.pills import tag
from components.table import facts, table
from services import formatting
from services.errors import InvalidRequest
from services.formatting import Style
from services.limit_kinds import FORMS
from services.messages.templates import (
    Purpose,
    Recipe,
    Sharing,
    Template,
    TemplateComparison,
    TemplateDifference,
    TemplateEffect,
    TemplateVersion,
)
from services.messages.tradeoffs import LABELS
from services.number_style import in_style

ALL_CLIENTS: Final = "All clients"
PURPOSES: Final = {Purpose.OPTIMIZATION: "Optimize", Purpose.TRADEOFFS: "Trade-offs"}
_SHARED: Final = {Sharing.PRIVATE: "Nobody", Sharing.TEAM: "A team", Sharing.HOUSE: "The house"}
_OBJECTIVE: Final = re.compile(r"^recipe\.objectives\[(?P<kind>\w+)\]\.(?P<field>\w+)$")
_LIMIT: Final = re.compile(r"^recipe\.constraints\[(?P<kind>[\w ]+)\]\.(?P<field>\w+)$")


def row(one: Template) -> dict[str, Any]:
    """Return one line of the list."""
    return {
        "id": one.id,
        "name": one.name,
        "note": "Yours" if one.is_mine else one.owner_name or "Of somebody outside your teams",
        "fills": PURPOSES[one.recipe.purpose],
        "clients": clients_words(one.client_types),
        "shared": _SHARED[one.sharing],
        "version": one.version,
        "changed_on": one.changed_at_utc.date().isoformat(),
    }


def clients_words(types: Sequence[Any]) -> str:
    """Return for which kinds of clients a template is."""
    if not types:
        return ALL_CLIENTS
    words = {"individual": "individuals", "family_office": "family offices", "institution": "institutions"}
    text = ", ".join(words[one.value] for one in types)
    return text[:1].upper() + text[1:]


def nothing() -> Any:
    """Return what stands while no template is chosen."""
    return empty_state("Choose a template", "Its recipe and its versions appear here.", glyph="bookmark", level=3)


def detail(one: Template, style: Style) -> Any:
    """Return what a template fills in, and whose it is."""
    recipe = one.recipe
    owner = "You" if one.is_mine else one.owner_name or "Somebody outside your teams"
    pairs = [
        ("Fills in", PURPOSES[recipe.purpose]),
        ("For", clients_words(one.client_types)),
        ("Owner", owner),
        ("Shared with", _SHARED[one.sharing]),
        ("Version", formatting.number(one.version, 0, style=style)),
        ("Changed", formatting.moment(one.changed_at_utc)),
    ]
    rest = recipe.model_dump(mode="json")
    return [
        html.H3(one.name),
        *([html.P(one.description)] if one.description else []),
        html.Br(),
        facts(pairs),
        html.Br(),
        _aim(recipe, style),
        html.Br(),
        *(carried_words(rest, style, lead="Limits and estimates") or [html.P("No limits of its own.")]),
    ]


def _aim(recipe: Recipe, style: Style) -> Any:
    """Return the one goal in its own words, or several objectives with their weights."""
    if recipe.objective is not None:
        return facts([("Goal", in_style(recipe.objective.explain(), style))])
    heads = (("Objective", False), ("Weight", True))
    return table(heads, _weights(recipe, style), caption="Objectives and their weights")


def _weights(recipe: Recipe, style: Style) -> list[list[Any]]:
    objectives = recipe.objectives or ()
    given = [one.weight for one in objectives]
    shares = [1.0] * len(given) if all(one is None for one in given) else [one or 0.0 for one in given]
    total = sum(shares) or 1.0
    return [
        [one.label, formatting.percent(share / total, 0, style=style)]
        for one, share in zip(objectives, shares, strict=True)
    ]


def versions(found: Sequence[TemplateVersion], present: int, *, may_write: bool) -> Any:
    """Return every version with who made it, and a way back for the owner."""
    rows = [
        [
            [html.Strong(f"Version {one.version}"), *([" ", tag("In force", "ok")] if one.version == present else [])],
            html.Span(formatting.moment(one.created_at_utc), className="nowrap"),
            one.made_by or "Somebody outside your teams",
            one.note or "",
            button("Restore", Templates.restore(one.version), kind="quiet", small=True, n_clicks=0)
            if may_write and one.version != present
            else "",
        ]
        for one in found
    ]
    columns = (("Version", False), ("Kept", False), ("By", False), ("Note", False), ("", True))
    return card(
        table(columns, rows, caption="Versions of the template"),
        title="Versions",
        note="Never changed, only followed by a new one",
        flush=True,
    )


def version_options(found: Sequence[TemplateVersion]) -> list[dict[str, str]]:
    """Return the versions as choices, the latest first."""
    return [{"value": str(one.version), "label": f"Version {one.version}"} for one in found]


def comparison(found: TemplateComparison, style: Style) -> Any:
    """Return the differences between two versions as a table, in words."""
    if not found.differences:
        return html.P("Both versions say the same.")
    heads = ("What differs", f"Version {found.first_version}", f"Version {found.second_version}")
    return _side_by_side(heads, found.differences, "Differences between two versions", style)


def effect(found: TemplateEffect, style: Style) -> Any:
    """Return what using a template changes in what stands in the wizard, as a table in words."""
    if not found.differences:
        return html.P("Goal, limits and estimates stand in the wizard as the template has them: nothing changes.")
    heads = ("What changes", "Now", f"Template, version {found.version}")
    return _side_by_side(heads, found.differences, "What the template changes", style)


def no_effect(refusal: InvalidRequest) -> Any:
    """Say why what would change cannot be told; the template can be used all the same."""
    problems = " ".join(told(f"{one.message} {one.advice}") for one in refusal.fields)
    return html.P(f"What would change cannot be told: {problems} The template replaces what was typed.")


def _side_by_side(
    heads: tuple[str, str, str], differences: Sequence[TemplateDifference], caption: str, style: Style
) -> Any:
    rows = [
        [_place(one.path), _value(one.path, one.first, style), _value(one.path, one.second, style)]
        for one in differences
    ]
    return table(((heads[0], False), (heads[1], True), (heads[2], True)), rows, caption=caption)


def _place(path: str) -> str:
    """Return a field of the stored document in words."""
    objective, limit = _OBJECTIVE.match(path), _LIMIT.match(path)
    if objective and objective["kind"] in LABELS:
        return f"{LABELS[objective['kind']]}: {_words(objective['field'])}"  # type: ignore[index]
    if limit:
        return _limit(limit["kind"], limit["field"])
    text = _words(path.removeprefix("recipe.").replace(".", " "))
    return text[:1].upper() + text[1:]


def _limit(kind: str, field: str) -> str:
    """Return a side of a limit as the table of limits says it: Position, at most."""
    name, _, nth = kind.partition(" ")
    forms = [one for one in FORMS if one.kind == name]
    form = next((one for one in forms if field in (one.least, one.most)), forms[0] if forms else None)
    title = "Group" if name == "group_limit" else _words(name).capitalize() if form is None else form.words
    sides = {} if form is None else {form.least: "at least", form.most: "at most"}
    side = "exactly" if len(sides) == 1 and field in sides and form and form.least else sides.get(field)
    return f"{title} {nth}".strip() + f", {side or _words(field)}"


def _words(name: str) -> str:
    return name.removesuffix("_frac").removesuffix("_annual").removesuffix("_count").replace("_", " ")


def _value(path: str, text: str | None, style: Style) -> str:
    """Return a value in words: fractions as percentages, lists by their entries, a dash for what is absent."""
    if text is None:
        return formatting.MISSING
    value = json.loads(text)
    if value is None or value == []:
        return "None"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        is_share = path.endswith("_frac")
        return formatting.percent(value, 2, style=style) if is_share else in_style(f"{value:g}", style)
    if isinstance(value, list):
        return ", ".join(str(one).replace("_", " ") for one in value)
    return str(value).replace("_", " ")
