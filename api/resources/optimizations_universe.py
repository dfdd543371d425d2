"""How does a program read from a file which assets somebody wants to choose from?"""

from __future__ import annotations

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.routing import Resource, needs
from api.uploads import FILE_BODY, received_file
from services.auth.roles import Permission
from services.messages.optimize import UniverseFile
from services.optimize_universe import UNIVERSE_FILE_MAX_BYTES

resource = Resource("optimization_universe", "Universes", "Which known assets a file names.")


@resource.route_for(
    "post",
    "/optimizations/universe/read",
    "Read assets from a file",
    answers={200: UniverseFile},
    repeatable=False,
    file_body=FILE_BODY,
)
@needs(Permission.MARKET_READ)
def read_universe() -> Response:
    """Return the `symbols` that a CSV file or an Excel workbook names, in its order, and what is not known.

    The column that names most known assets is read, whatever it is called. Nothing is stored.
    """
    raw, _ = received_file(None, UNIVERSE_FILE_MAX_BYTES)
    return answer(services().optimize.universe_of_file(raw, actor()))
