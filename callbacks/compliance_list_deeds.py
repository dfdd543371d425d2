"""What may be done with a list and a name on it, and which verb of the services does it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callbacks.actor import Permission, actor, may, services
from callbacks.wording import told
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_records import ChangeRequestView, RequestState
from services.messages.compliance_restrictions import (
    Covers,
    EntryRemoval,
    EntryState,
    EntryView,
    NewEntry,
    RestrictionListView,
)

NAMES: Final = {
    "add": "Put a name on it", "remove": "Take the chosen name off", "import": "Put the names of a file on it",
    "close": "Close the list", "agree": "Agree to what waits", "refuse": "Refuse what waits",
    "withdraw": "Withdraw what waits",
}  # fmt: skip
"""In the order in which they are offered; what waits comes first where something does."""
_LIVE: Final = (EntryState.IN_FORCE, EntryState.TO_COME)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The list that is shown, the name chosen on it, and the request about either that waits."""

    of_list: RestrictionListView
    entry: EntryView | None
    waiting: ChangeRequestView | None


@dataclass(frozen=True, slots=True)
class Filled:
    """What stood in the form."""

    chosen: Chosen
    text: str
    covers: str | None
    symbol: str
    from_on: str | None
    until_on: str | None
    file: bytes | None


def chosen_of(list_id: str, entry: EntryView | None) -> Chosen:
    """Return what was chosen as it stands now; a request about the name goes before one about the list."""
    waiting = None
    for object_id in ([entry.id] if entry is not None else []) + [list_id]:
        found = services().four_eyes.list(actor(), state=RequestState.PROPOSED, object_id=object_id, limit=1).items
        waiting = waiting or (found[0] if found else None)
    return Chosen(services().restrictions.get(list_id, actor()), entry, waiting)


def deeds_of(chosen: Chosen, *, may_write: bool) -> list[str]:
    """Return what is open to the reader, in the order in which it is offered."""
    if not may_write:
        return []
    waiting, deeds = chosen.waiting, []
    if waiting is not None and waiting.can_decide:
        deeds += ["agree", "refuse"]
    if waiting is not None and waiting.can_withdraw:
        deeds += ["withdraw"]
    if chosen.of_list.closed_on is not None:
        return deeds
    about = None if waiting is None else waiting.object_id
    if chosen.entry is not None and chosen.entry.state in _LIVE and about != chosen.entry.id:
        deeds += ["remove"]
    return deeds + ["add", "import"] + (["close"] if about != chosen.of_list.id else [])


def deed_options(chosen: Chosen) -> list[dict[str, str]]:
    """Return the deeds open to the reader as choices."""
    deeds = deeds_of(chosen, may_write=may(Permission.RESTRICTIONS_WRITE))
    return [{"value": key, "label": NAMES[key]} for key in deeds]


def do_deed(deed: str, form: Filled) -> str:
    """Do it, and return what was done as a sentence in the reader's number format.

    Raises
    ------
    InvalidRequest, Conflict, NotAllowed, NotFound
        As the service says.

    """
    return _DEEDS[deed](form)


def _add(form: Filled) -> str:
    covers = Covers(form.covers or Covers.ASSET)
    sent = {
        "covers": covers,
        "symbol": None if covers is Covers.EVERYTHING else form.symbol or None,
        "from_on": form.from_on or None,
        "until_on": form.until_on or None,
        "reason": form.text,
    }
    made = services().restrictions.add(form.chosen.of_list.id, NewEntry.model_validate(sent), actor())
    return told(f"{made.name} is on “{form.chosen.of_list.name}” from {formatting.day(made.from_on)} on.")


def _remove(form: Filled) -> str:
    if form.chosen.entry is None:
        raise _nothing("Choose the name that is to be taken off.")
    _needs_reason(form)
    day = None if not form.from_on else NewEntry.model_validate({"from_on": form.from_on, "reason": "day"}).from_on
    entry = form.chosen.entry
    done: EntryRemoval = services().restrictions.remove(
        entry.id, form.text, actor(), on=day, row_version=entry.row_version
    )
    return told(done.sentence)


def _import(form: Filled) -> str:
    if form.file is None:
        raise _nothing("Choose a file first.")
    done = services().restriction_files.take_in(form.chosen.of_list.id, form.file, actor(), reason=form.text or None)
    return told(done.sentence)


def _close(form: Filled) -> str:
    _needs_reason(form)
    found = form.chosen.of_list
    closed = services().restrictions.close(found.id, form.text, actor(), row_version=found.row_version)
    if closed.closed_on is None:
        return "A second person has to agree; until then the list counts."
    return "The list counts no more."


def _agree(form: Filled) -> str:
    one = _waiting(form)
    services().four_eyes.approve(one.id, actor(), form.text or None, one.row_version)
    return told(f"Agreed: {one.sentence}")


def _refuse(form: Filled) -> str:
    _needs_reason(form)
    one = _waiting(form)
    services().four_eyes.reject(one.id, actor(), form.text, one.row_version)
    return "Refused; nothing changes."


def _withdraw(form: Filled) -> str:
    one = _waiting(form)
    services().four_eyes.withdraw(one.id, actor(), one.row_version)
    return "The request is withdrawn; nothing changes."


def _waiting(form: Filled) -> ChangeRequestView:
    if form.chosen.waiting is None:
        raise _nothing("It was decided or withdrawn meanwhile.")
    return form.chosen.waiting


def _needs_reason(form: Filled) -> None:
    if len(form.text) < 3:
        problem = FieldProblem("reason", "This needs a reason.", "Write why, in a few words.")
        raise InvalidRequest("A reason is missing.", fields=(problem,))


def _nothing(message: str) -> InvalidRequest:
    return InvalidRequest(message, fields=(FieldProblem("", message),))


_DEEDS: Final[dict[str, Callable[[Filled], str]]] = {
    "add": _add,
    "remove": _remove,
    "import": _import,
    "close": _close,
    "agree": _agree,
    "refuse": _refuse,
    "withdraw": _withdraw,
}
