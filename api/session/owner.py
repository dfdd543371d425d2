"""Whose are the things that a browser's tab keeps for the pages: drafts, changes to holdings, the place in the events?

A tab outlives a sign-in. The outline of the page, which comes before anything is read from there, names its reader by a
number that says nothing else; the script `assets/session.js` empties the tab once that is somebody else.
"""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request

from api.access import actor
from services.errors import NotSignedIn

HEADER = "X-Page-Owner"
_OUTLINE = "/_dash-layout"
_LENGTH = 16


def register(server: Flask) -> None:
    """Name the reader on each outline that is given."""
    server.after_request(_name)


def _name(response: Response) -> Response:
    if request.path != _OUTLINE:
        return response
    try:
        user_id = actor().user_id
    except NotSignedIn:
        return response
    response.headers[HEADER] = hashlib.sha256(user_id.encode()).hexdigest()[:_LENGTH]
    return response
