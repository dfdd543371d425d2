"""What does help say about a screen or a term?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.reading import Path, Query
from api.routing import Resource
from services.messages.help import Glossary, HelpList, HelpPage

resource = Resource("help", "Help", "A page for every screen, an entry for every term.")


class GlossaryQuery(Query):
    """Which terms are looked for."""

    text: str = Field(
        default="", max_length=100, description="Part of a name, of another word for it, or of the definition."
    )
    screen: str | None = Field(default=None, max_length=40, description="Only terms that this screen shows.")


class ScreenPath(Path):
    """Which screen."""

    screen: str = Field(max_length=40, description="Its name, such as `risk`.")


@resource.route_for("get", "/help", "Read the help about every screen", answers={200: HelpList})
def pages() -> Response:
    """Return purpose, reading, deeds, keys, questions and terms of every screen."""
    return answer(services().help.pages(actor()))


@resource.route_for("get", "/help/glossary", "Read the glossary", answers={200: Glossary})
def glossary(query: GlossaryQuery) -> Response:
    """Return terms with definition, formula, unit, sign convention, screens and source."""
    return answer(services().help.glossary(actor(), query.text, query.screen))


@resource.route_for("get", "/help/<screen>", "Read the help about a screen", answers={200: HelpPage})
def page(path: ScreenPath) -> Response:
    """Return the help about one screen."""
    return answer(services().help.page(path.screen, actor()))
