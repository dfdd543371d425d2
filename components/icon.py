"""How is an icon drawn, and what does a screen reader hear?"""

from __future__ import annotations

from dash import html


def icon(name: str, label: str | None = None, className: str = "") -> html.I:  # noqa: N803 - Dash's own spelling
    """Draw one icon of the vendored Bootstrap icon font.

    Parameters
    ----------
    name : str
        Name of the icon without its prefix, such as ``house``.
    label : str or None
        What the icon says where no text stands beside it; None hides it from screen readers.
    className : str
        Further CSS classes.
    """
    classes = f"bi bi-{name} {className}".strip()
    if label is None:
        return html.I(className=classes, **{"aria-hidden": "true"})
    return html.I(className=classes, role="img", title=label, **{"aria-label": label})
