"""What do the charts and words of trade-offs need to know: the result, the portfolio looked at, the client's?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import Patch

from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.present_tradeoffs import NONE, axis_options
from components.ids import Tradeoffs
from components.tradeoffs_result import exportable
from components.tradeoffs_view import view_of as seen_as
from services.charts import tradeoffs as surface_chart
from services.charts import tradeoffs_axes as axes_chart
from services.charts import tradeoffs_solid as solid_chart
from services.charts.look import Look
from services.charts.tradeoffs import Marks
from services.errors import InvalidRequest, ServiceError
from services.messages.runs import RunStatus, RunView
from services.messages.tradeoffs import ClientRecommendation, ParetoPoint, ParetoResult
from services.tradeoffs import place_of

SAME_SHARE: Final = 0.006
"""Weights on the page are whole hundredths: those of the run count as the same where none is further away."""


@dataclass(frozen=True)
class View:
    """What is looked at.

    Parameters
    ----------
    run : RunView
    result : ParetoResult
        With points.
    pick : dict or None
        Place of the point that is looked at, and why; None for the one that the run's own weights chose.
    recommended : ClientRecommendation or ServiceError or None
        What suits the client, why there is nothing, or None without a client.
    client_name : str
    """

    run: RunView
    result: ParetoResult
    pick: Mapping[str, Any] | None
    recommended: ClientRecommendation | ServiceError | None
    client_name: str

    @property
    def point(self) -> ParetoPoint:
        """The portfolio that is looked at."""
        if self.pick is None and self.result.chosen is not None:
            return self.result.chosen.point
        return self.result.points[0 if self.pick is None else self.pick["place"]]

    @property
    def recommended_place(self) -> int | None:
        """Place of the point that suits the client."""
        found = self.recommended
        return found.point_place if isinstance(found, ClientRecommendation) else None

    @property
    def suiting(self) -> ParetoPoint | None:
        """The portfolio that suits the client."""
        return None if self.recommended_place is None else self.result.points[self.recommended_place]

    @property
    def marks(self) -> Marks:
        """What stands out in the charts."""
        return Marks(self.point.values, self.suiting.values if self.suiting is not None else None)


def run_and_result(state: Mapping[str, Any] | None) -> tuple[RunView | None, ParetoResult | None]:
    """Return the run that the page shows, and its result where there is one."""
    if not state:
        return None, None
    who = actor()
    run = services().tradeoffs.run(state["id"], who)
    return run, services().tradeoffs.result(run.id, who) if run.status is RunStatus.SUCCEEDED else None


def view_of(state: Mapping[str, Any] | None, pick: Mapping[str, Any] | None, client_id: str | None) -> View | None:
    """Return what is looked at; None while there are no points."""
    run, result = run_and_result(state)
    if run is None or result is None or not result.points:
        return None
    if pick is not None and pick["place"] >= len(result.points):
        pick = None
    recommended, name = _recommended(run.id, client_id)
    return View(run, result, pick, recommended, name)


def _recommended(run_id: str, client_id: str | None) -> tuple[ClientRecommendation | ServiceError | None, str]:
    if not client_id or client_id == NONE or not may(Permission.CLIENTS_READ):
        return None, ""
    try:
        name = services().clients.get(client_id, actor()).name
        return services().tradeoffs.recommend(run_id, client_id, actor()), name
    except ServiceError as refusal:
        return refusal, "the client"


def weighed(result: ParetoResult, weights: Mapping[str, float]) -> dict[str, Any] | None:
    """Return which point weights choose; None where they are the run's own, whose portfolio was solved for."""
    kinds = [axis.kind for axis in result.axes]
    known = {kind: weight for kind, weight in weights.items() if kind in kinds}
    total = sum(known.values())
    if not total > 0:
        return None
    apart = max(abs(known.get(axis.kind, 0.0) / total - axis.share_frac) for axis in result.axes)
    if apart <= SAME_SHARE:
        return None
    try:
        return {"place": place_of(result, known), "why": "weights"}
    except InvalidRequest:
        return None


