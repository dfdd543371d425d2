"""How long is each class of records kept, what happens then, and who agreed to that?

The product keeps everything for seven years, which covers the five and six years of the rules for advisers and dealers
and the five to seven of MiFID II. A house may choose otherwise; a shorter time needs a second person. Holds win over
everything, and whatever goes leaves an audit row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.four_eyes import Deed, FourEyes, ask
from services.compliance.restrictions_checks import refuse
from services.errors import FieldProblem
from services.messages.compliance_records import (
    RetentionAction,
    RetentionChange,
    RetentionChanged,
    RetentionEntry,
    RetentionPolicy,
)
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

KIND = "retention_rule"
SHORTENING = "retention.shorten"
DEFAULT_YEARS_COUNT = 7
_KEEP, _DELETE = RetentionAction.KEEP, RetentionAction.DELETE
_ARCHIVE, _PSEUDONYMISE = RetentionAction.ARCHIVE, RetentionAction.PSEUDONYMISE


@dataclass(frozen=True)
class RecordClass:
    """One class of records.

    Parameters
    ----------
    name, label, explanation : str
    actions : tuple of RetentionAction
        What can be done with it, the product's own choice first.

    """

    name: str
    label: str
    explanation: str
    actions: tuple[RetentionAction, ...]


CLASSES: tuple[RecordClass, ...] = (
    RecordClass(
        "audit",
        "Audit log",
        "Rows older than this are written into an archive file as well; the chain itself is never shortened.",
        (_ARCHIVE, _KEEP),
    ),
    RecordClass(
        "books",
        "Portfolios, bookings, rules, breaches and reports",
        "Books and records stay for as long as the house does.",
        (_KEEP,),
    ),
    RecordClass(
        "client_personal",
        "Personal data of former clients",
        "Names and contacts of clients that were put aside go; the client's reference and figures stay.",
        (_PSEUDONYMISE, _KEEP),
    ),
    RecordClass(
        "user",
        "Former users",
        "Name and address of users who were shut out and not seen since are replaced by a mark; deeds keep it.",
        (_PSEUDONYMISE, _KEEP),
    ),
    RecordClass("run", "Runs", "Ended runs from which no booking, target or other run follows.", (_KEEP, _DELETE)),
    RecordClass("sign_in", "Sign-ins", "Ended sessions with address and browser.", (_DELETE, _PSEUDONYMISE, _KEEP)),
    RecordClass("alert", "Alerts", "Resolved alerts.", (_DELETE, _KEEP)),
    RecordClass("notification", "Notifications", "Messages in people's inboxes.", (_DELETE, _KEEP)),
    RecordClass("mail", "Mail", "Mail that was sent or given up.", (_DELETE, _KEEP)),
)
BY_NAME = {one.name: one for one in CLASSES}


class Retention:
    """The house's choices about how long records are kept.

    Parameters
    ----------
    ports : Ports
    four_eyes : FourEyes

    """

    def __init__(self, ports: Ports, four_eyes: FourEyes) -> None:
        self._ports = ports
        self._four_eyes = four_eyes

    def policy(self, actor: Actor) -> RetentionPolicy:
        """Return how long everything is kept."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.read(actor) as uow:
            return policy_of(uow)

    def choose(self, change: RetentionChange, actor: Actor) -> RetentionChanged:
        """Choose for one class; less than before waits for a second person.

        Raises
        ------
        InvalidRequest
            There is no such class, or its records cannot be treated so.
        Conflict
            A change of this class waits for a second person already.

        """
        authorize(actor, Permission.RECORDS_WRITE)
        refuse(_problems(change), "This cannot be chosen.")
        with self._ports.store.work(actor) as uow:
            before = next(one for one in policy_of(uow).entries if one.record_class == change.record_class)
            request = None
            if is_less(change, before):
                payload = {"years_count": change.years_count, "action": change.action.value}
                request = ask(
                    uow, actor, SHORTENING, object_kind=KIND, object_id=change.record_class,
                    sentence=_wish_words(change, before), reason=change.reason, payload=payload,
                )  # fmt: skip
                sentence = "Keeping less than before needs a second person; until then nothing changes."
            else:
                _write(uow, change.record_class, change.years_count, change.action, change.reason, before)
                sentence = _wish_words(change, before)
            uow.commit()
            shown = None if request is None else self._four_eyes.view(uow, request, actor)
            return RetentionChanged(policy=policy_of(uow), request=shown, sentence=sentence)


