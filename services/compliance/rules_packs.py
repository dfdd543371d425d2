"""Which packs of rules come with the product, what is in them, and what of it has the house already?"""

from __future__ import annotations

from engine.compliance.packs.catalog import PACKS
from engine.compliance.packs.examples import examples_of
from engine.compliance.packs.pack import Pack
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.rules_words import SEVERITIES, rule_sentence
from services.errors import NotFound
from services.messages.compliance_rules import PackRule, PackView
from services.ports import Ports


class RulePacks:
    """Rules by body of law, as a house may take them in."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor) -> tuple[PackView, ...]:
        """Return every pack with its rules as sentences; nothing of it counts before it is adopted and approved."""
        authorize(actor, Permission.COMPLIANCE_READ)
        taken = self._taken(actor)
        return tuple(_shown(pack, taken) for pack in PACKS.values())

    def get(self, pack_id: str, actor: Actor, place: str = "house") -> PackView:
        """Return one pack, and which of its rules are there already: of the house, or of a client or portfolio by id.

        Raises
        ------
        NotFound
            There is no such pack.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        pack = PACKS.get(pack_id)
        if pack is None:
            raise NotFound(f"There is no pack named {pack_id!r}.", f"Choose one of {', '.join(PACKS)}.")
        return _shown(pack, self._taken(actor, place))

    def _taken(self, actor: Actor, place: str = "house") -> dict[str, str]:
        """Return the own rules of the house, a client or a portfolio by code, as far as the actor sees them."""
        with self._ports.store.read(actor) as uow:
            return {row.code: row.id for row in uow.rules.all() if row.scope_key == place}


def _shown(pack: Pack, taken: dict[str, str]) -> PackView:
    rules = tuple(
        PackRule(
            code=rule.id,
            title=rule.title,
            sentence=rule_sentence(rule),
            citation=rule.citation,
            severity=rule.severity,
            severity_words=SEVERITIES[rule.severity],
            rule=rule,
            cases_count=len(examples_of(rule.id)),
            adopted_as=taken.get(rule.id),
        )
        for rule in pack.rules
    )
    return PackView(
        id=pack.id,
        title=pack.title,
        about=pack.about,
        caveat=pack.caveat,
        rules_count=len(rules),
        adopted_count=sum(one.adopted_as is not None for one in rules),
        rules=rules,
    )
