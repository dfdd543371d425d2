"""How does something that is nobody's session follow one run to its end?

It reads the run's row, reports what it sees, and ends with the run. It only looks: ending it ends no work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from callbacks.jobs_ticket import read_ticket
from callbacks.jobs_view import progress_view
from services import wiring
from services.errors import ServiceError
from services.formatting import Style
from services.messages.runs import RunStatus

LOOK_EVERY_S: Final = 0.2
PENDING_MAX_S: Final = 5.0
"""A run that nobody takes up is not waited for: followers must not hold the places of those who would do the work."""
FOLLOW_MAX_S: Final = 1800.0

Report = Callable[[dict[str, Any]], None]


def follow_run(
    report: Report, ticket_text: object, is_wanted: Callable[[], bool] = lambda: True
) -> dict[str, Any] | None:
    """Report a run's state whenever it changes, until it ends or nobody wants to know any more.

    Parameters
    ----------
    report : callable
        Takes the state as the page shows it.
    ticket_text : object
        The run ticket; one that is not genuine gets nothing.
    is_wanted : callable
        Whether whoever asked is still there.

    Returns
    -------
    dict or None
        The last state seen, None without a genuine ticket or where the person may not see the run.

    """
    services = wiring.current()
    ticket = read_ticket(ticket_text, services.ports.secrets.secret_key)
    if ticket is None:
        return None
    style: Style | None = None
    began_s, last, shown = time.monotonic(), None, None
    while is_wanted():
        try:
            style = style or services.preferences.get(ticket.actor).number_format
            run = services.runs.get(ticket.run_id, ticket.actor)
        except ServiceError:
            return None
        shown = progress_view(run, style)
        seen = (run.status, run.stage, shown["percent"], run.message)
        if seen != last:
            last = seen
            report(shown)
        waited_s = time.monotonic() - began_s
        is_stuck = run.status is RunStatus.PENDING and waited_s > PENDING_MAX_S
        if run.is_final or is_stuck or waited_s > FOLLOW_MAX_S:
            break
        time.sleep(LOOK_EVERY_S)
    return shown
