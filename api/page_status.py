"""Which status has an address of a page that does not exist?

Dash answers every address with its frame and status 200, and draws "not found" in the browser. Here the same frame
travels with 404, so that programs and caches are not misled.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request

CATCH_ALL = "/<path:path>"


def register(server: Flask, is_page: Callable[[str], bool]) -> None:
    """Give addresses without a page the status 404.

    Parameters
    ----------
    server : Flask
    is_page : callable
        Tells whether a path leads to a page.
    """

    def mark(response: Response) -> Response:
        if request.endpoint == CATCH_ALL and response.status_code == 200 and not is_page(request.path):
            response.status_code = 404
        return response

    server.after_request(mark)
