"""How is the description of a feed tried before it is kept?"""

from __future__ import annotations

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.feed_trials import FeedTrialView, FeedTrialWish

resource = Resource(
    "feeds", "Feeds of your own", "Descriptions of HTTP feeds are tried here, and kept with the sources."
)


@resource.route_for(
    "post", "/feeds/try", "Try the description of a feed", answers={200: FeedTrialView}, repeatable=False
)
@needs(Permission.PROVIDERS_WRITE)
def try_feed(body: FeedTrialWish) -> Response:
    """Ask the feed for the last 30 days of one symbol, and answer how its bars are understood and all that is wrong.

    Nothing is kept, the key least of all. 422 `no_key` where the description needs one; 429 within two seconds.
    """
    return answer(services().feed_trials.run(body, actor()))
