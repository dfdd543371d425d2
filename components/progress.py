"""How does running work show its stage, its share done and its way out?"""

from __future__ import annotations

from typing import Any, Literal

from dash import dcc, html

from components.button import button
from components.icon import icon
from components.ids import Shell

State = Literal["running", "ok", "warn", "bad"]

_GLYPHS: dict[State, str] = {"ok": "check-circle-fill", "warn": "exclamation-triangle-fill", "bad": "x-octagon-fill"}


def progress(
    stage: str,
    done_frac: float | None,
    *,
    note: str | None = None,
    state: State = "running",
    id: Any = None,
) -> html.Div:
    """Show a bar with stage and percent.

    Parameters
    ----------
    stage : str
        What is being done, in words.
    done_frac : float or None
        Share done, 0 to 1; None shows a moving bar.
    note : str or None
        Time left, or what was found so far.
    state : {"running", "ok", "warn", "bad"}
        Color of the bar; what has ended carries a mark as well.
    """
    share = None if done_frac is None else max(0.0, min(1.0, done_frac))
    classes = "" if state == "running" else f" progress-{state}"
    values: dict[str, Any] = {"aria-valuemin": "0", "aria-valuemax": "100", "aria-label": stage}
    if share is not None:
        values["aria-valuenow"] = str(round(share * 100))
    fill = html.Div(className="progress-fill", style={} if share is None else {"width": f"{share * 100:.0f}%"})
    number = "" if share is None else f"{share * 100:.0f}%"
    given: dict[str, Any] = {"id": id} if id is not None else {}
    return html.Div(
        [
            html.Div(
                [
                    html.Span([*_mark(state), stage], className="progress-stage"),
                    html.Span(number, className="progress-number"),
                ],
                className="progress-row",
            ),
            html.Div(fill, className="progress-track", role="progressbar", **values),
            *([html.Div(note, className="progress-note")] if note else []),
        ],
        className=f"progress-q{classes}{' progress-unknown' if share is None else ''}",
        **given,
    )


def _mark(state: State) -> list[Any]:
    """Return the shape of an end, so that the color is not alone."""
    return [] if state == "running" else [icon(_GLYPHS[state], className=f"progress-mark toast-{state}"), " "]


def task(
    name: str,
    href: str,
    *,
    stage: str,
    done_frac: float | None,
    state: State = "running",
    note: str | None = None,
    run_id: str | None = None,
) -> html.Div:
    """Show one run in the task tray; ``run_id`` adds a cancel button with ``Shell.task_cancel(run_id)``."""
    head: list[Any] = [dcc.Link(name, href=href, title=name)]
    if run_id is not None:
        head.append(button("Cancel", Shell.task_cancel(run_id), kind="quiet", small=True, n_clicks=0))
    return html.Div(
        [html.Div(head, className="task-head"), progress(stage, done_frac, state=state, note=note)], className="task"
    )
