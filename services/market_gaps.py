"""Which kinds of figures does a source of market data not have, and what does somebody read about it?"""

from __future__ import annotations

from collections.abc import Sequence

from data.providers.protocol import Capabilities
from data.providers.questions import AttributeQuestion, ConstituentQuestion, RateQuestion
from data.providers.vocabulary import Field
from services.messages.market import ProviderStatus

VOLUMES, ESG, RATES, WEIGHTS = "volumes", "ESG scores", "exchange rates", "benchmark weights"


def lacks_of(capabilities: Capabilities) -> tuple[str, ...]:
    """Return the kinds of figures that a source cannot deliver."""
    has = {
        VOLUMES: Field.VOLUME in capabilities.fields,
        ESG: AttributeQuestion in capabilities.questions and "esg_score" in capabilities.attributes,
        RATES: RateQuestion in capabilities.questions,
        WEIGHTS: ConstituentQuestion in capabilities.questions,
    }
    return tuple(name for name, is_there in has.items() if not is_there)


def gaps_sentence(found: Sequence[ProviderStatus]) -> str | None:
    """Return what no loaded source has, with the ways out; None when nothing is missing."""
    loaded = [one for one in found if one.state == "loaded"]
    missing = [name for name in (VOLUMES, ESG, RATES, WEIGHTS) if all(name in one.lacks for one in loaded)]
    if not loaded or not missing:
        return None
    named = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
    return (
        f"The stored data have no {named}. What needs them is left out, and nothing is made up. Import your own "
        "holdings on a portfolio's page under Positions; to try the rest, load the sample pack, whose figures are "
        "fictitious. "
        "Prices and scores of your own cannot be imported in this version."
    )
