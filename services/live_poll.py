"""How are a house's own providers asked for last prices?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from data.feeds.ticks import Tick
from data.providers.answers import Quote, QuoteAnswer
from data.providers.questions import QuoteQuestion
from data.providers.vocabulary import AssetClass
from services.errors import ServiceError, Unavailable

if TYPE_CHECKING:
    from services.providers import Providers


class AskProviders:
    """Asks for last prices, each kind of assets in the order that the house chose for it.

    Parameters
    ----------
    providers : Providers
    """

    def __init__(self, providers: Providers) -> None:
        self._providers = providers

    def __call__(self, tenant_id: str, classes: Mapping[str, str]) -> Sequence[Tick]:
        """Return the last prices that the sources know.

        Parameters
        ----------
        classes : mapping of symbol to asset class

        Raises
        ------
        Unavailable
            No source that uses the network is switched on.
        ServiceError
            No kind of assets got a fresh answer; the first reason is told.
        """
        if not self._providers.is_online(tenant_id):
            raise Unavailable(
                "No source of last prices is switched on.",
                "Set one up on the page Providers, or start a replay instead.",
            )
        ticks: list[Tick] = []
        refusals: list[ServiceError] = []
        is_fresh = False
        for kind in sorted(set(classes.values())):
            symbols = tuple(symbol for symbol, one in classes.items() if one == kind)
            try:
                asked = kind if kind in set(AssetClass) else None
                answers = self._providers.ask_each(QuoteQuestion(symbols), tenant_id, asset_class=asked)
            except ServiceError as error:
                refusals.append(error)
                continue
            is_fresh = is_fresh or any(not answered.is_stale for answered in answers)
            ticks += [
                tick_of(quote)
                for answered in answers
                if isinstance(answered.answer, QuoteAnswer)
                for quote in answered.answer.quotes
            ]
        if refusals and not is_fresh:
            raise refusals[0]
        if not is_fresh:
            raise Unavailable(
                "No source of last prices answers at present.", "Prices shown are the last ones; it is asked again."
            )
        return ticks


def tick_of(quote: Quote) -> Tick:
    """Return a provider's quote as a tick."""
    return Tick(
        quote.symbol,
        quote.price,
        quote.currency,
        event_time_utc=quote.event_time_utc,
        bid=quote.bid,
        ask=quote.ask,
        volume=quote.volume,
        previous_close=quote.previous_close,
    )