def linked_pick(result: ParetoResult, linked: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the point that an address names by its place; None where it names none of the result."""
    word = str(linked.get("point") or "")
    if not word.isdecimal() or int(word) >= len(result.points):
        return None
    return {"place": int(word), "why": "row", "is_linked": True}


def axis_choices(result: ParetoResult, linked: str | None = None) -> tuple[Any, ...]:
    """Return options and value of each of the three choices of an axis; `linked` names them by comma."""
    options = axis_options(result)
    across, up, tint = surface_chart.usual_axes([axis.model_dump() for axis in result.axes])
    values = [str(across), str(up), _word(tint)]
    tints = [{"value": NONE, "label": "None"}, *options]
    named, known = (linked or "").split(","), {one["value"] for one in options}
    if len(named) == len(values) and set(named[:2]) <= known and named[2] in {*known, NONE}:
        values = named
    return options, values[0], options, values[1], tints, values[2]


def figure_of(
    name: str, view: View, places: tuple[Any, Any, Any], theme: str | None, seen: tuple[Any, Any] = (None, None)
) -> Any:
    """Return the figure of a chart, the same for the screen and for exports; `seen` is turn and tilt of the surface."""
    likes = preferences()
    shown: dict[str, Any] = {
        "marks": view.marks,
        "theme": "dark" if theme == "dark" else "light",
        "style": likes.number_format,
        "signs": likes.sign_palette,
    }
    document = view.result.model_dump(mode="json")
    if name == axes_chart.NAME:
        return axes_chart.tradeoffs_side_by_side(document, **shown)
    across, up, tint = _places(view.result, places)
    if name == solid_chart.NAME:
        turn, tilt = seen_as(",".join(str(one) for one in seen))
        return solid_chart.surface_of_three(document, across=across, up=up, turn_deg=turn, tilt_deg=tilt, **shown)
    return surface_chart.tradeoffs_surface(document, across=across, up=up, tint=tint, **shown)


def surface(view: View, places: tuple[Any, Any, Any], theme: str | None) -> Any:
    """Return the chart of two objectives with its exports."""
    return _exportable(surface_chart.NAME, Tradeoffs.SURFACE_CHART, figure_of(surface_chart.NAME, view, places, theme))


def side_by_side(view: View, theme: str | None) -> Any:
    """Return the chart of all objectives with its exports."""
    figure = figure_of(axes_chart.NAME, view, (None, None, None), theme)
    return _exportable(axes_chart.NAME, Tradeoffs.AXES_CHART, figure)


def in_three(figure: Any) -> Any:
    """Return the chart of the surface of three objectives with its exports."""
    return _exportable(solid_chart.NAME, Tradeoffs.SOLID_CHART, figure)


def moved_surface(view: View, places: tuple[Any, Any]) -> Patch:
    """Return what changes in the chart of two objectives when another portfolio is looked at."""
    across, up, _ = _places(view.result, (*places, None))
    figure, axes = Patch(), [axis.model_dump() for axis in view.result.axes]
    look = Look(style=preferences().number_format)
    for n, values in _standing(view):
        xs, ys = surface_chart.mark_point(values, (across, up))
        words = [] if values is None else ["<br>".join(axes_chart.texts(axes, values, look))]
        _write(figure["data"][surface_chart.FIRST_MARK + n], xs, ys, words)
    return figure


def moved_axes(view: View) -> Patch:
    """Return what changes in the chart of all objectives when another portfolio is looked at."""
    figure, axes = Patch(), [axis.model_dump() for axis in view.result.axes]
    look = Look(style=preferences().number_format)
    names = axes_chart.names_of(axes)
    for n, values in _standing(view):
        heights = [] if values is None else axes_chart.heights(axes, values)
        words = [] if values is None else axes_chart.texts(axes, values, look)
        _write(figure["data"][axes_chart.FIRST_MARK + n], names if values is not None else [], heights, words)
    return figure


def _standing(view: View) -> list[tuple[int, Any]]:
    """Return place among the marks and values of those that move: the recommended and the chosen one."""
    return [
        (surface_chart.MARKS.index("recommended"), view.marks.recommended),
        (surface_chart.MARKS.index("chosen"), view.marks.chosen),
    ]


def _write(trace: Any, xs: list[Any], ys: list[float], words: list[str]) -> None:
    trace["x"], trace["y"], trace["customdata"], trace["showlegend"] = xs, ys, words, bool(xs)


def _places(result: ParetoResult, places: tuple[Any, Any, Any]) -> tuple[int, int, int | None]:
    """Return the axes to draw; those that somebody is used to for what cannot be drawn."""
    usual = surface_chart.usual_axes([axis.model_dump() for axis in result.axes])
    count = len(result.axes)
    across, up, tint = (
        int(one) if isinstance(one, str) and one.isdigit() and int(one) < count else None for one in places
    )
    across = usual[0] if across is None else across
    up = usual[1] if up is None else up
    if across == up:
        up = next(place for place in range(count) if place != across)
    if places[2] == NONE:
        return across, up, across  # an axis that is drawn already colors nothing
    return across, up, usual[2] if tint is None else tint


def _word(place: int | None) -> str:
    return NONE if place is None else str(place)


def _exportable(name: str, chart_id: str, figure: Any) -> Any:
    return exportable(
        figure,
        chart_id=chart_id,
        name=name,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )
