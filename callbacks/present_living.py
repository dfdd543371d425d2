"""In which words and numbers does the page of the frontier get its answers?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from callbacks.actor import actor, services
from callbacks.living_subject import Base, problem_of, wish_of
from callbacks.wording import told
from components.empty_state import empty_state
from components.graph import twin
from services.charts.living import living_chart, table_of
from services.charts.look import Look
from services.errors import ServiceError
from services.formatting import Style
from services.living_address import moves_of, number_of
from services.messages.living import LivingFrontier, LivingProblem
from services.messages.preferences import Preferences
from services.messages.uncertainty import UncertaintyResult
from services.number_style import in_style

LONG_ONLY = "The portfolio holds short positions; those on this frontier hold none. The wizard starts with them."
TWIN = "Portfolios beside the frontier, its corners, and the assets"


def look_of(theme: str | None, likes: Preferences) -> Look:
    """Return the reader's look."""
    return Look("dark" if theme == "dark" else "light", likes.number_format, likes.sign_palette)


def ground(
    problem: LivingProblem, drawn_for: str, theme: str | None, likes: Preferences, sure: UncertaintyResult | None
) -> Any:
    """Return the figure on which the browser draws the frontier; `drawn_for` tells it from the one before."""
    figure = living_chart(problem, look_of(theme, likes), sure=sure)
    figure.layout.meta |= {"drawn_for": drawn_for}
    figure.layout.uirevision = drawn_for
    return figure


def table(base: Base, found: LivingFrontier, likes: Preferences) -> Any:
    """Return the table twin of the chart where the limits stand now."""
    columns, rows = table_of(problem_of(base), found, look_of(None, likes))
    return twin(TWIN, columns, rows)


def document(problem: LivingProblem, base: Base, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the problem as the browser reads it, with what the address asks for where it is about this frontier."""
    kind, key = next(iter(base.items()))
    is_first = asked.get(kind) == key or not (asked.get("run") or asked.get("portfolio"))
    start = asked if is_first else {}
    return {
        **problem.model_dump(mode="json", exclude={"request", "asset_points", "frontier"}),
        "handles": [{**one.model_dump(mode="json"), "clause": told(one.clause)} for one in problem.handles],
        "frontier": sent(problem.frontier),
        "base": base,
        "drawn_for": f"{kind}:{key}",
        "portfolio": problem.request.portfolio_id,
        "start": {
            "moves": moves_of(start.get("moves")),
            "at": number_of(start.get("at")),
            "pins": start.get("pins", ""),
            "hide": start.get("hide", ""),
            "axes": start.get("axes", ""),
            "ranges": start.get("ranges", ""),
        },
    }


def sent(found: LivingFrontier) -> dict[str, Any]:
    """Return a certified frontier as the browser reads it."""
    return {
        **found.model_dump(mode="json", exclude={"request", "lineage", "notes", "message", "advice", "blockers"}),
        "message": told(found.message),
        "advice": told(found.advice),
        "blockers": [told(one) for one in found.blockers],
    }


def blocked(base: Base, moved: Mapping[str, Any], where: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in the way of a limit that was pulled beyond where portfolios end."""
    beyond = {**(moved.get("moves") or {}), str(where["key"]): float(where["value"])}
    try:
        found = services().living.moved(wish_of(base, {"moves": beyond}), actor())
    except ServiceError as error:
        return {"sentences": [refusal(error)], "advice": ""}
    if found.corners:
        return {"sentences": [], "advice": ""}
    sentences = [told(one) for one in found.blockers] or [told(found.message)]
    return {"sentences": sentences, "advice": told(found.advice)}


def refusal(error: ServiceError) -> str:
    """Return what was refused, with its fields, as one text."""
    details = [told(f"{one.message} {one.advice}".strip()) for one in error.fields]
    return " ".join([told(error.sentence), *details])


def run_label(run_id: str) -> str:
    """Return how a run is named among what a frontier can be of."""
    try:
        name = services().runs.get(run_id, actor()).name
    except ServiceError:
        return "The run of the address"
    return f"Run: {name}" if name else f"Run {run_id[:8]}"


def no_portfolios() -> Any:
    """Say what there is to do where a person sees no portfolio."""
    return empty_state(
        "No portfolio to explore yet",
        "Make a portfolio on Home, or open the frontier of an optimization from its result.",
        glyph="bezier2",
        actions=[dcc.Link("Go to Home", href="/", className="btn-q btn-q-primary")],
    )


def nothing(problem: LivingProblem, base: Base) -> Any:
    """Say what stands in the way where the limits as they were asked leave no portfolio, and lead to the doctor."""
    said = [told(one) for one in problem.frontier.blockers] or [told(problem.frontier.message)]
    kind, key = next(iter(base.items()))
    return empty_state(
        "No portfolio meets these limits",
        " ".join([*said, told(problem.frontier.advice)]).strip(),
        glyph="bezier2",
        actions=[
            dcc.Link(
                "Open the limits in the wizard", href=f"/optimize?{kind}={key}&step=3", className="btn-q btn-q-primary"
            )
        ],
    )


def remarks(problem: LivingProblem, style: Style) -> list[Any]:
    """Return what is to be known of the frontier: the client's sentence, what it leaves out, who follows it."""
    said = [] if problem.client is None else [in_style(f"Client profile: {problem.client.sentence}", style)]
    said += [LONG_ONLY] if _holds_shorts(problem) else []
    said += [in_style(note, style) for note in problem.frontier.notes]
    said += [in_style(problem.costs_note, style)] if problem.costs_note else []
    for why in dict.fromkeys(problem.still.values()):
        titles = "; ".join(title for title, reason in problem.still.items() if reason == why)
        said.append(in_style(f"Kept and not moved by hand, because {why}: {titles}.", style))
    if problem.why_not:
        said.append(in_style(f"The frontier is followed by the server because {problem.why_not}.", style))
    return [html.P(one, className="muted") for one in dict.fromkeys(said)]


def _holds_shorts(problem: LivingProblem) -> bool:
    """Return whether something is held short today that a frontier without short positions cannot hold."""
    held = () if problem.current is None else problem.current.weights_frac or ()
    return min(held, default=0.0) < 0.0 and not any(one.kind == "long_short" for one in problem.request.constraints)


def subject_of(base: Base) -> str:
    """Return whose frontier it is, in words."""
    if base.get("run"):
        return run_label(str(base["run"]))
    return services().portfolios.get(str(base["portfolio"]), actor()).name
