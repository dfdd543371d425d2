"""From what is the form of several objectives filled in: a run, a template, a portfolio's own limits?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from callbacks.actor import Permission, actor, may, services
from callbacks.tradeoffs_form import AS_GIVEN, Document, Fields, fields_of, usual
from callbacks.wording import reader_style
from services import formatting
from services.errors import NotFound
from services.formatting import Style
from services.messages.clients import Client
from services.messages.portfolios import PortfolioDetail
from services.templates_recipe import document_of
from services.tradeoffs import KIND

NONE = "none"
WEIGHT_MAX = 100.0
NO_PORTFOLIOS = {"value": "", "label": "No portfolios yet: make one on Home"}


def fields_for(asked: Mapping[str, Any]) -> Fields:
    """Return the fields for what the address asks for: a run of this page, an optimization to start from, or neither.

    Raises
    ------
    NotFound
        When the run is not there for the person.
    """
    run_id = asked.get("run") or asked.get("from")
    if not run_id:
        return usual()
    who = actor()
    kind = services().runs.get(run_id, who).kind
    found: Any = services().tradeoffs if kind == KIND else services().optimize
    document = found.request(run_id, who).model_dump(mode="json")
    return fields_of(document, reader_style())


def with_weights(filled: Fields, text: str | None) -> Fields:
    """Return the fields with the weights that an address names, as ``kind:weight`` by comma; others stay."""
    named: dict[str, float] = {}
    for pair in (text or "").split(","):
        kind, _, typed = pair.partition(":")
        if typed.replace(".", "", 1).isdecimal() and float(typed) <= WEIGHT_MAX:
            named[kind] = float(typed)
    slots = tuple((kind, named.get(kind, weight)) for kind, weight in filled.slots)
    return replace(filled, slots=slots)


def fields_of_template(template_id: str, rest: Mapping[str, Any]) -> Fields:
    """Return the fields as a template fills them in, with the sources of what stands there."""
    recipe = services().templates.get(template_id, actor()).recipe
    return fields_of(document_of(recipe), reader_style(), rest)


def values_of(filled: Fields) -> tuple[Any, ...]:
    """Return what the callbacks write into the fields, in the order of their outputs."""
    return (
        [kind for kind, _ in filled.slots],
        [weight for _, weight in filled.slots],
        filled.position_max,
        filled.method,
        filled.effort,
        filled.points,
        filled.without_data,
        filled.base,
    )


def portfolio_choice(base: Document) -> tuple[list[dict[str, str]], str | None]:
    """Return the portfolios to choose from, and the chosen one; assets of a run that are no portfolio's come first.

    Raises
    ------
    NotAllowed
        The form begins with a portfolio, and the person may not see any.
    """
    rest = base["rest"]
    assets = rest.get("asset_ids") or (rest.get("problem") or {}).get("assets")
    is_given = rest.get("portfolio_id") or assets
    found = services().portfolios.list(actor()) if may(Permission.PORTFOLIOS_READ) or not is_given else ()
    options = [{"value": one.id, "label": one.name} for one in found]
    if rest.get("portfolio_id"):
        known = {one["value"] for one in options}
        return options, rest["portfolio_id"] if rest["portfolio_id"] in known else None
    if not assets:
        return options or [dict(NO_PORTFOLIOS)], None
    words = formatting.count(len(assets), "asset", style=reader_style())
    return [{"value": AS_GIVEN, "label": f"The {words} of the run"}, *options], AS_GIVEN


def portfolio_of(portfolio: str | None) -> PortfolioDetail | None:
    """Return the portfolio that was chosen, None where the assets are those of a run."""
    if not portfolio or portfolio == AS_GIVEN:
        return None
    return services().portfolios.get(portfolio, actor())


def linked_client(asked: Mapping[str, Any], portfolio: str | None, base: Document | None) -> str | None:
    """Return the client that the address names beside its run; None beside another portfolio, or where it names none.

    Whom the reader does not see counts as no client: a link shows nobody else instead.
    """
    named = asked.get("client")
    if not named or portfolio != (((base or {}).get("rest") or {}).get("portfolio_id") or AS_GIVEN):
        return None
    try:
        return NONE if client_of(named) is None else str(named)
    except NotFound:
        return NONE


def house_maximum(portfolio: PortfolioDetail, style: Style) -> str:
    """Return the portfolio's own largest position, as it is typed."""
    most = portfolio.house_limits.position_max_frac
    if most is None:
        return ""
    return formatting.number(100 * most, 2, style=style).rstrip("0").rstrip(".,")


def client_of(client_id: str | None) -> Client | None:
    """Return the client that was chosen, None without one or where the person sees no clients."""
    if not client_id or client_id == NONE or not may(Permission.CLIENTS_READ):
        return None
    return services().clients.get(client_id, actor())
