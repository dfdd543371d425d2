"""What does the description of a feed make of the feed's answer, before anybody keeps it?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from data.errors import ProviderRefused
from data.http.clients import HttpClients
from data.http.limits import HttpLimits
from data.providers.feed_mapping import KEY, FeedMapping
from data.providers.feed_trial import FeedTrial
from data.providers.http_feed import try_mapping
from data.providers.vocabulary import Field
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest, TooMany
from services.messages.feed_trials import FeedTrialRow, FeedTrialView, FeedTrialWish
from services.messages.imports import ImportProblem
from services.ports import Ports
from services.providers_feeds import read_description, server_of
from services.providers_house import House

AGAIN_AFTER_S = 2.0
LIMITS = HttpLimits(tries_count=1, try_s=5.0, overall_s=5.0)
"""A trial asks once and waits five seconds at most."""


class FeedTrials:
    """Tries descriptions of feeds; nothing is kept.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._house = House(ports)

    def run_document(self, document: Mapping[str, Any], api_key: str, actor: Actor) -> FeedTrialView:
        """Try a description as somebody typed it; without a key, the one that is kept of the same feed and server.

        Raises
        ------
        InvalidRequest
            It cannot be used; each field is named.

        """
        authorize(actor, Permission.PROVIDERS_WRITE)
        mapping = read_description(document)
        key = api_key or self._kept_key(mapping, actor.tenant_id)
        return self.run(FeedTrialWish(mapping=mapping, api_key=SecretStr(key) if key else None), actor)

    def _kept_key(self, mapping: FeedMapping, tenant_id: str) -> str:
        """Return the key that the house gave for this feed, unless the description names another server now."""
        for one in self._house.providers(tenant_id):
            if one.name == mapping.provider_name:
                address = str(one.configuration.get("address", ""))
                return one.credentials.get(KEY, "") if server_of(address) == server_of(mapping.address) else ""
        return ""

    def run(self, wish: FeedTrialWish, actor: Actor) -> FeedTrialView:
        """Ask the feed for one symbol and say how its answer is understood, with everything that is wrong at once.

        Raises
        ------
        NotAllowed
            The role may not describe feeds.
        InvalidRequest
            The description needs a key, and none came, or one that cannot be a key.
        TooMany
            The house tried a feed a moment ago.

        """
        authorize(actor, Permission.PROVIDERS_WRITE)
        self._not_too_often(actor.tenant_id)
        key = "" if wish.api_key is None else wish.api_key.get_secret_value()
        if not key.isascii() or not key.isprintable() or " " in key:
            message = "This cannot be a key: it holds spaces or characters that no key has."
            problem = FieldProblem("api_key", message, "Copy it again from the source's own page.")
            raise InvalidRequest("The key cannot be used.", "Correct the field named below.", fields=(problem,))
        # a way to the network of its own: a description that is only tried trips no breaker of a feed in use
        http = HttpClients(LIMITS, allow_private=self._ports.settings.feed_allow_private)
        known = next(iter(self._ports.providers)).context
        context = replace(known, credentials={KEY: key} if key else {}, http=http)
        try:
            return _view(try_mapping(wish.mapping, wish.symbol or wish.mapping.test_symbol, context))
        except ProviderRefused as error:
            raise InvalidRequest(error.message, "Send its key as api_key.", code="no_key") from None

    def _not_too_often(self, tenant_id: str) -> None:
        key, now_utc = f"feed-trial:{tenant_id}", self._ports.clock.now_utc()
        last = self._ports.cache.get(key)
        if isinstance(last, str) and (now_utc - datetime.fromisoformat(last)).total_seconds() < AGAIN_AFTER_S:
            raise TooMany("A feed was tried a moment ago.", "Wait a few seconds.", retry_after_s=int(AGAIN_AFTER_S))
        self._ports.cache.put(key, now_utc.isoformat(), 60.0)


def _view(trial: FeedTrial) -> FeedTrialView:
    """Return a trial as people and programs read it."""
    return FeedTrialView(
        is_good=trial.is_good,
        sentence=trial.sentence,
        address=trial.address,
        rows=tuple(
            FeedTrialRow(
                number=row.number,
                symbol=row.symbol,
                day=row.day,
                instant_utc=row.instant_utc,
                currency=row.currency,
                open=_figure(row.figures, Field.OPEN),
                high=_figure(row.figures, Field.HIGH),
                low=_figure(row.figures, Field.LOW),
                close=_figure(row.figures, Field.CLOSE),
                adjusted_close=_figure(row.figures, Field.ADJUSTED_CLOSE),
                volume=_figure(row.figures, Field.VOLUME),
                known_on=row.known_on,
                facts={name.value: figure for name, figure in row.facts.items()},
            )
            for row in trial.rows
        ),
        rows_count=trial.rows_count,
        problems=tuple(
            ImportProblem(line=one.line, column=one.column, message=one.message, advice=one.advice)
            for one in trial.problems
        ),
        problems_count=trial.problems_count,
        notes=trial.notes,
    )


def _figure(figures: Mapping[Field, float], name: Field) -> float | None:
    value = figures.get(name, math.nan)
    return None if math.isnan(value) else value
