"""Where does a figure from outside come from, who may ask for it, and how is that set up?

`ask` is the one way to a source: the house's order, its keys and quotas, what was kept from before, and what is served
while nobody answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from data.providers.questions import Question
from data.providers.vocabulary import AssetClass
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.messages.market import IngestReport
from services.messages.providers import (
    Answered,
    FeedDescription,
    OrderView,
    ProviderChange,
    ProvidersView,
    ProviderView,
    TrialView,
)
from services.ports import Ports
from services.providers_ask import Asking, each_missing
from services.providers_gate import Gate
from services.providers_house import House
from services.providers_refresh import FreshFigures, offline_report
from services.providers_setup import Setup
from services.providers_trial import Trials
from services.providers_views import Views

RefreshKind = Literal["minutes", "days", "facts", "macro"]


class Providers:
    """Sources of market data: asking them, setting them up, and how each one stands.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._house = House(ports)
        self._gate = Gate(ports)
        self._asking = Asking(ports, self._house, self._gate)
        self._setup = Setup(ports, self._house, self._gate)
        self._views = Views(ports, self._house)
        self._trials = Trials(ports, self._house, self._asking)
        self._fresh = FreshFigures(
            ports, lambda question, house, kind: self.ask_each(question, house, asset_class=kind)
        )

    def ask(
        self,
        question: Question,
        who: Actor | str,
        *,
        asset_class: AssetClass | str | None,
        without: frozenset[str] = frozenset(),
    ) -> Answered:
        """Return an answer from the first source that gives one, in the house's order.

        Parameters
        ----------
        question : Question
        who : Actor or str
            The person who asks, or the id of the house for the product's own work.
        asset_class : AssetClass, str or None
            Whose order counts; None takes the usual one.
        without : frozenset of str
            Names of sources that are left out.

        Returns
        -------
        Answered
            Fresh, or kept for at most a minute (last prices, bars of minutes) or an hour (everything else). With
            `is_stale` it is older: no source could be asked, and its age in seconds says how old.

        Raises
        ------
        NotAllowed
            The actor may not see market data.
        Unavailable, TooMany
            No source answered and nothing is known from before; the sentences say what each source said.

        """
        return self._asking.ask(question, _house_of(who), _class_of(asset_class), without)

    def ask_each(
        self, question: Question, who: Actor | str, *, asset_class: AssetClass | str | None
    ) -> tuple[Answered, ...]:
        """Return answers that together hold as many of the symbols as the sources know, each asked only for the rest.

        Raises as `ask`; a source that fails after another one has answered is left out.
        """
        tenant_id, kind = _house_of(who), _class_of(asset_class)
        outside = {one.name for one in self._house.providers(tenant_id) if one.is_outside}
        return tuple(
            each_missing(
                lambda asked, without: self._asking.ask(asked, tenant_id, kind, without),
                question,
                outside.__contains__,
            )
        )

    def is_online(self, who: Actor | str) -> bool:
        """Return whether a source that uses the network is switched on; False means that nothing is ever asked."""
        return any(one.is_enabled and one.is_outside for one in self._house.providers(_house_of(who)))

    def refresh(self, what: RefreshKind, who: Actor | str) -> IngestReport:
        """Ask for what a house needs and store it; nothing is asked while no source outside is switched on.

        Parameters
        ----------
        what : {"minutes", "days", "facts", "macro"}
            Bars of minutes in market hours; sessions that are over; dividends, splits and fundamentals; economic
            series.
        who : Actor or str
            The person, who must be allowed to refresh, or the id of the house.

        Returns
        -------
        IngestReport
            With a sentence that also tells what did not come.

        """
        if isinstance(who, Actor):
            authorize(who, Permission.MARKET_REFRESH)
        tenant_id = _house_of(who)
        if not self.is_online(tenant_id):
            return offline_report()
        do = {
            "minutes": self._fresh.minutes,
            "days": self._fresh.days,
            "facts": self._fresh.facts,
            "macro": self._fresh.macro,
        }
        return do[what](tenant_id)

    def go_on(self, tenant_id: str) -> IngestReport | None:
        """Ask for what a quota left out of the last daily rounds; None where nothing was left out."""
        return self._fresh.go_on(tenant_id) if self.is_online(tenant_id) else None

    def failing(self, tenant_id: str) -> tuple[str, ...]:
        """Return a sentence for each source that is switched on and does not answer or refuses the house's key."""
        return self._views.failing(tenant_id)

    def list(self, actor: Actor) -> ProvidersView:
        """Return how each source stands for the actor's house, and in which order they are turned to."""
        authorize(actor, Permission.MARKET_READ)
        return self._views.all(actor.tenant_id)

    def get(self, name: str, actor: Actor) -> ProviderView:
        """Return how one source stands.

        Raises
        ------
        NotFound
            The house has no such source.

        """
        authorize(actor, Permission.MARKET_READ)
        return self._views.one(actor.tenant_id, name)

    def change(
        self, name: str, wish: ProviderChange | Mapping[str, Any], actor: Actor, row_version: int | None = None
    ) -> ProviderView:
        """Switch a source on or off, or change how much may be asked of it.

        Raises
        ------
        NotAllowed, NotFound, InvalidRequest, Stale
            The role may not; there is no such source, or it is built in; the row changed since `row_version`.

        """
        self._setup.change(name, wish, actor, row_version)
        return self._views.one(actor.tenant_id, name)

    def set_order(self, asset_class: str, names: Sequence[str], actor: Actor) -> OrderView:
        """Choose in which order sources are turned to for one kind of assets; no names take the usual order again."""
        self._setup.set_order(asset_class, names, actor)
        return self._views.order(actor.tenant_id, AssetClass(asset_class))

    def set_credentials(self, name: str, keys: Mapping[str, str], actor: Actor) -> ProviderView:
        """Seal the keys of a source; from then on only their last four characters are told.

        Raises
        ------
        InvalidRequest
            A key is missing, unknown to the source, too long, or holds characters that no key has.

        """
        self._setup.set_credentials(name, keys, actor)
        return self._views.one(actor.tenant_id, name)

    def delete_credentials(self, name: str, actor: Actor) -> ProviderView:
        """Forget the keys of a source."""
        self._setup.delete_credentials(name, actor)
        return self._views.one(actor.tenant_id, name)

    def put_feed(self, mapping: FeedDescription | Mapping[str, Any], actor: Actor) -> ProviderView:
        """Describe a feed of the house's own, or describe it anew.

        Raises
        ------
        InvalidRequest
            The description cannot be used; each field is named.

        """
        return self._views.one(actor.tenant_id, self._setup.put_feed(mapping, actor))

    def delete_feed(self, name: str, actor: Actor) -> None:
        """Forget a feed of the house's own with its key; prices that it brought stay."""
        self._setup.delete_feed(name, actor)

    def trial(self, name: str, actor: Actor) -> TrialView:
        """Ask a source for the symbol that it is tried with, and say in a sentence what came of it, within 5 seconds.

        Raises
        ------
        NotAllowed, NotFound
            The role may not refresh market data; there is no such source.
        TooMany
            It was tried a moment ago.

        """
        authorize(actor, Permission.MARKET_REFRESH)
        return self._trials.of(name, actor.tenant_id)


def _house_of(who: Actor | str) -> str:
    """Return the id of the house, having checked that a person may see market data."""
    if isinstance(who, str):
        return who
    authorize(who, Permission.MARKET_READ)
    return who.tenant_id


def _class_of(asset_class: AssetClass | str | None) -> AssetClass | None:
    return None if asset_class is None else AssetClass(asset_class)
