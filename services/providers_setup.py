"""How does a house switch sources on, order them, and give them keys?

Every change leaves a row in the audit log; keys never stand there, only that they changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from data.providers.feed_mapping import FeedMapping
from data.providers.vocabulary import AssetClass
from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.messages.providers import ProviderChange
from services.ports import Ports
from services.providers_feeds import read_description, server_of
from services.providers_gate import Gate
from services.providers_house import ORDER_SETTING, House, HouseProvider, about

KIND = "provider"
KEY_MAX_LENGTH = 500
HINT_LENGTH = 4
HINTED_MIN_LENGTH = 12
"""Shorter keys show nothing: four of eight characters would give half of a key away."""
FEEDS_MAX_COUNT = 20


class Setup:
    """Changes what a house chose for its sources.

    Parameters
    ----------
    ports : Ports
    house : House
    gate : Gate

    """

    def __init__(self, ports: Ports, house: House, gate: Gate) -> None:
        self._ports = ports
        self._house = house
        self._gate = gate

    def change(
        self, name: str, wish: ProviderChange | Mapping[str, Any], actor: Actor, row_version: int | None
    ) -> None:
        """Switch one source on or off, or change its limits."""
        authorize(actor, Permission.PROVIDERS_WRITE)
        before = self._outside(name, actor.tenant_id)
        given = wish.model_dump(exclude_unset=True) if isinstance(wish, ProviderChange) else dict(wish)
        changes = {key: value for key, value in given.items() if not (key == "is_enabled" and value is None)}
        with self._ports.store.work(actor) as uow:
            uow.provider_settings.put(name, changes, row_version)
            note(
                uow, "provider.change", KIND, name,
                before={"is_enabled": before.is_enabled, **_limits_of(before)}, after=changes,
            )  # fmt: skip
            uow.commit()

    def set_order(self, asset_class: str, names: Sequence[str], actor: Actor) -> None:
        """Keep an order; an empty one takes the choice back."""
        authorize(actor, Permission.PROVIDERS_WRITE)
        _check_class(asset_class)
        known = {one.name for one in self._house.providers(actor.tenant_id)}
        problems = [
            FieldProblem(f"providers[{number}]", f"There is no source {name!r}.", f"Known: {', '.join(sorted(known))}.")
            for number, name in enumerate(names)
            if name not in known
        ]
        if len(set(names)) < len(names):
            problems.append(FieldProblem("providers", "A source is named twice.", "Name each source once."))
        if problems:
            raise InvalidRequest("This order cannot be used.", "Correct the names.", fields=tuple(problems))
        with self._ports.store.work(actor) as uow:
            kept = uow.settings.value(ORDER_SETTING, {})
            orders = {kind: list(one) for kind, one in kept.items() if kind != asset_class}
            before = kept.get(asset_class)
            if names:
                orders[asset_class] = list(names)
            uow.settings.put(ORDER_SETTING, orders)
            note(
                uow, "provider.order", KIND, asset_class,
                before={"providers": before}, after={"providers": list(names) or None},
            )  # fmt: skip
            uow.commit()

    def set_credentials(self, name: str, keys: Mapping[str, str], actor: Actor) -> None:
        """Seal the keys of one source."""
        authorize(actor, Permission.PROVIDERS_WRITE)
        one = self._outside(name, actor.tenant_id)
        needed = one.provider.capabilities.needs_credentials
        cleaned = {key: value.strip() for key, value in keys.items()}
        _check_keys(one, needed, cleaned)
        sealed = self._house.sealer.seal(json.dumps(cleaned), about(actor.tenant_id, name))
        hints = {key: value[-HINT_LENGTH:] if len(value) >= HINTED_MIN_LENGTH else "" for key, value in cleaned.items()}
        with self._ports.store.work(actor) as uow:
            uow.provider_settings.put(
                name,
                {
                    "credentials_sealed": sealed,
                    "credentials_hints": hints,
                    "credentials_set_at_utc": self._ports.clock.now_utc(),
                },
            )
            self._gate.forget(uow, name)
            note(uow, "provider.set_credentials", KIND, name, after={"keys": sorted(cleaned)})
            uow.commit()

    def delete_credentials(self, name: str, actor: Actor) -> None:
        """Forget the keys of one source."""
        authorize(actor, Permission.PROVIDERS_WRITE)
        one = self._outside(name, actor.tenant_id)
        if not one.hints and not one.credentials:
            raise Conflict(f"{one.label} has no key.", "Nothing needs to be deleted.", code="no_key")
        with self._ports.store.work(actor) as uow:
            uow.provider_settings.put(name, _no_keys())
            note(uow, "provider.delete_credentials", KIND, name)
            uow.commit()

    def put_feed(self, document: FeedMapping | Mapping[str, Any], actor: Actor) -> str:
        """Keep the description of a feed; return the name of its source. Another server makes its key forgotten."""
        authorize(actor, Permission.PROVIDERS_WRITE)
        mapping = document if isinstance(document, FeedMapping) else read_description(document)
        name = mapping.provider_name
        known = [one for one in self._house.providers(actor.tenant_id) if one.is_custom]
        if len(known) >= FEEDS_MAX_COUNT and name not in {one.name for one in known}:
            raise Conflict(
                f"This house has {FEEDS_MAX_COUNT} feeds already.", "Delete one that is no longer used.", code="many"
            )
        with self._ports.store.work(actor) as uow:
            before = uow.provider_settings.of(name)
            changes: dict[str, Any] = {"configuration": mapping.model_dump(mode="json")}
            # a key is given for one server; who describes the feed anew need not know it, and may not send it elsewhere
            old = None if before is None else before.configuration.get("address")
            is_moved = before is not None and (old is None or server_of(old) != server_of(mapping.address))
            loses_key = is_moved and before is not None and before.credentials_sealed is not None
            uow.provider_settings.put(name, changes | _no_keys() if is_moved else changes)
            self._gate.forget(uow, name)
            note(uow, "provider.put_feed", KIND, name, after={"label": mapping.label, "address": mapping.address})
            if loses_key:
                note(uow, "provider.delete_credentials", KIND, name)
            uow.commit()
        return name

    def delete_feed(self, name: str, actor: Actor) -> None:
        """Forget a feed with its key."""
        authorize(actor, Permission.PROVIDERS_WRITE)
        one = self._outside(name, actor.tenant_id)
        if not one.is_custom:
            raise Conflict(f"{one.label} is built in.", "Switch it off instead.", code="built_in")
        with self._ports.store.work(actor) as uow:
            uow.provider_settings.remove(name)
            note(uow, "provider.delete_feed", KIND, name)
            uow.commit()

    def _outside(self, name: str, tenant_id: str) -> HouseProvider:
        """Return a source that can be set up.

        Raises
        ------
        NotFound
            The house has no source of this name.
        Conflict
            It is built in and needs no set-up.

        """
        one = find(self._house.providers(tenant_id), name)
        if not one.is_outside:
            raise Conflict(f"{one.label} is part of the product.", "There is nothing to set up.", code="built_in")
        return one


def find(found: Sequence[HouseProvider], name: str) -> HouseProvider:
    """Return the source of a name.

    Raises
    ------
    NotFound
        There is none in this house.

    """
    for one in found:
        if one.name == name:
            return one
    raise NotFound(f"There is no source {name!r}.", f"Known: {', '.join(one.name for one in found)}.")


def _no_keys() -> dict[str, Any]:
    return {"credentials_sealed": None, "credentials_hints": {}, "credentials_set_at_utc": None}


def _limits_of(one: HouseProvider) -> dict[str, Any]:
    return {"day_limit_count": one.limits.day_count, "minute_limit_count": one.limits.minute_count}


def _check_class(asset_class: str) -> None:
    known = [kind.value for kind in AssetClass]
    if asset_class not in known:
        problem = FieldProblem(
            "asset_class", f"There is no kind of assets {asset_class!r}.", f"Known: {', '.join(known)}."
        )
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))


def _check_keys(one: HouseProvider, needed: Sequence[str], keys: Mapping[str, str]) -> None:
    """Refuse keys that the source does not know, lacks, or that cannot be keys; no value is ever repeated."""
    problems: list[FieldProblem] = []
    if not needed:
        raise Conflict(f"{one.label} needs no key.", "Switch it on; nothing else is needed.", code="no_key_needed")
    for name in keys:
        if name not in needed:
            problems.append(
                FieldProblem(f"keys.{name}", f"{one.label} has no key {name!r}.", f"It needs: {', '.join(needed)}.")
            )
    for name in needed:
        value = keys.get(name, "")
        if not value:
            problems.append(FieldProblem(f"keys.{name}", "The key is empty.", f"Paste the key of {one.label}."))
        elif len(value) > KEY_MAX_LENGTH or not value.isascii() or not value.isprintable() or " " in value:
            problems.append(
                FieldProblem(
                    f"keys.{name}",
                    "This cannot be a key: it is too long, or holds spaces or characters that no key has.",
                    "Copy it again from the source's own page.",
                )
            )
    if problems:
        raise InvalidRequest("The key cannot be used.", "Correct the fields named below.", fields=tuple(problems))
