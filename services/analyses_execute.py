"""How does a worker compute one report, and what becomes of one whose worker is gone?"""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any

import data.store.tables.analysis as tables
from engine.kernel.errors import EngineError, InputRefused
from services.analyses_kinds import TIME_LIMIT_S, AnalysisKind, kind_of, kinds, time_limit_s
from services.auth.actor import Actor, Role
from services.errors import ServiceError
from services.ports import Ports
from services.runs_lease import is_dead, lease_owner

if TYPE_CHECKING:
    from services.wiring import Services

_log = logging.getLogger(__name__)

ATTEMPTS_MAX_COUNT = 2
LOST = "worker_lost"
TOO_SLOW = "too_slow"
INTERNAL = "internal_error"


class Computation:
    """The worker's side of reports, and the care for those whose worker is gone.

    Parameters
    ----------
    ports : Ports
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def execute(self, analysis_id: str, services: Services) -> None:
        """Claim a row, compute its report and store what came out; whoever comes second finds nothing to do."""
        row = self._claim(analysis_id)
        if row is None:
            return
        began_s = time.monotonic()
        values = self._work(row, services)
        elapsed_ms = (time.monotonic() - began_s) * 1000.0
        with self._ports.store.system(row.tenant_id) as uow:
            is_mine = uow.analyses.finish(row.id, row.fence, elapsed_ms=elapsed_ms, **values)
            uow.commit()
        if not is_mine:
            _log.warning("Report %s was given to another worker; what this one found does not count.", row.id)

    def revive(self, row: tables.Analysis, *, is_known_lost: bool = False) -> bool:
        """Look after a row that is being worked on; return whether it waits again.

        A row whose worker died is taken up once more and then fails; one that takes longer than its kind may fails.

        Parameters
        ----------
        row : Analysis
            As it stands, with its fence.
        is_known_lost : bool
            Whether the queue saw the worker die: its process may not be cleared away yet, and so look alive.
        """
        is_lost = is_known_lost or is_dead(row.lease_owner)
        if not (is_lost or self.is_stuck(row)):
            return False
        may_again = row.attempts_count < ATTEMPTS_MAX_COUNT
        is_slow = not is_lost and (not may_again or self._is_here(row))
        with self._ports.store.system(row.tenant_id) as uow:
            if may_again and not is_slow:
                waits = uow.analyses.requeue(row.id, row.fence)
            else:
                uow.analyses.finish(row.id, row.fence, **(_too_slow(row) if is_slow else _lost(row)))
                waits = False
            uow.commit()
        if not is_lost:
            self._ports.quick_queue.cancel(row.id)
        return waits

    def is_stuck(self, row: tables.Analysis) -> bool:
        """Return whether the worker of a row is known to be gone, or had more time than it may have."""
        is_over = row.lease_until_utc is None or row.lease_until_utc < self._ports.clock.now_utc()
        return is_over or is_dead(row.lease_owner)

    def _is_here(self, row: tables.Analysis) -> bool:
        """Return whether the worker is one of this machine, whose death would be known."""
        return (row.lease_owner or "").split(":")[0] == lease_owner().split(":")[0]

    def _claim(self, analysis_id: str) -> tables.Analysis | None:
        with self._ports.store.system(read_only=True) as uow:
            row = uow.analyses.standing(analysis_id)
        if row is None:
            return None
        if row.state == "working" and not self.revive(row):
            return None
        limit_s = time_limit_s(kinds()[row.kind]) if row.kind in kinds() else TIME_LIMIT_S
        with self._ports.store.system(row.tenant_id) as uow:
            claimed = uow.analyses.claim(analysis_id, lease_owner(), limit_s)
            uow.commit()
        return claimed

    def _work(self, row: tables.Analysis, services: Services) -> dict[str, Any]:
        """Return what `finish` stores: the document, or why there is none."""
        try:
            document = _computed(kind_of(row.kind), row, services, self._actor(row))
        except ServiceError as error:
            _log.warning("Report %s failed: %s", row.id, error.sentence)
            details = " ".join(f"{one.message} {one.advice}".strip() for one in error.fields[:5])
            message = error.message if error.message in details else f"{error.message} {details}".strip()
            return {"code": error.code, "message": message, "advice": error.advice}
        except InputRefused as refusal:
            _log.warning("Report %s failed: %s", row.id, refusal)
            said = [f"{one.message} {one.advice or ''}".strip() for one in refusal.problems[:5]]
            return {"code": "invalid_request", "message": " ".join(said), "advice": ""}
        except EngineError as error:
            _log.warning("Report %s failed: %s", row.id, error)
            return {"code": "invalid_request", "message": str(error), "advice": ""}
        except MemoryError:
            _log.exception("Report %s ran out of memory.", row.id)
            return {
                "code": INTERNAL,
                "message": "The report needed more memory than a worker has.",
                "advice": "Try a shorter history or fewer scenarios.",
            }
        except Exception:
            _log.exception("Report %s failed for a reason that is the product's own.", row.id)
            return {
                "code": INTERNAL,
                "message": "An internal error ended the computation.",
                "advice": f"Try again; the details are in the server's log under {row.id}.",
            }
        return {"document": document}

    def _actor(self, row: tables.Analysis) -> Actor:
        """Return who asked, with the rights that they have now."""
        if row.asked_by_id is None:
            return Actor.system(row.tenant_id)
        with self._ports.store.system(row.tenant_id, read_only=True) as uow:
            user = uow.users.get(row.asked_by_id)
        if not user.is_active:
            raise ServiceError("The account that asked for this report is disabled.", code=LOST)
        return Actor(user.id, user.tenant_id, user.name, Role(user.role), "worker")


def _computed(kind: AnalysisKind, row: tables.Analysis, services: Services, actor: Actor) -> dict[str, Any]:
    document = kind.compute(kind.parse(row.request_json), services, actor)
    json.dumps(document, allow_nan=False)  # a figure that is no number is the kind's mistake, not the database's
    return document


def _too_slow(row: tables.Analysis) -> dict[str, Any]:
    limit_s = time_limit_s(kinds()[row.kind]) if row.kind in kinds() else TIME_LIMIT_S
    return {
        "code": TOO_SLOW,
        "message": f"The report took longer than the {limit_s:.0f} s that it may take, and was ended.",
        "advice": "Ask for a shorter history or fewer scenarios, or try again.",
    }


def _lost(row: tables.Analysis) -> dict[str, Any]:
    return {
        "code": LOST,
        "message": f"The worker died {row.attempts_count} times while it computed this report.",
        "advice": "It may need more memory than a worker has: try fewer scenarios, or try again.",
    }
