"""How do the hints of an outline, which knows no reader, come to stand in the reader's number format?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import dash
from flask import has_request_context
from flask_login import current_user

from callbacks.wording import reader_style, told

HINT: Final = "field-help"
WRITTEN: Final = "comma"
"""The format in which outlines are written."""


def in_readers_numbers(module: str) -> None:
    """Have the hints at the fields of a page of Dash's list be told as other sentences are, from now on.

    Parameters
    ----------
    module : str
        Name of the page's module, as Dash lists it.

    """
    listed = dash.page_registry[module]
    listed["layout"] = _turned(listed["layout"])


def _turned(draw: Callable[..., Any]) -> Callable[..., Any]:
    def turned(**asked: Any) -> Any:
        page = draw(**asked)
        is_read = has_request_context() and current_user and current_user.is_authenticated
        if is_read and reader_style() != WRITTEN:
            turn(page)
        return page

    return turned


def turn(page: Any) -> None:
    """Write the hints of a page anew in the reader's number format."""
    for one in page._traverse():
        if getattr(one, "className", None) == HINT:
            parts = one.children if isinstance(one.children, list) else [one.children]
            one.children = [told(part) if isinstance(part, str) else part for part in parts]
