"""Which verb of the services does a deed about a breach call, and with what?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callbacks.actor import actor, services
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_breaches import BreachDetail, OverrideInput, OverrideState, PlanInput


@dataclass(frozen=True, slots=True)
class Filled:
    """What stood in the form."""

    found: BreachDetail
    text: str
    day: str | None
    person: str | None

    @property
    def version(self) -> int:
        """The state of the breach that the reader saw."""
        return self.found.row_version


def do_deed(breach_id: str, deed: str, text: str, day: str | None, person: str | None) -> str:
    """Do it, and return what was done as a sentence.

    Raises
    ------
    InvalidRequest, Conflict, NotAllowed, NotFound
        As the service says.
    """
    filled = Filled(services().breaches.get(breach_id, actor()), text, day, person)
    _DEEDS[deed](filled)
    return SAID[deed]


def _acknowledge(form: Filled) -> None:
    services().breaches.acknowledge(form.found.id, actor(), form.version, form.text or None)


def _assign(form: Filled) -> None:
    services().breaches.assign(form.found.id, form.person, actor(), form.version, form.text or None)


def _comment(form: Filled) -> None:
    services().breaches.comment(form.found.id, form.text, actor())


def _plan(form: Filled) -> None:
    wish = PlanInput.model_validate({"due_on": _day(form, "due_on"), "comment": form.text})
    services().breaches.plan(form.found.id, wish, actor(), form.version)


def _request(form: Filled) -> None:
    wish = OverrideInput.model_validate({"expires_on": _day(form, "expires_on"), "reason": form.text})
    services().breach_overrides.request(form.found.id, wish, actor(), form.version)


def _approve(form: Filled) -> None:
    services().breach_overrides.approve(_waiting(form.found), actor(), reason=form.text or None)


def _reject(form: Filled) -> None:
    services().breach_overrides.reject(_waiting(form.found), form.text, actor())


def _withdraw(form: Filled) -> None:
    standing = (OverrideState.REQUESTED, OverrideState.APPROVED)
    override = next((one.id for one in form.found.overrides if one.state in standing), None)
    services().breach_overrides.withdraw(_known(override), form.text, actor())


def _close(form: Filled) -> None:
    services().breaches.close(form.found.id, form.text, actor(), form.version)


def _day(form: Filled, path: str) -> str:
    if form.day is None:
        missing = [FieldProblem(path, "The day is empty.", "Choose one.")]
        missing += [] if form.text else [FieldProblem(_TEXT_OF[path], "The text is empty.", "Say why.")]
        raise InvalidRequest("Something is missing.", "Fill it in.", fields=tuple(missing))
    return form.day


_TEXT_OF: Final = {"due_on": "comment", "expires_on": "reason"}


def _waiting(found: BreachDetail) -> str:
    return _known(next((one.id for one in found.overrides if one.state is OverrideState.REQUESTED), None))


def _known(override_id: str | None) -> str:
    if override_id is None:
        message = "The override was decided or withdrawn meanwhile."
        raise InvalidRequest(message, "Look at its history.", fields=(FieldProblem("", message),))
    return override_id


_DEEDS: Final[dict[str, Callable[[Filled], None]]] = {
    "acknowledge": _acknowledge,
    "assign": _assign,
    "comment": _comment,
    "plan": _plan,
    "request_override": _request,
    "approve_override": _approve,
    "reject_override": _reject,
    "withdraw_override": _withdraw,
    "close": _close,
}
SAID: Final = {
    "acknowledge": "The breach is acknowledged.",
    "assign": "Its owner is set.",
    "comment": "The comment stands in its history.",
    "plan": "The plan is written down; the breach is in remediation.",
    "request_override": "The wish to let it stand is recorded; it counts once it is granted.",
    "approve_override": "The breach is let stand until the day that was asked for.",
    "reject_override": "The wish is refused.",
    "withdraw_override": "It is no longer let stand.",
    "close": "The breach is closed.",
}
