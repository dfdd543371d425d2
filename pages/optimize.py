"""What does somebody want to optimize, under which limits? Five steps from the universe to the run."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import dash
from dash import html

from components import wizard_layout

dash.register_page(__name__, path="/optimize", title="Optimize · Quantum Portfolio Optimizer", name="Optimize", order=1)


def layout(
    portfolio: str | None = None,
    run: str | None = None,
    step: str | None = None,
    repair: str | None = None,
    limit: str | None = None,
    **more: Any,
) -> html.Div:
    """Draw the wizard.

    The address may name a portfolio, a run to change, a repair of it, a limit on risk to keep, a template to fill in,
    a step from 1 to 5; or
    in `frontier` and `at` where the limits and the point of the frontier's page stand.
    """
    boot = {
        "portfolio": portfolio,
        "run": run,
        "repair": repair,
        "limit": limit,
        "frontier": more.get("frontier"),
        "at": more.get("at"),
        "template": more.get("template"),
        "step": wizard_layout.step_from(step),
        "nonce": uuid4().hex,
    }
    return wizard_layout.layout(boot)
