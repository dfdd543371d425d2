"""How does a page switch between its parts, with the part in the URL?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dash_bootstrap_components as dbc


def tabs(
    id: str, options: Sequence[tuple[str, str]], chosen: str, class_names: Mapping[str, str] | None = None
) -> dbc.Tabs:
    """Make tabs; ``active_tab`` is the key of the part shown.

    Parameters
    ----------
    options : sequence of (key, text)
        The parts.
    chosen : str
        Key of the part shown first.
    class_names : mapping of str to str, optional
        By key: what a tab is called by style sheets, for tabs that are not for everybody.
    """
    return dbc.Tabs(
        [dbc.Tab(label=text, tab_id=key, tab_class_name=(class_names or {}).get(key, "")) for key, text in options],
        id=id,
        active_tab=chosen,
        class_name="tabs-q",
    )