def shortening_deed() -> Deed:
    """Return what shortens how long a class is kept once a second person agrees."""

    def do(uow: UnitOfWork, request: tables.ChangeRequest, actor: Actor) -> None:
        name = request.object_id or ""
        before = next(one for one in policy_of(uow).entries if one.record_class == name)
        action = RetentionAction(request.payload["action"])
        _write(uow, name, int(request.payload["years_count"]), action, request.reason, before)

    return Deed(Permission.RECORDS_WRITE, do)


def policy_of(uow: UnitOfWork) -> RetentionPolicy:
    """Return how long the unit's house keeps everything."""
    chosen = uow.retention_rules.all()
    entries = []
    for one in CLASSES:
        row = chosen.get(one.name)
        entries.append(
            RetentionEntry(
                record_class=one.name,
                label=one.label,
                explanation=one.explanation,
                years_count=DEFAULT_YEARS_COUNT if row is None else row.years_count,
                action=one.actions[0] if row is None else RetentionAction(row.action),
                actions=one.actions,
                is_default=row is None,
            )
        )
    short = [one.label for one in entries if one.years_count < DEFAULT_YEARS_COUNT]
    least = formatting.count(DEFAULT_YEARS_COUNT, "year")
    sentence = f"Everything is kept for {least} or longer."
    if short:
        sentence = f"Kept for less than {least}: {', '.join(short)}."
    return RetentionPolicy(entries=tuple(entries), sentence=sentence)


def is_less(change: RetentionChange, before: RetentionEntry) -> bool:
    """Return whether a choice keeps less than now: a shorter time, or an action that takes more away.

    A shorter time counts for every class and action, the archive of the audit log among them: it is the house's word
    to its regulator, even where today nothing would go by it.
    """
    order = (RetentionAction.ARCHIVE, RetentionAction.KEEP, RetentionAction.PSEUDONYMISE, RetentionAction.DELETE)
    return order.index(change.action) > order.index(before.action) or change.years_count < before.years_count


def _write(
    uow: UnitOfWork, name: str, years_count: int, action: RetentionAction, reason: str, before: RetentionEntry
) -> None:
    uow.retention_rules.put(name, years_count, action.value)
    note(
        uow, "retention.choose", KIND, name,
        before={"years_count": before.years_count, "action": before.action.value},
        after={"years_count": years_count, "action": action.value, "reason": reason},
    )  # fmt: skip


def _problems(change: RetentionChange) -> list[FieldProblem]:
    known = BY_NAME.get(change.record_class)
    if known is None:
        names = ", ".join(BY_NAME)
        message = f"There is no class of records {change.record_class!r}."
        return [FieldProblem("record_class", message, f"Use one of: {names}.")]
    if change.action in known.actions:
        return []
    names = " or ".join(one.value for one in known.actions)
    message = f"{known.label}: {change.action.value} is not possible."
    return [FieldProblem("action", message, f"Choose {names}.")]


_ACTION_WORDS = {_KEEP: "kept", _ARCHIVE: "archived", _PSEUDONYMISE: "pseudonymised", _DELETE: "deleted"}


def _wish_words(change: RetentionChange, before: RetentionEntry) -> str:
    years = formatting.count(change.years_count, "year")
    old = formatting.count(before.years_count, "year")
    return (
        f"{before.label} are {_ACTION_WORDS[change.action]} after {years}, "
        f"instead of {_ACTION_WORDS[before.action]} after {old}."
    )
