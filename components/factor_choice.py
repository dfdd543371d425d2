"""How does one choose among the sets of factors that a house brought?"""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import html


def factor_choice(choice_id: str, box_id: str, names: str) -> html.Div:
    """Make boxes to tick, one a set; without a tick an index and listed funds stand. Hidden while there are no sets.

    Parameters
    ----------
    names : str
        The chosen ones, separated by commas, as in the address.
    """
    chosen = [one for one in names.split(",") if one]
    return html.Div(
        [
            html.Span("Factors from", className="factor-choice-name"),
            dbc.Checklist(
                id=choice_id,
                options=[{"value": one, "label": one} for one in chosen],
                value=chosen,
                inline=True,
            ),
        ],
        id=box_id,
        className="factor-choice",
        hidden=not chosen,
        role="group",
        **{"aria-label": "Sets of factors; without one an index and listed funds"},
    )


def offered_sets(known: Sequence[str], names: str) -> list[dict[str, str]]:
    """Return the boxes to tick; what the address names and is no longer there says so."""
    gone = [one for one in names.split(",") if one and one not in known]
    return [
        *({"value": one, "label": one} for one in known),
        *({"value": one, "label": f"{one} (no longer there)"} for one in gone),
    ]
