"""How do portfolios that are best in several objectives read: the choices of the form, the figures, the words?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from callbacks.present_runs import message_of, state_words
from callbacks.wording import told
from components.button import link_button
from components.card import card
from components.empty_state import empty_state
from components.grid import WRAPPED, column
from components.kpi_card import kpi_card, kpi_strip
from components.pills import tag
from components.table import table
from services import formatting
from services.charts.look import Look
from services.charts.tradeoffs_scale import axis_title, value_text
from services.errors import ServiceError
from services.formatting import Style
from services.messages.clients import Client
from services.messages.runs import RunStatus, RunView
from services.messages.templates import Template
from services.messages.tradeoffs import ClientRecommendation, ParetoPoint, ParetoResult
from services.number_style import in_style
from services.templates_recipe import limit_sentence
from services.tradeoffs import CHOSEN

NONE = "none"
CARRIED = "Also counted, as in what the form was filled from"
USUAL_ESTIMATES = {"expected_returns": "historical_mean", "covariance": "sample"}
FORMATS = {"annual_frac": "percent", "period_frac": "percent", "frac": "percent", "count": "count"}


def client_options(clients: Sequence[Client]) -> list[dict[str, str]]:
    """Return the clients to choose from; those without a profile say so."""
    known = [
        {"value": one.id, "label": one.name if one.profile else f"{one.name} (no risk profile yet)"} for one in clients
    ]
    return [{"value": NONE, "label": "No client"}, *known]


def template_options(templates: Sequence[Template], has_client: bool) -> list[dict[str, str]]:
    """Return the templates to choose from, the suggested one first where a client is chosen.

    Where two have one name, those of others say whose they are: nobody has two of a name.
    """
    made_for = [one for one in templates if one.client_types] if has_client else []
    first = made_for[0].id if made_for else None
    names = Counter(one.name.casefold() for one in templates)

    def label(one: Template) -> str:
        is_told = names[one.name.casefold()] > 1 and not one.is_mine
        whose = f", by {one.owner_name or 'somebody outside your teams'}" if is_told else ""
        return f"{one.name}{whose}{' (suggested)' if one.id == first else ''}"

    return [{"value": NONE, "label": "No template"}, *({"value": one.id, "label": label(one)} for one in templates)]


def suggestion(templates: Sequence[Template], client: Client | None) -> str:
    """Say which template suits the client; nothing where none was made for the kind of client."""
    made_for = [one for one in templates if one.client_types]
    if client is None or not made_for:
        return ""
    kind = client.client_type.value.replace("_", " ")
    return f"{client.name} is of the kind {kind}: the template {made_for[0].name} was made for it."


def carried_words(rest: Mapping[str, Any], style: Style, lead: str = CARRIED) -> list[Any]:
    """Say what a request holds besides objectives; nothing where it holds nothing more."""
    said = [_limit(one, style) for one in rest.get("constraints") or []]
    estimates = rest.get("estimates") or {}
    for name, words in (("expected_returns", "Expected returns"), ("covariance", "Covariance")):
        kind = (estimates.get(name) or {}).get("kind")
        if kind and kind != USUAL_ESTIMATES[name]:
            said.append(f"{words}: {kind.replace('_', ' ')}.")
    if rest.get("costs"):
        said.append("Trading costs are counted.")
    if rest.get("risk_free_annual_frac") is not None:
        said.append(f"Risk-free rate: {formatting.rate(rest['risk_free_annual_frac'], style=style)} a year.")
    if not said:
        return []
    return [html.P(f"{lead}:"), html.Ul([html.Li(one) for one in said])]


def _limit(limit: Mapping[str, Any], style: Style) -> str:
    """Return a limit as a sentence."""
    return in_style(limit_sentence(limit), style)


def axis_options(result: ParetoResult) -> list[dict[str, str]]:
    """Return the objectives as choices of an axis, by their place."""
    return [{"value": str(place), "label": axis.label} for place, axis in enumerate(result.axes)]


def figures(result: ParetoResult, style: Style) -> Any:
    """Return the key figures: how many portfolios, how they were found, how much of the possible they cover."""
    share = result.hypervolume_frac
    found = result.exact_count + result.searched_count
    return kpi_strip(
        kpi_card("Portfolios", formatting.number(found, 0, style=style), note="none beats another in everything"),
        kpi_card("Proven", formatting.number(result.exact_count, 0, style=style), note="by an exact method"),
        kpi_card("Found by search", formatting.number(result.searched_count, 0, style=style), note="best so far"),
        kpi_card(
            "Hypervolume",
            formatting.percent(share, 1, style=style),
            note="of the box that worst and best values span",
            help_text="Share of the box between the reference point and the best value in every objective that the "
            "portfolios dominate. The reference lies a tenth of the range beyond the worst. More is better.",
        ),
        label="Key figures of the trade-offs",
    )


def recommendation(found: ClientRecommendation | ServiceError | None, name: str, style: Style) -> Any:
    """Return the portfolio that suits the client with its reason, or why there is none; nothing without a client."""
    if found is None:
        return None
    if isinstance(found, ServiceError):
        return card(html.P(told(found.sentence)), title=f"Nothing can be recommended to {name}")
    words = {
        "loss_capacity": "Loss capacity decides",
        "risk_tolerance": "Risk tolerance decides",
        "limits": "The limits decide",
    }[found.decided_by]
    head = html.Div(
        [
            tag(words, "ok" if found.is_within_capacity else "warn"),
            tag(f"Profile version {found.profile_version}"),
            *([] if found.is_within_capacity else [tag("More than the client can lose", "bad")]),
        ],
        className="btn-row",
    )
    return card([head, html.P(in_style(found.sentence, style))], title=f"Recommended for {name}")


def ways(run: RunView, pick: Mapping[str, Any] | None) -> Any:
    """Return the way to trades towards the portfolio that is looked at; none where the run is about no portfolio."""
    if run.portfolio_id is None:
        return None
    point = CHOSEN if pick is None else pick["place"]
    href = f"/rebalance?portfolio={run.portfolio_id}&tradeoffs={run.id}&point={point}"
    return link_button("Rebalance", href, small=True, glyph="arrow-left-right")


def chosen_words(result: ParetoResult, pick: Mapping[str, Any] | None, style: Style) -> Any:
    """Say which portfolio is looked at and why."""
    if pick is None:
        if result.chosen is None:
            return "No portfolio is chosen."
        return [_how(result.chosen.point), " ", in_style(result.chosen.sentence, style)]
    point = result.points[pick["place"]]
    number = formatting.number(pick["place"] + 1, 0, style=style)
    total = formatting.number(len(result.points), 0, style=style)
    words = {
        "weights": f"Of the {total} portfolios, number {number} serves the weights as they stand now best.",
        "recommended": f"Number {number} of {total}, as recommended for the client.",
        "row": f"Number {number} of {total}, as chosen by hand.",
    }[str(pick["why"])]
    return [_how(point), " ", words]


def _how(point: ParetoPoint) -> Any:
    return tag("Proven", "ok") if point.is_exact else tag("Found by search", "info")


def chosen_table(result: ParetoResult, point: ParetoPoint, suits: ParetoPoint | None, style: Style) -> Any:
    """Compare the chosen portfolio with the current and the recommended one: objectives first, then every weight."""
    look = Look(style=style)
    current = result.current
    heads = [("Objective", False), *([("Current", True)] if current else []), ("Chosen", True)]
    heads += [("Recommended", True)] if suits else []
    shown = [one for one in (current, point, suits) if one is not None]
    rows = [
        [axis_title(axis.model_dump()), *(value_text(axis.model_dump(), one.values[n], look) for one in shown)]
        for n, axis in enumerate(result.axes)
    ]
    weights = [
        [asset, *(formatting.weight(one.weights_frac[n], style=style) for one in shown)]
        for n, asset in enumerate(result.assets)
        if any(abs(one.weights_frac[n]) >= 5e-4 for one in shown)
    ]
    order = sorted(weights, key=lambda row: row[0])
    names = [("Asset", False), *heads[1:]]
    return html.Div(
        [
            table(heads, rows, caption="The chosen portfolio in every objective"),
            html.Div(table(names, order, caption="Weights of the chosen portfolio"), className="chosen-weights"),
        ]
    )


def point_columns(result: ParetoResult) -> list[dict[str, Any]]:
    """Return the columns of the list of all portfolios."""
    axes = [
        column(
            f"value_{n}",
            axis_title(axis.model_dump()),
            format=FORMATS.get(axis.unit, "number"),
            width_px=120,
            grow=1,
            **WRAPPED,
        )
        for n, axis in enumerate(result.axes)
    ]
    kinds = {axis.kind for axis in result.axes}
    more = [
        column(field, name, format="percent", width_px=120, grow=1, narrow=False, **WRAPPED)
        for kind, field, name in (
            ("return", "return_frac", "Expected return a year"),
            ("volatility", "volatility_frac", "Volatility a year"),
        )
        if kind not in kinds
    ]
    return [
        column("number", "No.", format="count", width_px=64, grow=0.5, pinned=True),
        *axes,
        *more,
        column("how", "How found", width_px=130, grow=1, narrow=False),
        *([column("rules", "Rules broken", width_px=180, grow=1.5)] if _is_judged(result) else []),
    ]


def _is_judged(result: ParetoResult) -> bool:
    return result.rules is not None and bool(result.rules.checked)


def point_rows(result: ParetoResult) -> list[dict[str, Any]]:
    """Return one line for each portfolio."""
    return [
        {
            "id": str(place),
            "number": place + 1,
            **{f"value_{n}": value for n, value in enumerate(point.values)},
            "return_frac": point.return_annual_frac,
            "volatility_frac": point.volatility_annual_frac,
            "how": "Proven" if point.is_exact else "By search",
            **({"rules": ", ".join(result.rules.broken[place]) or "none"} if result.rules is not None else {}),
        }
        for place, point in enumerate(result.points)
    ]


def notes(result: ParetoResult, style: Style) -> Any:
    """Return which objectives conflict, the answer's own notes, and what the numbers rest on."""
    told = [in_style(result.message, style), *(in_style(one.sentence, style) for one in result.pairs)]
    effort = f"{formatting.count(result.solves_count, 'program', style=style)} solved"
    if result.generations_count:
        effort += f", {formatting.count(result.generations_count, 'generation', style=style)} of search"
    if result.rules is not None:
        told.append(in_style(result.rules.sentence, style))
        told += [in_style(one, style) for one in result.rules.notes]
    told += [*(in_style(one, style) for one in result.notes), f"{effort}."]
    return html.Ul([html.Li(one) for one in told])


def instead(run: RunView, result: ParetoResult | None, style: Style) -> Any:
    """Return what stands in the place of a result: why there is none, and the way on; None where there is one."""
    if result is not None and result.points:
        return None
    runs = link_button("All runs", "/runs")
    if run.status is RunStatus.FAILED:
        text = message_of(run, style) or "The work ended without an answer."
        return _calm("This search for trade-offs failed", text, "exclamation-triangle", runs)
    if run.status is RunStatus.CANCELLED:
        text = message_of(run, style) or "It was stopped before it had an answer. Nothing was changed."
        return _calm("This search for trade-offs was cancelled", text, "slash-circle", runs)
    if result is None:
        return None
    parts = [in_style(result.message, style), in_style(result.advice or "", style)]
    if result.diagnosis is not None and result.diagnosis.conflicts:
        first = result.diagnosis.conflicts[0]
        parts += [in_style(first.sentence, style), in_style(first.advice or "", style)]
    text = " ".join(dict.fromkeys(part for part in parts if part))
    return _calm(state_words(run), text, "signpost-split", runs)


def _calm(title: str, text: str, glyph: str, *actions: Any) -> Any:
    return html.Section(empty_state(title, text, glyph=glyph, actions=list(actions), level=2), className="card-q")
