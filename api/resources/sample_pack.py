"""Is the fictitious sample pack loaded?"""

from __future__ import annotations

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.routing import Resource
from services.messages.market import SamplePackStatus

resource = Resource("sample_pack", "Sample pack", "Fictitious scores, volumes, rates and assets to try every feature.")


@resource.route_for("get", "/sample-pack", "Read the state", answers={200: SamplePackStatus})
def read_sample_pack() -> Response:
    """Return whether the pack is loaded and what it holds."""
    return answer(services().sample_pack.status(actor()))


@resource.route_for("post", "/sample-pack", "Load the pack", answers={200: SamplePackStatus})
def load_sample_pack() -> Response:
    """Load the pack; its figures are marked "sample, fictitious" wherever they appear. Repeating it is harmless."""
    return answer(services().sample_pack.load(actor()))
