"""How is a part of a page chosen by its name, and how is that taken back?

A name that chooses, a bar and a dot of a chart all say the same key; assets/choose.js hears the press, and Enter, and
tells the page.
"""

from __future__ import annotations

from typing import Any

from dash import html

from components.button import button


def chooser(words: Any, key: str, *, is_chosen: bool = False, title: str | None = None) -> html.Button:
    """Return words that choose a key when they are pressed; pressed once more they take it back.

    Parameters
    ----------
    words : str or component
        What is read.
    key : str
        What is chosen, as the page knows it, such as ``sector:Technology``.
    is_chosen : bool
        Whether it is chosen now.
    title : str or None
        What a press does, where the words do not tell.

    """
    state = {"data-choose": key, "aria-pressed": "true" if is_chosen else "false"}
    more = {"title": title} if title else {}
    return html.Button(words, type="button", className="choose-name", **state, **more)


def chosen_chip(box_id: str, clear_id: str) -> html.Div:
    """Hold the place of the chip that names what is chosen; a press on it, or Esc, takes it back."""
    chip = button("Nothing is chosen", clear_id, kind="secondary", small=True, n_clicks=0, **{"data-choose-clear": ""})
    return html.Div(chip, id=box_id, className="choose-chip", hidden=True)
