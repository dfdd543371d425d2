"""How does a page switch between its parts, with the part in the URL?"""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc


def tabs(id: str, options: Sequence[tuple[str, str]], chosen: str) -> dbc.Tabs:
    """Make tabs; ``active_tab`` is the key of the part shown.

    Parameters
    ----------
    options : sequence of (key, text)
        The parts.
    chosen : str
        Key of the part shown first.
    """
    return dbc.Tabs(
        [dbc.Tab(label=text, tab_id=key) for key, text in options],
        id=id,
        active_tab=chosen,
        class_name="tabs-q",
    )
